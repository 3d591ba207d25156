"""What a graph is: tensors, cards, the wrapper that records, the sweeps (floor 1)."""

"""Linear algebra on stacks of matrices: the cards and compositions behind `tensorgraph.linalg` (floor 2)."""

"""Training: the demo, and what grows from it (floor 6)."""

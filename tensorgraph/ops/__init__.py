"""The cards of all ops, grouped as NumPy's manual groups them (floor 2)."""

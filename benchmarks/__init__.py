"""Side-by-side runs against NumPy and other engines; each program prints a table of ratios."""

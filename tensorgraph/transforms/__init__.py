"""Differential operators on functions: grad, vjp, jvp and what is made of them (floor 3)."""

"""`python -m tensorgraph`: the command line. Imports cli only."""

from tensorgraph.cli import main

if __name__ == "__main__":
    raise SystemExit(main())

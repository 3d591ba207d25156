"""The version, stated once: the build reads it here, the package shows it. Imports nothing."""

__version__ = "0.1.0"

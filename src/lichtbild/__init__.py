"""Lichtbild: an open camera bench, one chain from glass to picture."""

__version__ = "0.1.0"

"""Lens files: what a name or a path stands for, read and written by its suffix."""

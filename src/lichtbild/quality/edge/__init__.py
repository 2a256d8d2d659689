"""Edges: the spatial frequency response by slanted edges."""

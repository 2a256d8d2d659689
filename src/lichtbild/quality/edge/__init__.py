"""Edges: the response of a camera to the border between a dark and a bright side."""

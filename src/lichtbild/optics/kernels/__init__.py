"""Compiled parts of image formation, for whole photographs."""

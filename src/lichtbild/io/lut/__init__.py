"""Lookup tables as files of other programs."""

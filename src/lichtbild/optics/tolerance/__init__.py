"""Tolerances: what the errors of making do to a lens, how many builds are good, and what to allow."""

"""Drawings of a lens: its section, its solid, its elements' sheets and sag tables."""

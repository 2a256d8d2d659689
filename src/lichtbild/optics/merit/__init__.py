"""Merit: what a lens is judged by while it is designed, and how that changes with its numbers."""

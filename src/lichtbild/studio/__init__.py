"""Floor 7: pages of our own in a browser."""

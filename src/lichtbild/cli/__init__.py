"""Floor 8: words on a terminal."""

"""Room quality: the instrument laboratory."""

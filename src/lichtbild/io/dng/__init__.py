"""Digital Negative files, read and written."""

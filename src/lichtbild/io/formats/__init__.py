"""The formats in which pictures are written, a file each."""

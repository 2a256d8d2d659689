"""Floor 5: the user's files in and out; nothing else touches a disk."""

"""Floor 6: many photographs and many cameras."""

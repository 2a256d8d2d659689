"""Floor 1: colour science as plain functions and matrices."""

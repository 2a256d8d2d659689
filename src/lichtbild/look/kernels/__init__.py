"""Compiled texts of the look's stages; each stage's definition is the truth that they are held to."""

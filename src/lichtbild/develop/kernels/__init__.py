"""Compiled twins and hot loops of the stages of the same name."""

"""EMVA: a sensor's gain, noise and quantum efficiency from series of raw frames, its curve fitted along."""

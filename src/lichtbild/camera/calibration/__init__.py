"""Calibration: what a camera's own frames of charts, fields and darkness say of it."""

"""Detect: charts found in a picture, with no region drawn by hand."""

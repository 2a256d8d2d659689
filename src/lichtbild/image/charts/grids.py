"""Charts of points: a checkerboard and dots, for distortion and lateral colour.

Sources: after ISO 17850:2015 (distortion) and ISO 19084:2015 (chromatic displacement), dot charts.
"""

import numpy as np

from lichtbild.image.chart import Chart, Disc, Grid
from lichtbild.image.charts.marks import upright
from lichtbild.image.charts.sheet import Sheet


def checkerboard(number: int) -> Chart:
    """Eight rows of twelve squares of 30 mm, whose inner corners are a grid of 7 x 11 points."""
    sheet = Sheet.blank(number, "checkerboard", "Checkerboard, 12 x 8 squares")
    left, top, side = 30.0, 28.5, 30.0
    squares = [
        upright((left + c * side, top + r * side, left + (c + 1) * side, top + (r + 1) * side), 1)
        for r in range(8)
        for c in range(12)
        if (r + c) % 2 == 0
    ]
    x, y = np.meshgrid(left + side * np.arange(1, 12), top + side * np.arange(1, 8))
    corners = Grid("corners", np.stack([x, y], axis=2), "corners")
    return sheet.added(*squares, targets=(corners,)).marked().chart


def dot_grid(number: int) -> Chart:
    """Nine rows of thirteen black dots, 28 mm apart."""
    sheet = Sheet.blank(number, "dot-grid", "Dots, 13 x 9")
    x, y = np.meshgrid(210.0 + 28.0 * np.arange(-6, 7), 148.5 + 28.0 * np.arange(-4, 5))
    return dotted(sheet, "dots", np.stack([x, y], axis=2), 5.0).marked().chart


def dotted(sheet: Sheet, name: str, points: np.ndarray, radius: float) -> Sheet:
    """The sheet with black dots."""
    dots = [Disc((float(x), float(y)), radius, 1) for x, y in points.reshape(-1, 2)]
    return sheet.added(*dots, targets=(Grid(name, points, "dots", radius),))

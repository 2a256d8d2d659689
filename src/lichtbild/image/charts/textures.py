"""Charts of texture and of all directions: dead leaves, and the Siemens star.

Sources: after ISO/TS 19567-2:2019 (dead leaves, radii like r^-3) and ISO 12233:2023 s-SFR (a sinusoidal star
of 144 cycles).
"""

import math
from typing import Final

from lichtbild.image.chart import Chart, Leaves, Point, Star
from lichtbild.image.charts.paints import grey
from lichtbild.image.charts.sheet import MIDDLE, Borders, Sheet

GREYS: Final = (0.08, 0.52)
"""Reflectances that leaves are drawn evenly between."""
CYCLES: Final = 144
STAR: Final = (0.08, 0.8)
"""Least and greatest reflectance of the star."""


def dead_leaves(number: int) -> Chart:
    """Leaves of 0.15 to 40 mm in a square, and even patches of their mean on both sides, for the noise."""
    sheet = Sheet.blank(number, "dead-leaves", "Dead leaves").grounded(grey(0.6))
    sheet = leafy(sheet, (110.0, 48.5, 310.0, 248.5), (0.15, 40.0))
    for k, x in enumerate((44.0, 320.0), 1):
        sheet = sheet.patched(grey(sum(GREYS) / 2), (x, 48.5, x + 56.0, 248.5), f"mean {k}", "grey")
    return sheet.marked().chart


def leafy(sheet: Sheet, borders: Borders, radii: tuple[float, float]) -> Sheet:
    """The sheet with an area of leaves."""
    left, top, right, bottom = borders
    leaves = Leaves((left, top), (bottom - top, right - left), radii, GREYS, seed=19567)
    return sheet.added(leaves, targets=(leaves,))


def siemens_star(number: int) -> Chart:
    """A star of 144 cycles, sinusoidal in reflectance, on its mean, and sixteen greys about it."""
    ground = grey(sum(STAR) / 2)
    sheet = Sheet.blank(number, "siemens-star", "Siemens star of 144 cycles").grounded(ground)
    sheet = starred(sheet, MIDDLE, 104.0, 3.0)
    for step in range(16):
        angle = 2 * math.pi * (step + 0.5) / 16
        x, y = MIDDLE[0] + 122.0 * math.sin(angle), MIDDLE[1] - 122.0 * math.cos(angle)
        paint = grey(STAR[0] + step * (STAR[1] - STAR[0]) / 15)
        sheet = sheet.disc(paint, (x, y), 9.0, f"grey {step + 1}", "grey")
    return sheet.marked().chart


def starred(sheet: Sheet, centre: Point, radius: float, inner: float) -> Sheet:
    """The sheet with a star."""
    sheet, dark = sheet.mixed(grey(STAR[0]))
    sheet, bright = sheet.mixed(grey(STAR[1]))
    star = Star(centre, radius, inner, CYCLES, dark, bright)
    return sheet.added(star, targets=(star,))

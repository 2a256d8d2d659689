"""Charts of greys: a scale, and a ring of densities for the dynamic range.

Sources: after ISO 14524:2009 (tone response) and ISO 15739:2023 (noise and dynamic range), whose charts state
their patches as densities: a density of D gives back 10^-D of the light.
"""

import math
from typing import Final

from lichtbild.image.chart import Chart
from lichtbild.image.charts.paints import grey, of_density
from lichtbild.image.charts.sheet import MIDDLE, PRINTED, Sheet, cells

SCALE: Final = tuple(0.1 * step for step in range(1, 21))
"""Densities of the scale; prints end at about 1.6 on common paper and 2.2 on glossy."""
RING: Final = tuple(0.15 * step for step in range(36))
"""Densities of the ring, half a stop each: 17.4 stops as a scene; a print ends as the scale does."""


def grey_scale(number: int) -> Chart:
    """Twenty greys from density 0.1 to 2.0, row by row, in a grey of 18 %."""
    sheet = Sheet.blank(number, "grey-scale", "Grey scale").grounded(grey(0.18))
    for density, borders in zip(SCALE, cells((48.0, 48.0, 372.0, 249.0), 4, 5, 8.0), strict=True):
        paint = of_density(density)
        sheet = sheet.patched(paint, borders, paint.name, "grey")
    return sheet.marked().chart


def dynamic_range_ring(number: int) -> Chart:
    """Thirty-six discs in a ring on black, clockwise from the top, each half a stop darker than the last.

    The ground gives back nothing in a scene, and the marks are grey on it, so that little stray light falls
    on the darkest discs.
    """
    sheet = Sheet.blank(number, "dynamic-range-ring", "Dynamic range, 36 densities").grounded(grey(0.0))
    for step, density in enumerate(RING):
        angle = 2 * math.pi * step / len(RING)
        centre = (MIDDLE[0] + 110.0 * math.sin(angle), MIDDLE[1] - 110.0 * math.cos(angle))
        paint = of_density(density)
        sheet = sheet.disc(paint, centre, 7.5, paint.name, "grey")
    sheet, black = sheet.mixed(grey(0.0))
    sheet, dim = sheet.mixed(grey(0.1))
    left, top, right, bottom = PRINTED
    x, y = (left + 13.0, right - 13.0), (top + 13.0, bottom - 13.0)
    corners = ((x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1]))
    return sheet.marked(corners, paints=(dim, black)).chart

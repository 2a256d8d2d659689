"""The bench chart: all that one photograph of one sheet can tell.

::

      . . . . dots . . . .
    S  S  S  S  S  S  S       S   slanted squares over the field
    S [M]colours  S  star[M] S    M   marks
    S  traps      S    traps S
    S [M]leaves   S greys[M] S
    S  S  S  S  S  S  S
      . . . . dots . . . .
"""

from typing import Final

import numpy as np

from lichtbild.image.chart import Chart
from lichtbild.image.charts.colours import checkered
from lichtbild.image.charts.edges import BETWEEN, BRIGHT, COLUMNS, DARK, ROWS, SIDE, towards_middle
from lichtbild.image.charts.fields import TRAP
from lichtbild.image.charts.greys import SCALE
from lichtbild.image.charts.grids import dotted
from lichtbild.image.charts.paints import colour_checker, grey, of_density
from lichtbild.image.charts.sheet import SLANT, Sheet, cells
from lichtbild.image.charts.textures import GREYS, leafy, starred

_SMALLER: Final = 25.0
"""Side of squares that are turned far."""


def bench(number: int) -> Chart:
    """Edges, colours, greys, a star, leaves with patches of their mean, dots and light traps."""
    sheet = Sheet.blank(number, "bench", "Bench: all targets on one sheet").grounded(BRIGHT)
    sheet = _squares(sheet)
    sheet = checkered(sheet, colour_checker(), (84.0, 64.0, 184.0, 131.0), 2.2)
    sheet = starred(sheet, (288.0, 106.0), 40.0, 2.0)
    sheet = leafy(sheet, (104.0, 150.0, 184.0, 230.0), (0.15, 16.0))
    mean = grey(sum(GREYS) / 2)
    sheet = sheet.patched(mean, (84.0, 150.0, 102.0, 230.0), "mean 1", "grey")
    sheet = sheet.patched(mean, (104.0, 135.0, 184.0, 148.0), "mean 2", "grey")
    for density, borders in zip(SCALE, cells((243.0, 157.0, 333.0, 229.0), 4, 5, 2.0), strict=True):
        sheet = sheet.patched(of_density(density), borders, f"D {density:.2f}", "grey")
    return _dots(_traps(sheet)).marked(_marks(), side=13.0).chart


def _squares(sheet: Sheet) -> Sheet:
    """Squares along the border and in the middle; each second one has sagittal and tangential sides."""
    for row, y in enumerate(ROWS):
        for column, x in enumerate(COLUMNS):
            name = f"square {row + 1},{column + 1}"
            if 0 < row < 4 and 0 < column < 6:
                if column == 3:
                    sheet = sheet.squared((DARK, BRIGHT), (x, y), SIDE, name, reach=9.0)
            elif (row + column) % 2:
                sheet = sheet.squared((DARK, BRIGHT), (x, y), SIDE, name, turn=SLANT, reach=5.0)
            else:
                turn = towards_middle((x, y))
                sheet = sheet.squared((DARK, BRIGHT), (x, y), _SMALLER, name, turn=turn, reach=5.0)
    return sheet


def _traps(sheet: Sheet) -> Sheet:
    """Light traps left and right, each with bare paper beside it."""
    for word, x in (("left", BETWEEN[0]), ("right", BETWEEN[-1])):
        for high, y, step in (("upper", 93.0, 20.0), ("lower", 204.0, -20.0)):
            sheet = sheet.disc(TRAP, (x, y), 7.0, f"trap {high} {word}", "black")
            white = (x - 7.0, y + step - 7.0, x + 7.0, y + step + 7.0)
            sheet = sheet.patched(sheet.chart.paints[0], white, f"white {high} {word}", "white")
    return sheet


def _dots(sheet: Sheet) -> Sheet:
    """Dots along the upper and the lower border, and along the sides."""
    x, y = np.meshgrid(210.0 + 28.0 * np.arange(-7, 8), (14.0, 283.0))
    sheet = dotted(sheet, "dots above and below", np.stack([x, y], axis=2), 2.5)
    x, y = np.meshgrid((14.0, 406.0), 148.5 + 27.0 * np.arange(-4, 5))
    return dotted(sheet, "dots left and right", np.stack([x, y], axis=2), 2.5)


def _marks() -> tuple[tuple[float, float] | None, ...]:
    """Upper left, upper right, lower right, lower left; right and left in the middle."""
    left, right, top, bottom, middle = BETWEEN[0], BETWEEN[-1], 68.0, 229.0, 148.5
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return (*corners, None, (right, middle), None, (left, middle))

"""Charts of slanted edges, for sharpness over the field.

Sources: after ISO 12233:2023, e-SFR: contrast 4 : 1 and about 5 degrees off the pixel grid; the arrangements
are our own.
"""

import math
from typing import Final

from lichtbild.image.chart import Chart, Point
from lichtbild.image.charts.paints import grey
from lichtbild.image.charts.sheet import MIDDLE, PRINTED, SLANT, Sheet, cells

BRIGHT: Final = grey(0.6)
DARK: Final = grey(0.15)
"""Greys of edges: 4 : 1."""
SIDE: Final = 28.0
COLUMNS: Final = tuple(210.0 + 56.0 * step for step in range(-3, 4))
ROWS: Final = tuple(148.5 + 54.0 * step for step in range(-2, 3))
"""Middles of squares."""
BETWEEN: Final = tuple(column + 28.0 for column in COLUMNS[:-1])
_BELOW: Final = tuple(row + 27.0 for row in ROWS[:-1])


def towards_middle(centre: Point) -> float:
    """The turn at which a square's sides are sagittal and tangential, 4 degrees off upright and diagonal.

    Edges at 0 and 45 degrees meet every pixel of a row alike, or each second one, and tell little more than
    the pixels themselves.
    """
    angle = math.atan2(MIDDLE[1] - centre[1], centre[0] - MIDDLE[0]) % (math.pi / 2)
    turn = angle if angle < math.pi / 4 else angle - math.pi / 2
    least, most = math.radians(4), math.radians(41)
    return math.copysign(min(max(abs(turn), least), most), turn) if centre != MIDDLE else SLANT


def esfr_grid(number: int) -> Chart:
    """Five rows of seven dark squares, all edges 5.7 degrees off upright or level."""
    sheet = Sheet.blank(number, "esfr-grid", "Slanted squares over the field").grounded(BRIGHT)
    for row, y in enumerate(ROWS, 1):
        for column, x in enumerate(COLUMNS, 1):
            sheet = sheet.squared((DARK, BRIGHT), (x, y), SIDE, f"square {row},{column}")
    left, right, top, bottom = BETWEEN[0], BETWEEN[-1], _BELOW[0], _BELOW[-1]
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    sides = ((BETWEEN[2], top), (right, _BELOW[1]), (BETWEEN[3], bottom), (left, _BELOW[2]))
    return sheet.marked((*corners, *sides)).chart


def iso12233(number: int) -> Chart:
    """Edges after ISO 12233: upright and level in the middle, sagittal and tangential about it, and greys.

    Twenty greys of even steps of L* stand beside the middle, so that the tone curve can be undone.
    """
    sheet = Sheet.blank(number, "iso12233", "Edges after ISO 12233, our own layout").grounded(BRIGHT)
    sheet = sheet.squared((DARK, BRIGHT), MIDDLE, 36.0, "middle", reach=12.0)
    places = {"upper": -1, "": 0, "lower": 1}, {"left": -1, "": 0, "right": 1}
    for ring, (across, down, side) in {"zone": (72.0, 62.0, 26.0), "corner": (162.0, 108.0, 30.0)}.items():
        for high, y in places[0].items():
            for wide, x in places[1].items():
                if x or y:
                    centre = (MIDDLE[0] + across * x, MIDDLE[1] + down * y)
                    name = " ".join(word for word in (ring, high, wide) if word)
                    turn = towards_middle(centre)
                    sheet = sheet.squared((DARK, BRIGHT), centre, side, name, turn=turn, reach=7.5)
    return _stepped(sheet).marked(_beside(PRINTED)).chart


def _stepped(sheet: Sheet) -> Sheet:
    """Two columns of ten greys each, from black to paper."""
    for column, x in enumerate((96.0, 306.0)):
        for row, borders in enumerate(cells((x, 74.0, x + 18.0, 223.0), 10, 1, 1.0)):
            step = 10 * column + row
            lightness = 18.0 + step * (95.0 - 18.0) / 19
            paint = grey(((lightness + 16) / 116) ** 3, f"L* {lightness:.1f}")
            sheet = sheet.patched(paint, borders, f"grey {step + 1}", "grey")
    return sheet


def _beside(borders: tuple[float, float, float, float]) -> tuple[Point, ...]:
    """Places for marks between the squares of the corners and of the sides."""
    x, y = (MIDDLE[0] - 110.0, MIDDLE[0] + 110.0), (borders[1] + 14.0, borders[3] - 14.0)
    return ((x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1]))

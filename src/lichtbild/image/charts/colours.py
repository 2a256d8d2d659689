"""Charts of colours: the ColorChecker Classic and SG as they are laid out, on black.

Sources: C. S. McCamy, H. Marcus and J. G. Davidson, "A color-rendition chart", Journal of Applied
Photographic Engineering 2, 95 (1976), for the arrangement in 4 rows and 6 columns; values as in `paints`.
"""

from lichtbild.image.chart import Chart, Paint
from lichtbild.image.charts.marks import upright
from lichtbild.image.charts.paints import INK, colour_checker, colour_checker_sg
from lichtbild.image.charts.sheet import Borders, Sheet, cells

GREYS = 18
"""The first grey of the Classic, white; what follows are greys too."""


def classic(number: int) -> Chart:
    """A ColorChecker Classic as made from November 2014, patches of 44 mm."""
    return _classic(Sheet.blank(number, "colour-checker-classic", "ColorChecker Classic"), colour_checker())


def classic_before_2014(number: int) -> Chart:
    """A ColorChecker Classic as made before November 2014, patches of 44 mm."""
    sheet = Sheet.blank(
        number, "colour-checker-classic-before-2014", "ColorChecker Classic made before November 2014"
    )
    return _classic(sheet, colour_checker(before_2014=True))


def sg(number: int) -> Chart:
    """A ColorChecker SG as made from November 2014, patches of 20 mm."""
    sheet = Sheet.blank(number, "colour-checker-sg", "ColorChecker SG")
    sheet = sheet.added(upright((54.0, 37.0, 366.0, 260.0), 1))
    places = cells((56.0, 39.0, 364.0, 258.0), 10, 14, 2.0)
    for paint, borders in zip(colour_checker_sg(), places, strict=True):
        grey = abs(paint.lab[1]) < 2.5 and abs(paint.lab[2]) < 2.5
        sheet = sheet.patched(paint, borders, paint.name, "grey" if grey else "colour")
    return sheet.marked().chart


def checkered(sheet: Sheet, paints: tuple[Paint, ...], board: Borders, gap: float) -> Sheet:
    """The sheet with a Classic's 24 patches on a black board, with gaps between them and about them."""
    sheet, black = sheet.mixed(INK)
    left, top, right, bottom = board
    places = cells((left + gap, top + gap, right - gap, bottom - gap), 4, 6, gap)
    sheet = sheet.added(upright(board, black))
    for index, (paint, borders) in enumerate(zip(paints, places, strict=True)):
        sheet = sheet.patched(paint, borders, paint.name, "grey" if index >= GREYS else "colour")
    return sheet


def _classic(sheet: Sheet, paints: tuple[Paint, ...]) -> Chart:
    return checkered(sheet, paints, (53.5, 43.0, 366.5, 254.0), 7.0).marked().chart

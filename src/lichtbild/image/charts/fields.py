"""Charts of wide even fields: for shading, and with black traps for flare.

Sources: after ISO 17957:2015 (shading) and ISO 18844:2017 (flare).
"""

from lichtbild.image.chart import Area, Chart
from lichtbild.image.charts.marks import upright
from lichtbild.image.charts.paints import grey
from lichtbild.image.charts.sheet import Sheet

TRAP = grey(0.0, "trap")
"""A hole in the chart with a black box behind it; printed ink gives back a hundred times as much light."""


def flat_field(number: int) -> Chart:
    """Bare paper between four marks."""
    sheet = Sheet.blank(number, "flat-field", "Flat field")
    corners = upright((30.0, 30.0, 390.0, 267.0), 0).corners
    return sheet.added(targets=(Area("field", corners, 0),)).marked().chart


def flare_target(number: int) -> Chart:
    """Three rows of five black holes of 16 mm in bare paper, and the paper beside each."""
    sheet = Sheet.blank(number, "flare-target", "Flare, 15 light traps")
    for row in range(3):
        for column in range(5):
            x, y, name = 66.0 + 72.0 * column, 66.5 + 82.0 * row, f"{row + 1},{column + 1}"
            sheet = sheet.disc(TRAP, (x, y), 8.0, f"trap {name}", "black")
            at = x + (26.0 if column < 4 else -26.0)
            beside = (at - 8.0, y - 8.0, at + 8.0, y + 8.0)
            sheet = sheet.patched(sheet.chart.paints[0], beside, f"white {name}", "white")
    return sheet.marked().chart

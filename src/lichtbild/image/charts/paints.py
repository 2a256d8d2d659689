"""Paints: greys of stated reflectance or density, and the colours of the colour checkers.

Lab is in D50 for the 2 degree observer, and white is a perfect diffuser, so that a grey's L* tells its
reflectance without loss.

Sources: CIE 15:2018 section 8.2.1 (L*); ColorChecker: its maker's values as tabulated in colour-science
0.4.7.
"""

from functools import cache
from typing import Final

from lichtbild.colour.cielab import lightness
from lichtbild.core.resources import read
from lichtbild.image.chart import Paint

PAPER: Final = 0.9
"""Reflectance of the paper; what is printed is printed as a part of it."""

_KAPPA: Final = 24389 / 27


def grey(reflectance: float, name: str = "") -> Paint:
    """A grey of a reflectance.

    Args:
        reflectance: 0 to 1.
        name: by default the reflectance itself.
    """
    return Paint(name or f"grey {reflectance:.3g}", (float(lightness(reflectance)), 0.0, 0.0))


def of_density(density: float) -> Paint:
    """A grey that gives back 10^-density of the light, named "D 0.15"."""
    return grey(10.0**-density, f"D {density:.2f}")


def reflectance(paint: Paint) -> float:
    """Y of a paint, of a perfect white's 1; the inverse of L*."""
    lightness_ = paint.lab[0]
    return ((lightness_ + 16) / 116) ** 3 if lightness_ > 8 else lightness_ / _KAPPA


PAPER_WHITE: Final = grey(PAPER, "paper")
INK: Final = grey(0.03, "ink")
"""The black that printers reach on common paper."""


@cache
def colour_checker(*, before_2014: bool = False) -> tuple[Paint, ...]:
    """The 24 paints of the ColorChecker Classic, from dark skin to black, row by row.

    Args:
        before_2014: of charts made before November 2014, whose paints differ.
    """
    table = _table("colour_checker.csv", before_2014)
    return tuple(Paint(name, lab, f"colour-checker/{name}") for name, lab in table)


@cache
def colour_checker_sg(*, before_2014: bool = False) -> tuple[Paint, ...]:
    """The 140 paints of the ColorChecker SG, row by row from A1 to N10.

    Args:
        before_2014: of charts made before November 2014, whose paints differ.
    """
    table = _table("colour_checker_sg.csv", before_2014)
    return tuple(Paint(name, lab, f"colour-checker-sg/{name}") for name, lab in table)


def _table(file: str, before_2014: bool) -> list[tuple[str, tuple[float, float, float]]]:
    text = read("image", "charts", file).decode("utf-8").splitlines()
    rows = [line.split(",") for line in text if not line.startswith("#")][1:]
    first = 4 if before_2014 else 1
    return [(row[0], (float(row[first]), float(row[first + 1]), float(row[first + 2]))) for row in rows]

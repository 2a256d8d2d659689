"""Card layout: what a colour card looks like, whoever made it, and the chart it is.

Lengths of the makers' cards were read from the millimetre rules printed beside their patches and from their
catalogues' outer sizes, to about 0.2 mm; places in pixels do not depend on them, since only the ratio of a
patch to its pitch, which is measured in each picture, tells the cards of one arrangement apart.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float

from lichtbild.colour.cielab import to_rec2020
from lichtbild.image.chart import Chart, Patch, Point, Polygon
from lichtbild.image.chart_catalogue import chart_named
from lichtbild.image.charts.paints import INK, colour_checker

INSET = 0.15
"""Border of a patch that is not measured, of its side."""


@dataclass(frozen=True)
class CardLayout:
    """A card of patches in rows and columns.

    Attributes:
        chart: with the patches as its first targets, row by row from the upper left.
        rows: of patches.
        columns: of patches.
        first: centre of the first patch, mm.
        pitch: from centre to centre along a row and along a column, mm.
        patch: side of a patch over the pitch, along a row.
    """

    chart: Chart
    rows: int
    columns: int
    first: Point
    pitch: Point
    patch: float

    @property
    def patches(self) -> tuple[Patch, ...]:
        """Row by row."""
        return tuple(target for target in self.chart.targets if isinstance(target, Patch))

    @property
    def names(self) -> tuple[str, ...]:
        """Of the patches, row by row."""
        return tuple(patch.name for patch in self.patches)


@cache
def card_layouts() -> tuple[CardLayout, ...]:
    """All cards that are known: Classic arrangements of several makers, and the SG.

    The Classic that we print is found by its marks; its patches lie too much like X-Rite's to be told apart.
    """
    return (
        _of_maker("x-rite-classic", "ColorChecker Classic, X-Rite and Calibrite", 40.0, 45.0),
        _of_maker(
            "x-rite-passport", "ColorChecker Passport and Classic Mini, X-Rite and Calibrite", 12.0, 15.0
        ),
        _of_maker("camera-trax", "24ColorCard, CameraTrax", 11.0, 11.25),
        _of_catalogue("colour-checker-sg", 10, 14),
    )


def reference(layout: CardLayout) -> Float[np.ndarray, "patch 3"]:
    """Colours of the patches: linear Rec.2020, white 1, as a camera balanced for the light would see them."""
    lab = np.array([layout.chart.paints[patch.paint].lab for patch in layout.patches])
    return np.asarray(np.maximum(to_rec2020(lab), 0.0))


def _of_catalogue(name: str, rows: int, columns: int) -> CardLayout:
    """The layout of a chart that we print."""
    chart = chart_named(name)
    patches = [target for target in chart.targets if isinstance(target, Patch)]
    corners = np.array([patch.corners for patch in patches])
    centres = corners.mean(axis=1)
    pitch = (float(centres[1, 0] - centres[0, 0]), float(centres[columns, 1] - centres[0, 1]))
    side = float(np.ptp(corners[0, :, 0])) / (1 - 2 * INSET)
    first = (float(centres[0, 0]), float(centres[0, 1]))
    return CardLayout(chart, rows, columns, first, pitch, side / pitch[0])


def _of_maker(name: str, title: str, patch: float, pitch: float) -> CardLayout:
    """A card in the arrangement of the Classic, a pitch of black about it."""
    paints = colour_checker()
    shapes: list[Polygon] = []
    targets: list[Patch] = []
    for index, paint in enumerate(paints):
        centre = (pitch * (1 + index % 6), pitch * (1 + index // 6))
        shapes.append(Polygon(_square(centre, patch), index + 1))
        measured = _square(centre, patch * (1 - 2 * INSET))
        targets.append(Patch(paint.name, measured, index + 1, "grey" if index >= 18 else "colour"))
    size = (5 * pitch, 7 * pitch)
    card = Chart(name, title, size, (INK, *paints), tuple(shapes), tuple(targets))
    return CardLayout(card, 4, 6, (pitch, pitch), (pitch, pitch), patch / pitch)


def _square(centre: Point, side: float) -> tuple[Point, Point, Point, Point]:
    left, right = centre[0] - side / 2, centre[0] + side / 2
    upper, lower = centre[1] - side / 2, centre[1] + side / 2
    return (left, upper), (right, upper), (right, lower), (left, lower)

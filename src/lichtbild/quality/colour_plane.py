"""Colour plane: the samples of one colour, and where they lie in a picture or in a mosaic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lichtbild.image.cfa import Cfa
from lichtbild.quality.grid_points import WHOLE

COLOURS: Final = ("red", "green", "blue")


@dataclass(frozen=True, eq=False)
class ColourPlane:
    """Samples of one colour.

    Attributes:
        samples: ``[row, column]`` of light, NumPy or JAX.
        phase: row and column of the first sample in the picture.
        period: rows and columns from one sample to the next.
    """

    samples: Any
    phase: tuple[int, int] = WHOLE[0]
    period: tuple[int, int] = WHOLE[1]


Planes = Mapping[str, Sequence[ColourPlane]]
"""The planes of each colour, "red", "green" and "blue"; a Bayer mosaic has two green ones."""


def planes_of(light: Any) -> Planes:
    """The planes of a picture ``[row, column, RGB]``, NumPy or JAX."""
    return {name: (ColourPlane(light[..., i]),) for i, name in enumerate(COLOURS)}


def planes_of_mosaic(mosaic: Any, cfa: Cfa) -> Planes:
    """The planes of a mosaic ``[row, column]``, NumPy or JAX, which begins at the pattern's corner."""
    period = cfa.extent.height, cfa.extent.width
    planes: dict[str, list[ColourPlane]] = {name: [] for name in cfa.colours}
    for row, line in enumerate(cfa.pattern):
        for column, index in enumerate(line):
            samples = mosaic[row :: period[0], column :: period[1]]
            planes[cfa.colours[index]].append(ColourPlane(samples, (row, column), period))
    return planes

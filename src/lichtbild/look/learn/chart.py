"""Chart: patches of known colours, and four marks in the corners by which they are found again.

The colours stand on a body-centred lattice in Oklab whose steps grow with chroma, for photographs hold many
greys and few pure colours; with them go colours of the cube's surface and a ramp of greys. The patches are
shuffled, so that what a program does by place (local tone, a vignette) does not go with colour. The marks
are the finder patterns of QR codes: along any line through the middle they are dark, light, dark, light and
dark for 1, 1, 3, 1 and 1 modules.

Source: ISO/IEC 18004:2015, section 6.3.3 (finder pattern).
"""

from functools import cache
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import oklab
from lichtbild.colour.spaces import REC2020_TO_XYZ, SRGB_TO_XYZ
from lichtbild.colour.transfer import SRGB
from lichtbild.core.array import transformed

CELL: Final = 24
"""Side of a patch in pixels: three blocks of JPEG."""
COLUMNS: Final = 36
MARGIN: Final = 5
"""Cells around the patches."""
MODULE: Final = 12
"""Side of a mark's module in pixels; a mark has 7 x 7."""

_STEP: Final = 0.15
_NEAR_GREY: Final = 0.08
"""Oklab chroma below which the lattice is even."""
_SURFACE: Final = 5
_GREYS: Final = 52
_BORDER: Final = 0.5


@cache
def colours() -> Float[np.ndarray, "patches 3"]:
    """The patches' colours in their order on the chart, as 8-bit codes over 255 in encoded sRGB."""
    steps = np.linspace(0.0, 1.0, _SURFACE)
    cube = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    surface = cube[((cube == 0) | (cube == 1)).any(axis=1)]
    greys = np.repeat(np.linspace(0.0, 1.0, _GREYS)[:, None], 3, axis=1)
    every = np.concatenate([_lattice(), surface, greys])
    source = np.random.default_rng(8)
    order = source.permutation(len(every))
    return np.round(every[order] * 255) / 255


def rows() -> int:
    """Rows of patches."""
    return -(-len(colours()) // COLUMNS)


def size() -> tuple[int, int]:
    """Height and width of the chart in pixels."""
    return (rows() + 2 * MARGIN) * CELL, (COLUMNS + 2 * MARGIN) * CELL


def picture() -> Float[np.ndarray, "h w 3"]:
    """The chart in encoded sRGB."""
    height, width = size()
    drawn = np.full((height, width, 3), _BORDER, np.float32)
    for index, colour in enumerate(colours()):
        row, column = divmod(index, COLUMNS)
        top, left = (row + MARGIN) * CELL, (column + MARGIN) * CELL
        drawn[top : top + CELL, left : left + CELL] = colour
    side = 9 * MODULE
    for middle_row, middle_column in marks():
        top, left = round(middle_row - side / 2), round(middle_column - side / 2)
        drawn[top : top + side, left : left + side] = np.kron(_mark(), np.ones((MODULE, MODULE)))[..., None]
    return drawn


def marks() -> Float[np.ndarray, "4 2"]:
    """Row and column of the marks' middles: top left, top right, bottom right, bottom left."""
    height, width = size()
    away = MARGIN * CELL / 2
    return np.array(
        [[away, away], [away, width - away], [height - away, width - away], [height - away, away]]
    )


def middles() -> Float[np.ndarray, "patches 2"]:
    """Row and column of the patches' middles."""
    row, column = np.divmod(np.arange(len(colours())), COLUMNS)
    return (np.stack([row, column], axis=-1) + MARGIN + 0.5) * CELL


def _mark() -> Float[np.ndarray, "9 9"]:
    """A mark by modules, with the quiet zone around it."""
    away = np.maximum(*np.abs(np.mgrid[-4:5, -4:5]))
    return np.where((away == 3) | (away <= 1), 0.0, 1.0)


def _lattice() -> Float[np.ndarray, "n 3"]:
    """The colours of the lattice that lie within sRGB."""
    count = round(1.2 / _STEP) + 2
    steps = np.arange(-count, count + 1) * _STEP
    corners = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    places = np.concatenate([corners, corners + _STEP / 2]) + np.array([0.5, 0.0, 0.0])
    # Chroma grows as the hyperbolic sine of the distance from grey; 8 makes steps of chroma at grey an
    # eighth of those of lightness.
    away = np.hypot(places[:, 1], places[:, 2])
    grown = _NEAR_GREY * np.sinh(np.minimum(away / (8 * _NEAR_GREY), 4.0))
    lab = places * np.stack([np.ones_like(away), *2 * [grown / np.maximum(away, 1e-9)]], axis=-1)
    to_srgb = np.linalg.solve(SRGB_TO_XYZ, REC2020_TO_XYZ)
    rgb = SRGB.encode(transformed(oklab.to_rec2020(lab), to_srgb))
    inside = (lab[:, 0] > 0) & (lab[:, 0] < 1) & (rgb >= 0).all(axis=1) & (rgb <= 1).all(axis=1)
    return np.asarray(rgb[inside])

"""Contact sheet: pictures of one size in rows, a name below each, on neutral grey.

The surround is grey, for a colour beside a picture changes how it looks; it is darker than the picture's
middle tones, so that it is no second picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from jaxtyping import Float

SURROUND: Final = 0.22
"""Encoded grey around the pictures: L* 23."""

INK: Final = 0.86
"""Encoded grey of the names: twelve times the surround's luminance."""

ASPECT: Final = 1.5
"""Width over height that the sheet should have."""

_GAP, _NAME, _TEXT = 0.045, 0.08, 0.046
"""Gap, height of a name's row and of its letters, of a picture's longer side."""


@dataclass(frozen=True, eq=False)
class Tile:
    """One picture of a sheet.

    Attributes:
        name: written below it.
        samples: encoded for display, 0 to 1, ``[row, column, RGB]``.
    """

    name: str
    samples: Float[np.ndarray, "h w 3"]


def contact_sheet(tiles: Sequence[Tile]) -> Float[np.ndarray, "h w 3"]:
    """The sheet, encoded like its pictures.

    Args:
        tiles: all of one size, in the order in which they are read.

    Raises:
        ValueError: there is none, or they differ in size.
    """
    sizes = {tile.samples.shape for tile in tiles}
    if len(sizes) != 1:
        raise ValueError(f"a contact sheet has pictures of one size, not of {len(sizes)}")
    height, width, _ = sizes.pop()
    longer = max(height, width)
    gap, below, letters = (max(1, round(share * longer)) for share in (_GAP, _NAME, _TEXT))
    columns = column_count(len(tiles), width + gap, height + below + gap)
    rows = -(-len(tiles) // columns)
    step = height + below + gap
    sheet = np.full((rows * step + gap, columns * (width + gap) + gap, 3), SURROUND, np.float32)
    for place, tile in enumerate(tiles):
        top, left = gap + place // columns * step, gap + place % columns * (width + gap)
        sheet[top : top + height, left : left + width] = tile.samples
        mask = _words(tile.name, width, below, letters)[..., None]
        part = sheet[top + height : top + height + below, left : left + width]
        part += mask * (INK - part)
    return sheet


def column_count(count: int, width: float, height: float) -> int:
    """Columns in which so many cells make a sheet that is about as wide as wanted, its last row fullest.

    >>> column_count(12, 3, 2), column_count(7, 1, 1)
    (3, 3)
    """
    wanted = sqrt(count * ASPECT * height / width)
    choices = range(max(1, int(wanted)), min(count, int(wanted) + 2) + 1)
    return min(choices, key=lambda columns: (abs(columns - wanted) + 0.5 * (-count % columns), columns))


def _words(text: str, width: int, height: int, size: int) -> Float[np.ndarray, "h w"]:
    """One line of text in the middle of a row, 1 where ink is."""
    from PIL import Image, ImageDraw, ImageFont  # only sheets wait for it

    font = ImageFont.load_default(size)
    shown = text
    while len(shown) > 1 and font.getlength(shown) > width:
        shown = shown.rstrip("…")[:-1] + "…"
    image = Image.new("L", (width, height), 0)
    ImageDraw.Draw(image).text((width / 2, height / 2), shown, fill=255, font=font, anchor="mm")
    return np.asarray(image, np.float32) / 255

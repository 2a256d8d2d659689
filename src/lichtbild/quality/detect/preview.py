"""Preview: a picture made small, in which charts are searched for before they are measured in the large."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Float, Float32, UInt8

from lichtbild.core.errors import BadInput
from lichtbild.quality.detect.vision import opencv

LONGEST: Final = 1400
"""Pixels of a preview's longer side: a patch of a hundredth of the picture's width is still 14 wide."""
LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722])
"""Of linear sRGB. Source: IEC 61966-2-1."""
_GAMMA: Final = 1 / 2.2
_SMALLEST: Final = 32


@dataclass(frozen=True, eq=False)
class Preview:
    """A picture and its small copy.

    Attributes:
        light: linear sRGB ``[row, column, RGB]``, 1 where the picture clips, as it came.
        factor: pixels of the picture along one side of a pixel of the small copy.
        small: the mean light over each such square; nothing in it is NaN or below 0.
        tone: luminance of the small copy as the eye grades it, 0 to 1 at its 99.5th percentile.
    """

    light: Float[np.ndarray, "row column 3"]
    factor: int
    small: Float32[np.ndarray, "r c 3"]
    tone: Float32[np.ndarray, "r c"]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the picture."""
        return self.light.shape[0], self.light.shape[1]

    @property
    def grey(self) -> UInt8[np.ndarray, "r c"]:
        """The tone in 8 bits."""
        return np.round(self.tone * 255).astype(np.uint8)

    def without(self, outlines: Sequence[Float[np.ndarray, "n 2"]]) -> "Preview":
        """The preview with areas of the picture painted over, in which nothing is to be found any more."""
        if not outlines:
            return self
        own = [outline / self.factor for outline in outlines]
        return replace(self, small=covered(self.small, own), tone=covered(self.tone, own))

    def to_picture(self, places: Float[np.ndarray, "*many 2"]) -> Float[np.ndarray, "*many 2"]:
        """Places in the picture, pixel centres at half-integers, of indices of the small copy's pixels."""
        return (np.asarray(places, np.float64) + 0.5) * self.factor


def covered(
    plane: Float[np.ndarray, "row column *channel"], outlines: Sequence[Float[np.ndarray, "n 2"]]
) -> Float[np.ndarray, "row column *channel"]:
    """A picture whose polygons are painted over with the mean along their outlines."""
    if not outlines:
        return plane
    plane = plane.copy()
    for outline in outlines:
        at = np.clip(np.floor(outline), 0, np.array(plane.shape[1::-1]) - 1).astype(np.int32)
        fill = np.mean([plane[row, column] for column, row in at], axis=0)
        opencv().fillPoly(plane, [at], [float(value) for value in np.ravel(fill)])
    return plane


def preview(light: Float[np.ndarray, "row column 3"], longest: int = LONGEST) -> Preview | None:
    """The picture with its small copy; None of one that is too small or holds no light to find anything in.

    Args:
        light: linear sRGB; NaN counts as dark.
        longest: pixels of the small copy's longer side at most.

    Raises:
        BadInput: it is no picture of three colours, or OpenCV is not installed.
    """
    if light.ndim != 3 or light.shape[2] != 3:
        raise BadInput(f"a picture to find charts in has the shape (rows, columns, 3), not {light.shape}")
    rows, columns = light.shape[:2]
    factor = max(1, -(-max(rows, columns) // longest))
    if min(rows, columns) // factor < _SMALLEST:
        return None
    small = _reduced(light[: rows // factor * factor, : columns // factor * factor], factor)
    luma = small @ LUMINANCE.astype(np.float32)
    white = float(np.percentile(luma, 99.5))
    if white <= 0:
        return None
    tone = np.clip(luma / np.float32(white), 0, 1) ** np.float32(_GAMMA)
    return Preview(light, factor, small, tone)


def toned(plane: Float32[np.ndarray, "r c"]) -> UInt8[np.ndarray, "r c"]:
    """A plane of light as the eye grades it, in 8 bits, with 255 at its 99.5th percentile."""
    white = float(np.nanpercentile(plane[::3, ::3], 99.5))
    share = np.nan_to_num(np.clip(plane * np.float32(1 / max(white, 1e-9)), 0, 1))
    steps = np.arange(4096) / 4095
    table = np.round(255 * steps**_GAMMA).astype(np.uint8)
    return np.asarray(table[(share * np.float32(4095)).astype(np.uint16)])


def _reduced(light: Float[np.ndarray, "row column 3"], factor: int) -> Float32[np.ndarray, "r c 3"]:
    """Means over squares, from 0 to 4: what is wild beyond white tells nothing about shapes."""
    size = (light.shape[1] // factor, light.shape[0] // factor)
    taken = np.asarray(light, np.float32)
    small = opencv().resize(taken, size, interpolation=opencv().INTER_AREA) if factor > 1 else taken
    if not np.isfinite(small.sum(dtype=np.float64)):
        small = np.nan_to_num(small, nan=0.0, posinf=4.0, neginf=0.0)
    return np.clip(small, np.float32(0), np.float32(4))

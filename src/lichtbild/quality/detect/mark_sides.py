"""Mark sides: a mark's corners from the borders of its black frame, which blur moves less than corners."""

from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.quality.detect.borders import sampled
from lichtbild.quality.detect.quadrilateral import Line, meetings, outward

_ALONG: Final = np.linspace(0.14, 0.86, 12)
"""Of a side, where its border is looked for."""
_REACH: Final = 0.9 / 6
"""Of a side to either side of it: the frame is one cell wide, the white about it more."""
_LEAST_REACH: Final = 1.5
"""px."""
_STEPS: Final = 15
_SHOULDER: Final = 4
"""Steps at either end of a profile that tell the levels of black and white."""
_STRAIGHT: Final = 0.25
"""Of the reach, that borders may spread about their line."""


def exact_corners(
    light: Float[np.ndarray, "row column 3"], corners: Float[np.ndarray, "4 2"]
) -> Float[np.ndarray, "4 2"]:
    """A mark's corners where the lines of its sides meet; a side that does not show stays.

    The place of a border is where a sharp one would leave as much light, which no symmetric blur moves.

    Args:
        light: linear light of a picture.
        corners: of the mark to a third of a cell, px.
    """
    for _ in range(4):
        middle = corners.mean(axis=0)
        sides = zip(corners, np.roll(corners, -1, axis=0), strict=True)
        lines = [_line(light, start, end, middle) or (start, end) for start, end in sides]
        side = float(np.linalg.norm(corners[1] - corners[0]))
        corners = meetings(lines, corners, side / 6)
    return corners


def _line(
    light: Float[np.ndarray, "row column 3"],
    start: Float[np.ndarray, "2"],
    end: Float[np.ndarray, "2"],
    middle: Float[np.ndarray, "2"],
) -> Line | None:
    """The line of the border near a side; None where none is seen."""
    reach = _REACH * float(np.linalg.norm(end - start))
    if reach < _LEAST_REACH:
        return None
    normal = outward(start, end, middle)
    steps = np.linspace(-reach, reach, _STEPS)
    places = (start + _ALONG[:, None] * (end - start))[:, None] + steps[None, :, None] * normal
    profiles = sampled(light, places)
    dark = np.median(profiles[:, :_SHOULDER], axis=1, keepdims=True)
    bright = np.median(profiles[:, -_SHOULDER:], axis=1, keepdims=True)
    shown = (bright - dark > 0.1 * np.abs(bright))[:, 0]
    share = (profiles - dark) / np.where(shown[:, None], bright - dark, 1.0)
    offsets = reach - (share.sum(axis=1) - 0.5 * (share[:, 0] + share[:, -1])) * (steps[1] - steps[0])
    good = np.isfinite(offsets) & shown & (np.abs(offsets) < reach)
    for _ in range(3):
        if good.sum() < len(_ALONG) // 2:
            return None
        line = np.polynomial.polynomial.polyfit(_ALONG[good], offsets[good], 1)
        off = np.abs(offsets - np.polynomial.polynomial.polyval(_ALONG, line))
        good &= off < max(3 * float(np.median(off[good])), 0.1)
    if float(np.median(off[good])) > _STRAIGHT * reach:
        return None
    return start + line[0] * normal, end + (line[0] + line[1]) * normal

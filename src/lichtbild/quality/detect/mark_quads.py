"""Mark quads: dark quadrilaterals of a picture that may be the frames of marks.

Source: Garrido-Jurado et al., Pattern Recognition 47 (2014), 3.1: local thresholds of several widths,
outlines, polygons of four corners.
"""

from typing import Final

import numpy as np
from jaxtyping import Float, UInt8

from lichtbild.quality.detect.vision import opencv

_WINDOWS: Final = (11, 23, 45)
"""Pixels of the surroundings that a mark is darker than: from thin frames to wide ones."""
_DARKER: Final = 5
"""Grey levels of 255."""
_LEAST_LENGTH: Final = 32
"""Pixels of an outline: marks of 10 px, whose cells are no longer told, have more."""
_COMPACT: Final = 0.02
"""Least area of an outline over the square of its pixels: tilted squares have 0.03 to 0.125."""
_BEND: Final = 0.07
"""Of an outline's length: small and blurred marks have round corners."""
_FILLED: Final = (0.75, 1.25)
"""Area of an outline in that of its polygon: a disc's four corners hold 0.64 of it."""

Quads = Float[np.ndarray, "n 4 2"]


def mark_quads(grey: UInt8[np.ndarray, "r c"]) -> Quads:
    """Corners of dark quadrilaterals, clockwise as seen, in indices of pixels; some come more than once."""
    cv2 = opencv()
    longest = 4 * max(grey.shape)
    found = []
    for window in _WINDOWS:
        mask = cv2.adaptiveThreshold(
            grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, _DARKER
        )
        outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        fitting = (one for one in outlines if _LEAST_LENGTH <= len(one) <= longest)
        found += [quad for quad in map(_quad, fitting) if quad is not None]
    return np.array(found, np.float64).reshape(-1, 4, 2)


def _quad(outline: np.ndarray) -> np.ndarray | None:
    """The four corners of an outline that has four; None of any other."""
    cv2 = opencv()
    area = cv2.contourArea(outline)
    if area < _COMPACT * len(outline) ** 2:
        return None
    corners = cv2.approxPolyDP(outline, _BEND * len(outline), True)
    if len(corners) != 4 or not cv2.isContourConvex(corners):
        return None
    signed = cv2.contourArea(corners, True)
    if not _FILLED[0] * abs(signed) < area < _FILLED[1] * abs(signed):
        return None
    # OpenCV's orientation is that of axes pointing up: clockwise as seen is positive.
    return np.asarray(corners[:, 0] if signed > 0 else corners[::-1, 0])

"""Plains: even areas of a picture with straight outlines, such as patches and the squares of edges."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float, UInt8

from lichtbild.quality.detect.preview import Preview
from lichtbild.quality.detect.vision import opencv

_LEAST: Final = 60
"""Pixels of the preview."""
_MOST: Final = 0.3
"""Of the preview."""
_BEND: Final = 0.025
"""Of an outline's length, that it may leave its polygon."""
_SHRUNK: Final = 2.0
"""Pixels of the preview by which a plain ends before its border: what blur and the gradient's width take."""


@dataclass(frozen=True, eq=False)
class Plain:
    """An even area.

    Attributes:
        corners: of its outline, in the preview, pixel indices, grown to its border.
        centre: of gravity of the outline, preview.
        colour: mean light of its pixels, linear sRGB.
        fill: share of the polygon that the outline fills, by which one tells a polygon from another shape.
    """

    corners: Float[np.ndarray, "n 2"]
    centre: Float[np.ndarray, "2"]
    colour: Float[np.ndarray, "3"]
    fill: float

    @property
    def area(self) -> float:
        """Of the polygon, preview."""
        x, y = self.corners.T
        return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)

    @property
    def quadrilateral(self) -> bool:
        """It has four corners, none of them inward, and sides of like length."""
        if len(self.corners) != 4:
            return False
        ways = np.roll(self.corners, -1, axis=0) - self.corners
        lengths = np.linalg.norm(ways, axis=1)
        turns = ways[:, 0] * np.roll(ways, -1, axis=0)[:, 1] - ways[:, 1] * np.roll(ways, -1, axis=0)[:, 0]
        square = np.abs(turns) / (lengths * np.roll(lengths, -1))
        convex = bool(np.all(turns > 0) or np.all(turns < 0))
        return convex and bool(lengths.max() < 3 * lengths.min() and square.min() > 0.6)


def plains(view: Preview) -> tuple[Plain, ...]:
    """Even areas of a picture whose outlines are polygons of three to eight corners."""
    cv2 = opencv()
    mask = _even(view)
    outlines, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    found = []
    for outline, (_, _, _, parent) in zip(outlines, tree[0] if tree is not None else (), strict=False):
        area = cv2.contourArea(outline)
        if parent < 0 and _LEAST <= area <= _MOST * mask.size:
            plain = _plain(view, outline, area)
            if plain is not None:
                found.append(plain)
    return tuple(found)


def _even(view: Preview) -> UInt8[np.ndarray, "r c"]:
    """Where the picture hardly changes: by less than a few times its noise, in any colour."""
    cv2 = opencv()
    coded = np.sqrt(np.clip(view.small, 0, 1)) * np.float32(
        1.0 / max(float(np.sqrt(np.percentile(view.small, 99.5))), 1e-3)
    )
    smooth = cv2.GaussianBlur(coded, (0, 0), 0.8)
    steep = np.zeros(view.tone.shape, np.float32)
    for plane in cv2.split(smooth):
        across, down = cv2.Sobel(plane, cv2.CV_32F, 1, 0), cv2.Sobel(plane, cv2.CV_32F, 0, 1)
        steep = np.maximum(steep, cv2.magnitude(across, down))
    limit = float(np.clip(3.5 * np.percentile(steep, 30), 0.035, 0.25))
    mask = (steep < limit).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((2, 2), np.uint8))
    return cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))


def _plain(view: Preview, outline: np.ndarray, area: float) -> Plain | None:
    """The plain within an outline; None of one that is no polygon."""
    cv2 = opencv()
    length = cv2.arcLength(outline, True)
    polygon = cv2.approxPolyDP(outline, _BEND * length, True)[:, 0].astype(np.float64)
    if len(polygon) != 4:
        # A patch with a nick, where noise or a scratch ate into its border, is its hull.
        hull = cv2.convexHull(outline)
        four = cv2.approxPolyDP(hull, 0.04 * length, True)[:, 0].astype(np.float64)
        if len(four) == 4 and area > 0.88 * cv2.contourArea(hull):
            polygon = four
    if not 3 <= len(polygon) <= 8 or length**2 > 90 * area:
        return None
    covered = cv2.contourArea(polygon.astype(np.float32))
    if covered <= 0 or not 0.85 < area / covered < 1.15:
        return None
    left, top, width, height = cv2.boundingRect(outline)
    within = np.zeros((height, width), np.uint8)
    cv2.drawContours(within, [outline], -1, 1, -1, offset=(-left, -top))
    pixels = view.small[top : top + height, left : left + width][within > 0]
    colour = np.median(pixels, axis=0).astype(np.float64)
    moments = cv2.moments(outline)
    centre = np.array([moments["m10"], moments["m01"]]) / max(moments["m00"], 1e-9)
    return Plain(_widened(polygon), centre, colour, float(area / covered))


def _widened(polygon: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, "n 2"]:
    """The polygon with its sides moved outward by what the gradient took."""
    x, y = polygon.T
    turned = np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))
    ways = np.roll(polygon, -1, axis=0) - polygon
    ways /= np.maximum(np.linalg.norm(ways, axis=1, keepdims=True), 1e-9)
    out = ways[:, ::-1] * ([1.0, -1.0] if turned > 0 else [-1.0, 1.0])
    before = np.roll(out, 1, axis=0)
    together = 1 + np.sum(out * before, axis=1, keepdims=True)
    return polygon + _SHRUNK * (out + before) / np.maximum(together, 0.35)

"""Leafy fields: dead leaves, told by their statistics and by the even border about them."""

from itertools import pairwise
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.image.chart import Chart, Leaves
from lichtbild.quality.detect.candidate import Candidate
from lichtbild.quality.detect.made_chart import grey_paint, point_map
from lichtbild.quality.detect.preview import LUMINANCE, Preview
from lichtbild.quality.detect.vision import opencv

_SIDE: Final = 64
"""Pixels of the preview that a field must be wide."""
_SLOPE: Final = (-2.7, -1.2)
"""Of the power spectrum over frequency, in logarithms; leaves with radii like r^-3 have about -2.
Source: Cao, Guichard and Hornung, SPIE 7250 (2009)."""
_ISOTROPY: Final = 1.4
"""Ratio of the gradients' power along rows and columns that leaves stay below."""
_STEADY: Final = 0.35
"""Spread of the parts' means, in spreads of the whole: leaves are the same everywhere."""


def leafy_fields(view: Preview) -> tuple[Candidate, ...]:
    """Rectangles of dead leaves on an even ground."""
    cv2 = opencv()
    fine = view.tone - cv2.GaussianBlur(view.tone, (0, 0), 3.0)
    busy = cv2.GaussianBlur(np.abs(fine), (0, 0), 3.0)
    mask = (busy > max(0.25 * float(np.percentile(busy, 97)), 0.008)).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((25, 25), np.uint8))
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    found = []
    for outline in outlines:
        hull = cv2.convexHull(outline)
        corners = cv2.approxPolyDP(hull, 0.04 * cv2.arcLength(hull, True), True)[:, 0].astype(np.float64)
        filled = cv2.contourArea(outline) / max(cv2.contourArea(corners.astype(np.float32)), 1.0)
        if len(corners) == 4 and 0.88 < filled < 1.1 and _framed(view, mask, corners):
            field = _field(view, corners)
            if field is not None:
                found.append(field)
    return tuple(found)


def _framed(view: Preview, mask: np.ndarray, corners: Float[np.ndarray, "4 2"]) -> bool:
    """Whether it is large, away from the picture's border, and even ground lies all about it."""
    ways = np.roll(corners, -1, axis=0) - corners
    lengths = np.linalg.norm(ways, axis=1)
    low, high = corners.min(axis=0), corners.max(axis=0)
    if lengths.min() < _SIDE or np.any(low < 6) or np.any(high > np.array(mask.shape[::-1]) - 7):
        return False
    middle = corners.mean(axis=0)
    outside = middle + (1 + 8 / (lengths.min() / 2)) * (corners - middle)
    ring = np.concatenate(
        [
            a + np.linspace(0, 1, 60)[:, None] * (b - a)
            for a, b in zip(outside, np.roll(outside, -1, axis=0), strict=True)
        ]
    )
    at = np.rint(ring).astype(int)
    within = np.all((at >= 0) & (at < np.array(mask.shape[::-1])), axis=1)
    values = view.tone[at[within, 1], at[within, 0]]
    around = mask[at[within, 1], at[within, 0]].mean()
    sides = [np.median(np.abs(side - np.median(side))) for side in np.array_split(values, 4)]
    return bool(within.mean() > 0.8 and around < 0.45 and np.sort(sides)[2] < 0.05)


def _field(view: Preview, corners: Float[np.ndarray, "4 2"]) -> Candidate | None:
    """The field of leaves within four corners; None of any other texture."""
    cv2 = opencv()
    start = int(np.argmin(corners.sum(axis=1)))
    corners = np.roll(corners, -start, axis=0)
    way, other = corners[1] - corners[0], corners[3] - corners[0]
    if way[0] * other[1] - way[1] * other[0] < 0:
        corners = corners[[0, 3, 2, 1]]
    ways = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    width, height = float(ways[::2].mean()), float(ways[1::2].mean())
    square = np.array([[0, 0], [width, 0], [width, height], [0, height]])
    straight = cv2.getPerspectiveTransform(corners.astype(np.float32), square.astype(np.float32))
    luma = view.small @ LUMINANCE.astype(np.float32)
    part = cv2.warpPerspective(luma, straight, (int(width), int(height)))
    inset = max(6, int(0.06 * min(width, height)))
    part = part[inset:-inset, inset:-inset].astype(np.float64)
    if not _leafy(part):
        return None
    size = np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]]) * view.factor
    margin = 0.1 * min(width, height) * view.factor
    mapped = point_map(size + margin, view.to_picture(corners), view.shape)
    if mapped is None:
        return None
    low, high = (float(one) for one in np.percentile(part, (2, 98)))
    # Its blurred rim and what the search took too much of are left out.
    rim = 1.5 * inset * view.factor
    leaves = Leaves(
        (margin + rim, margin + rim),
        (float(height * view.factor - 2 * rim), float(width * view.factor - 2 * rim)),
        (1.0, max(width, height) / 4),
        (min(max(low, 0.0), 1.0), min(max(high, 0.0), 1.0)),
        seed=0,
    )
    paper = (float(height * view.factor + 2 * margin), float(width * view.factor + 2 * margin))
    chart = Chart(
        "dead-leaves",
        "Dead leaves",
        paper,
        (grey_paint(float(np.median(part)), "mean"),),
        (leaves,),
        (leaves,),
    )
    return Candidate(chart, mapped[0], mapped[1], certainty=1)


def _leafy(part: Float[np.ndarray, "r c"]) -> bool:
    """Whether a texture is steady, alike in all directions, and falls off over frequency as leaves do."""
    if min(part.shape) < _SIDE // 2 or part.std() < 0.08 * part.mean():
        return False
    quarters = [half for rows in np.array_split(part, 3) for half in np.array_split(rows, 3, axis=1)]
    means = np.array([one.mean() for one in quarters])
    spreads = np.array([one.std() for one in quarters])
    if means.std() > _STEADY * part.std() or spreads.min() < 0.5 * spreads.max():
        return False
    across, down = np.diff(part, axis=1).std(), np.diff(part, axis=0).std()
    if max(across, down) > _ISOTROPY * min(across, down):
        return False
    side = min(part.shape)
    window = np.outer(np.hanning(side), np.hanning(side))
    power = np.abs(np.fft.fft2((part[:side, :side] - part.mean()) * window)) ** 2
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.fftfreq(side)[None])
    bands = np.geomspace(3 / side, 0.25, 7)
    levels = [np.log(power[(frequency >= a) & (frequency < b)].mean()) for a, b in pairwise(bands)]
    slope = np.polynomial.polynomial.polyfit(np.log(np.sqrt(bands[:-1] * bands[1:])), levels, 1)[1]
    peak = power[(frequency > 3 / side) & (frequency < 0.25)]
    return bool(_SLOPE[0] < slope < _SLOPE[1] and peak.max() < 0.2 * peak.sum())

"""Leafy fields: dead leaves, told by their statistics and by the even border about them."""

from itertools import pairwise
from typing import Final

import numpy as np
from jaxtyping import Float, UInt8

from lichtbild.image.chart import Chart, Leaves
from lichtbild.quality.detect.candidate import Candidate
from lichtbild.quality.detect.made_chart import grey_paint, point_map
from lichtbild.quality.detect.preview import LUMINANCE, Preview
from lichtbild.quality.detect.quadrilateral import Line, meetings, outward
from lichtbild.quality.detect.vision import opencv

_SIDE: Final = 64
"""Pixels of the preview that a field must be wide."""
_SLOPE: Final = (-2.7, -1.2)
"""Of the power spectrum over frequency, in logarithms; leaves with radii like r^-3 have about -2.
Source: Cao, Guichard and Hornung, SPIE 7250 (2009)."""
_ISOTROPY: Final = 1.4
"""Ratio of the gradients' power along rows and columns that leaves stay below."""
_WINDOW: Final = 15
"""Pixels of the preview over which texture is told from edges: an edge is some four wide."""
_DENSE: Final = 0.5
"""Share of such a window that must be sloping; half of it at the field's own border."""
_NARROW: Final = 12.0
"""Pixels: half the width of what is too narrow for a field."""
_SLOPING: Final = 0.004
"""Tones a px."""
_STEADY: Final = 0.35
"""Spread of the parts' means, in spreads of the whole: leaves are the same everywhere."""


def leafy_fields(view: Preview) -> tuple[Candidate, ...]:
    """Rectangles of dead leaves on an even ground."""
    cv2 = opencv()
    mask = _textured(view)
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    found = []
    for outline in outlines:
        hull = cv2.convexHull(outline)
        corners = cv2.approxPolyDP(hull, 0.04 * cv2.arcLength(hull, True), True)[:, 0].astype(np.float64)
        filled = cv2.contourArea(outline) / max(cv2.contourArea(corners.astype(np.float32)), 1.0)
        if len(corners) == 4 and 0.88 < filled < 1.1 and _large(mask, corners):
            exact = _bordered(view, _straightened(_straightened(corners, outline), outline))
            field = _field(view, exact) if _framed(view, mask, exact) else None
            if field is not None:
                found.append(field)
    return tuple(found)


def _textured(view: Preview) -> UInt8[np.ndarray, "r c"]:
    """Where most pixels lie on a slope; about an edge that stands alone few do, however steep it is."""
    cv2 = opencv()
    steep = cv2.magnitude(
        cv2.Sobel(view.tone, cv2.CV_32F, 1, 0, scale=0.125),
        cv2.Sobel(view.tone, cv2.CV_32F, 0, 1, scale=0.125),
    )
    even, busy = np.percentile(steep[::3, ::3], (30, 95))
    limit = max(min(3.5 * float(even), 0.25 * float(busy)), _SLOPING)
    share = cv2.blur((steep > limit).astype(np.float32), (_WINDOW, _WINDOW))
    mask = (share > _DENSE).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((_WINDOW, _WINDOW), np.uint8))
    # Opened by a disc: a square one cuts corners off fields that stand on theirs.
    core = (cv2.distanceTransform(mask, cv2.DIST_L2, 5) <= _NARROW).astype(np.uint8)
    return np.asarray((cv2.distanceTransform(core, cv2.DIST_L2, 5) <= _NARROW).astype(np.uint8))


def _large(mask: UInt8[np.ndarray, "r c"], corners: Float[np.ndarray, "4 2"]) -> bool:
    """Whether its sides are long, and it lies away from the picture's border."""
    lengths = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    away = min(corners.min(), (np.array(mask.shape[::-1]) - corners.max(axis=0)).min())
    return bool(lengths.min() >= _SIDE and away >= 6)


def _straightened(corners: Float[np.ndarray, "4 2"], outline: np.ndarray) -> Float[np.ndarray, "4 2"]:
    """Corners where the lines through the middle parts of an outline's sides meet; its corners are round."""
    cv2 = opencv()
    points = outline[:, 0].astype(np.float64)
    lines = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        way = end - start
        length = max(float(np.hypot(*way)), 1e-9)
        along = (points - start) @ way / length**2
        aside = np.abs((points - start) @ [-way[1], way[0]]) / length
        near = points[(along > 0.12) & (along < 0.88) & (aside < _WINDOW)]
        if len(near) < 10:
            return corners
        x, y, left, top = cv2.fitLine(near.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
        lines.append((np.array([left, top]), np.array([left + length * x, top + length * y])))
    return meetings(lines, corners, 1.5 * _WINDOW)


def _bordered(view: Preview, corners: Float[np.ndarray, "4 2"]) -> Float[np.ndarray, "4 2"]:
    """Corners where the lines meet along which the even ground ends; as they were where no such line is."""
    middle = corners.mean(axis=0)
    sides = zip(corners, np.roll(corners, -1, axis=0), strict=True)
    return meetings([_side(view, start, end, middle) for start, end in sides], corners, 1.5 * _WINDOW)


def _side(
    view: Preview, start: Float[np.ndarray, "2"], end: Float[np.ndarray, "2"], middle: Float[np.ndarray, "2"]
) -> Line:
    """Ends of the line near a side along which tones leave those of the ground."""
    normal = outward(start, end, middle)
    share = np.linspace(0.05, 0.95, 80)
    steps = np.arange(_WINDOW, -_WINDOW - 0.1, -0.5)  # from the ground inwards
    places = (start + share[:, None] * (end - start))[:, None] + steps[None, :, None] * normal
    grid = places.astype(np.float32)
    lines = opencv().remap(view.tone, grid, None, opencv().INTER_LINEAR, borderMode=opencv().BORDER_REPLICATE)
    # What lies beside a field may end a few pixels away, so the ground is what is next to it and even.
    about = lines[:, len(steps) // 4 : len(steps) // 2 - 4]
    ground = float(np.median(about))
    away = np.abs(lines - ground) > max(4 * float(np.median(np.abs(about - ground))), 0.03)
    away[:, : len(steps) // 4] = False
    first = np.where(away.any(axis=1), steps[np.argmax(away, axis=1)], np.nan)
    known = np.isfinite(first)
    if known.sum() < 20:
        return start, end
    # Leaves as bright as the ground hide its end, never the reverse: the outer of the ends tell the line.
    line = np.polynomial.polynomial.polyfit(share[known], first[known], 1)
    for _ in range(6):
        off = first - np.polynomial.polynomial.polyval(share, line)
        near = known & (off > -1.0) & (off < 3.0)
        if near.sum() < 15:
            return start, end
        line = np.polynomial.polynomial.polyfit(share[near], first[near], 1)
    return start + line[0] * normal, end + (line[0] + line[1]) * normal


def _framed(view: Preview, mask: UInt8[np.ndarray, "r c"], corners: Float[np.ndarray, "4 2"]) -> bool:
    """Whether even ground lies all about it."""
    lengths = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
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
    inset = max(4, int(0.02 * min(width, height)))
    part = part[inset:-inset, inset:-inset].astype(np.float64)
    if not _leafy(part):
        return None
    size = np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]]) * view.factor
    margin = 0.1 * min(width, height) * view.factor
    mapped = point_map(size + margin, view.to_picture(corners), view.shape)
    if mapped is None:
        return None
    low, high = (float(one) for one in np.percentile(part, (2, 98)))
    rim = float(inset * view.factor)  # blurred, and known to a pixel or two of the preview
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

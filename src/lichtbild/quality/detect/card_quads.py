"""Card quads: even areas with four straight sides, in any colour, that may be patches of a card.

A patch is where the gradient of every channel is low, with a ring of high gradient about it. This needs no
gap of known colour, as adaptive thresholds of one grey do, so patches with hairlines between them are found
as well as patches on a dark board. Where a patch is small or written on, its ring still hangs together: the
areas of high gradient are asked too, by their outlines, and areas brighter than what lies about them.
Thresholds are multiples of the picture's own median gradient.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Bool, Float

from lichtbild.quality.detect.vision import opencv

_LEVELS: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Thresholds, in median gradients."""
_FLOOR: Final = 0.003
"""Least of the median gradient, in tones a px: a drawn picture has none."""
_LEAST_AREA: Final = 20
_FILLED: Final = 0.3
"""Least share of an area in its upright box: a diamond fills a half, a ring less."""
_LARGEST_SHARE: Final = 0.06
"""Of the picture, for one patch."""
_SOLID: Final = 0.85
"""Least share of an area in its convex hull, and of the hull in its quadrilateral or the reverse."""
_LONGEST: Final = 2.5
"""Largest ratio of two sides."""
_WINDOWS: Final = (0.01, 0.025, 0.07)
"""Half the width of the surroundings, of the view's longer side."""
_BRIGHTER: Final = 0.02
"""Tones above the mean of the surroundings."""
_MOST: Final = 600
"""Quadrilaterals kept of one threshold, the largest ones."""


@dataclass(frozen=True, eq=False)
class Quads:
    """Quadrilaterals in a view.

    Attributes:
        centres: (x, y), px.
        sides: from the middle of one side to that of the opposite one: ``[quad, (u, v), (x, y)]``, turned so
            that v lies clockwise of u as seen.
    """

    centres: Float[np.ndarray, "quad 2"]
    sides: Float[np.ndarray, "quad 2 2"]

    @property
    def areas(self) -> Float[np.ndarray, " quad"]:
        """Px of each."""
        return np.asarray(np.abs(np.linalg.det(self.sides)))


def quads(tones: Float[np.ndarray, "row column 3"]) -> tuple[Quads, Quads, Quads]:
    """All quadrilaterals of a view, each once: even areas, outlines, and what is brighter than about it."""
    cv2 = opencv()
    found: tuple[list[Any], list[Any], list[Any]] = ([], [], [])
    plane, scale = tones, 1.0
    while min(plane.shape[:2]) >= 48 and scale < 5:
        slope = gradient(plane)
        middle = max(float(np.median(slope[::3, ::3])), _FLOOR)
        for level in _LEVELS:
            flat = slope < level * middle
            for kind, mask in enumerate((flat, ~flat)):
                found[kind].extend(
                    ((centre + 0.5) * scale, sides * scale) for centre, sides in _of_mask(mask)
                )
        plane = cv2.resize(plane, (plane.shape[1] // 2, plane.shape[0] // 2), interpolation=cv2.INTER_AREA)
        scale *= 2
    brightest = np.ascontiguousarray(tones.max(axis=2))
    for share in _WINDOWS:
        mean = cv2.blur(brightest, (2 * int(share * max(tones.shape[:2])) + 1,) * 2)
        found[2].extend((centre + 0.5, sides) for centre, sides in _of_mask(brightest > mean + _BRIGHTER))
    return _once(found[0]), _once(found[1]), _once(found[2])


def gradient(tones: Float[np.ndarray, "row column 3"]) -> Float[np.ndarray, "row column"]:
    """Steepest slope of the three channels, tones a px, after a Gaussian of 1 px."""
    cv2 = opencv()
    smooth = cv2.GaussianBlur(tones, (0, 0), 1.0)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3, scale=0.125)
    along = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3, scale=0.125)
    steep = cv2.magnitude(across, along)
    return np.asarray(cv2.max(cv2.max(steep[..., 0], steep[..., 1]), steep[..., 2]))


def _of_mask(mask: Bool[np.ndarray, "row column"]) -> list[tuple[Any, Any]]:
    """Centres and sides of the quadrilaterals among the connected areas of a mask."""
    cv2 = opencv()
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=4)
    wide, high, area = stats[:, 2], stats[:, 3], stats[:, 4]
    fitting = (
        (area >= _LEAST_AREA)
        & (wide * high <= 2 * _LARGEST_SHARE * mask.size)
        & (area > _FILLED * wide * high)
    )
    fitting[0] = False
    chosen = np.flatnonzero(fitting)
    chosen = chosen[np.argsort(-area[chosen], kind="stable")][:_MOST]
    found = []
    for index in chosen:
        left, top, width, height = (int(value) for value in stats[index, :4])
        part = (labels[top : top + height, left : left + width] == index).astype(np.uint8)
        quad = _quad(part)
        if quad is not None:
            found.append((quad[0] + (left, top), quad[1]))
    return found


def _quad(part: Any) -> tuple[Any, Any] | None:
    """Centre and sides of an area that is a quadrilateral."""
    cv2 = opencv()
    contours, _ = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    contour = contours[0]
    hull = cv2.convexHull(contour)
    full = cv2.contourArea(hull)
    if full <= 0 or cv2.contourArea(contour) < _SOLID * full:
        return None
    length = cv2.arcLength(hull, True)
    for share in (0.03, 0.05, 0.08, 0.11):
        corners = cv2.approxPolyDP(hull, share * length, True)
        if len(corners) <= 4:
            break
    if len(corners) != 4:
        return None
    points = corners[:, 0].astype(float)
    inner = abs(cv2.contourArea(corners)) / full
    return _measured(points) if inner > _SOLID - 0.1 else None


def _measured(corners: Float[np.ndarray, "4 2"]) -> tuple[Any, Any] | None:
    """Centre and sides of four corners, unless they are too long or too oblique for a patch."""
    u = (corners[1] + corners[2] - corners[0] - corners[3]) / 2
    v = (corners[2] + corners[3] - corners[0] - corners[1]) / 2
    area = u[0] * v[1] - u[1] * v[0]
    if area < 0:
        v, area = -v, -area
    long, short = max(np.hypot(*u), np.hypot(*v)), min(np.hypot(*u), np.hypot(*v))
    if short < 3 or long > _LONGEST * short or area < 0.5 * long * short:
        return None
    # The contour runs through the outermost pixels' centres: half a pixel is missing on each side.
    sides = np.array([u * (1 + 1 / np.hypot(*u)), v * (1 + 1 / np.hypot(*v))])
    return corners.mean(axis=0), sides


def _once(found: list[Any]) -> Quads:
    """Each patch once: the largest of those about one centre."""
    if not found:
        return Quads(np.zeros((0, 2)), np.zeros((0, 2, 2)))
    every = Quads(np.array([centre for centre, _ in found]), np.array([sides for _, sides in found]))
    order = np.argsort(-every.areas, kind="stable")
    centres, areas = every.centres[order], every.areas[order]
    free = np.ones(len(order), bool)
    kept = []
    for index in range(len(order)):
        if not free[index]:
            continue
        kept.append(order[index])
        near = np.hypot(*(centres - centres[index]).T) < 0.25 * np.sqrt(areas[index])
        free &= ~(near & (areas > 0.25 * areas[index]))
    return Quads(every.centres[kept], every.sides[kept])

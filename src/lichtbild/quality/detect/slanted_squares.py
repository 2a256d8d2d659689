"""Slanted squares: charts of edges, found as even polygons of one tone on a ground of another."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.image.chart import Chart, Edge, Polygon
from lichtbild.quality.detect.borders import sampled
from lichtbild.quality.detect.candidate import Candidate
from lichtbild.quality.detect.made_chart import grey_paint, plain_map
from lichtbild.quality.detect.plains import Plain
from lichtbild.quality.detect.preview import Preview

LEAST_GROUP: Final = 4
"""Polygons of one tone on one ground that make a chart; fewer may be anything."""
_MANY: Final = 12
"""Polygons from which on a chart may turn each its own way; fewer that do are things that lie about."""
_ALIKE_WAYS: Final = 0.75
"""Of the mean of exp(4 i angle) over sides: slants of 10 degrees to either side have 0.77."""
_ALIKE_AREAS: Final = 2.2
"""Of the largest to the smallest of a few polygons; perspective makes no more of equal ones."""
_LEAST_SIDE: Final = 24.0
"""px of the picture."""
_ALIKE: Final = 1.7
"""Factor by which tones of a group may differ where the light falls off."""
_LEAST_CONTRAST: Final = 0.15
_STRAIGHT: Final = 0.012
"""Of a side's length, that its border may leave a parabola; 0.35 px are always allowed."""
_ENDS: Final = 0.12
_LINES: Final = 24


def slanted_squares(
    view: Preview, plains: tuple[Plain, ...], least: int = LEAST_GROUP
) -> tuple[Candidate, ...]:
    """The chart of edges in a picture, if it has enough polygons of one tone.

    Its mm are the picture's pixels; the map is the identity, since only the maker knows what lies where.

    Args:
        view: the picture.
        plains: its even areas.
        least: polygons of one tone on one ground that are enough.
    """
    seen = [(plain, edges) for plain in plains for edges in [_edges(view, plain)] if edges]
    groups: list[list[int]] = []
    for index, (plain, edges) in enumerate(seen):
        for group in groups:
            if all(_like(seen[other], (plain, edges)) for other in group[:3]):
                group.append(index)
                break
        else:
            groups.append([index])
    best = max(groups, key=len, default=[])
    if len(best) < least or (len(best) < _MANY and not _of_one_print([seen[k] for k in best])):
        return ()
    return (_made(view, [seen[index] for index in best]),)


def _of_one_print(group: list[tuple[Plain, list["_Side"]]]) -> bool:
    """Whether polygons have one size and one direction, a quarter turn being as good as none."""
    ways = [side.ends[1] - side.ends[0] for _, sides in group for side in sides]
    turns = np.array([np.arctan2(way[1], way[0]) for way in ways])
    areas = [plain.area for plain, _ in group]
    alike = float(abs(np.mean(np.exp(4j * turns))))
    return alike > _ALIKE_WAYS and max(areas) < _ALIKE_AREAS * min(areas)


def _like(first: tuple[Plain, list["_Side"]], second: tuple[Plain, list["_Side"]]) -> bool:
    """Whether two polygons are of one print: tone, ground and size are near each other's."""
    dark = [float(np.median([side.levels[0] for side in one[1]])) for one in (first, second)]
    bright = [float(np.median([side.levels[1] for side in one[1]])) for one in (first, second)]
    outward = [side.outward for one in (first, second) for side in one[1]]
    ratio = first[0].area / max(second[0].area, 1e-9)
    return (
        max(dark) < _ALIKE * (min(dark) + 1e-3)
        and max(bright) < _ALIKE * min(bright)
        and len(set(outward)) == 1
        and 0.3 < ratio < 3.3
    )


@dataclass(frozen=True, eq=False)
class _Side:
    """A straight border.

    Attributes:
        ends: in the picture, px; dark lies to the right of the way.
        reach: px that are even on either side.
        levels: luminance of the dark and of the bright side.
        outward: the polygon is the dark side.
        off: spread of the border about its own curve, px.
    """

    ends: Float[np.ndarray, "2 2"]
    reach: float
    levels: tuple[float, float]
    outward: bool
    off: float


def _edges(view: Preview, plain: Plain) -> list[_Side]:
    """The straight sides of a polygon that has at least two that are clean and long."""
    corners = view.to_picture(plain.corners)
    sides = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        side = _side(view, start, end, corners.mean(axis=0))
        if side is not None:
            sides.append(side)
    lengths = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    straight = sum(float(np.hypot(*(one.ends[1] - one.ends[0]))) for one in sides) / (1 - 2 * _ENDS)
    return sides if len(sides) >= 3 and straight > 0.75 * lengths.sum() else []


def _side(
    view: Preview, start: Float[np.ndarray, "2"], end: Float[np.ndarray, "2"], middle: Float[np.ndarray, "2"]
) -> _Side | None:
    """The border near a polygon's side, to parts of a pixel; None where it is short, poor or not straight."""
    way = end - start
    length = float(np.hypot(*way))
    if length * (1 - 2 * _ENDS) < _LEAST_SIDE:
        return None
    normal = np.array([way[1], -way[0]]) / length
    normal = normal if np.dot(middle - start, normal) < 0 else -normal
    reach = min(0.2 * length, 10.0 + 3.0 * view.factor)
    share = np.linspace(_ENDS, 1 - _ENDS, _LINES)[:, None]
    steps = np.linspace(-reach, reach, 2 * int(2 * reach) + 1)
    places = (start + share * way)[:, None] + steps[None, :, None] * normal
    if np.any(places < 2) or np.any(places > np.array(view.shape[::-1]) - 2):
        return None
    profiles = sampled(view.light, places)
    inner, outer = profiles[:, : len(steps) // 5], profiles[:, -(len(steps) // 5) :]
    low, high = float(np.median(inner)), float(np.median(outer))
    contrast = abs(high - low) / max(high + low, 1e-9)
    if not np.isfinite(profiles).all() or contrast < _LEAST_CONTRAST:
        return None
    rough = max(float(np.std(np.median(part, axis=1))) for part in (inner, outer))
    noise = max(float(np.median(np.abs(part - np.median(part)))) for part in (inner, outer))
    if rough > 0.12 * abs(high - low) or noise > 0.15 * abs(high - low):
        return None
    return _placed(places, steps, profiles, (low, high), normal, length)


def _placed(
    places: Float[np.ndarray, "line sample 2"],
    steps: Float[np.ndarray, " sample"],
    profiles: Float[np.ndarray, "line sample"],
    levels: tuple[float, float],
    normal: Float[np.ndarray, "2"],
    length: float,
) -> _Side | None:
    """The border through the crossings of its profiles, bent at most as a lens bends it."""
    low, high = levels
    reach = float(steps[-1])
    share = np.clip((profiles - low) / (high - low), -0.2, 1.2)
    offsets = reach - (share.sum(axis=1) - 0.5 * (share[:, 0] + share[:, -1])) * (steps[1] - steps[0])
    across = np.linspace(-1, 1, len(offsets))
    curve = np.polynomial.polynomial.polyfit(across, offsets, 2)
    off = offsets - np.polynomial.polynomial.polyval(across, curve)
    spread = 1.4826 * float(np.median(np.abs(off - np.median(off))))
    crossing = np.sum((share > 0.15) & (share < 0.85), axis=1) * (steps[1] - steps[0])
    bent = abs(curve[2]) > 0.03 * length
    if spread > max(_STRAIGHT * length * 0.2, 0.35) or np.abs(curve).max() > 0.8 * reach or bent:
        return None
    if np.median(crossing) > 0.8 * reach or np.percentile(np.abs(off), 90) > max(0.02 * length, 1.0):
        return None
    line = np.polynomial.polynomial.polyfit(across, offsets, 1)
    middle = len(steps) // 2
    ends = places[(0, -1), middle] + np.array([line[0] - line[1], line[0] + line[1]])[:, None] * normal
    way = ends[1] - ends[0]
    right = np.array([-way[1], way[0]])  # rows run down: the right hand of a walker
    dark_outside = high < low
    dark = normal if dark_outside else -normal
    ends = ends if np.dot(right, dark) > 0 else ends[::-1]
    return _Side(ends, reach, (min(levels), max(levels)), outward=not dark_outside, off=spread)


def _made(view: Preview, group: list[tuple[Plain, list[_Side]]]) -> Candidate:
    """The chart of a group; squares in reading order."""
    group = sorted(group, key=lambda one: tuple(_reading(one[0], group)))
    dark = float(np.median([side.levels[0] for _, sides in group for side in sides]))
    bright = float(np.median([side.levels[1] for _, sides in group for side in sides]))
    shapes: list[Polygon] = []
    targets: list[Edge] = []
    for number, (plain, sides) in enumerate(group, 1):
        corners = view.to_picture(plain.corners)
        shapes.append(Polygon(tuple(map(_pair, corners)), 1))
        middle = corners.mean(axis=0)
        for side in sides:
            name = f"square {number} {_word(side.ends.mean(axis=0) - middle)}"
            known = sum(target.name.startswith(name) for target in targets)
            name = f"{name} {known + 1}" if known else name
            targets.append(Edge(name, _pair(side.ends[0]), _pair(side.ends[1]), side.reach, 1, 0))
    paints = (grey_paint(bright, "bright"), grey_paint(dark, "dark"))
    title = f"Slanted edges, {len(group)} squares"
    size = (float(view.shape[0]), float(view.shape[1]))
    chart = Chart("slanted-edges", title, size, paints, tuple(shapes), tuple(targets))
    off = float(np.sqrt(np.mean([side.off**2 for _, sides in group for side in sides])))
    return Candidate(chart, plain_map(view.shape), off, certainty=1)


def _reading(plain: Plain, group: list[tuple[Plain, list[_Side]]]) -> tuple[int, float]:
    """Row and place in the row."""
    height = np.sqrt(np.median([one.area for one, _ in group]))
    return round(float(plain.centre[1]) / (1.5 * height)), float(plain.centre[0])


def _word(way: Float[np.ndarray, "2"]) -> str:
    if abs(way[0]) > abs(way[1]):
        return "right" if way[0] > 0 else "left"
    return "bottom" if way[1] > 0 else "top"


def _pair(place: Float[np.ndarray, "2"]) -> tuple[float, float]:
    return float(place[0]), float(place[1])

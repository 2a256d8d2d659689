"""Grey steps: scales of grey patches and rings for the dynamic range, found as a lattice of even squares.

A layout that is known (the ring of 36 patches after ISO 15739's arrangement, a frame of 20, the ring of 16
of ISO 12233:2023) also tells the patches that are as bright as the paper, or as dark as their neighbours, and
so were not seen; of others the patches that were seen are numbered from bright to dark.
"""

import heapq
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float, Int

from lichtbild.image.chart import Chart, Patch, Polygon
from lichtbild.quality.detect.candidate import Candidate
from lichtbild.quality.detect.chart_map import ChartMap
from lichtbild.quality.detect.made_chart import grey_paint, point_map
from lichtbild.quality.detect.plains import Plain
from lichtbild.quality.detect.preview import LUMINANCE, Preview
from lichtbild.quality.detect.regions import region
from lichtbild.quality.detect.vision import spatial

_LEAST: Final = 6
_PITCHES: Final = (1.0, 1.12, 1.25, 1.45)
"""Distances of patches, in their widths, that are tried."""
_NEAR: Final = 0.3
"""Of half a step, by which a neighbour may lie off its place; of one farther away a little more."""
_FAR: Final = 2.7
"""Steps to the farthest neighbour: two patches in a row may not have been seen."""
_NEUTRAL: Final = 0.3
"""Logarithm of a ratio of colours that a grey may have against the median of all."""
_RANGE: Final = 4.0
"""Of the brightest patch's luminance to the darkest's, at least."""
_ORDERLY: Final = 0.9
"""Rank correlation of place and brightness that makes a scale."""
_INSET: Final = 0.2
_UNIT: Final = 20.0
"""mm from patch to patch on the chart that is made."""


def _cut_ring() -> tuple[tuple[int, int], ...]:
    rows = ((2, 6), (1, 7), None, None, None, None, (1, 7), (2, 6))
    return tuple(
        (column, row) for row, ends in enumerate(rows) for column in (range(*ends) if ends else (0, 1, 6, 7))
    )


def _frame() -> tuple[tuple[int, int], ...]:
    return tuple(
        (column, row) for row in range(6) for column in range(6) if row in (0, 5) or column in (0, 5)
    )


_ISO_2023: Final = (
    (7, 12), (5, 12), (9, 11), (3, 11), (11, 9), (1, 9), (12, 7), (0, 7),
    (12, 5), (0, 5), (11, 3), (1, 3), (9, 1), (3, 1), (7, 0), (5, 0),
)  # fmt: skip
"""Places of its patches 1, the darkest, to 16, in half steps."""


@dataclass(frozen=True)
class _Layout:
    """A layout by half steps, in the order of its numbers; falling: number 1 is the brightest."""

    name: str
    title: str
    places: tuple[tuple[int, int], ...]
    ordered: bool
    falling: bool = True


_LAYOUTS: Final = (
    _Layout(
        "dynamic-range-ring-36",
        "Dynamic range, ring of 36 patches",
        tuple((2 * column, 2 * row) for column, row in _cut_ring()),
        ordered=True,
    ),
    _Layout(
        "oecf-frame-20",
        "Tone curve, frame of 20 patches",
        tuple((2 * column, 2 * row) for column, row in _frame()),
        ordered=False,
    ),
    _Layout("oecf-ring-16", "Tone curve, ring of 16 patches", _ISO_2023, ordered=True, falling=False),
)


def grey_steps(view: Preview, plains: tuple[Plain, ...]) -> tuple[Candidate, ...]:
    """The largest scale or ring of greys in a picture, if there is one."""
    squares = [plain for plain in plains if plain.quadrilateral]
    if len(squares) < _LEAST:
        return ()
    best: dict[int, tuple[int, int]] = {}
    pitch = 1.0
    for tried in _PITCHES:
        grown = _grown(squares, tried)
        if len(grown) > len(best):
            best, pitch = grown, tried
    best = _joined(best)
    members = [squares[index] for index in best]
    places = np.array(list(best.values()), np.int64).reshape(-1, 2)
    if len(members) < _LEAST or not _greys(members):
        return ()
    return _made(view, members, places - places.min(axis=0), pitch)


def _joined(grid: dict[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """Those that have a neighbour at one step: what stands alone on a chart is no step of its scale."""
    places = set(grid.values())
    near = [
        (i, j)
        for i in (-2, -1, 0, 1, 2)
        for j in (-2, -1, 0, 1, 2)
        if max(abs(i), abs(j)) == 2 > min(abs(i), abs(j))
    ]
    return {index: (x, y) for index, (x, y) in grid.items() if any((x + i, y + j) in places for i, j in near)}


def _greys(members: list[Plain]) -> bool:
    """Whether patches are grey, and far enough apart in brightness to be a scale."""
    colours = np.array([one.colour for one in members])
    bright = colours @ LUMINANCE
    lit = bright > max(0.03 * bright.max(), 1e-4)
    ratios = np.log(np.maximum(colours[lit][:, (0, 2)], 1e-4) / np.maximum(colours[lit][:, 1:2], 1e-4))
    neutral = np.mean(np.all(np.abs(ratios - np.median(ratios, axis=0)) < _NEUTRAL, axis=1))
    steps = np.sort(np.log(np.maximum(bright, 1e-4)))
    apart = 1 + int(np.sum(np.diff(steps) > 0.04))
    return bool(
        neutral > 0.75 and bright.max() > _RANGE * max(bright.min(), 1e-5) and apart >= 0.4 * len(members)
    )


def _axes(plain: Plain) -> tuple[Float[np.ndarray, "2"], Float[np.ndarray, "2"]]:
    """A square's sides to the right and down."""
    ways = np.roll(plain.corners, -1, axis=0) - plain.corners
    first, second = (ways[0] - ways[2]) / 2, (ways[1] - ways[3]) / 2
    right, down = (first, second) if abs(first[0]) >= abs(second[0]) else (second, first)
    right = right if right[0] > 0 else -right
    return right, down if right[0] * down[1] - right[1] * down[0] > 0 else -down


def _grown(squares: list[Plain], pitch: float) -> dict[int, tuple[int, int]]:
    """The most squares that are neighbours of one another, each with its place in half steps.

    Nearest neighbours are joined first, so that a place is told by the shortest way to it.
    """
    middles = np.array([one.centre for one in squares])
    axes = [np.stack(_axes(one), axis=1) for one in squares]
    areas = np.array([one.area for one in squares])
    tree = spatial().cKDTree(middles)
    near = [sorted(tree.query_ball_point(m, _FAR * np.sqrt(a))) for m, a in zip(middles, areas, strict=True)]
    left, best = set(range(len(squares))), dict[int, tuple[int, int]]()
    while left:
        grid: dict[int, tuple[int, int]] = {}
        waiting = [(0.0, min(left), (0, 0))]
        while waiting:
            _, index, place = heapq.heappop(waiting)
            if index in grid or place in grid.values():
                continue
            grid[index] = place
            for other in near[index]:
                step = _step(middles[other] - middles[index], (axes[index], axes[other]), pitch)
                if other not in grid and step and 0.55 < areas[other] / areas[index] < 1.8:
                    away = float(np.linalg.norm(middles[other] - middles[index]))
                    heapq.heappush(waiting, (away, other, (place[0] + step[0], place[1] + step[1])))
        left -= set(grid)
        if len(grid) > len(best):
            best = grid
    return best


def _step(
    way: Float[np.ndarray, "2"], axes: tuple[Float[np.ndarray, "2 2"], Float[np.ndarray, "2 2"]], pitch: float
) -> tuple[int, int] | None:
    """The half steps from one square to another; None of squares that are no neighbours."""
    if np.linalg.norm(axes[0] - axes[1]) > 0.35 * np.linalg.norm(axes[0]):
        return None
    halves = 2 / pitch * np.linalg.solve((axes[0] + axes[1]) / 2, way)
    step = np.rint(halves)
    apart = float(np.abs(step).max())
    if apart < 2 or np.abs(halves - step).max() > _NEAR * (1 + 0.1 * (apart - 2)):
        return None
    return int(step[0]), int(step[1])


def _made(
    view: Preview, members: list[Plain], places: Int[np.ndarray, "n 2"], pitch: float
) -> tuple[Candidate, ...]:
    """The chart that the patches are, the right way up, with its map."""
    bright = np.array([one.colour for one in members]) @ LUMINANCE
    fits = [
        (score, layout, turns, shift)
        for layout in _LAYOUTS
        for turns in range(4)
        for score, shift in [_fit(layout, _turned(places, turns), bright)]
        if score > 0
    ]
    if fits:
        _, layout, turns, shift = max(fits, key=lambda one: one[0])
        order = layout.places
        name, title = layout.name, layout.title
        own = _turned(places, turns) + shift
    else:
        turns, ordered = _upright(places, bright)
        if not ordered:
            return ()
        own = _turned(places, turns)
        order = tuple((x, y) for x, y in own[np.lexsort((own[:, 0], own[:, 1]))].tolist())
        name, title = "grey-steps", f"Grey steps, {len(order)} patches"
    found = _mapped(view, members, own, turns, pitch)
    return () if found is None else (_chart(view, name, title, order, found, pitch),)


def _turned(places: Int[np.ndarray, "n 2"], turns: int) -> Int[np.ndarray, "n 2"]:
    """Places as they lie on a chart that was turned anticlockwise by quarters in the picture."""
    for _ in range(turns):
        # A chart turned anticlockwise has its right side up: what is up in the picture is right on it.
        places = np.stack([-places[:, 1], places[:, 0]], axis=1)
    return places - places.min(axis=0)


def _fit(
    layout: _Layout, places: Int[np.ndarray, "n 2"], bright: Float[np.ndarray, " n"]
) -> tuple[float, Int[np.ndarray, "2"]]:
    """How well places fall on a layout with the right brightness, 0 for not at all, and the shift between."""
    known = {place: number for number, place in enumerate(layout.places)}
    room = np.array(layout.places).max(axis=0) - places.max(axis=0)
    best = (0.0, np.zeros(2, np.int64))
    if len(places) < 0.6 * len(known) or np.any(room < 0):
        return best
    for right in range(int(room[0]) + 1):
        for down in range(int(room[1]) + 1):
            moved = [tuple(place) for place in (places + [right, down]).tolist()]
            on = np.array([place in known for place in moved])
            if on.mean() < 0.95:
                continue
            if layout.ordered:
                numbers = np.array([known[place] for place, at in zip(moved, on, strict=True) if at])
                order = _rank_correlation(-numbers if layout.falling else numbers, bright[on])
            else:
                order = _rank_correlation(-(places[:, 1]).astype(float), bright)
            score = float(on.mean()) * order * (len(places) / len(known)) ** 0.1
            if order > (_ORDERLY if layout.ordered else 0.4) and score > best[0]:
                best = (score, np.array([right, down]))
    return best


def _upright(places: Int[np.ndarray, "n 2"], bright: Float[np.ndarray, " n"]) -> tuple[int, bool]:
    """Quarter turns after which the patches fall in brightness as one reads, and whether they do so at all."""
    scores = []
    for turns in range(4):
        turned = _turned(places, turns)
        reading = np.empty(len(turned))
        reading[np.lexsort((turned[:, 0], turned[:, 1]))] = np.arange(len(turned))
        scores.append(_rank_correlation(-reading, bright))
    best = int(np.argmax(scores))
    return best, scores[best] > _ORDERLY


def _rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Spearman's."""
    ranks = [
        np.argsort(np.argsort(one, kind="stable"), kind="stable").astype(float) for one in (first, second)
    ]
    spread = np.std(ranks[0]) * np.std(ranks[1])
    return (
        float(np.mean((ranks[0] - ranks[0].mean()) * (ranks[1] - ranks[1].mean())) / spread)
        if spread
        else 0.0
    )


def _mapped(
    view: Preview, members: list[Plain], own: Int[np.ndarray, "n 2"], turns: int, pitch: float
) -> tuple[ChartMap, float] | None:
    """The map of the patches' middles and corners."""
    on_chart, seen = [], []
    half = _UNIT / 2 / pitch
    for plain, place in zip(members, own, strict=True):
        right, down = _axes(plain)
        middle = (place + 2.0) * _UNIT / 2
        for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
            corner = plain.corners[
                np.argmin(np.linalg.norm(plain.centre + (i * right + j * down) / 2 - plain.corners, axis=1))
            ]
            on_picture = np.array([i, j])
            for _ in range(turns):
                on_picture = np.array([-on_picture[1], on_picture[0]])
            on_chart.append(middle + half * on_picture)
            seen.append(corner)
    return point_map(np.array(on_chart), view.to_picture(np.array(seen)), view.shape, most=1)


def _chart(
    view: Preview,
    name: str,
    title: str,
    order: tuple[tuple[int, ...], ...],
    found: tuple[ChartMap, float],
    pitch: float,
) -> Candidate:
    """The chart with a patch at each place, as bright as it was measured."""
    middles = (np.array(order) + 2.0) * _UNIT / 2
    half = _UNIT / 2 / pitch
    square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    paints, shapes, targets = [grey_paint(0.9, "ground")], [], []
    for number, middle in enumerate(middles, 1):
        inner = middle + (1 - 2 * _INSET) * square
        bright = region(view.light, found[0](inner)).luminance
        paints.append(grey_paint(bright if np.isfinite(bright) else 0.0, f"patch {number}"))
        shapes.append(Polygon(_corners(middle + square), number))
        targets.append(Patch(f"patch {number}", _corners(inner), number, "grey"))
    size = (middles[:, 1].max() + _UNIT, middles[:, 0].max() + _UNIT)
    chart = Chart(name, title, (float(size[0]), float(size[1])), tuple(paints), tuple(shapes), tuple(targets))
    return Candidate(chart, found[0], found[1], certainty=2)


def _corners(places: Float[np.ndarray, "4 2"]) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in places)

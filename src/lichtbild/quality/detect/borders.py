"""Borders: where a chart's paint changes, and where in the picture that change is seen, to parts of a pixel.

Whatever a chart shows (edges, patches, squares of a board, dots, the frames of its marks) ends in borders
between two even paints. A border is seen along its normal only, and that is enough to fit a map to many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from jaxtyping import Bool, Float

from lichtbild.image.chart import Chart, Disc, Leaves, Polygon, Shape
from lichtbild.quality.detect.chart_map import ChartMap, Sightings
from lichtbild.quality.detect.preview import LUMINANCE

_ALONG: Final = 6
"""Samples on one side of a polygon."""
_AROUND: Final = 12
"""Samples on a disc."""
_MOST: Final = 3000
_INSET: Final = 0.12
"""Share of a side at either end that is left out: corners round off in a blurred picture."""
_REACHES: Final = (0.6, 1.0, 1.5, 2.2, 3.0, 4.5)
"""mm to either side that are looked at for even paint."""
_PROBES: Final = ((0.3, 0.0), (0.6, 0.0), (1.0, 0.0), (0.3, 0.4), (0.3, -0.4))
"""Where the paint is looked up beside a border, across and along it, in reaches."""
_LEAST_RATIO: Final = 1.5
"""Of the two paints' luminances; less is lost in noise."""
_STEP: Final = 0.5
"""Pixels between samples of a profile."""
_MARGIN: Final = 1.2
"""Pixels kept away from where the paint ends: its blur reaches as far."""
_LEAST_REACH: Final = 2.0
"""Pixels on either side without which no border is placed."""
LEAST_WIDTH: Final = _LEAST_REACH + _MARGIN
"""Pixels of even paint on either side that a border needs in order to be looked for."""
_SHOULDER: Final = 0.3
"""Share of a profile at either end from which the level of that side is taken."""


@dataclass(frozen=True, eq=False)
class Borders:
    """Samples of a chart's borders.

    Attributes:
        places: on the chart, mm.
        normals: unit directions on the chart, from dark to bright.
        reaches: mm on either side that are of one paint.
    """

    places: Float[np.ndarray, "n 2"]
    normals: Float[np.ndarray, "n 2"]
    reaches: Float[np.ndarray, " n"]

    def taken(self, which: Bool[np.ndarray, " n"]) -> "Borders":
        """Some of them."""
        return Borders(self.places[which], self.normals[which], self.reaches[which])

    def thinned(self, most: int) -> "Borders":
        """Every so-manieth of them, so that at most so many are left."""
        step = max(1, -(-len(self.places) // most))
        return Borders(self.places[::step], self.normals[::step], self.reaches[::step])


@lru_cache(maxsize=64)
def borders_of(chart: Chart) -> Borders:
    """All borders of a chart that a picture can show: between paints of a ratio of 1.5 and more."""
    shapes = chart.shapes
    places, normals = _outlines(shapes)
    white = _luminance(chart, 0)
    whites = np.array([_luminance(chart, paint) for paint in range(max(1, len(chart.paints)))])
    reaches = np.zeros(len(places))
    signs = np.zeros(len(places))
    along = normals[:, ::-1] * [-1.0, 1.0]
    probes = np.array(
        [
            places + reach * (sign * share * normals + aside * along)
            for reach in _REACHES
            for sign in (1, -1)
            for share, aside in _PROBES
        ]
    )
    seen = _seen(shapes, probes.reshape(-1, 2), whites)
    for reach, (one, other) in zip(
        _REACHES, seen.reshape(len(_REACHES), 2, len(_PROBES), len(places)), strict=True
    ):
        even = np.all((one == one[0]) & (other == other[0]), axis=0)
        ratio = (one[0] + 1e-3 * white) / (other[0] + 1e-3 * white)
        good = even & np.isfinite(ratio) & ((ratio > _LEAST_RATIO) | (ratio < 1 / _LEAST_RATIO))
        reaches[good] = reach
        signs[good] = np.where(ratio[good] > 1, 1, -1)
    kept = np.flatnonzero(reaches > 0)
    return Borders(places[kept], normals[kept] * signs[kept, None], reaches[kept]).thinned(_MOST)


def seen_borders(
    light: Float[np.ndarray, "row column 3"], borders: Borders, found: ChartMap, window: float
) -> tuple[Sightings, Bool[np.ndarray, " n"]]:
    """Where borders are seen near where a map expects them.

    Each is looked for along its normal: the profile's two ends give the levels of both sides, and the place
    between them at which a sharp border would have the same area is the border's, which no symmetric blur
    moves.

    Args:
        light: the picture.
        borders: samples to look for.
        found: where they are expected.
        window: pixels to either side; less where the paint ends before.

    Returns:
        The sightings of those that were seen, and which of the borders those are.
    """
    at = found(borders.places)
    tips = found(borders.places + 1e-3 * borders.normals)
    across = found(borders.places + 1e-3 * borders.normals[:, ::-1] * [-1.0, 1.0])
    normals, widths = _normals(at, tips, across)
    reach = np.clip(borders.reaches * widths - _MARGIN, 0, window)
    near = reach >= _LEAST_REACH
    offsets, sure = np.zeros(len(at)), np.zeros(len(at), bool)
    offsets[near], sure[near] = _crossings(
        _profiles(light, at[near], normals[near], reach[near]), reach[near]
    )
    inside = np.all(
        (at > reach[:, None] + 2) & (at < np.array(light.shape[1::-1]) - reach[:, None] - 2), axis=1
    )
    sure &= inside
    seen = Sightings(borders.places[sure], (at + offsets[:, None] * normals)[sure], normals[sure])
    return seen, sure


def sampled(
    light: Float[np.ndarray, "row column 3"], places: Float[np.ndarray, "*many 2"]
) -> Float[np.ndarray, "*many"]:
    """Luminance at places of a picture, linear between pixels; outside, that of the nearest pixel."""
    columns = np.clip(places[..., 0] - 0.5, 0, light.shape[1] - 1.001)
    rows = np.clip(places[..., 1] - 0.5, 0, light.shape[0] - 1.001)
    left, top = columns.astype(np.intp), rows.astype(np.intp)
    right, down = columns - left, rows - top
    total = np.zeros(columns.shape)
    for row, column, share in (
        (0, 0, (1 - down) * (1 - right)),
        (0, 1, (1 - down) * right),
        (1, 0, down * (1 - right)),
        (1, 1, down * right),
    ):
        total += share * (light[top + row, left + column] @ LUMINANCE)
    return total


def painted(chart: Chart, places: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, " n"]:
    """Luminance that is printed at places of a chart, 1 for white; NaN within stars and leaves."""
    whites = np.array([_luminance(chart, paint) for paint in range(max(1, len(chart.paints)))])
    return _seen(chart.shapes, places, whites)


def _normals(
    at: Float[np.ndarray, "n 2"], tips: Float[np.ndarray, "n 2"], across: Float[np.ndarray, "n 2"]
) -> tuple[Float[np.ndarray, "n 2"], Float[np.ndarray, " n"]]:
    """Unit normals of the borders in the picture, and pixels for a mm along them.

    A map that is not conformal keeps the border's direction, not its normal: the normal in the picture is
    square to the border there.
    """
    along = across - at
    normals = along[:, ::-1] * [1.0, -1.0]
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    widths = np.sum((tips - at) * normals, axis=1) * 1e3
    turned = np.where(widths < 0, -1.0, 1.0)
    return normals * turned[:, None], np.abs(widths)


def _profiles(
    light: Float[np.ndarray, "row column 3"],
    at: Float[np.ndarray, "n 2"],
    normals: Float[np.ndarray, "n 2"],
    reach: Float[np.ndarray, " n"],
) -> Float[np.ndarray, "n sample"]:
    """Luminance across borders from -reach to reach, the mean of two lines a pixel apart."""
    count = 2 * int(np.ceil(np.max(reach, initial=2.0) / _STEP)) + 1
    steps = np.linspace(-1, 1, count)
    across = steps[None, :, None] * (reach[:, None] * normals)[:, None]
    along = normals[:, ::-1] * [-1.0, 1.0]
    lines = [sampled(light, at[:, None] + across + shift * along[:, None]) for shift in (-0.5, 0.5)]
    return np.asarray(np.mean(lines, axis=0))


def _crossings(
    profiles: Float[np.ndarray, "n sample"], reach: Float[np.ndarray, " n"]
) -> tuple[Float[np.ndarray, " n"], Bool[np.ndarray, " n"]]:
    """Places of the borders along profiles from dark to bright, px, and whether there is one."""
    count = profiles.shape[1]
    end = max(2, round(_SHOULDER / 2 * count))
    dark, bright = profiles[:, :end], profiles[:, -end:]
    low, high = np.median(dark, axis=1), np.median(bright, axis=1)
    height = high - low
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (profiles - low[:, None]) / height[:, None]
        # By the trapezoid's rule: a step at x0 leaves the area reach - x0 above the dark side.
        area = (share.sum(axis=1) - 0.5 * (share[:, 0] + share[:, -1])) * 2 * reach / (count - 1)
        offset = reach - area
        rough = np.maximum(np.ptp(dark, axis=1), np.ptp(bright, axis=1))
        monotone = np.abs(np.diff(share, axis=1)).sum(axis=1) < 2.2
        sure = (height > 0.08 * np.abs(high)) & (rough < 0.5 * height) & monotone
        sure &= np.abs(offset) < (1 - _SHOULDER) * reach
    sure &= np.isfinite(offset)
    return np.where(sure, offset, 0.0), sure


def _outlines(shapes: Sequence[Shape]) -> tuple[Float[np.ndarray, "n 2"], Float[np.ndarray, "n 2"]]:
    """Points on the outlines of polygons and discs, with normals either way."""
    share = np.linspace(_INSET, 1 - _INSET, _ALONG)[:, None]
    turn = 2 * np.pi * np.arange(_AROUND)[:, None] / _AROUND
    round_trip = np.hstack([np.cos(turn), np.sin(turn)])
    places, normals = [np.zeros((0, 2))], [np.zeros((0, 2))]
    for shape in shapes:
        if isinstance(shape, Disc):
            places.append(shape.centre + shape.radius * round_trip)
            normals.append(round_trip)
        elif isinstance(shape, Polygon):
            corners = np.array(shape.corners)
            for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
                way = end - start
                if (length := float(np.hypot(*way))) > 0:
                    places.append(start + share * way)
                    normals.append(np.tile(np.array([way[1], -way[0]]) / length, (_ALONG, 1)))
    return np.vstack(places), np.vstack(normals)


def _seen(
    shapes: Sequence[Shape], places: Float[np.ndarray, "n 2"], whites: Float[np.ndarray, " paint"]
) -> Float[np.ndarray, " n"]:
    """Luminance of what is painted at places; NaN within what is not even."""
    value = np.full(len(places), whites[0])
    order = np.argsort(places[:, 0], kind="stable")
    across = places[order, 0]
    for shape in shapes:
        low, high = _bounds(shape)
        near = order[np.searchsorted(across, low[0]) : np.searchsorted(across, high[0], side="right")]
        near = near[(places[near, 1] >= low[1]) & (places[near, 1] <= high[1])]
        within = near[_within(shape, places[near])]
        value[within] = whites[shape.paint] if isinstance(shape, Polygon | Disc) else np.nan
    return value


def _bounds(shape: Shape) -> tuple[Float[np.ndarray, "2"], Float[np.ndarray, "2"]]:
    """Least and greatest place of a shape."""
    if isinstance(shape, Polygon):
        corners = np.array(shape.corners)
        return corners.min(axis=0), corners.max(axis=0)
    if isinstance(shape, Leaves):
        corner = np.array(shape.corner)
        return corner, corner + np.array(shape.size[::-1])
    return np.array(shape.centre) - shape.radius, np.array(shape.centre) + shape.radius


def _within(shape: Shape, places: Float[np.ndarray, "n 2"]) -> Bool[np.ndarray, " n"]:
    """Which of the places within a shape's bounds it covers."""
    if isinstance(shape, Leaves):
        return np.ones(len(places), bool)
    if not isinstance(shape, Polygon):
        return np.asarray(np.sum((places - shape.centre) ** 2, axis=1) <= shape.radius**2)
    inside = np.zeros(len(places), bool)
    x, y = places.T
    corners = np.array(shape.corners)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        crossed = (y0 > y) != (y1 > y)
        inside ^= crossed & (x < x0 + (y - y0) * (x1 - x0) / ((y1 - y0) or 1.0))
    return inside


def _luminance(chart: Chart, paint: int) -> float:
    """Of a paint, from its CIELAB lightness, 1 for white. Source: CIE 15:2018, 8.2.1."""
    if not chart.paints:
        return 1.0
    high = (chart.paints[paint].lab[0] + 16) / 116
    return float(high**3 if high > 6 / 29 else (high - 4 / 29) * 3 * (6 / 29) ** 2)

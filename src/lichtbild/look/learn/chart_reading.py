"""Chart reading: where a chart lies in a picture, and what colours its patches have there.

The marks are found by the lengths of dark and light runs along rows and columns, which any look, scale and
moderate turn keep. The four middles give the projective map of the plane; of its four turns by a right
angle the one counts in which the patches' lightness goes with the chart's.

Source: Hartley and Zisserman, "Multiple View Geometry in Computer Vision" (2004), section 4.1 (the direct
linear transformation).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Bool, Float

from lichtbild.core.errors import BadInput
from lichtbild.look.learn import chart
from lichtbild.look.learn.display_colour import to_oklab
from lichtbild.look.learn.pairs import Pairs

_RUNS: Final = np.array([1, 1, 3, 1, 1])
_SHORTEST: Final = 10
"""Pixels of the smallest mark that is found."""
_LEAST_ORDER: Final = 0.5
"""Correlation of ranks of lightness, before and after, below which it is no chart of ours."""
_INSIDE: Final = 0.25
"""Half the side, in cells, of a patch's part that is read."""
_SAMPLES: Final = 9
_ROUNDING: Final = 3 * (1.0 / 255) ** 2

NOT_FOUND: Final = (
    "the chart's four corner marks were not found; show the whole chart, upright to within 15 degrees, and "
    "at least 300 pixels wide"
)


@dataclass(frozen=True, eq=False)
class ChartReading:
    """A chart as it was found.

    Attributes:
        colours: of the patches in the order of `chart.colours`, encoded sRGB.
        spread: root mean square variation inside each patch, in the same units.
        corners: row and column of the four marks, in pixels.
        order: correlation of ranks between the patches' lightness and the chart's, -1 to 1.
    """

    colours: Float[np.ndarray, "patches 3"]
    spread: Float[np.ndarray, " patches"]
    corners: Float[np.ndarray, "4 2"]
    order: float


def read_chart(picture: Float[np.ndarray, "h w 3"]) -> ChartReading:
    """Find the chart in a picture and read it.

    Raises:
        BadInput: there is none, or what is there is no chart of ours.
    """
    corners = _corners(picture)
    readings = [_read(picture, np.roll(corners, turn, axis=0)) for turn in range(4)]
    best = max(readings, key=lambda reading: reading.order)
    if best.order < _LEAST_ORDER:
        raise BadInput(
            "four marks were found, but the patches between them are not those of our chart; draw one with "
            "'lichtbild look chart'"
        )
    return best


def chart_pairs(after: ChartReading, before: ChartReading | None = None) -> Pairs:
    """The pairs of a chart; without a reading before the look they begin at the chart's own colours."""
    spread = after.spread**2 + (0.0 if before is None else before.spread**2) + _ROUNDING
    known = chart.colours() if before is None else before.colours
    return Pairs(known, after.colours, np.median(spread) / spread)


def _read(picture: Float[np.ndarray, "h w 3"], corners: Float[np.ndarray, "4 2"]) -> ChartReading:
    """The patches, for marks in the order of `chart.marks`."""
    matrix = _projection(chart.marks(), corners)
    offsets = np.linspace(-_INSIDE, _INSIDE, _SAMPLES) * chart.CELL
    grid = np.stack(np.meshgrid(offsets, offsets, indexing="ij"), axis=-1).reshape(-1, 2)
    places = chart.middles()[:, None] + grid
    seen = np.concatenate([places, np.ones_like(places[..., :1])], axis=-1) @ matrix.T
    limit = np.array(picture.shape[:2]) - 1
    # A pixel's middle lies half a pixel from its corner.
    at = np.clip(np.round(seen[..., :2] / seen[..., 2:] - 0.5), 0, limit).astype(np.intp)
    samples = np.asarray(picture[at[..., 0], at[..., 1]], np.float64)
    found = samples.mean(axis=1)
    spread = np.sqrt(samples.var(axis=1).sum(axis=-1))
    order = _rank_correlation(to_oklab(found)[:, 0], to_oklab(chart.colours())[:, 0])
    return ChartReading(found, spread, corners, order)


def _projection(some: Float[np.ndarray, "4 2"], others: Float[np.ndarray, "4 2"]) -> Float[np.ndarray, "3 3"]:
    """The projective map of four points to four others."""
    equations = []
    for (x, y), (u, v) in zip(some, others, strict=True):
        equations.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        equations.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    found = np.linalg.solve(np.array(equations), others.ravel())
    return np.append(found, 1.0).reshape(3, 3)


def _rank_correlation(some: Float[np.ndarray, " n"], others: Float[np.ndarray, " n"]) -> float:
    first, second = (np.argsort(np.argsort(values, kind="stable")) for values in (some, others))
    return float(np.corrcoef(first, second)[0, 1])


def _corners(picture: Float[np.ndarray, "h w 3"]) -> Float[np.ndarray, "4 2"]:
    """Row and column of the marks' middles, going round from the one at the top left."""
    light = picture.mean(axis=-1)
    low, high = np.quantile(light[:: max(1, len(light) // 500)], [0.01, 0.99])
    if high - low < 0.1:
        raise BadInput(NOT_FOUND)
    found = _marks(light < (low + high) / 2)
    if len(found) < 4:
        raise BadInput(NOT_FOUND)
    # The four that span the largest area are the chart's; patches may mock a mark between them.
    middle = found.mean(axis=0)
    away = found - middle
    signs = np.array([[-1, -1], [-1, 1], [1, 1], [1, -1]])
    chosen = [int(np.argmax(away @ sign)) for sign in signs]
    if len(set(chosen)) < 4:
        raise BadInput(NOT_FOUND)
    return found[chosen]


def _marks(dark: Bool[np.ndarray, "h w"]) -> Float[np.ndarray, "n 2"]:
    """Middles of marks: where rows and columns cross that both show one."""
    across = _crossings(dark)
    down = _crossings(dark.T)[:, [1, 0, 2]]
    if not len(across) or not len(down):
        return np.zeros((0, 2))
    hits = []
    for row, column, length in across:
        near = (np.abs(down[:, 0] - row) < length / 8) & (np.abs(down[:, 1] - column) < length / 8)
        alike = np.abs(down[:, 2] - length) < 0.5 * length
        if (near & alike).any():
            ones = down[near & alike]
            hits.append([ones[:, 0].mean(), column, length])
    return _gathered(np.array(hits).reshape(-1, 3))


def _crossings(dark: Bool[np.ndarray, "h w"]) -> Float[np.ndarray, "n 3"]:
    """Row, middle and length of what along a row looks like the middle of a mark."""
    height, width = dark.shape
    padded = np.zeros((height, width + 2), np.int8)
    padded[:, 1:-1] = dark
    # Edges of runs, row after row: dark begins at each even one and ends at each odd one.
    row, column = np.nonzero(np.diff(padded, axis=1))
    found = []
    if len(row) < 6:
        return np.zeros((0, 3))
    windows = np.lib.stride_tricks.sliding_window_view(column, 6)
    same = (row[:-5] == row[5:]) & (np.arange(len(row) - 5) % 2 == 0)
    for start in np.nonzero(same)[0]:
        edges = windows[start]
        length = edges[-1] - edges[0]
        module = length / 7
        if (
            length >= _SHORTEST
            and (np.abs(np.diff(edges) - module * _RUNS) < 0.45 * module * _RUNS**0.5).all()
        ):
            found.append([row[start] + 0.5, (edges[2] + edges[3]) / 2, length])
    return np.array(found, np.float64).reshape(-1, 3)


def _gathered(hits: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "m 2"]:
    """The middles of hits that lie together, where there are three or more."""
    found = []
    while len(hits):
        near = np.hypot(*(hits[:, :2] - hits[0, :2]).T) < hits[0, 2] / 2
        if near.sum() >= 3:
            found.append(np.median(hits[near, :2], axis=0))
        hits = hits[~near]
    return np.array(found, np.float64).reshape(-1, 2)

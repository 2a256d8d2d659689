"""Projection: the samples about a slanted edge, sorted along its normal into bins of a quarter of a pixel.

The steps are those of sfrmat5 (P. D. Burns, 2023), the program that came with the fourth edition of
ISO 12233: centroids of the rows' differences under a window, twice; a polynomial through them; each sample's
distance from the edge along its row; the mean of each bin. All that the picture does to the *place* of the
edge is decided here, in NumPy; what the light does then is a weighted sum for each bin, in either library.

Source: ISO 12233:2023 was not at hand: after sfrmat5, read as text; Burns and Williams, "Camera resolution
and distortion: advanced edge fitting", Electronic Imaging (2018).
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput

OVERSAMPLING = 4
"""Bins to a pixel along a row."""

LEAST_WIDTH = 10
"""Pixels across the edge."""

_FLOOR = 0.05
"""Part of the window that is the same everywhere, which steadies the centroids."""

Plane = Float[np.ndarray, "row column"]


@dataclass(frozen=True, eq=False)
class FittedEdge:
    """Where an edge lies in a window in which it runs from top to bottom.

    Attributes:
        curve: coefficients of the edge's column by row, highest power first; columns and rows count from 0
            at the pixels' centres.
        line: the same of the straight line through the same places.
        residual: root mean square of the places about the curve, px.
    """

    curve: Float[np.ndarray, " power"]
    line: Float[np.ndarray, " two"]
    residual: float


@dataclass(frozen=True, eq=False)
class Projection:
    """What each bin of an edge profile is made of.

    Attributes:
        samples: of each bin, as places in the flattened window; the list is padded.
        weights: of the samples, that sum to 1; 0 for what pads.
        distances: along the row from the edge, of the samples, px.
        counts: samples of each bin; of an empty one, the mean of its neighbours'.
        empty: bins that no sample fell into.
    """

    samples: Int[np.ndarray, "bin most"]
    weights: Float[np.ndarray, "bin most"]
    distances: Float[np.ndarray, "bin most"]
    counts: Float[np.ndarray, " bin"]
    empty: int

    def profile(self, plane: Any) -> Any:
        """Mean light of each bin, ``[bin]``, from one side of the edge to the other.

        Args:
            plane: light, ``[row, column]``, NumPy or JAX; the result keeps its library.
        """
        xp = namespace(plane)
        light = xp.reshape(plane, (-1,))[self.samples]
        return xp.sum(light * xp.asarray(self.weights, dtype=light.dtype), axis=1)


def half_up(number: float) -> int:
    """The nearest integer, halves away from 0, as MATLAB rounds."""
    return int(np.sign(number) * np.floor(abs(number) + 0.5))


def hann(length: int, middles: Float[np.ndarray, " row"]) -> Float[np.ndarray, "row column"]:
    """Tapered cosine windows whose tops lie at ``middles``, counted from 1; 0 at the farther end.

    A window that is not centred is cut from a longer centred one (tukey2 of sfrmat5, alpha 1).
    """
    middles = np.asarray(middles, float)
    whole = np.floor(2 * np.maximum(middles, length - middles) + 0.5)
    begin = np.where(middles >= length / 2, 0.0, whole - length)
    place = np.arange(length) + begin[:, None]
    place = np.minimum(place, whole[:, None] - 1 - place)
    return np.asarray(0.5 * (1 + np.cos(np.pi * (place / ((whole[:, None] - 1) / 2) - 1))))


def fitted_edge(plane: Plane, order: int) -> FittedEdge:
    """Place of an edge that runs from top to bottom (ISO 12233:2023, steps 3 to 5 of sfrmat5).

    Args:
        plane: light, brighter to the right.
        order: of the polynomial.

    Raises:
        BadInput: no edge runs from top to bottom.
    """
    rows, columns = plane.shape
    steps = np.zeros_like(plane)
    steps[:, :-1] = (plane[:, 1:] - plane[:, :-1]) / 2
    steps[:, 0], steps[:, -1] = steps[:, 1], steps[:, -2]
    window = hann(columns, np.full(rows, (columns + 1) / 2))
    curve = _through(_centroids(steps, window), order)
    window = hann(columns, np.polyval(curve, np.arange(rows)))
    places = _centroids(steps, window)
    if not np.isfinite(places).all():
        raise BadInput("no edge runs through the window from top to bottom: some of its rows are even")
    curve = _through(places, order)
    residual = places - np.polyval(curve, np.arange(rows))
    return FittedEdge(curve, _through(places, 1), float(np.sqrt(np.mean(residual**2))))


def _centroids(steps: Plane, window: Plane) -> Float[np.ndarray, " row"]:
    """Column of the mean step of each row, counted from 1, less the half that a difference lies off."""
    weighted = steps * (_FLOOR + (1 - _FLOOR) * window)
    total = weighted.sum(axis=1)
    if not (np.isfinite(total).all() and (total > 0).all()):
        raise BadInput(
            "no edge runs through the window from top to bottom: some of its rows do not brighten; choose a "
            "window that one edge crosses from side to side"
        )
    return np.asarray(weighted @ np.arange(1, steps.shape[1] + 1) / total - 0.5)


def _through(places: Float[np.ndarray, " row"], order: int) -> Float[np.ndarray, " power"]:
    """Polynomial of least squares in the row's number, fitted in centred and scaled rows."""
    rows = np.arange(len(places), dtype=float)
    mean, scale = rows.mean(), rows.std(ddof=1)
    scaled = np.polynomial.polynomial.polyfit((rows - mean) / scale, places, order)
    power, curve = np.ones(1), np.zeros(order + 1)
    for coefficient in scaled:
        curve[: len(power)] += coefficient * power
        power = np.convolve(power, [-mean / scale, 1 / scale])
    return np.asarray(curve[::-1])


def whole_turns(rows: int, slope: float) -> int:
    """Rows that hold whole turns of the edge's phase in a pixel, so that every bin gets as many samples.

    Raises:
        BadInput: the edge is too steep to pass one pixel within the window.
    """
    turns = np.floor(rows * abs(slope))
    if turns < 1:
        raise BadInput(
            f"the edge moves {rows * abs(slope):.2f} px over the window's {rows} rows, where it has to cross "
            "at least one whole pixel; slant the chart or take a longer edge"
        )
    return half_up(turns / abs(slope))


def projected(shape: tuple[int, int], curve: Float[np.ndarray, " power"]) -> Projection:
    """Bins of a quarter of a pixel along the rows (project2 of sfrmat5).

    Args:
        shape: rows and columns of the window.
        curve: the edge's column by row, highest power first.
    """
    rows, columns = shape
    wide = OVERSAMPLING * columns
    offset = half_up(-OVERSAMPLING * (rows - 1) * float(curve[-2]))
    begin = half_up(0.5 * abs(offset))
    moved = np.polyval(curve, np.arange(rows)) - curve[-1]
    along = np.arange(columns)[None, :] - moved[:, None]
    bins = np.ceil(along * OVERSAMPLING).astype(np.int64) - min(offset, 0)
    bins = bins.clip(0, wide + abs(offset) + 149)
    # The first bin outside comes along, as a neighbour of the first one within.
    return _listed(bins.ravel() - (begin - 1), (along - curve[-1]).ravel(), wide)


def _listed(bins: Int[np.ndarray, " sample"], along: Float[np.ndarray, " sample"], wide: int) -> Projection:
    """Samples sorted by bin; bin 0 and the last one are the neighbours outside.

    An empty bin takes sums and counts halfway between its neighbours, the last one those of the one before.
    """
    order = np.argsort(bins, kind="stable")
    edges = np.searchsorted(bins[order], np.arange(wide + 3))
    parts = [order[a:b] for a, b in pairwise(edges)]
    shares = [np.ones(len(part)) for part in parts]
    empty = [k for k in range(1, wide + 1) if not len(parts[k])]
    for k in empty:
        near = (k - 1,) if k == wide else (k - 1, k + 1)
        parts[k] = np.concatenate([parts[n] for n in near])
        shares[k] = np.concatenate([shares[n] for n in near]) / len(near)
    parts, shares = parts[1:-1], shares[1:-1]
    counts = np.array([float(share.sum()) for share in shares])
    if not (counts > 0).all():
        raise BadInput(
            "the window is too short: bins of its edge profile have no samples; take a longer edge"
        )
    most = max(len(part) for part in parts)
    samples, weights = np.zeros((wide, most), np.int64), np.zeros((wide, most))
    for row, (part, share) in enumerate(zip(parts, shares, strict=True)):
        samples[row, : len(part)] = part
        weights[row, : len(part)] = share / counts[row]
    return Projection(samples, weights, along[samples], counts, len(empty))

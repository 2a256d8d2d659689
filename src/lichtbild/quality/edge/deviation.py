"""Deviation: what an edge's profile may have beyond a blurred step, as splines on graded knots."""

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from jaxtyping import Float64, Int64

from lichtbild.quality.kernels.edge_fit import DEVIATION, KURTOSIS, PATH, TAIL, WIDTH
from lichtbild.quality.kernels.edge_sums import STEP

NARROWEST, RATIO = 0.28, 2.0**0.25
"""The grades of width: each wider by the ratio than the one before, px."""
_KNOTS_A_WIDTH = 2.0
_EVEN = 3.0  # widths on either side of the edge within which knots are even
_FADE = 2.0  # widths at which a deviation is half as likely
_REACH_IN_INDEX = 2.5  # knots over which the prior bends a deviation
_KURTOSIS = (
    0.5  # scale of the blur's excess: a box has -1.2, a disc -1, sech 2, often beside a Gaussian's part
)
_TAIL = 2.0  # widths of the tail's core
_NEVER = 1e14


@dataclass(frozen=True, eq=False)
class Deviation:
    """The splines of a profile's deviation and the precision of their coefficients.

    Attributes:
        tail: half width of the tail's core, px.
        splines: coefficients of the fine spline, for each.
        spans: first and one beyond the last that is not 0, and the first parameter with which its own shares
            samples or prior.
        prior: precision of all parameters of the fit, at scale 1.
    """

    tail: float
    splines: Float64[np.ndarray, "m k"]
    spans: Int64[np.ndarray, "m 3"]
    prior: Float64[np.ndarray, "n n"]


def grade_of(width: float) -> int:
    """The grade of an edge whose spread has a standard deviation of so many px."""
    return max(0, round(math.log(max(width, 1e-9) / NARROWEST, RATIO)))


def fine_count(reach: float) -> int:
    """Coefficients of the fine spline that reaches so many px to either side."""
    return 2 * math.ceil(reach / STEP) + 7


@lru_cache(maxsize=64)
def deviation(grade: int, reach: float, terms: int) -> Deviation:
    """The deviation of edges of a grade of width, with so many terms of the path: 1 for a straight one."""
    width = NARROWEST * RATIO**grade
    knots = _graded_knots(width, reach)
    count = fine_count(reach)
    places = (np.arange(-2, count + 2) - 0.5 * (count - 1)) * STEP
    values = _cubic_splines(knots, places)
    near, far = values[:, 1:-3] + values[:, 3:-1], values[:, :-4] + values[:, 4:]
    splines = (362.0 * values[:, 2:-2] - 68.0 * near + 7.0 * far) / 240.0
    filled = splines != 0.0
    starts, stops = filled.argmax(1), count - filled[:, ::-1].argmax(1)
    second = np.maximum(np.arange(len(starts)) - 2, 0)
    shared = np.minimum(np.searchsorted(stops + 3, starts, "right"), second)
    spans = np.stack([starts, stops, DEVIATION + shared], 1).astype(np.int64)
    centres = knots[2:-2]
    prior = _prior(centres, width)
    whole = tame(DEVIATION + len(centres), terms)
    whole[DEVIATION:, DEVIATION:] += prior
    return Deviation(_TAIL * width, np.ascontiguousarray(splines), spans, whole)


@lru_cache(maxsize=64)
def waves(
    grade: int, reach: float, terms: int, frequencies: tuple[float, ...]
) -> Float64[np.ndarray, "f m 2"]:
    """The Fourier transforms of the derivatives of a deviation's splines, real and imaginary part.

    Of a B-spline of knots a step h apart: h sinc(f h)^4; the derivative multiplies by 2 pi i f.
    """
    splines, at = deviation(grade, reach, terms).splines, np.array(frequencies)
    places = (np.arange(splines.shape[1]) - 0.5 * (splines.shape[1] - 1)) * STEP
    turn = 2 * np.pi * at
    lobes = 1j * turn * STEP * np.sinc(at * STEP) ** 4
    both = lobes[:, None] * (np.exp(-1j * np.outer(turn, places)) @ splines.T)
    return np.ascontiguousarray(np.stack([both.real, both.imag], -1))


def tame(size: int, terms: int) -> Float64[np.ndarray, "n n"]:
    """What keeps the parameters of a fit from running away: too weak to be seen beside samples."""
    diagonal = np.zeros(size)
    diagonal[:TAIL] = 1e-6
    diagonal[WIDTH] = diagonal[TAIL] = 1.0
    diagonal[PATH + terms : TAIL] = _NEVER
    diagonal[KURTOSIS:DEVIATION] = 1.0 / _KURTOSIS**2
    return np.diag(diagonal)


def _graded_knots(width: float, reach: float) -> Float64[np.ndarray, " knots"]:
    """Even near the edge, then farther apart with the distance; whole steps of the fine spline."""
    even, places = width / _KNOTS_A_WIDTH, [0.0]
    while places[-1] < reach:
        gap = even * max(1.0, places[-1] / (_EVEN * width))
        places.append(places[-1] + max(1, round(gap / STEP)) * STEP)
    half = np.array([p for p in places if p <= reach])
    return np.concatenate([-half[:0:-1], half])


def _cubic_splines(
    knots: Float64[np.ndarray, " knots"], places: Float64[np.ndarray, " p"]
) -> Float64[np.ndarray, "m p"]:
    """The cubic B-splines of simple knots (Cox and de Boor)."""
    order = [((places >= low) & (places < high)).astype(float) for low, high in pairwise(knots)]
    for degree in (1, 2, 3):
        order = [
            (places - knots[i]) / (knots[i + degree] - knots[i]) * order[i]
            + (knots[i + degree + 1] - places) / (knots[i + degree + 1] - knots[i + 1]) * order[i + 1]
            for i in range(len(order) - 1)
        ]
    return np.stack(order)


def _prior(centres: Float64[np.ndarray, " m"], width: float) -> Float64[np.ndarray, "m m"]:
    """Precision: smooth from knot to knot, less likely with the distance; deviation 1 at the edge."""
    count = len(centres)
    second = np.zeros((count + 2, count))
    for k in range(count):
        second[k : k + 3, k] = 1.0, -2.0, 1.0
    precision = second.T @ second + np.eye(count) / _REACH_IN_INDEX**4
    middle = np.linalg.inv(precision)[count // 2, count // 2]
    likely = 1.0 / np.sqrt(1.0 + (centres / (_FADE * width)) ** 2)
    return np.asarray(precision * middle / np.outer(likely, likely))

"""Unbiased edge response: no bins and no window, a model of the profile that samples and evidence decide.

The samples about an edge are means over pixels, so that the profile across the edge is the step behind optics
*and* pixel, and what is reported is the response of both, normal to the edge, as with every such method.
docs/quality_sfr.md has the equations.
"""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from os import cpu_count
from typing import Final

import numpy as np
from jaxtyping import Float, Float64

from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure
from lichtbild.quality.edge.deviation import Deviation, deviation, fine_count, grade_of, tame, waves
from lichtbild.quality.edge.region import EdgeRegion, Point, edge_region, refusal
from lichtbild.quality.kernels.edge_fit import DEVIATION, KNOWN
from lichtbild.quality.kernels.edge_measure import (
    GREATEST,
    LEAST,
    LEVEL,
    LEVEL_SPREAD,
    NUMBERS,
    SLOPE,
    edge_approach,
    edge_measure,
)  # fmt: skip
from lichtbild.quality.kernels.edge_settle import (
    CORRELATION,
    DARK_VARIANCE,
    LEAST_VARIANCE,
    LN_SIGMA,
    VARIANCE_GAIN,
)  # fmt: skip
from lichtbild.quality.kernels.edge_sums import CELL, STEEP

METHOD: Final = "unbiased-esf 3"
CLAUSE: Final = "spatial frequency response after ISO 12233:2023, method of its own"
REACH: Final = 28.0
"""Px to either side of an edge, where there is room."""
NO_EDGE: Final = "between the ends lies no straight or gently bent edge of one step"
LOSSY: Final = (
    "the file was compressed with loss, which no interval of an edge knows: of JPEG intervals of 95 % held"
    " 87 to 94 % at quality 95, 57 to 92 % at 90 and 44 to 81 % at 80, least where there is little noise"
)
_ORDINARY = 1.959964
_METHOD_ERROR = 2e-4
"""Of the fit itself, as a share; set by hand, about the RMS of its errors on exact edges of ten shapes."""
_ROUNDED = range(1, 6)  # harmonics of the error of rounding
_FOOT = 2.6  # sigma from an edge where light is a code's half from the level
Steps = Callable[[float], float]
"""The step between neighbouring codes at a light, in units of light."""
_EVEN_FREQUENCIES = np.linspace(0.0, 1.0, 41)


@dataclass(frozen=True, eq=False)
class EdgeResponse:
    """What an edge says of the resolution across it.

    Attributes:
        frequencies: cycles/px, normal to the edge.
        mtf: response of optics and pixel, 1 at frequency 0; tails beyond the samples included.
        mtf_spread: its standard deviation.
        mtf50: the frequency of the first fall to one half, cycles/px; NaN where there is none below 1.
        mtf50_spread: its standard deviation.
        middle: of the edge in the picture, (column, row), px.
        direction: of the edge there, unit vector (column, row).
        bend: greatest distance of the path from its chord, px; 0 where a straight one was asked.
        levels: light on the dark and on the bright side.
        overshoot: of the profile above the bright side, share of the contrast; 0 or more.
        undershoot: below the dark side.
        noise: standard deviation of a sample on the dark and on the bright side, in units of light.
        correlation: how much more the variance of a mean of many samples is than with noise of their own.
        blur: standard deviation of the Gaussian part of the optics, px.
        warnings: what a reader has to know, sentences.
    """

    frequencies: Float64[np.ndarray, " f"]
    mtf: Float64[np.ndarray, " f"]
    mtf_spread: Float64[np.ndarray, " f"]
    mtf50: float
    mtf50_spread: float
    middle: Point
    direction: tuple[float, float]
    bend: float
    levels: tuple[float, float]
    overshoot: float
    undershoot: float
    noise: tuple[float, float]
    correlation: float
    blur: float
    warnings: tuple[str, ...] = field(default=())

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of MTF50, cycles/px; None where there is no MTF50."""
        if not math.isfinite(self.mtf50):
            return None
        half = _ORDINARY * self.mtf50_spread
        return max(0.0, self.mtf50 - half), self.mtf50 + half

    @property
    def angle(self) -> float:
        """Of the edge from the picture's columns, degrees, -90 to 90, positive where it leans like ``/``."""
        x, y = self.direction
        turned = math.degrees(math.atan2(x, -y))
        return (turned + 90.0) % 180.0 - 90.0

    @property
    def contrast(self) -> float:
        """Difference of the two sides over their sum (Michelson)."""
        return (self.levels[1] - self.levels[0]) / (self.levels[1] + self.levels[0])


def measure_edge(  # noqa: PLR0913
    plane: Float[np.ndarray, "h w"],
    start: Point,
    end: Point,
    reach: float = REACH,
    *,
    white: float | None = None,
    straight: bool = False,
    steps: Steps | None = None,
) -> EdgeResponse:
    """The response across an edge between two points.

    Args:
        plane: linear light, one plane.
        start: one end, column and row, px, pixel centres at half-integers; a few px beside the edge will do.
        end: the other end.
        reach: px to either side that are even but for the edge.
        white: light at which the picture is clipped; None where it is not.
        straight: take the edge for straight; otherwise it may bend and swing.
        steps: of the codes that the light was computed from; None takes the smallest difference found.

    Raises:
        BadInput: the edge cannot be measured; the sentence says why.
    """
    region = edge_region(plane, start, end, reach)
    reason = refusal(region, white)
    if reason:
        raise BadInput(reason)
    return response_of(region, straight=straight, steps=steps)


def measure_edges(
    plane: Float[np.ndarray, "h w"],
    edges: Sequence[tuple[Point, Point, float]],
    *,
    white: float | None = None,
    threads: int | None = None,
    steps: Steps | None = None,
) -> tuple[EdgeResponse | str, ...]:
    """The responses across many edges, in order; where one cannot be measured, the reason.

    Args:
        plane: linear light, one plane.
        edges: start, end and reach of each.
        white: light at which the picture is clipped; None where it is not.
        threads: that share the work; one for each processor by default.
        steps: of the codes that the light was computed from; None takes the smallest difference found.
    """

    def one(edge: tuple[Point, Point, float]) -> EdgeResponse | str:
        try:
            return measure_edge(plane, edge[0], edge[1], edge[2], white=white, steps=steps)
        except BadInput as error:
            return str(error)

    if threads == 1:
        return tuple(map(one, edges))
    with ThreadPoolExecutor(threads or cpu_count() or 1) as pool:
        return tuple(pool.map(one, edges))


def response_of(
    region: EdgeRegion,
    *,
    straight: bool = False,
    frequencies: Float64[np.ndarray, " f"] = _EVEN_FREQUENCIES,
    steps: Steps | None = None,
) -> EdgeResponse:
    """The response across an edge from the samples about it.

    Args:
        region: whose `refusal` is empty.
        straight: take the edge for straight.
        frequencies: at which the response is told, from 0, rising, cycles/px; MTF50 is sought between them.
        steps: of the codes that the light was computed from; None takes the smallest difference found.

    Raises:
        BadInput: what lies between the ends is no edge.
    """
    fit = fitted(region, straight=straight, frequencies=frequencies, steps=steps)
    reason = _astray(fit, region)
    if reason:
        raise BadInput(reason)
    return _worded(fit.frame, fit.state, fit.numbers, (frequencies, fit.response))


@dataclass(frozen=True, eq=False)
class EdgeFit:
    """The fit of an edge, as the kernels leave it.

    Attributes:
        frame: of the path: a point on it, direction, half length, bend and swing.
        state: shift of the step, ln sigma, noise; the last two are the levels on the left and on the right.
        numbers: MTF50 and what else a measurement tells.
        response: MTF and its standard deviation at each frequency.
        model: the deviation.
        reach: of the samples to either side, px.
    """

    frame: Float64[np.ndarray, " 7"]
    state: Float64[np.ndarray, " 10"]
    numbers: Float64[np.ndarray, " 7"]
    response: Float64[np.ndarray, "f 2"]
    model: Deviation
    reach: float


def fitted(
    region: EdgeRegion,
    *,
    straight: bool = False,
    frequencies: Float64[np.ndarray, " f"] = _EVEN_FREQUENCIES,
    steps: Steps | None = None,
) -> EdgeFit:
    """The fit of an edge to the samples about it; for the others see `response_of`."""
    samples, terms = region.samples.copy(), 1 if straight else 3
    reach, frame = region.even_reach, _frame(region)
    count = fine_count(reach)
    sums = np.empty((8, count)), np.empty((3, 4))
    room = (np.zeros((KNOWN, count)), sums, (np.empty((count, CELL)), np.empty((count, STEEP))))
    state, numbers = np.zeros(10), np.empty(NUMBERS)
    apart = region.steps if steps is None else [steps(side) for side in region.sides]
    state[LEAST_VARIANCE : LEAST_VARIANCE + 2] = np.array(apart) / math.sqrt(12.0)
    width = edge_approach(samples, frame, reach, tame(DEVIATION, terms), state)
    if not math.isfinite(width):
        raise BadInput(NO_EDGE)
    grade = grade_of(min(width, reach / 3))
    model = deviation(grade, reach, terms)
    response = np.empty((len(frequencies), 2))
    parts = (model.splines, model.spans, model.prior, model.tail)
    own = waves(grade, reach, terms, tuple(frequencies.tolist()))
    edge_measure(samples, frame, parts, room, state, (frequencies, own, response, numbers))
    return EdgeFit(frame, state, numbers, response, model, reach)


def _rounding(state: Float64[np.ndarray, " 10"]) -> float:
    """Variance of the levels' difference by what noise leaves of rounding to codes, contrast squared.

    With normal noise, the mean error of rounding has the harmonics exp(-2 (pi k sigma / step)^2) / (pi k)
    (Widrow and Kollar, Quantization Noise, 2008); without noise its variance is step^2 / 12.
    """
    total = 0.0
    for side in range(2):
        rounded = float(state[LEAST_VARIANCE + side])
        if rounded > 0.0:
            variance = float(state[DARK_VARIANCE] + side * state[VARIANCE_GAIN])
            own = max(0.0, variance - rounded) / (12 * rounded)
            left = sum(math.exp(-((2 * math.pi * k) ** 2) * own) / k**2 for k in _ROUNDED)
            total += rounded * left / sum(1 / k**2 for k in _ROUNDED)
    return total


def _rounded(mtf: Float64[np.ndarray, " f"]) -> Float64[np.ndarray, " f"]:
    """What a rounding of the levels does to the variance of a response, for one of their difference's.

    Light within half a step of a level is taken for it: an error at the step's foot, a distance d from
    the edge: its wave is cos(2 pi f d), and since the response is 1 at 0, it errs by the cosine less itself.
    A Gaussian leaves its level by half of a hundred codes' step at 2.6 sigma; beyond half a wave, the worst.
    """
    width = np.sqrt(-2.0 * np.log(np.clip(mtf, 1e-6, 1.0)))
    return np.asarray((np.cos(np.minimum(_FOOT * width, math.pi)) - mtf) ** 2)


def _astray(fit: EdgeFit, region: EdgeRegion) -> str:
    """Why a fit is none of the edge that was asked for; empty where it is."""
    frame, width = fit.frame, math.exp(min(float(fit.state[LN_SIGMA]), 700.0))
    whole = (*frame, *fit.state, *fit.response.ravel(), fit.numbers[LEAST], fit.numbers[GREATEST])
    if not np.isfinite(whole).all():
        return NO_EDGE
    ways = [((x - frame[0]) * -frame[3] + (y - frame[1]) * frame[2]) for x, y in (region.start, region.end)]
    if max(map(abs, ways)) > region.reach or abs(frame[5]) + abs(frame[6]) > region.reach:
        return f"{NO_EDGE}: the line found leaves the {region.reach:g} px beside them"
    if width > fit.reach:
        return f"the edge is blurred over {width:.0f} px, and {fit.reach:g} px to either side are seen"
    return ""


def _frame(region: EdgeRegion) -> Float64[np.ndarray, " 7"]:
    (x0, y0), (x1, y1) = region.start, region.end
    half = region.length / 2
    return np.array(
        [(x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2 / half, (y1 - y0) / 2 / half, half, 0.0, 0.0]
    )


def _worded(
    frame: Float64[np.ndarray, " 7"],
    state: Float64[np.ndarray, " 10"],
    numbers: Float64[np.ndarray, " 7"],
    curve: tuple[Float64[np.ndarray, " f"], Float64[np.ndarray, "f 2"]],
) -> EdgeResponse:
    left, right = float(state[8]), float(state[9])
    scale = abs(right - left)
    variances = max(state[DARK_VARIANCE], 0.0), max(state[DARK_VARIANCE] + state[VARIANCE_GAIN], 0.0)
    noise = [scale * math.sqrt(v) for v in variances]
    over, under = max(0.0, numbers[GREATEST] - 1.0), max(0.0, -numbers[LEAST])
    if left > right:
        noise, over, under = noise[::-1], under, over
    frequencies, response = curve
    rounding = _rounding(state)
    at_half = math.sqrt(rounding * float(_rounded(np.array([0.5]))[0])) / max(
        abs(float(numbers[SLOPE])), 1e-12
    )
    mtf50 = float(numbers[LEVEL])
    sag = abs(float(frame[5])) * 1.5 + abs(float(frame[6]))
    warnings = [] if math.isfinite(mtf50) else ["the response does not fall to one half below 1 cycle/px"]
    if state[CORRELATION] > 1.0:
        warnings.append("neighbouring samples share noise, for which the intervals are widened")
    middle = (float(frame[0] - state[0] * frame[3]), float(frame[1] + state[0] * frame[2]))
    return EdgeResponse(
        frequencies=frequencies,
        mtf=response[:, 0],
        mtf_spread=np.hypot(response[:, 1], np.sqrt(rounding * _rounded(response[:, 0]))),
        mtf50=mtf50,
        mtf50_spread=math.hypot(float(numbers[LEVEL_SPREAD]), _METHOD_ERROR * mtf50, at_half),
        middle=middle,
        direction=(float(frame[2]), float(frame[3])),
        bend=sag,
        levels=(min(left, right), max(left, right)),
        overshoot=float(over),
        undershoot=float(under),
        noise=(noise[0], noise[1]),
        correlation=float(state[CORRELATION]),
        blur=math.exp(float(state[LN_SIGMA])),
        warnings=tuple(warnings),
    )


def measures(response: EdgeResponse, where: str = "") -> tuple[Measure, ...]:
    """MTF50, response at half a cycle a pixel, overshoot and undershoot of an edge, in words.

    Args:
        response: of the edge.
        where: the edge's name, and the plane.
    """
    at = response.middle
    note = " ".join(f"{sentence}." for sentence in response.warnings)
    half = int(np.argmin(np.abs(response.frequencies - 0.5)))
    value, spread = float(response.mtf[half]), _ORDINARY * float(response.mtf_spread[half])

    def measure(
        name: str, value: float, unit: str, interval: tuple[float, float] | None, note: str
    ) -> Measure:
        return Measure(name, value, unit, CLAUSE, METHOD, interval, where, at, note)

    no_interval = "No interval is derived for a greatest value."
    return (
        measure("mtf50", response.mtf50, "cycles/px", response.interval, note),
        measure("mtf_at_half", value, "", (max(0.0, value - spread), value + spread), note),
        measure("edge_overshoot", response.overshoot, "of contrast", None, no_interval),
        measure("edge_undershoot", response.undershoot, "of contrast", None, no_interval),
    )

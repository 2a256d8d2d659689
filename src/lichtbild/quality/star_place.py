"""Star place: samples of a Siemens star with their places on the chart, about a centre found by phases."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np
from jaxtyping import Float, Int

from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Star
from lichtbild.quality.kernels.star_sums import ABOVE, COUNT, FREQUENCY, INVERSE, LIGHT, star_sums

_PHASE_SAMPLES = 60
"""Of a fit that tells a phase."""

Places = Float[np.ndarray, "*many 2"]
Samples = Float[np.ndarray, " sample"]
Parts = Float[np.ndarray, "ring sector"]

_DEGREE = 3
"""Of the polynomial from picture to chart about the star: perspective and distortion in so small a part."""
_INNERMOST = (0.8, 0.6, 0.45, 0.35)
"""Part of the radius outside which phases tell the centre, refinement by refinement: far out a wrong centre
turns them least."""


@dataclass(frozen=True, eq=False)
class RingFits:
    """Waves through the samples of each ring's sectors; what has too few samples is NaN.

    Attributes:
        count: samples.
        mean: light.
        phase: of the wave, radians.
        modulation: its amplitude by the mean, without what noise adds.
        error: standard error of the modulation.
        left: sum of squares of what the fit leaves.
        frequency: mean of the star's, cycles/px.
        inverse: mean of 1 / radius, 1/mm.
    """

    count: Parts
    mean: Parts
    phase: Parts
    modulation: Parts
    error: Parts
    left: Parts
    frequency: Parts
    inverse: Parts

    @property
    def noise(self) -> float:
        """Root mean square of what all fits leave, by the mean light."""
        known = np.isfinite(self.left)
        freedom = float((self.count[known] - 5).sum())
        return float(np.sqrt(self.left[known].sum() / max(freedom, 1)) / self.mean[known].mean())


@dataclass(frozen=True, eq=False)
class StarPlace:
    """Samples of a star.

    Attributes:
        light: of each sample.
        x: place on the chart from the star's centre, mm.
        y: the same, down.
        sector: number of each sample's sector; sector 0 begins at angle 0.
        frequency: of the star at each sample, cycles/px of the picture.
        direction: in which the light varies in the picture, radians.
        cycles: of the star.
        scale: px of the picture to a mm.
        centre: of the star in the picture, px.
    """

    light: Samples
    x: Samples
    y: Samples
    sector: Int[np.ndarray, " sample"]
    frequency: Samples
    direction: Samples
    cycles: int
    scale: float
    centre: tuple[float, float]

    @property
    def radius(self) -> Samples:
        """Distance on the chart from the star's centre, mm."""
        return np.asarray(np.hypot(self.x, self.y))

    def fits(self, edges: Float[np.ndarray, " edge"], sectors: int, least: int) -> RingFits:
        """Least squares of a wave over the angle and a plane of light, for all rings and sectors at once.

        Args:
            edges: of the rings, growing, mm.
            sectors: of the full turn.
            least: samples below which a part is not fitted.
        """
        parts = (len(edges) - 1) * sectors
        sums, products = np.empty((parts, 7)), np.empty((parts, 5, 6))
        samples = self.x, self.y, self.light, self.frequency
        star_sums(samples, self.sector, np.asarray(edges), (sectors, self.cycles, self.scale), sums, products)
        count = sums[:, COUNT]
        known = np.maximum(count, 1)
        mean = sums[:, LIGHT] / known
        normal, right = products[:, :, :5], products[:, :, 5]
        normal = normal + (1e-9 * known + (count < least))[:, None, None] * np.eye(5)
        inverse = np.linalg.inv(normal)
        found = np.einsum("gij,gj->gi", inverse, right)
        left = np.maximum(sums[:, ABOVE] - (found * right).sum(axis=1), 0)
        shape = (len(edges) - 1, sectors)
        numbers = (
            *_waves(found, inverse, mean, left / np.maximum(count - 5, 1)),
            left,
            sums[:, FREQUENCY] / known,
            sums[:, INVERSE] / known,
        )
        told = [np.where(count >= least, number, np.nan).reshape(shape) for number in numbers]
        return RingFits(count.reshape(shape), *told)

    def azimuths(self, sectors: int) -> Samples:
        """Mean direction in which the light of each sector varies, radians modulo pi."""
        twice = [np.exp(2j * self.direction[self.sector == s]).mean() for s in range(sectors)]
        return np.asarray(np.angle(np.array(twice)) / 2 % np.pi)


def _waves(
    found: Float[np.ndarray, "part 5"],
    inverse: Float[np.ndarray, "part 5 5"],
    mean: Float[np.ndarray, " part"],
    variance: Float[np.ndarray, " part"],
) -> tuple[Float[np.ndarray, " part"], ...]:
    """Light, phase, modulation and its error by the unknowns of fits and their covariance."""
    light = mean + found[:, 0]
    wave, cover = found[:, 1:3], inverse[:, 1:3, 1:3] * variance[:, None, None]
    size = np.hypot(*wave.T)
    # The square of a noisy amplitude is too large by both variances.
    square = np.maximum(size**2 - np.trace(cover, axis1=1, axis2=2), 0)
    along = wave / np.maximum(size, 1e-300)[:, None]
    error = np.sqrt(np.einsum("gi,gij,gj->g", along, cover, along))
    scale = np.where(light > 0, light, np.nan)
    return light, np.arctan2(-wave[:, 1], wave[:, 0]), np.sqrt(square) / scale, error / scale


def star_place(
    plane: Float[np.ndarray, "row column"], star: Star, to_picture: Callable[[Places], Places], sectors: int
) -> StarPlace:
    """Samples of a star and its refined centre.

    Raises:
        BadInput: the star lies outside the picture, or no wave of it is seen.
    """
    rows, columns = _window(plane.shape, star, to_picture)
    grid = np.stack(np.meshgrid(columns + 0.5, rows + 0.5), axis=-1).reshape(-1, 2)
    light = np.asarray(plane[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], float).ravel()
    chart, slopes = _on_chart(grid, star, to_picture)
    near = np.hypot(*chart.T) < 1.02 * star.radius
    chart, slopes, light = chart[near], slopes[near], light[near]
    area = slopes[:, 0, 0] * slopes[:, 1, 1] - slopes[:, 0, 1] * slopes[:, 1, 0]
    scale = float(1 / np.sqrt(np.abs(area).mean()))
    zero = np.zeros(len(light))
    place = StarPlace(light, zero, zero, zero.astype(np.int64), zero, zero, star.cycles, scale, (0.0, 0.0))
    shift = np.zeros(2)
    for innermost in _INNERMOST:
        moved = _about(place, chart - shift, sectors)
        shift = shift + _shift(moved, star.radius * innermost, star.radius, sectors)
    centre = to_picture(np.array(star.centre) + shift)
    return replace(_moved(place, chart - shift, slopes, sectors), centre=(float(centre[0]), float(centre[1])))


def _window(
    shape: tuple[int, ...], star: Star, to_picture: Callable[[Places], Places]
) -> tuple[Int[np.ndarray, " row"], Int[np.ndarray, " column"]]:
    """Rows and columns of the picture that the star covers."""
    turn = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    rim = to_picture(np.array(star.centre) + star.radius * np.stack([np.cos(turn), np.sin(turn)], axis=1))
    low = np.maximum(np.floor(rim.min(axis=0)).astype(int), 0)
    high = np.minimum(np.ceil(rim.max(axis=0)).astype(int), (shape[1], shape[0]))
    if (high - low < 16).any():
        raise BadInput("the star lies outside the picture or covers less than 16 px of it")
    return np.arange(low[1], high[1]), np.arange(low[0], high[0])


def _on_chart(
    grid: Places, star: Star, to_picture: Callable[[Places], Places]
) -> tuple[Float[np.ndarray, "sample 2"], Float[np.ndarray, "sample 2 2"]]:
    """Places of pixels on the chart from the star's centre, mm, and their slopes by the pixels' places.

    A polynomial through the map's values about the star, and one step of Newton's method with the map itself.
    """
    side = np.linspace(-1.15, 1.15, 13) * star.radius
    chart = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    seen = to_picture(chart + star.centre)
    middle, reach = seen.mean(axis=0), float(np.abs(seen - seen.mean(axis=0)).max())
    powers = [(i, j) for i in range(_DEGREE + 1) for j in range(_DEGREE + 1 - i)]
    factors = np.linalg.lstsq(_terms((seen - middle) / reach, powers), chart, rcond=None)[0]
    place = (grid - middle) / reach
    found = _terms(place, powers) @ factors
    across = _terms(place, powers, (1, 0)) @ factors / reach
    down = _terms(place, powers, (0, 1)) @ factors / reach
    slopes = np.stack([across, down], axis=-1)
    off = grid - to_picture(found + star.centre)
    return found + np.einsum("scp,sp->sc", slopes, off), slopes


def _terms(
    place: Places, powers: list[tuple[int, int]], order: tuple[int, int] = (0, 0)
) -> Float[np.ndarray, "sample term"]:
    """Products of powers of both coordinates, or their derivatives of an order of at most 1 in each."""
    along, down = (
        [np.ones(len(place)), *accumulate([np.ascontiguousarray(line)] * _DEGREE, np.multiply)]
        for line in place.T
    )
    columns = []
    for i, j in powers:
        first = along[i] if not order[0] else i * along[max(i - 1, 0)]
        columns.append(first * (down[j] if not order[1] else j * down[max(j - 1, 0)]))
    return np.stack(columns, axis=1)


def _about(place: StarPlace, chart: Float[np.ndarray, "sample 2"], sectors: int) -> StarPlace:
    """The same samples about another centre, with their sectors."""
    x, y = (np.ascontiguousarray(line) for line in chart.T)
    sector = (np.arctan2(y, x) / (2 * np.pi) % 1 * sectors).astype(np.int64) % sectors
    return replace(place, x=x, y=y, sector=sector)


def _moved(
    place: StarPlace,
    chart: Float[np.ndarray, "sample 2"],
    slopes: Float[np.ndarray, "sample 2 2"],
    sectors: int,
) -> StarPlace:
    """The same samples about another centre, with the star's frequency and direction at each."""
    x, y = chart.T
    square = np.maximum(x * x + y * y, 1e-12)
    # Gradient of the angle on the chart, brought to the picture by the map's slopes.
    turn = np.stack([-y / square, x / square], axis=1)
    gradient = np.einsum("sc,scp->sp", turn, slopes) * place.cycles / (2 * np.pi)
    frequency, direction = np.hypot(*gradient.T), np.arctan2(gradient[:, 1], gradient[:, 0])
    return replace(_about(place, chart, sectors), frequency=frequency, direction=direction)


def _shift(place: StarPlace, inner: float, outer: float, sectors: int) -> Float[np.ndarray, " two"]:
    """How far the true centre lies from the assumed one, mm, by the phases of rings between two radii."""
    radius = place.radius
    inside = int(((radius >= inner) & (radius < outer)).sum())
    rings = np.linspace(inner, 0.98 * outer, 1 + min(max(inside // (_PHASE_SAMPLES * sectors), 1), 8))
    found = place.fits(rings, sectors, _PHASE_SAMPLES // 2)
    angle = np.broadcast_to((np.arange(sectors) + 0.5) * 2 * np.pi / sectors, found.phase.shape)
    known = np.isfinite(found.modulation)
    if known.sum() < sectors:
        raise BadInput("the star is too small in the picture, or most of it lies outside")
    reach = place.cycles * found.inverse[known]
    rows = np.stack(
        [np.ones(len(reach)), reach * np.sin(angle[known]), -reach * np.cos(angle[known])], axis=1
    )
    phases, modulation = found.phase[known], found.modulation[known]
    weight = modulation / np.maximum(found.error[known], 1e-6 * modulation + 1e-300) + 1e-6
    weight = weight / weight.max()
    # Phases about their mean turn, so that none jumps by a full one.
    turn = np.angle(np.sum(weight * np.exp(1j * phases)))
    about = np.angle(np.exp(1j * (phases - turn)))
    moved = np.linalg.lstsq(rows * weight[:, None], about * weight, rcond=None)[0]
    return np.asarray(moved[1:])

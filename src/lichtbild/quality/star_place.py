"""Star place: samples of a Siemens star with their places on the chart, about a centre found by phases."""

from collections.abc import Callable
from dataclasses import dataclass, replace

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
        frequency: of the star at each sample, cycles/px of the picture.
        direction: in which the light varies in the picture, radians.
        cycles: of the star.
        scale: px of the picture to a mm.
        centre: of the star in the picture, px.
    """

    light: Samples
    x: Samples
    y: Samples
    frequency: Samples
    direction: Samples
    cycles: int
    scale: float
    centre: tuple[float, float]

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
        star_sums(samples, np.asarray(edges), (sectors, self.cycles, self.scale), sums, products)
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
        """Mean direction in which the light of each sector varies, radians modulo pi; 0 begins at angle 0."""
        sector = (np.arctan2(self.y, self.x) / (2 * np.pi) % 1 * sectors).astype(np.int64) % sectors
        turned = np.exp(2j * self.direction)
        parts = (np.bincount(sector, part, sectors) for part in (turned.real, turned.imag))
        twice = next(parts) + 1j * next(parts)
        return np.asarray(np.angle(twice) / 2 % np.pi)


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
    light = np.asarray(plane[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], float)
    chart, slopes = _on_chart(rows + 0.5, columns + 0.5, star, to_picture)
    near = np.hypot(*chart) < 1.02 * star.radius
    chart, slopes, light = chart[:, near], slopes[:, :, near], light[near]
    area = slopes[0, 0] * slopes[1, 1] - slopes[0, 1] * slopes[1, 0]
    scale = float(1 / np.sqrt(np.abs(area).mean()))
    zero = np.zeros(len(light))
    place = StarPlace(light, zero, zero, zero, zero, star.cycles, scale, (0.0, 0.0))
    shift = np.zeros(2)
    for innermost in _INNERMOST:
        moved = replace(place, x=chart[0] - shift[0], y=chart[1] - shift[1])
        shift = shift + _shift(moved, star.radius * innermost, star.radius, sectors)
    centre = to_picture(np.array(star.centre) + shift)
    found = replace(place, x=chart[0] - shift[0], y=chart[1] - shift[1])
    return replace(_with_waves(found, slopes), centre=(float(centre[0]), float(centre[1])))


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
    rows: Float[np.ndarray, " row"],
    columns: Float[np.ndarray, " column"],
    star: Star,
    to_picture: Callable[[Places], Places],
) -> tuple[Float[np.ndarray, "2 row column"], Float[np.ndarray, "2 2 row column"]]:
    """Places of pixels on the chart from the star's centre, mm, and their slopes along rows and columns.

    A polynomial through the map's values about the star, and one step of Newton's method with the map itself.
    """
    side = np.linspace(-1.15, 1.15, 13) * star.radius
    chart = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    seen = to_picture(chart + star.centre)
    middle, reach = seen.mean(axis=0), float(np.abs(seen - seen.mean(axis=0)).max())
    powers = [(i, j) for i in range(_DEGREE + 1) for j in range(_DEGREE + 1 - i)]
    x, y = (_powers(line) for line in ((seen - middle) / reach).T)
    solved = np.linalg.lstsq(np.stack([x[:, i] * y[:, j] for i, j in powers], axis=1), chart, rcond=None)[0]
    factors = np.zeros((2, _DEGREE + 1, _DEGREE + 1))
    for (i, j), pair in zip(powers, solved, strict=True):
        factors[:, j, i] = pair
    x, y = _powers((columns - middle[0]) / reach), _powers((rows - middle[1]) / reach)
    steep_x, steep_y = (np.arange(_DEGREE + 1) * np.roll(one, 1, axis=1) / reach for one in (x, y))
    found = y @ factors @ x.T
    slopes = np.stack([y @ factors @ steep_x.T, steep_y @ factors @ x.T], axis=1)
    places = to_picture(np.stack([found[0] + star.centre[0], found[1] + star.centre[1]], axis=-1))
    right, down = columns - places[..., 0], rows[:, None] - places[..., 1]
    return found + slopes[:, 0] * right + slopes[:, 1] * down, slopes


def _powers(places: Float[np.ndarray, " n"]) -> Float[np.ndarray, "n power"]:
    return np.asarray(places[:, None] ** np.arange(_DEGREE + 1))


def _with_waves(place: StarPlace, slopes: Float[np.ndarray, "2 2 sample"]) -> StarPlace:
    """The same samples, with the star's frequency and direction at each."""
    x, y = place.x, place.y
    # Gradient of the angle on the chart, brought to the picture by the map's slopes.
    turn = place.cycles / (2 * np.pi) / np.maximum(x * x + y * y, 1e-12)
    right, down = (turn * (x * slopes[1, axis] - y * slopes[0, axis]) for axis in (0, 1))
    return replace(place, frequency=np.hypot(right, down), direction=np.arctan2(down, right))


def _shift(place: StarPlace, inner: float, outer: float, sectors: int) -> Float[np.ndarray, " two"]:
    """How far the true centre lies from the assumed one, mm, by the phases of rings between two radii."""
    square = place.x**2 + place.y**2
    inside = int(((square >= inner**2) & (square < outer**2)).sum())
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

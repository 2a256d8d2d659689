"""Wave sum: the light of a point in squares of the sensor, as sums of the plane waves of its cone.

The same sums as those of `lichtbild.optics.pupil_function`, `pupil_grid` and `fourier`, which are
differentiable and compiled for every size of a picture; these are matrix products that need no compiling, and
are as fast. Phases have double precision, products single: 1e-6 of the brightest square. A cone is one of a
lens of revolution from a field point up the y axis, thus even in p.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.polynomial.legendre import leggauss, legvander

from lichtbild.optics.disc_polynomial import RIDGE, families
from lichtbild.optics.half_pupil import View, view_amplitude
from lichtbild.optics.light_cone import Cones
from lichtbild.optics.pupil_grid import BESIDE, kernel_integral

MARGIN = 1.04
"""Half-width of the square that polynomials are normalised to, in half-widths of the rim's points."""

SEARCHED = 128
"""Points of a rim between which its extremes are looked for."""

NEWTONS = 3

SINGLE = 1 << 16
"""Products of a matrix product up to which OpenBLAS does it in one thread, whatever its shape."""


class Squares(NamedTuple):
    """Squares that light is counted in, around the chief ray's of the middle wavelength.

    Args:
        pitch: side, mm.
        wide: how many along either side, odd.
        fine: places of a square, along either side, at which light is summed: Gauss's.
        columns: of plane waves; as many rows.
    """

    pitch: float
    wide: int
    fine: int
    columns: int


@dataclass(frozen=True, eq=False)
class SmoothPupil:
    """One cone's amplitude and eikonal as polynomials of direction, within a rim that is a Fourier series.

    Args:
        middle: of the normalised square, p and q, ``[2]``.
        half: its half-widths, ``[2]``.
        eikonal: table over products of Legendre polynomials, mm, ``[i, j]``.
        amplitude: the same of A.
        rim: coefficients of the series of p and q, complex, ``[2, harmonic]``.
        wavelength: mm.
    """

    middle: np.ndarray
    half: np.ndarray
    eikonal: np.ndarray
    amplitude: np.ndarray
    rim: np.ndarray
    wavelength: float


def smooth_pupils(cones: Cones, wavelengths: np.ndarray, degree: int = 16) -> list[list[SmoothPupil]]:
    """Polynomials through the rays of cones, for each field and wavelength.

    Args:
        cones: with more rays than even polynomials have terms.
        wavelengths: mm, ``[wavelength]``.
        degree: total degree of the polynomials.
    """
    low, high = cones.rim.min(axis=-1), cones.rim.max(axis=-1)
    middle, half = (low + high) / 2, MARGIN * (high - low) / 2
    rims = _series(cones.rim)

    def one(field: int, wave: int) -> SmoothPupil:
        at = field, wave
        x, y = (cones.cosines[:, *at] - middle[:, *at, None]) / half[:, *at, None]
        values = np.stack([cones.eikonal[at], cones.amplitude[at]], axis=-1)
        paths, modulus = _fitted(x, y, cones.weight[at], values, degree)
        return SmoothPupil(
            middle[:, *at], half[:, *at], paths, modulus, rims[:, *at], float(wavelengths[wave])
        )

    fields, waves = cones.rim.shape[1:3]
    return [[one(field, wave) for wave in range(waves)] for field in range(fields)]


def _series(rim: np.ndarray) -> np.ndarray:
    """Fourier coefficients of closed curves from points at even steps, as `lichtbild.optics.outline`."""
    count = rim.shape[-1]
    found = np.fft.rfft(rim) / count
    found[..., 1:] *= 2
    if count % 2 == 0:
        found[..., -1] = 0
    return np.asarray(found)


def _fitted(x: np.ndarray, y: np.ndarray, weight: np.ndarray, values: np.ndarray, degree: int) -> np.ndarray:
    """Tables ``[function, i, j]`` of the polynomials, even in x, nearest to values ``[ray, function]``."""
    along_x, along_y = legvander(x, degree).T, legvander(y, degree).T
    even = families(degree)[:2]
    orders = [(each.of_x.argmax(axis=1), each.of_y.argmax(axis=1)) for each in even]
    basis = np.concatenate(
        [
            _product(each.orthonormal, along_x[i] * along_y[j])
            for each, (i, j) in zip(even, orders, strict=True)
        ]
    )
    weighted = basis * (weight / weight.sum())
    normal = _product(weighted, basis.T) + RIDGE * np.eye(len(basis))
    solution = np.linalg.solve(normal, weighted @ values)
    tables, first = np.zeros((values.shape[1], degree + 1, degree + 1)), 0
    for each, (i, j) in zip(even, orders, strict=True):
        last = first + len(i)
        tables[:, i, j] = solution[first:last].T @ each.orthonormal
        first = last
    return tables


class Light(NamedTuple):
    """What a point's light does in squares, for each view.

    Args:
        power: in each square, of the whole cone's power, ``[view, y, x]``, rows going up.
        share: of the cone's power that the view takes, ``[view]``.
    """

    power: np.ndarray
    share: np.ndarray


def light_in_squares(
    pupil: SmoothPupil,
    turn: float,
    squares: Squares,
    views: Sequence[View] = ("whole",),
    divide: tuple[float, float] = (0.0, 1.0),
) -> Light:
    """The light of a point in squares, seen from a sensor's own axes.

    Args:
        pupil: of its field, up the radius.
        turn: azimuth of that radius from the sensor's y toward its x, rad.
        squares: that light is counted in.
        views: that are wanted.
        divide: q of the ray that photodiodes part at, up the radius; width in that of the pupil.
    """
    toward = np.array([-np.sin(turn), np.cos(turn)])
    grid = _grid(pupil, toward, squares.columns)
    right = -grid.across
    middle, width = divide[0] * np.sin(turn), divide[1] * float(np.ptp(right))
    k, (places, weights) = 2 * np.pi / pupil.wavelength, _places(squares)
    upright = _even_phasors(k * grid.along[0], k * grid.step, grid.waves.shape[1], places) * weights
    columns = _product(upright.T, grid.waves.T.astype(np.complex64))  # [place along y, column]
    sideways = _phasors(k * right, places, squares) * weights
    side = squares.wide, squares.fine
    power, share = [], []
    whole = grid.power.sum()
    for view in views:
        factor = view_amplitude(view, right, middle, width)
        field = _product(columns * factor.astype(np.float32), sideways)
        fine = (field.real**2 + field.imag**2).reshape(*side, *side)
        counted = fine.sum(axis=(1, 3), dtype=float)
        power.append(counted * (squares.pitch / pupil.wavelength) ** 2 / whole)
        share.append((factor**2 * grid.power).sum() / whole)
    return Light(np.stack(power), np.array(share))


def _product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The matrix product in blocks so small that BLAS starts no threads: sums run side by side already."""
    side = max(4, int((SINGLE / a.shape[1]) ** 0.5))
    found = np.empty((a.shape[0], b.shape[1]), np.result_type(a, b))
    for left in range(0, b.shape[1], side):
        columns = np.ascontiguousarray(b[:, left : left + side])
        for top in range(0, a.shape[0], side):
            found[top : top + side, left : left + side] = a[top : top + side] @ columns
    return found


def _places(squares: Squares) -> tuple[np.ndarray, np.ndarray]:
    """Where light is summed along either side, mm, and the roots of the weights within squares: Gauss's."""
    node, weight = _gauss(squares.fine)
    middles = np.arange(squares.wide) - squares.wide // 2
    return ((middles[:, None] + node / 2) * squares.pitch).ravel(), np.tile(
        np.sqrt(weight / 2).astype(np.float32), squares.wide
    )


def _even_phasors(first: float, step: float, count: int, places: np.ndarray) -> np.ndarray:
    """``exp(i x (first + n step))``, ``[n, x]``: rows of 16 from one another, so that few sines are taken."""
    side = 16
    coarse = np.exp(1j * np.outer(first + side * step * np.arange(-(-count // side)), places))
    near = np.exp(1j * np.outer(step * np.arange(side), places))
    both = coarse.astype(np.complex64)[:, None] * near.astype(np.complex64)
    return np.asarray(both.reshape(-1, len(places))[:count])


def _phasors(rate: np.ndarray, places: np.ndarray, squares: Squares) -> np.ndarray:
    """``exp(i rate x)``, ``[rate, x]``: from those of squares' middles and of places within a square."""
    fine = squares.fine
    middles = places.reshape(-1, fine).mean(axis=1)
    inner = places[:fine] - middles[0]
    coarse, near = (np.exp(1j * np.outer(rate, at)).astype(np.complex64) for at in (middles, inner))
    return np.asarray((coarse[:, :, None] * near[:, None, :]).reshape(len(rate), -1))


class _Grid(NamedTuple):
    """Plane waves in columns along one direction.

    Args:
        waves: times each sample's element of direction, ``[column, row]``, complex.
        power: of each column, ``[column]``.
        across: direction cosines of the columns, to the left of the rows' direction.
        along: of the rows.
        step: of the rows.
    """

    waves: np.ndarray
    power: np.ndarray
    across: np.ndarray
    along: np.ndarray
    step: float


def _grid(pupil: SmoothPupil, toward: np.ndarray, count: int) -> _Grid:
    """As `lichtbild.optics.pupil_grid.pupil_grid`."""
    across, width, ends = _chords(pupil.rim, toward, count)
    start, stop = ends.min(), ends.max()
    step = float(stop - start) / count
    along = start + step * (np.arange(-BESIDE, count + BESIDE) + 0.5)
    from_back, from_front = ((end[:, None] - along) / step for end in ends)
    needed = (from_front > -BESIDE) & (from_back < BESIDE)
    modulus, paths = _on_grid(pupil, toward, across, along)
    element = _integral(from_front) - _integral(from_back)
    element *= width[:, None] * step
    modulus, element = modulus[needed], element[needed]
    phase = paths[needed] * (2 * np.pi / pupil.wavelength)
    waves = np.zeros(needed.shape, complex)
    amplitude = modulus * element
    part = np.empty(len(phase), complex)
    part.real, part.imag = amplitude * np.cos(phase), amplitude * np.sin(phase)
    waves[needed] = part
    power = np.zeros(needed.shape)
    power[needed] = amplitude * modulus
    return _Grid(waves, power.sum(axis=1), across, along, step)


def _on_grid(
    pupil: SmoothPupil, toward: np.ndarray, across: np.ndarray, along: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Amplitude and eikonal ``[column, row]``, from polynomials over a square that lies as the grid."""
    degree = pupil.eikonal.shape[-1] - 1
    node, projection = _projection(degree)
    ends = np.array([[across[0], along[0]], [across[-1], along[-1]]])
    middle, half = (ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / 2
    axes = np.array([[-toward[1], toward[0]], [toward[0], toward[1]]])
    lattice = np.stack(np.meshgrid(node, node, indexing="ij")).reshape(2, -1)
    cosines = axes @ (middle[:, None] + half[:, None] * lattice)
    x, y = (cosines - pupil.middle[:, None]) / pupil.half[:, None]
    along_x, along_y = legvander(x, degree), legvander(y, degree)
    columns = legvander((across - middle[0]) / half[0], degree)
    rows = legvander((along - middle[1]) / half[1], degree).T

    def values(table: np.ndarray) -> np.ndarray:
        at = ((along_x @ table) * along_y).sum(axis=1).reshape(degree + 1, degree + 1)
        return _product(columns @ (projection @ at @ projection.T), rows)

    return values(pupil.amplitude), values(pupil.eikonal)


@lru_cache(maxsize=8)
def _projection(degree: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss's points, and what makes coefficients of Legendre polynomials of values there."""
    node, weight = leggauss(degree + 1)
    return node, (legvander(node, degree) * (np.arange(degree + 1) + 0.5)).T * weight


_gauss = lru_cache(maxsize=64)(leggauss)


def _chords(rim: np.ndarray, toward: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places, widths and ends of chords that fill a rim, as `lichtbild.optics.outline.chords`."""
    u, v = toward @ rim, np.array([-toward[1], toward[0]]) @ rim
    even = 2 * np.pi / SEARCHED * np.arange(SEARCHED)
    points = _curve(v, even)[0]
    lowest, highest = (_extreme(v, even[place(points)]) for place in (np.argmin, np.argmax))
    span = (highest - lowest) % (2 * np.pi)
    node, weight = _gauss(count)
    t = lowest + span * (node + 1) / 2
    height, rise = _curve(v, t)
    back = _behind(v, height, highest, span)
    return height, rise * weight * span / 2, np.stack([_curve(u, back)[0], _curve(u, t)[0]])


def _curve(coefficients: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A coordinate of a rim and its derivative at parameters."""
    order = np.arange(len(coefficients))
    turns = np.empty((len(t), len(order)), complex)
    turns[:, 0], turns[:, 1:] = 1, np.exp(1j * t)[:, None]
    np.cumprod(turns, axis=1, out=turns)
    value, slope = (turns @ np.stack([coefficients, 1j * order * coefficients], axis=1)).real.T
    return value, slope


def _extreme(v: np.ndarray, t: float) -> float:
    """Parameter of the extreme value of a coordinate near ``t``."""
    order, reach = 1j * np.arange(len(v)), 2 * np.pi / SEARCHED
    for _ in range(NEWTONS):
        slope, bend = _curve(v * order, np.array([t]))
        t -= float(np.clip(slope[0] / bend[0], -reach, reach))
    return t


def _behind(v: np.ndarray, height: np.ndarray, highest: float, span: float) -> np.ndarray:
    """Where a rim comes down through heights, after its highest point."""
    reach = 2 * np.pi / SEARCHED
    t = highest + (2 * np.pi - span) * np.linspace(0, 1, SEARCHED)
    t = np.interp(-height, -_curve(v, t)[0], t)
    for _ in range(NEWTONS - 1):
        value, slope = _curve(v, t)
        t = t - np.clip((value - height) / slope, -reach, reach)
    return np.asarray(t)


def _integral(x: np.ndarray) -> np.ndarray:
    """Integral, up to x, of Lagrange's kernel of interpolation through the nearest samples."""
    found = np.where(x > 0, 1.0, 0.0)
    near = np.abs(x) < BESIDE
    z = np.abs(x[near])
    part = np.zeros_like(z)
    for cell, coefficients in enumerate(kernel_integral()):
        part = np.where(z >= cell, np.polyval(coefficients, z), part)
    found[near] = 0.5 + np.sign(x[near]) * part
    return np.asarray(found)

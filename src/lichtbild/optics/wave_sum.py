"""Wave sum: the light of a point in squares of the sensor, as sums of the plane waves of its cone.

The same sums as those of `lichtbild.optics.pupil_function`, `pupil_grid` and `fourier`, which are
differentiable and compiled for every size of a picture; these need no compiling. Sums along columns of waves
are Fourier transforms, as are those over the columns at even steps; the few others are matrix products. Light
is found at even steps of place, close enough to know it everywhere, and counted in squares by one filter.
Phases have double precision, sums single: 1e-6 of the brightest square. A cone is one of a lens of revolution
from a field point up the y axis, thus even in p.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.polynomial import Chebyshev
from numpy.polynomial.legendre import leggauss, legvander
from scipy import fft
from threadpoolctl import threadpool_limits

from lichtbild.optics.disc_polynomial import RIDGE, families
from lichtbild.optics.half_pupil import View, view_amplitude
from lichtbild.optics.light_cone import Cones
from lichtbild.optics.pupil_grid import BESIDE, kernel_integral
from lichtbild.optics.rim_columns import rim_columns

MARGIN = 1.04
"""Half-width of the square that polynomials are normalised to, in half-widths of the rim's points."""

ALONG = 3.0
"""Of a window, after how much rows of waves repeat its light: 6e-6 of a point's go astray, by 2.25 5e-5."""

ACROSS = 1.5
"""The same of columns at even steps; light that arrives beyond a whole window comes in."""


TAPS, KAISER = 16, 9.0
"""Places on either side that light in between follows from, and the shape of their window."""


class Squares(NamedTuple):
    """Squares that light is counted in, around the chief ray's of the middle wavelength.

    Args:
        pitch: side, mm.
        wide: how many along either side, odd.
        fine: places in a square, along either side, at which light is summed: more than 2 for each period of
            the finest fringes.
        columns: of plane waves where all are Gauss's (`lichtbild.optics.rim_columns`).
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
    with threadpool_limits(1, "blas"):  # or the last bits would depend on how many cores there are
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
        [each.orthonormal @ (along_x[i] * along_y[j]) for each, (i, j) in zip(even, orders, strict=True)]
    )
    weighted = basis * (weight / weight.sum())
    normal = weighted @ basis.T + RIDGE * np.eye(len(basis))
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
    grid, places = _grid(pupil, toward, squares), _places(squares)
    right = -grid.across
    middle, width = divide[0] * np.sin(turn), divide[1] * float(np.ptp(right))
    columns = _summed(grid.waves, grid.along * squares.fine, places).T
    rest = np.outer(right[grid.even :] - right[0], places * (squares.pitch / squares.fine))
    sideways = np.exp(2j * np.pi / pupil.wavelength * rest).astype(np.complex64)
    power, share = [], []
    whole = grid.power.sum()
    for view in views:
        factor = view_amplitude(view, right, middle, width)
        seen = columns if view == "whole" else columns * factor.astype(np.float32)
        field = seen[:, grid.even :] @ sideways
        if grid.even:
            # Toward the right direction cosines of columns fall, and places with them.
            field += _summed(seen[:, : grid.even], grid.over * squares.fine, -places)
        counted = _counted(field.real**2 + field.imag**2, squares)
        power.append(counted * (squares.pitch / pupil.wavelength) ** 2 / whole)
        share.append((factor**2 * grid.power).sum() / whole)
    return Light(np.stack(power), np.array(share))


def _places(squares: Squares) -> np.ndarray:
    """Numbers of places along either side, the middle's 0."""
    most = squares.wide * squares.fine // 2 + TAPS
    return np.arange(-most, most + 1)


def _summed(waves: np.ndarray, length: int, places: np.ndarray) -> np.ndarray:
    """Sums of waves at even steps of direction, but for factors of modulus 1 that all share.

    Args:
        waves: ``[other, wave]``.
        length: places after which they repeat their light.
        places: by their numbers.

    Returns:
        ``[other, place]``.
    """
    sums = fft.ifft(waves.astype(np.complex64), length, norm="forward")
    return np.asarray(sums[:, places % length])


def _counted(light: np.ndarray, squares: Squares) -> np.ndarray:
    """Light at places, averaged over squares, ``[y, x]``."""
    weights = _averaging(squares.wide, squares.fine)
    return np.asarray(weights @ light @ weights.T, float)


@lru_cache(maxsize=32)
def _averaging(wide: int, fine: int) -> np.ndarray:
    """Weights of places in the mean light of each square, ``[square, place]``: a windowed sinc's integral."""
    kernel = Chebyshev.interpolate(
        lambda s: np.sinc(s) * np.i0(KAISER * np.sqrt(1 - (s / TAPS) ** 2)), 96, (-TAPS, TAPS)
    )
    sofar = kernel.integ(lbnd=-TAPS)
    places = _places(Squares(1.0, wide, fine, 0))
    ends = fine * (np.arange(wide + 1) - wide / 2)
    before = sofar(np.clip(ends[:, None] - places, -TAPS, TAPS)) / (fine * sofar(TAPS))
    return np.asarray(np.diff(before, axis=0), np.float32)


class _Grid(NamedTuple):
    """Plane waves in columns along one direction.

    Args:
        waves: times each sample's element of direction, ``[column, row]``, complex.
        power: of each column, ``[column]``.
        across: direction cosines of the columns, to the left of the rows' direction.
        even: how many columns, the first ones, lie at even steps.
        along: squares after which rows repeat their light.
        over: squares after which columns at even steps do.
    """

    waves: np.ndarray
    power: np.ndarray
    across: np.ndarray
    even: int
    along: int
    over: int


def _grid(pupil: SmoothPupil, toward: np.ndarray, squares: Squares) -> _Grid:
    """As `lichtbild.optics.pupil_grid.pupil_grid`, with rows as far apart as the squares ask for."""
    periods = [fft.next_fast_len(ceil(spare * squares.wide)) for spare in (ALONG, ACROSS)]
    step, apart = (pupil.wavelength / (squares.pitch * period) for period in periods)
    across, width, ends, even = rim_columns(pupil.rim, toward, apart, squares.columns)
    rows = ceil(np.ptp(ends) / step)
    along = ends.min() + step * (np.arange(-BESIDE, rows + BESIDE) + 0.5)
    modulus, paths = _on_grid(pupil, toward, across, along)
    back, front = (_up_to((end - along[0]) / step, len(along)) for end in ends)
    element = (front - back) * (width[:, None] * step)
    turns = paths / pupil.wavelength
    # Whole turns go in double precision, so that single precision does for the rest.
    phase = (2 * np.pi * (turns - np.rint(turns))).astype(np.float32)
    amplitude = modulus * element
    waves = np.empty(phase.shape, np.complex64)
    waves.real, waves.imag = amplitude * np.cos(phase), amplitude * np.sin(phase)
    power = np.einsum("cr,cr->c", amplitude, modulus)
    return _Grid(waves, power, across, even, *periods)


def _on_grid(
    pupil: SmoothPupil, toward: np.ndarray, across: np.ndarray, along: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Amplitude and eikonal ``[column, row]``, from polynomials over a square that lies as the grid."""
    degree = pupil.eikonal.shape[-1] - 1
    node, projection = _projection(degree)
    ends = np.array([[across.min(), along[0]], [across.max(), along[-1]]])
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
        return np.asarray(columns @ (projection @ at @ projection.T) @ rows)

    return values(pupil.amplitude), values(pupil.eikonal)


@lru_cache(maxsize=8)
def _projection(degree: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss's points, and what makes coefficients of Legendre polynomials of values there."""
    node, weight = leggauss(degree + 1)
    return node, (legvander(node, degree) * (np.arange(degree + 1) + 0.5)).T * weight


def _up_to(end: np.ndarray, count: int) -> np.ndarray:
    """Weights of samples, by their numbers, in integrals up to ends, ``[end, sample]``.

    Integrated are the polynomials through the nearest samples.
    """
    near = np.floor(end).astype(int)[:, None] + np.arange(1 - BESIDE, BESIDE + 1)
    found = (np.arange(count) < near[:, :1]).astype(float)
    apart = end[:, None] - near
    z, part = np.abs(apart), np.zeros(near.shape)
    for cell, coefficients in enumerate(kernel_integral()):
        part = np.where(z >= cell, np.polyval(coefficients, z), part)
    np.put_along_axis(found, near, 0.5 + np.sign(apart) * part, axis=1)
    return np.asarray(found)

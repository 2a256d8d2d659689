"""Exact edges: the samples of a slanted edge by its transfer function alone, from a Fourier integral."""

from collections.abc import Callable

import numpy as np

Transfer = Callable[[np.ndarray], np.ndarray]


def gaussian(sigma: float) -> Transfer:
    return lambda f: np.exp(-2 * (np.pi * sigma * f) ** 2)


def airy(cutoff: float) -> Transfer:
    """Of a clear round pupil; cut-off in cycles/px."""

    def transfer(f):
        x = np.clip(f / cutoff, 0, 1)
        return 2 / np.pi * (np.arccos(x) - x * np.sqrt(1 - x * x))

    return transfer


def pixel(angle: float) -> Transfer:
    """Of the square, across an edge that leans so many degrees from a column."""
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return lambda f: np.sinc(f * c) * np.sinc(f * s)


def system(optics: Transfer, angle: float) -> Transfer:
    box = pixel(angle)
    return lambda f: optics(f) * box(f)


def mtf50(transfer: Transfer) -> float:
    f = np.linspace(0, 2, 4001)
    at = np.flatnonzero(transfer(f) < 0.5)[0]
    low, high = f[at - 1], f[at]
    for _ in range(60):
        middle = (low + high) / 2
        if transfer(np.array([middle]))[0] > 0.5:
            low = middle
        else:
            high = middle
    return low


def profile(transfer: Transfer, band: float, distances: np.ndarray) -> np.ndarray:
    """The edge spread, 0 to 1: 1/2 + the integral of M(f) sin(2 pi f d) / (pi f), by Gauss and Legendre.

    ``band``: the frequency from which on the transfer is 0, or nothing. The substitution
    f = band (1 - (1 - x)^2) takes out the root with which a pupil's ends.
    """
    x, w = np.polynomial.legendre.leggauss(900)
    x, w = (x + 1) / 2, w / 2
    f = band * (1 - (1 - x) ** 2)
    w = w * band * 2 * (1 - x)
    weight = w * transfer(f) / (np.pi * f)
    grid = np.arange(distances.min() - 0.1, distances.max() + 0.1, 1 / 64)
    table = 0.5 + np.sin(2 * np.pi * np.outer(grid, f)) @ weight
    from scipy.interpolate import make_interp_spline

    return make_interp_spline(grid, table, k=7)(distances)


def edge(  # noqa: PLR0913
    transfer: Transfer,
    band: float,
    angle: float,
    shape=(100, 64),
    levels=(0.2, 0.8),
    phase=(0.0, 0.0),
    bend=0.0,
) -> np.ndarray:
    """A picture of an edge through its middle; ``transfer`` is the system's at that angle."""
    rows, columns = shape
    y, x = np.mgrid[:rows, :columns] + 0.5
    x, y = x - columns / 2, y - rows / 2
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    along = -s * x + c * y
    d = c * x + s * y - bend * ((2 * along / rows) ** 2)
    return 0.2 + 0.6 * profile(transfer, band, d)


def disc(diameter: float) -> Transfer:
    """Of a lens out of focus, diameter in px."""
    from scipy.special import j1

    def transfer(f):
        x = np.pi * diameter * np.asarray(f) + 1e-12
        return 2 * j1(x) / x

    return transfer


def _times(*transfers: Transfer) -> Transfer:
    return lambda f: np.prod([t(f) for t in transfers], axis=0)


SHAPES: dict[str, tuple[Transfer, float]] = {
    "gaussian": (gaussian(0.69), 4.0),
    "Airy f/8, 4.7 um": (airy(1.075), 1.075),
    "Airy f/8, 1.4 um": (airy(1.4 / 0.55 / 8), 1.4 / 0.55 / 8),
    "Airy, cut-off 0.6": (airy(0.6), 0.6),
    "defocus 2.5 px": (_times(disc(2.5), gaussian(0.3)), 4.0),
    "defocus 5 px": (_times(disc(5.0), gaussian(0.4)), 4.0),
    "two Gaussians": (lambda f: 0.75 * gaussian(0.5)(f) + 0.25 * gaussian(1.6)(f), 4.0),
    "glare of 5 px": (lambda f: 0.9 * gaussian(0.6)(f) + 0.1 * gaussian(5.0)(f), 4.0),
    "sharpened": (lambda f: gaussian(0.6)(f) * (2 - gaussian(1.0)(f)), 4.0),
    "motion 2 px": (lambda f: gaussian(0.4)(f) * np.sinc(2 * f), 4.0),
}
"""Optics and the frequency up to which they pass anything."""


def ends(angle: float, shape=(100, 64)):
    """Where an edge through the middle enters and leaves a picture, (column, row)."""
    rows, columns = shape
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    half = min(rows / 2 / max(c, 1e-9), columns / 2 / max(s, 1e-9))
    return (columns / 2 + s * half, rows / 2 - c * half), (columns / 2 - s * half, rows / 2 + c * half)


def gaussian_of(width: float, angle: float) -> tuple[Transfer, float]:
    """The system with a Gaussian lens whose MTF50 is ``width`` at that angle, and its band."""
    low, high = 0.05, 6.0
    for _ in range(60):
        sigma = (low + high) / 2
        if mtf50(system(gaussian(sigma), angle)) > width:
            low = sigma
        else:
            high = sigma
    return system(gaussian(low), angle), min(5.0, 1.1 / low + 0.3)


def known_shape_bound(width: float, angle: float, noise: float, shape=(100, 64)) -> float:
    """Least standard deviation of MTF50 where only two levels, place, tilt and the blur are unknown."""
    rows, columns = shape
    y, x = np.mgrid[:rows, :columns] + 0.5
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    d = (c * (x - columns / 2) + s * (y - rows / 2)).ravel()
    along = (-s * (x - columns / 2) + c * (y - rows / 2)).ravel()
    step = 1e-3
    of = {k: gaussian_of(width * (1 + k * step), angle) for k in (-1, 0, 1)}
    at = {k: profile(*of[k], d) for k in of}
    rise = (profile(*of[0], d + step) - profile(*of[0], d - step)) / (2 * step)
    by_width = (at[1] - at[-1]) / (2 * step * width)
    columns_ = np.stack([np.ones_like(d), at[0], 0.6 * rise, 0.6 * rise * along, 0.6 * by_width], 1)
    return noise * float(np.sqrt(np.linalg.inv(columns_.T @ columns_)[4, 4]))

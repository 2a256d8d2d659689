"""Rim columns: chords that fill a rim, so that sums along them are integrals over all that it encloses.

In the middle they lie at even steps, for which sums over columns are Fourier transforms; toward both ends,
where chords shrink as a root, columns where Gauss puts them along the rim take over. The two share the
integral by weights that rise as the integral of Kaiser's window, so that the even ones integrate nearly as
well as over a whole period.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.polynomial import Chebyshev
from numpy.polynomial.legendre import leggauss

SEARCHED = 128
"""Points of a rim between which its extremes are looked for."""

NEWTONS = 3

ZONE = 16
"""Even steps from an end over which the even columns take over."""

AT_END = 40
"""Gauss's columns in each of these zones."""

FEW = 4 * ZONE
"""Even steps across a rim below which all its columns are Gauss's."""

KAISER = 18.0
"""Shape of the window: its spectrum beyond 6 periods in a zone is 1e-7."""


class Columns(NamedTuple):
    """Chords of a rim along one direction.

    Args:
        across: where they lie, to the left of that direction, ``[column]``; first those at even steps.
        width: weight of each in an integral over all, ``[column]``.
        ends: backward and forward, ``[2, column]``.
        even: how many lie at even steps.
    """

    across: np.ndarray
    width: np.ndarray
    ends: np.ndarray
    even: int


def rim_columns(rim: np.ndarray, toward: np.ndarray, step: float, count: int) -> Columns:
    """Columns that fill a rim.

    Args:
        rim: coefficients of its Fourier series, complex, ``[2, harmonic]``; convex enough that no chord
            leaves it.
        toward: unit vector ``[2]`` that chords lie along.
        step: of the even columns.
        count: of columns, where all are Gauss's.
    """
    u, v = toward @ rim, np.array([-toward[1], toward[0]]) @ rim
    around = 2 * np.pi / SEARCHED * np.arange(SEARCHED)
    points = _curve(v, around)[0]
    lowest, highest = (_extreme(v, around[place(points)]) for place in (np.argmin, np.argmax))
    span = (highest - lowest) % (2 * np.pi)
    low, high = _curve(v, np.array([lowest, highest]))[0]
    steps = int((high - low) / step)
    if steps < FEW:
        t, width = _gauss_columns(v, lowest, span, count)
        across, even = _curve(v, t)[0], 0
    else:
        middle = (low + high) / 2 + step * (np.arange(steps) - (steps - 1) / 2)
        inner = np.array([low, high]) + ZONE * step * np.array([1, -1])
        front = _crossing(v, np.concatenate([middle, inner]), lowest, span)
        first, last = (front[-2:] - lowest) % (2 * np.pi)
        near, far = (
            _gauss_columns(v, begin, part, AT_END)
            for begin, part in ((lowest, first), (lowest + last, span - last))
        )
        t = np.concatenate([front[:-2], near[0], far[0]])
        across = np.concatenate([middle, _curve(v, t[steps:])[0]])
        share = _risen((across - low) / (ZONE * step)) * _risen((high - across) / (ZONE * step))
        width = np.concatenate([share[:steps] * step, (1 - share[steps:]) * np.r_[near[1], far[1]]])
        even = steps
    back = _crossing(-v, -across, highest, 2 * np.pi - span)
    return Columns(across, width, np.stack([_curve(u, back)[0], _curve(u, t)[0]]), even)


def _gauss_columns(v: np.ndarray, begin: float, part: float, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Parameters of columns and their widths, of a part of a rim."""
    node, weight = _gauss(count)
    t = begin + part * (node + 1) / 2
    return t, _curve(v, t)[1] * weight * part / 2


def _risen(place: np.ndarray) -> np.ndarray:
    """From 0 before a zone to 1 behind it, by the place in it."""
    rise, end = _rise()
    return np.asarray(rise(2 * np.clip(place, 0, 1) - 1) / end)


@lru_cache(maxsize=1)
def _rise() -> tuple[Chebyshev, float]:
    """The integral of Kaiser's window from -1, and its value at 1."""
    window = Chebyshev.interpolate(lambda x: np.i0(KAISER * np.sqrt(1 - x**2)), 48)
    rise = window.integ(lbnd=-1)
    return rise, float(rise(1.0))


_gauss = lru_cache(maxsize=64)(leggauss)


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


def _crossing(v: np.ndarray, height: np.ndarray, lowest: float, span: float) -> np.ndarray:
    """Where a rim comes up through heights, after its lowest point."""
    reach = 2 * np.pi / SEARCHED
    t = lowest + span * np.linspace(0, 1, SEARCHED)
    t = np.interp(height, _curve(v, t)[0], t)
    for _ in range(NEWTONS - 1):
        value, slope = _curve(v, t)
        t = t - np.clip((value - height) / slope, -reach, reach)
    return np.asarray(t)

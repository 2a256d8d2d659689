"""Quantiles: which value of a distribution has a given share of all values below it.

A random number between 0 and 1 becomes one of any distribution through its quantile. The number depends on
the key alone, so that the outcome moves smoothly with a sensor's parameters and can be differentiated.
"""

from typing import Any, Final

import numpy as np

from lichtbild.numerics.surrogate import straight_through
from lichtbild.sensor.noise import tail_deviation
from lichtbild.sensor.scalar import library

SEARCHED: Final = 16.0
"""Poisson means below this are searched count by count; the expansion serves the others."""
COUNTS: Final = 56
"""No count beyond is met at such means by a share of 2^-33, the smallest that is drawn."""


def normal_quantile(share: Any) -> Any:
    """Standard normal deviate below which ``share`` lies, to 2e-7 for shares from 2^-33 to 1 - 2^-33.

    Source: Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics
    37 (1988), PPND7 without its outermost part.
    """
    q = share - 0.5
    a = 0.180625 - q * q
    middle = q * (((59.109374720 * a + 159.29113202) * a + 50.434271938) * a + 3.3871327179)
    middle = middle / (((67.187563600 * a + 78.757757664) * a + 17.895169469) * a + 1.0)
    r = np.sqrt(-np.log(np.minimum(share, 1 - share)))
    b = r - 1.6
    outer = (((0.17023821103 * b + 1.3067284816) * b + 2.7568153900) * b + 1.4234372777) / (
        (0.12021132975 * b + 0.73700164250) * b + 1.0
    )
    return np.where(np.abs(q) <= 0.425, middle, np.copysign(outer, q))


def read_quantile(share: Any, tail_shape: float | None) -> Any:
    """Deviate of read noise, of mean 0 and variance 1: normal, or Tukey's lambda of a shape."""
    if tail_shape is None:
        return normal_quantile(share)
    if abs(tail_shape) < 1e-4:
        return (np.log(share) - np.log1p(-share)) / tail_deviation(tail_shape)
    return (share**tail_shape - (1 - share) ** tail_shape) / (tail_shape * tail_deviation(tail_shape))


def poisson_quantile(mean: Any, share: Any, normal: Any, *, relaxed: bool = False) -> Any:
    """Poisson count below which ``share`` of the counts lie, for any mean from 0.

    Means below `SEARCHED` are searched and exact. Above, Giles's expansion about the normal quantile is cut
    down to a count: it is at most one count off, and that for less than 2.5e-4 of all shares.

    Relaxed, it is the smooth ``mean + z sqrt(mean) + (z^2 - 1) / 6 * mean / (mean + 1)``, whose mean is exact
    and whose variance is too large by at most 1/18; its gradient is declared to be that of the count too.

    Args:
        mean: expected counts.
        share: between 0 and 1.
        normal: the normal quantile of ``share``.
        relaxed: whether to leave out the cut to counts.

    Source: Giles, "Algorithm 955: approximation of the inverse Poisson cumulative distribution function", ACM
    Transactions on Mathematical Software 42 (2016), the expansion about the normal quantile.
    """
    xp = library(mean)
    mean = xp.maximum(mean, 0.0)
    lit = mean > 0
    root = xp.sqrt(xp.where(lit, mean, 1.0)) * lit
    smooth = mean + normal * root + (normal**2 - 1) / 6 * (mean / (mean + 1))
    if relaxed:
        return smooth
    few = mean < SEARCHED
    count = xp.where(few, _searched(xp.where(few, mean, 1.0), share), _expanded(mean, normal, few))
    return straight_through(count, smooth)


def _searched(mean: Any, share: Any) -> Any:
    """The count by summing up probabilities."""
    xp = library(mean)
    term = xp.exp(-mean)
    below, count = term, xp.zeros(mean.shape)
    for k in range(1, COUNTS):
        count = count + (share > below)
        term = term * mean / k
        below = below + term
    return count


def _expanded(mean: Any, z: Any, few: Any) -> Any:
    """The count by the expansion; anything where there are few."""
    xp = library(mean)
    m = xp.where(few, SEARCHED, mean)
    r = xp.sqrt(m)
    z2 = z * z
    x = m + r * z + (1 / 3 + z2 / 6) - z * (1 / 36 + z2 / 72) / r
    x = x + (-8 / 405 + z2 * (7 / 810 + z2 / 270)) / m
    return xp.maximum(xp.floor(x), 0.0)

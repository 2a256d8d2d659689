"""Monotone: values that may only rise, and a cubic through them that only rises."""

import numpy as np
from jaxtyping import Float

Numbers = Float[np.ndarray, " n"]


def pooled(values: Numbers, weights: Numbers) -> Numbers:
    """The nearest numbers that do not fall: neighbours that do take their weighted mean.

    Args:
        values: in the order in which they should rise.
        weights: of each, above 0.

    Source: Ayer, Brunk, Ewing, Reid, Silverman, "An empirical distribution function for sampling with
    incomplete information" (Ann. Math. Statist. 26, 1955).
    """
    pools: list[list[float]] = []
    for value, weight in zip(values, weights, strict=True):
        pools.append([float(value), float(weight), 1.0])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            last, before = pools.pop(), pools.pop()
            total = before[1] + last[1]
            mean = (before[0] * before[1] + last[0] * last[1]) / total
            pools.append([mean, total, before[2] + last[2]])
    return np.concatenate([np.full(int(count), value) for value, _, count in pools])


def held_slopes(x: Numbers, y: Numbers) -> Numbers:
    """Slopes at the knots of a cubic that does not overshoot.

    Args:
        x: places, rising, three or more.
        y: values that do not fall.

    Source: Fritsch, Butland, "A method for constructing local monotone piecewise cubic interpolants" (SIAM J.
    Sci. Stat. Comput. 5, 1984).
    """
    width, secant = np.diff(x), np.diff(y) / np.diff(x)
    slopes = np.empty(len(x))
    a, b = secant[:-1], secant[1:]
    first, second = width[:-1] + 2 * width[1:], 2 * width[:-1] + width[1:]
    both = (a > 0) & (b > 0)
    safe_a, safe_b = np.where(both, a, 1.0), np.where(both, b, 1.0)
    slopes[1:-1] = np.where(both, (first + second) / (second / safe_a + first / safe_b), 0.0)
    for end, (near, far) in ((0, (0, 1)), (-1, (-1, -2))):
        edge = ((2 * width[near] + width[far]) * secant[near] - width[near] * secant[far]) / (
            width[near] + width[far]
        )
        slopes[end] = np.clip(edge, 0.0, 3 * secant[near]) if secant[near] > 0 else 0.0
    return slopes

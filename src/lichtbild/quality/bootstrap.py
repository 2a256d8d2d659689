"""Bootstrap: what a result would have been with other noise or other samples, from a fixed seed.

Source: B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), sections 6.4 (parametric),
6.2 (of samples), 12.2 (inverted tests) and 13.3 (percentiles).
"""

from typing import Final

import numpy as np
from jaxtyping import Float, Int

DRAWS: Final = 400
"""Enough for the ends of a 95 % interval to a tenth of its length."""

_SEED: Final = 20261123
_SHARE: Final = (0.025, 0.975)
_HALVINGS: Final = 14
"""Of where an end can lie: to less than what the draws leave open."""


def drawn(
    means: Float[np.ndarray, "*any n"], covariance: Float[np.ndarray, "*any n n"], draws: int = DRAWS
) -> Float[np.ndarray, "draw *any n"]:
    """Numbers as their measurement might have come out: normal about what it found.

    Args:
        means: what was found.
        covariance: of its errors; may be singular.
        draws: how many.
    """
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))[..., None, :]
    generator = np.random.default_rng(_SEED)
    normal = generator.standard_normal((draws, *means.shape))
    return np.asarray(means + np.einsum("...ij,d...j->d...i", root, normal))


def chosen(count: int, draws: int = DRAWS) -> Int[np.ndarray, "draw n"]:
    """Indices of samples, drawn with repetition.

    Args:
        count: of the samples.
        draws: how many sets.
    """
    generator = np.random.default_rng(_SEED)
    return generator.integers(0, count, (draws, count))


def percentiles(results: Float[np.ndarray, " draw"]) -> tuple[float, float]:
    """The 95 % interval of a result that chance moves as much up as down."""
    low, high = np.quantile(results, _SHARE)
    return float(low), float(high)


def reflected(
    value: float, results: Float[np.ndarray, " draw"], least: float = -np.inf
) -> tuple[float, float]:
    """The 95 % interval of a result that noise makes greater, such as a distance.

    Noise lifts the drawn results above ``value`` as it lifted ``value`` above the truth: percentiles are
    reflected about the value, and the interval is widened to the value itself.

    Args:
        value: what was found.
        results: of the draws.
        least: that the truth can be.
    """
    low, high = percentiles(results)
    low, high = (max(2 * value - end, least) for end in (high, low))
    return float(low), float(max(high, value))


def lifted(
    value: float,
    results: Float[np.ndarray, " draw"],
    nothing: Float[np.ndarray, " draw"],
    drawn_about: float | None = None,
    *,
    greatest: bool = False,
) -> tuple[float, float]:
    """The 95 % interval of a size, such as a greatest or a mean magnitude, that is 0 where nothing is.

    What noise lifted the draws by is taken from the value. A value that noise alone would reach tells of no
    effect: its interval begins at 0, whatever the draws say.

    Args:
        value: what was found, at least 0.
        results: sizes of the draws.
        nothing: sizes of noise without any effect.
        drawn_about: size of what noise was added to; the value itself unless given.
        greatest: the size is that of the greatest of many, of which chance picks one: it can be lifted by all
            that noise alone would reach (the triangle inequality), and so far the interval goes down.
    """
    about = value if drawn_about is None else drawn_about
    first, last = percentiles(results)
    low, high = value + about - last, value + about - first
    alone = percentiles(nothing)[1]
    if greatest:
        low = min(low, value - alone)
    if value <= alone:
        low = 0.0
    return float(max(low, 0.0)), float(max(high, value))


def greatest(means: Float[np.ndarray, " n"], errors: Float[np.ndarray, "draw n"]) -> tuple[float, float]:
    """The 95 % interval of the greatest magnitude of true numbers, by what was estimated of each.

    The greatest of estimates is too great: chance chooses it. So the lower end inverts a test: the least
    multiple of the estimates of which errors would reach so great a magnitude in 2.5 % of all cases, and 0 if
    errors alone would. The upper end is the higher of that test's and of the percentile, for estimates whose
    shape errs may be smaller than the truth.

    Args:
        means: estimates.
        errors: draws of all their errors together.
    """
    size = float(np.abs(means).max())
    reached = np.abs(means + errors).max(axis=1)
    first, last = percentiles(np.abs(errors).max(axis=1))
    high = float(np.quantile(reached, _SHARE[1]))
    if first < size:
        high = max(high, size * _multiple(means, errors, _SHARE[0], 1 + float(np.abs(errors).max()) / size))
    low = 0.0 if size <= last else size * _multiple(means, errors, _SHARE[1], 1.0)
    return low, high


def _multiple(
    means: Float[np.ndarray, " n"], errors: Float[np.ndarray, "draw n"], share: float, most: float
) -> float:
    """Of the means, so that with errors such a share of the draws stays below their own greatest."""
    size, low, high = np.abs(means).max(), 0.0, most
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = float(np.mean(np.abs(middle * means + errors).max(axis=1) < size))
        low, high = (middle, high) if below > share else (low, middle)
    return (low + high) / 2


def signed(value: float, ends: tuple[float, float]) -> tuple[float, float]:
    """The interval of a number by that of its magnitude: either sign where the magnitude can be 0."""
    low, high = ends
    if low <= 0:
        return -high, high
    return (low, high) if value >= 0 else (-high, -low)

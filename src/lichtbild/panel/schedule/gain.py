"""Gain: what one more comparison of each pair can be expected to tell."""

from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.panel.posterior import NOISE, Pairs, Posterior

ENTROPY_WIDTH: Final = float(np.sqrt(0.5 * np.pi * np.log(2)))
"""Width of the normal curve that stands for the entropy of a judgement, in deviations of the judgement."""

Gains = Float[np.ndarray, "n n"] | Float[np.ndarray, " k"]
"""Of the pairs asked for, or of all as a square."""


def error_gain(known: Posterior, pairs: Pairs | None = None) -> Gains:
    """Expected loss of the scores' summed variances about their mean, JND^2, by a vote on each pair.

    Exact for a normal posterior: whichever answer comes, the covariance loses ``r c c'`` along the column
    ``c`` of the pair's difference, and the mean of ``r`` over both answers is ``phi(z)^2 / (Phi(z)
    Phi(-z)) / (sigma^2 + v)``.
    """
    low, high = _places(known, pairs)
    centred = known.covariance - known.covariance.mean(axis=0)
    products = centred.T @ centred
    own = np.diag(products)
    lengths = own[low] + own[high] - 2 * products[low, high]
    loss = expected_loss(known.mean[low] - known.mean[high], _variances(known, low, high))
    return np.asarray(loss * lengths)


def information_gain(known: Posterior, pairs: Pairs | None = None) -> Gains:
    """Expected information of one vote on each pair about the scores, in bits.

    The entropy of the answer less the entropy that is left when the scores are known, the latter by a
    normal curve that stays within 1 % of it.

    Source: Houlsby and others, "Bayesian active learning for classification and preference learning"
        (2011), eq. 3.
    """
    from scipy.special import entr, ndtr

    low, high = _places(known, pairs)
    mean = (known.mean[low] - known.mean[high]) / NOISE
    variance = _variances(known, low, high) / NOISE**2
    z = mean / np.sqrt(1 + variance)
    whole = (entr(ndtr(z)) + entr(ndtr(-z))) / np.log(2)
    wide = ENTROPY_WIDTH**2 + variance
    return np.asarray(whole - ENTROPY_WIDTH / np.sqrt(wide) * np.exp(-0.5 * mean**2 / wide))


def expected_loss(mean: Any, variance: Any) -> Any:
    """Expected loss by a vote, for a variance of one, where the difference has this mean and variance."""
    from scipy.special import erfcx, ndtr

    spread = NOISE**2 + variance
    z = np.abs(mean) / np.sqrt(spread)
    return np.exp(-0.5 * z * z) / (np.pi * erfcx(z / np.sqrt(2)) * ndtr(z) * spread)


def _places(known: Posterior, pairs: Pairs | None) -> tuple[Any, Any]:
    """First and second conditions of the pairs; of all, such that they span a square."""
    if pairs is not None:
        return pairs[:, 0], pairs[:, 1]
    every = np.arange(known.mean.size)
    return every[:, None], every


def _variances(known: Posterior, low: Any, high: Any) -> Any:
    """Variances of pairs' differences, JND^2."""
    own = np.diag(known.covariance)
    return np.maximum(own[low] + own[high] - 2 * known.covariance[low, high], 0.0)

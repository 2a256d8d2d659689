"""Gain: what one more comparison of each pair can be expected to tell."""

from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.panel.posterior import NOISE, Posterior

ENTROPY_WIDTH: Final = float(np.sqrt(0.5 * np.pi * np.log(2)))
"""Width of the normal curve that stands for the entropy of a judgement, in deviations of the judgement."""

Gains = Float[np.ndarray, "n n"]


def error_gain(known: Posterior) -> Gains:
    """Expected loss of the scores' summed variances about their mean, JND^2, by a vote on each pair.

    Exact for a normal posterior: whichever answer comes, the covariance loses ``r c c'`` along the column
    ``c`` of the pair's difference, and the mean of ``r`` over both answers is ``phi(z)^2 / (Phi(z)
    Phi(-z)) / (sigma^2 + v)``.
    """
    variance = difference_variances(known)
    centred = known.covariance - known.covariance.mean(axis=0)
    products = centred.T @ centred
    own = np.diag(products)
    lengths = own[:, None] + own - 2 * products
    return np.asarray(expected_loss(difference_means(known), variance) * lengths)


def information_gain(known: Posterior) -> Gains:
    """Expected information of one vote on each pair about the scores, in bits.

    The entropy of the answer less the entropy that is left when the scores are known, the latter by a
    normal curve that stays within 1 % of it.

    Source: Houlsby and others, "Bayesian active learning for classification and preference learning"
        (2011), eq. 3.
    """
    from scipy.special import entr, ndtr

    mean = difference_means(known) / NOISE
    variance = difference_variances(known) / NOISE**2
    z = mean / np.sqrt(1 + variance)
    whole = (entr(ndtr(z)) + entr(ndtr(-z))) / np.log(2)
    wide = ENTROPY_WIDTH**2 + variance
    return np.asarray(whole - ENTROPY_WIDTH / np.sqrt(wide) * np.exp(-0.5 * mean**2 / wide))


def expected_loss(mean: Any, variance: Any) -> Any:
    """Expected loss by a vote, for a variance of one, where the difference has this mean and variance."""
    from scipy.special import log_ndtr

    spread = NOISE**2 + variance
    z = np.abs(mean) / np.sqrt(spread)
    return np.exp(-z * z - np.log(2 * np.pi) - log_ndtr(z) - log_ndtr(-z)) / spread


def difference_means(known: Posterior) -> Gains:
    """Expected difference of each pair, JND."""
    return np.asarray(known.mean[:, None] - known.mean)


def difference_variances(known: Posterior) -> Gains:
    """Variance of each pair's difference, JND^2."""
    own = np.diag(known.covariance)
    return np.asarray(np.maximum(own[:, None] + own - 2 * known.covariance, 0.0))

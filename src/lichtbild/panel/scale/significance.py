"""Significance: which stimuli differ, when all pairs are asked at once.

Each difference over its standard error is normal, or Student's with the degrees of freedom that the errors
have. Over all pairs, Holm holds the chance of one false difference or more at the level, Benjamini and
Hochberg the share of false ones among those told.

Source: S. Holm, Scand. J. Stat. 6 (1979) 65; Y. Benjamini and Y. Hochberg, J. R. Stat. Soc. B 57 (1995) 289.
"""

from dataclasses import dataclass
from enum import Enum
from math import inf, isinf

import numpy as np
from jaxtyping import Bool, Float


class Correction(Enum):
    """For asking many pairs at once."""

    NONE = "none"
    HOLM = "holm"
    FALSE_DISCOVERY = "false-discovery"


@dataclass(frozen=True)
class Significance:
    """Differences of all pairs.

    Attributes:
        difference: value of the row less that of the column.
        error: its standard error.
        p: chance of one as great where there is none, two-sided; 1 on the diagonal.
        adjusted: the same after the correction: a pair differs where this is at most the level.
        level: of significance.
    """

    difference: Float[np.ndarray, "item item"]
    error: Float[np.ndarray, "item item"]
    p: Float[np.ndarray, "item item"]
    adjusted: Float[np.ndarray, "item item"]
    level: float

    @property
    def differs(self) -> Bool[np.ndarray, "item item"]:
        """Whether the two are told apart."""
        return np.asarray(self.adjusted <= self.level)


def significance(
    value: Float[np.ndarray, " item"],
    covariance: Float[np.ndarray, "item item"],
    correction: Correction = Correction.HOLM,
    freedom: float = inf,
    level: float = 0.05,
) -> Significance:
    """Which stimuli differ.

    Args:
        value: of each stimulus, JND or points.
        covariance: of their errors: a scale's, or its bootstrap's, which knows that observers differ.
        correction: for asking many pairs at once.
        freedom: degrees of freedom of the errors: observers less one for a bootstrap.
        level: of significance.
    """
    from scipy.special import ndtr, stdtr  # of the extra "panel"

    difference = value[:, None] - value
    variance = np.diag(covariance)
    error = np.sqrt(np.maximum(variance[:, None] + variance - 2 * covariance, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(error > 0, np.abs(difference) / error, np.where(difference != 0, inf, 0.0))
    p = np.asarray(2 * (ndtr(-z) if isinf(freedom) else stdtr(freedom, -z)))
    n = len(value)
    upper = np.triu_indices(n, 1)
    adjusted = np.ones((n, n))
    adjusted[upper] = corrected(p[upper], correction)
    return Significance(difference, error, p, np.minimum(adjusted, adjusted.T), level)


def corrected(p: Float[np.ndarray, " test"], correction: Correction) -> Float[np.ndarray, " test"]:
    """P-values of many tests, each to be held against the level of all.

    Args:
        p: of each test alone.
        correction: how.
    """
    if correction is Correction.NONE or len(p) == 0:
        return p
    order, m = np.argsort(p), len(p)
    if correction is Correction.HOLM:
        steps = np.maximum.accumulate(p[order] * (m - np.arange(m)))
    else:
        steps = np.minimum.accumulate((p[order] * m / np.arange(1, m + 1))[::-1])[::-1]
    adjusted = np.empty(m)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted

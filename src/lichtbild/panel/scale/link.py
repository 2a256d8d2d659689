"""Link: how often the better of two stimuli is preferred, by how much better it is.

Both curves run through 75 % at 1 JND:

    Thurstone       P = Phi(d / 1.4826),            1.4826 = 1 / Phi^-1(0.75)
    Bradley-Terry   P = 1 / (1 + exp(-d ln 3))

so that a scale of either is in the just noticeable differences of ISO 20462, or just objectionable ones.

Source: L. L. Thurstone, Psychol. Rev. 34 (1927) 273, case V; R. A. Bradley and M. E. Terry, Biometrika 39
(1952) 324; M. Perez-Ortiz and R. K. Mantiuk, arXiv:1712.03686 (2017), section 3.
"""

from enum import Enum
from typing import Final

import numpy as np
from jaxtyping import Float

THURSTONE_SIGMA: Final = 1.482602218505602
"""Standard deviation of the difference of two impressions, JND."""

LOGISTIC_SLOPE: Final = 1.0986122886681098
"""Of Bradley-Terry's log-odds, per JND: ln 3."""

Array = Float[np.ndarray, "..."]


class Link(Enum):
    """Distribution of the difference of two impressions."""

    NORMAL = "thurstone"
    LOGISTIC = "bradley-terry"

    @property
    def unit(self) -> float:
        """What 1 JND is in the distribution's own unit."""
        return 1 / THURSTONE_SIGMA if self is Link.NORMAL else LOGISTIC_SLOPE


def log_cdf(link: Link, u: Array) -> Array:
    """Logarithm of the distribution's function, exact far out in its tail too."""
    from scipy.special import log_expit, log_ndtr  # of the extra "panel"

    return np.asarray(log_ndtr(u) if link is Link.NORMAL else log_expit(u))


def cdf(link: Link, u: Array) -> Array:
    """The distribution's function."""
    from scipy.special import expit, ndtr  # of the extra "panel"

    return np.asarray(ndtr(u) if link is Link.NORMAL else expit(u))


def density(link: Link, u: Array) -> tuple[Array, Array]:
    """The density and its slope."""
    if link is Link.NORMAL:
        normal = np.exp(-u * u / 2) / np.sqrt(2 * np.pi)
        return normal, -u * normal
    above, below = cdf(link, u), cdf(link, -u)
    return above * below, above * below * (below - above)


def log_slopes(link: Link, u: Array) -> tuple[Array, Array, Array]:
    """Logarithm of the distribution's function, its slope and the slope of that."""
    first = log_cdf(link, u)
    if link is Link.LOGISTIC:
        below = cdf(link, -u)
        return first, below, -below * (1 - below)
    # exp of a difference of logarithms: density and function both vanish in the tail, their ratio does not.
    ratio = np.exp(-u * u / 2 - first) / np.sqrt(2 * np.pi)
    return first, ratio, -ratio * (u + ratio)


def preference(link: Link, jnd: Array) -> Array:
    """Share of answers that prefer the better of two stimuli.

    Args:
        link: the model.
        jnd: by how much it is better, JND.
    """
    return cdf(link, jnd * link.unit)

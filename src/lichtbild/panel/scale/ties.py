"""Ties: what observers answer who may say that neither of two is better.

With u the difference and t > 0 a width, in units of the link:

    threshold   first F(u - t), second F(-u - t), tie the rest: Glenn and David for the normal link,
                Rao and Kupper for the logistic one
    Davidson    first e^(u/2), second e^(-u/2), tie t, divided by their sum: logistic only

Source: W. A. Glenn and H. A. David, Biometrics 16 (1960) 86; P. V. Rao and L. L. Kupper, J. Am. Stat. Assoc.
62 (1967) 194; R. R. Davidson, J. Am. Stat. Assoc. 65 (1970) 317.
"""

from enum import Enum
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from lichtbild.panel.scale.link import Array, Link, cdf, density


class Ties(Enum):
    """What a tie is taken for."""

    HALVES = "halves"
    THRESHOLD = "threshold"
    DAVIDSON = "davidson"


class Answers(NamedTuple):
    """Probabilities of first, second and tie on the last axis; slopes by u and by the log of the width."""

    p: Float[np.ndarray, "... 3"]
    p_u: Float[np.ndarray, "... 3"]
    p_uu: Float[np.ndarray, "... 3"]
    p_w: Float[np.ndarray, "... 3"]
    p_uw: Float[np.ndarray, "... 3"]
    p_ww: Float[np.ndarray, "... 3"]


def answers(link: Link, ties: Ties, u: Array, width: Array) -> Answers:
    """Probabilities of the three answers.

    Args:
        link: of the model.
        ties: what a tie is.
        u: by how much the first stimulus is better, in units of the link.
        width: of the ties, t, above 0; of a shape that goes with ``u``.
    """
    if ties is Ties.DAVIDSON:
        return _davidson(u, width)
    if ties is Ties.THRESHOLD:
        return _threshold(link, u, width)
    sure = cdf(link, u), cdf(link, -u)
    f, slope = density(link, u)
    none = np.zeros_like(u)
    nothing = np.zeros((*u.shape, 3))
    p, p_u, p_uu = (np.stack(each, -1) for each in ((*sure, none), (f, -f, none), (slope, -slope, none)))
    return Answers(p, p_u, p_uu, nothing, nothing, nothing)


def _threshold(link: Link, u: Array, width: Array) -> Answers:
    left, right = u - width, -u - width
    first, second = cdf(link, left), cdf(link, right)
    # The difference of two values near 1 would lose what the tail still tells.
    tie = cdf(link, -np.abs(u) + width) - cdf(link, -np.abs(u) - width)
    (f, f_slope), (g, g_slope) = density(link, left), density(link, right)
    # The slope by log t is t times that by t.
    columns = (
        (first, second, tie),
        (f, -g, g - f),
        (f_slope, g_slope, -f_slope - g_slope),
        (-f * width, -g * width, (f + g) * width),
        (-f_slope * width, g_slope * width, (f_slope - g_slope) * width),
        (
            f_slope * width**2 - f * width,
            g_slope * width**2 - g * width,
            (f + g) * width - (f_slope + g_slope) * width**2,
        ),
    )
    return Answers._make(np.stack(np.broadcast_arrays(*each), -1) for each in columns)


def _davidson(u: Array, width: Array) -> Answers:
    weights = np.stack(np.broadcast_arrays(u / 2, -u / 2, np.log(width)), -1)
    p = np.exp(weights - weights.max(-1, keepdims=True))
    p = p / p.sum(-1, keepdims=True)
    by_u, by_w = np.array([0.5, -0.5, 0.0]), np.array([0.0, 0.0, 1.0])

    def mean(what: Array) -> Array:
        return np.asarray((p * what).sum(-1, keepdims=True))

    a, b = by_u - mean(by_u), by_w - mean(by_w)
    return Answers(
        p,
        p * a,
        p * (a * a - mean(a * a)),
        p * b,
        p * (a * b - mean(a * b)),
        p * (b * b - mean(b * b)),
    )

"""Likelihood of counted answers to one pair, with its slopes.

Either plain (two answers, exact far out in the tails), or with ties or lapses: with probability ``lapse`` an
observer pressed one of the two buttons without looking.

Source: ``lichtbild.panel.scale.link`` and ``ties``; lapses after F. A. Wichmann and N. J. Hill, Percept.
Psychophys. 63 (2001) 1293.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from lichtbild.panel.scale.link import Array, Link, log_slopes
from lichtbild.panel.scale.ties import Answers, Ties, answers

_LEAST = 1e-200
_GUESS = np.array([0.5, 0.5, 0.0])


class Slopes(NamedTuple):
    """Log-likelihood of each row and its slopes by d, JND, and by w, the logarithm of the ties' width."""

    value: Array
    d: Array
    dd: Array
    w: Array
    dw: Array
    ww: Array


@dataclass(frozen=True)
class AnswerModel:
    """How an answer comes about from a difference of quality.

    Attributes:
        link: Thurstone's normal or Bradley and Terry's logistic distribution.
        ties: what a tie is taken for.
        lapse: share of answers given without looking.
    """

    link: Link = Link.NORMAL
    ties: Ties = Ties.HALVES
    lapse: float = 0.0

    @property
    def plain(self) -> bool:
        """Two answers and no lapses."""
        return self.ties is Ties.HALVES and self.lapse == 0

    def slopes(self, d: Array, w: Array, counts: Float[np.ndarray, "*any 3"]) -> Slopes:
        """Log-likelihood of counted answers.

        Args:
            d: by how much the first stimulus is better, JND.
            w: logarithm of the width of ties, in units of the link; of a shape that goes with ``d``.
            counts: of first, second and tie on the last axis.
        """
        if self.ties is Ties.HALVES:
            half = counts[..., 2] / 2
            counts = np.stack([counts[..., 0] + half, counts[..., 1] + half, np.zeros_like(half)], -1)
        return self._plain(d, counts) if self.plain else self._mixed(d, w, counts)

    def _plain(self, d: Array, counts: Array) -> Slopes:
        unit = self.link.unit
        first, second = counts[..., 0], counts[..., 1]
        (a, a1, a2), (b, b1, b2) = (log_slopes(self.link, sign * d * unit) for sign in (1, -1))
        none = np.zeros_like(d)
        by_d, by_dd = (first * a1 - second * b1) * unit, (first * a2 + second * b2) * unit**2
        return Slopes(first * a + second * b, by_d, by_dd, none, none, none)

    def _mixed(self, d: Array, w: Array, counts: Array) -> Slopes:
        unit = self.link.unit
        each = answers(self.link, self.ties, d * unit, np.exp(w))
        p = np.maximum(each.p * (1 - self.lapse) + self.lapse * _GUESS, _LEAST)
        u, uu, v, uv, vv = ((1 - self.lapse) * slope / p for slope in each[1:])

        def summed(what: Array) -> Array:
            return np.asarray((counts * what).sum(-1))

        return Slopes(
            summed(np.where(counts > 0, np.log(p), 0.0)),
            summed(u) * unit,
            summed(uu - u * u) * unit**2,
            summed(v),
            summed(uv - u * v) * unit,
            summed(vv - v * v),
        )

    def probabilities(self, d: Array, width: float = 0.0) -> Float[np.ndarray, "*any 3"]:
        """Of first, second and tie.

        Args:
            d: by how much the first is better, JND.
            width: of the ties, JND for thresholds, Davidson's own for his model; unused when ties are halves.
        """
        inner = width * self.link.unit if self.ties is Ties.THRESHOLD else width
        each: Answers = answers(self.link, self.ties, d * self.link.unit, np.full_like(d, inner))
        return np.asarray(each.p * (1 - self.lapse) + self.lapse * _GUESS)

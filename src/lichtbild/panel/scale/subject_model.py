"""Our subject model: scores of stimuli when observers have a bias and an inconsistency of their own.

The model is that of P.910's Annex E; what is done with it differs. There each observer's spread is taken for
known, and the likelihood grows without limit where one goes to nothing. Here spreads are normal in their
logarithm about a middle that is learned with them, no observer's is pulled away from the others without
evidence, and scores are averages over all spreads, biases and levels that the ratings leave possible, so that
intervals have the length that few observers make them have.

**What a score is.** The mean that ever more observers of the same kind would give: the value that the mean
opinion score goes to. On a continuous scale it is q_j. On a scale of grades, observers round what they feel
to the nearest grade, and none can give more than the highest: the score is the expectation of the grade
over all observers, so that it is read on the axis on which people rated, and the ends of the scale bend
nothing. The interval holds that mean, not only the panel's own: the error of the panel's mean bias is in it.
Differences of two stimuli are free of that, see ``SubjectModel.difference``.

Source: Z. Li and C. G. Bampis, DCC (2017) (the model); ITU-T P.910 (2022), Annex E, after it; for the rest
``lichtbild.panel.scale.subject_sampler``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.panel.ratings import Ratings
from lichtbild.panel.scale.opinion import Scores, SubjectScores
from lichtbild.panel.scale.subject_sampler import State, Table, begun, drawn

FIVE_GRADES: Final = (1.0, 2.0, 3.0, 4.0, 5.0)
"""Of absolute category rating, bad to excellent."""

_CHAINS: Final = 8
_FIRST: Final = 200
DRAWS: Final = 3200
_SEED: Final = 20261123
_ENDS: Final = (0.025, 0.975)


@dataclass(frozen=True)
class SubjectModel:
    """Scores of stimuli, and what observers do to them.

    Attributes:
        scores: of the stimuli, points, with error and 95 % interval.
        bias: of each observer, points, against the mean of all such observers; NaN for one without ratings.
        bias_interval: its 95 % interval.
        inconsistency: standard deviation of each observer's own error, points.
        inconsistency_interval: its 95 % interval.
        bias_spread: standard deviation of biases among such observers, points.
        typical_inconsistency: middle one among such observers, points.
        unlikeness: standard deviation of the natural logarithm of inconsistencies.
        draws: scores that the ratings leave possible: chains one after the other.
        mixing: greatest ratio of the spread of all draws to that within chains (R-hat): above 1.05 the draws
            are too few.
    """

    scores: Scores
    bias: Float[np.ndarray, " observer"]
    bias_interval: Float[np.ndarray, "observer 2"]
    inconsistency: Float[np.ndarray, " observer"]
    inconsistency_interval: Float[np.ndarray, "observer 2"]
    bias_spread: float
    typical_inconsistency: float
    unlikeness: float
    draws: Float[np.ndarray, "draw stimulus"]
    mixing: float

    @property
    def covariance(self) -> Float[np.ndarray, "stimulus stimulus"]:
        """Of the errors of the scores, points^2; all share the error of the panel's mean bias."""
        return np.atleast_2d(np.cov(self.draws.T))

    def difference(self, first: int, second: int) -> tuple[float, float, float]:
        """Score of one stimulus less that of another, and the ends of its 95 % interval, points."""
        apart = self.draws[:, first] - self.draws[:, second]
        low, high = np.quantile(apart, _ENDS)
        return float(apart.mean()), float(low), float(high)

    def subjects(self) -> SubjectScores:
        """The same in the form of the standards' models."""
        return SubjectScores(self.scores, self.bias, self.inconsistency, np.zeros(len(self.bias), bool))


def subject_model(
    ratings: Ratings, grades: Sequence[float] | None = None, seed: int = _SEED, draws: int = DRAWS
) -> SubjectModel:
    """Scores by the subject model.

    Args:
        ratings: any may be missing; repetitions count as ratings of their own.
        grades: what could be given, from the lowest to the highest, where the scale has steps
            (``FIVE_GRADES``); none for a continuous scale. Between two grades, observers are taken to round
            in the middle.
        seed: of the draws: the same ratings and seed give the same scores.
        draws: how many, of eight chains side by side.

    Raises:
        BadInput: fewer than three observers or two stimuli with ratings, a score that is no grade, or scores
            that do not differ at all.
    """
    _refuse(ratings, grades)
    table = _table(ratings, grades, _CHAINS)
    generator = np.random.default_rng(seed)
    state = begun(table)
    usual = np.exp(state.log_v[:, 0])
    kept: list[tuple[np.ndarray, State]] = []
    for turn in range(_FIRST + -(-draws // _CHAINS)):
        state = drawn(table, state, usual, generator)
        if turn >= _FIRST:
            kept.append((population_scores(state, grades), state))
    return _summary(ratings, kept)


def _refuse(ratings: Ratings, grades: Sequence[float] | None) -> None:
    observers, stimuli = len(np.unique(ratings.observer)), len(np.unique(ratings.stimulus))
    if observers < 3 or stimuli < 2:
        raise BadInput(
            f"ratings of {observers} observers and {stimuli} stimuli do not tell how observers differ; "
            "3 observers and 2 stimuli are the least"
        )
    if grades is not None and not np.isin(ratings.score, grades).all():
        raise BadInput(f"a score is not among the grades {', '.join(f'{grade:g}' for grade in grades)}")
    if np.ptp(ratings.score) == 0:
        raise BadInput("all scores are equal; there is nothing to scale")


def _table(ratings: Ratings, grades: Sequence[float] | None, chains: int) -> Table:
    raw = ratings.table()
    there = ~np.isnan(raw)
    shape = (chains, *raw.shape)
    score = np.where(there, raw, 0.0)
    if grades is None:
        full = np.broadcast_to(score, shape)
        return Table(full, np.broadcast_to(there, shape), full, full)
    steps = np.asarray(grades, float)
    edges = np.concatenate([[-np.inf], (steps[1:] + steps[:-1]) / 2, [np.inf]])
    place = np.searchsorted(steps, score).clip(0, len(steps) - 1)
    score, there, low, high = (
        np.broadcast_to(each, shape) for each in (score, there, edges[place], edges[place + 1])
    )
    return Table(score, there, low, high)


def population_scores(state: State, grades: Sequence[float] | None) -> Float[np.ndarray, "table stimulus"]:
    """Mean score of all observers of the same kind, of a draw: q itself without grades.

    With them, the expectation over a new observer's bias, inconsistency (Gauss and Hermite, five points) and
    error.
    """
    if grades is None:
        return state.q
    from scipy.special import ndtr  # of the extra "panel"

    nodes, weights = np.polynomial.hermite_e.hermegauss(5)
    v = np.exp(state.middle[:, None] + state.unlike[:, None] * nodes)
    spread = np.sqrt(state.bias_spread[:, None] ** 2 + v**2)
    steps = np.asarray(grades, float)
    edges = (steps[1:] + steps[:-1]) / 2
    above = ndtr((state.q[:, :, None, None] - edges) / spread[:, None, :, None])
    return np.asarray(steps[0] + (above @ np.diff(steps)) @ (weights / weights.sum()))


def _summary(ratings: Ratings, kept: list[tuple[np.ndarray, State]]) -> SubjectModel:
    by_chain = np.stack([scores for scores, _ in kept], 1)
    draws = by_chain.reshape(-1, by_chain.shape[2])
    within = by_chain.var(1, ddof=1).mean(0)
    between = by_chain.mean(1).var(0, ddof=1) if len(by_chain) > 1 else np.zeros_like(within)
    count = np.bincount(ratings.stimulus, minlength=ratings.n_stimuli)
    low, high = np.where(count > 0, np.quantile(draws, _ENDS, axis=0), np.nan)
    value = np.where(count > 0, draws.mean(0), np.nan)
    error = np.where(count > 0, draws.std(0, ddof=1), np.nan)
    rated = np.isin(np.arange(ratings.n_observers), ratings.observer)
    bias = np.concatenate([state.bias for _, state in kept])
    v = np.exp(np.concatenate([state.log_v for _, state in kept]))
    return SubjectModel(
        Scores(value, error, low, high, count),
        np.where(rated, bias.mean(0), np.nan),
        np.where(rated, np.quantile(bias, _ENDS, axis=0), np.nan).T,
        np.where(rated, np.median(v, 0), np.nan),
        np.where(rated, np.quantile(v, _ENDS, axis=0), np.nan).T,
        float(np.mean([state.bias_spread for _, state in kept])),
        float(np.exp(np.mean([state.middle for _, state in kept]))),
        float(np.mean([state.unlike for _, state in kept])),
        draws,
        float(np.sqrt(1 + (between / within).max())),
    )

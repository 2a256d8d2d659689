"""Posterior: what votes on pairs tell of the scores, as a normal distribution that is quick to update.

Scores are in JND: P(i over j) = Phi((q_i - q_j) / 1.4826), Thurstone's case V. The schedule asks this
after every vote which pair to show next; the scale that is reported has files of its own.

Source: Minka, "A family of algorithms for approximate Bayesian inference" (2001), section 3.2; Rasmussen and
Williams, "Gaussian Processes for Machine Learning" (2006), equations 3.55 to 3.59 and 3.65.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from jaxtyping import Float, Int

from lichtbild.core.errors import BadInput

NOISE: Final = 1.482602218505602
"""Deviation of one judged difference in JND, 1 / Phi^-1(0.75): at one JND 75 of 100 see it."""

SWEEPS: Final = 60
"""Rounds of expectation propagation at most; 5 to 15 are usual."""

SETTLED: Final = 1e-3
"""A round that moves no score by more than this, in JND, is the last."""

NEAR: Final = 0.3
"""A step of Newton's method that moves no score by more, in JND, is near enough to go on with moments."""

Scores = Float[np.ndarray, " n"]
Indices = Int[np.ndarray, " k"]
Pairs = Int[np.ndarray, "_ 2"]


@dataclass(frozen=True, eq=False)
class ScorePrior:
    """What is believed of the scores before any vote: a line through a measure, and errors about it.

    Attributes:
        deviation: of a score about the line, JND; above 0.
        measure: one number a condition, centred and of deviation 1; zeros where there is none.
        slope: expected JND for one deviation of the measure.
        slope_deviation: how far that is known, JND; at least 0.
    """

    deviation: float
    measure: Scores
    slope: float = 0.0
    slope_deviation: float = 0.0

    def __post_init__(self) -> None:
        if not (self.deviation > 0 and self.slope_deviation >= 0):
            raise BadInput(
                f"a prior of deviation {self.deviation:g} JND and slope deviation {self.slope_deviation:g}"
                " says nothing; the first is above 0, the second not below it"
            )

    @staticmethod
    def flat(n: int, deviation: float) -> "ScorePrior":
        """Nothing but how far ``n`` scores spread, in JND."""
        return ScorePrior(deviation, np.zeros(n))

    @cached_property
    def mean(self) -> Scores:
        """Expected scores, JND."""
        return np.asarray(self.slope * self.measure)

    @cached_property
    def covariance(self) -> Float[np.ndarray, "n n"]:
        """Of the scores, JND^2."""
        line = self.slope_deviation * self.measure
        return np.diag(np.full(line.size, self.deviation**2)) + np.outer(line, line)

    @cached_property
    def precision(self) -> Float[np.ndarray, "n n"]:
        """The covariance's inverse, by Sherman and Morrison."""
        line = self.slope_deviation * self.measure / self.deviation
        whole = np.diag(np.ones(line.size)) - np.outer(line, line) / (1 + line @ line)
        return np.asarray(whole / self.deviation**2)

    @cached_property
    def log_determinant(self) -> float:
        """Of the covariance."""
        line = self.slope_deviation * self.measure / self.deviation
        return float(2 * line.size * np.log(self.deviation) + np.log1p(line @ line))


@dataclass(frozen=True, eq=False)
class Posterior:
    """A normal distribution of the scores.

    Attributes:
        mean: JND.
        covariance: JND^2.
        evidence: logarithm of how likely the votes were; NaN after a quick update.
    """

    mean: Scores
    covariance: Float[np.ndarray, "n n"]
    evidence: float = float("nan")

    @property
    def centred_mean(self) -> Scores:
        """Scores about their mean, JND: votes on pairs tell no more."""
        return np.asarray(self.mean - self.mean.mean())

    @property
    def centred_deviation(self) -> Scores:
        """Standard errors of the scores about their mean, JND."""
        rows = self.covariance.mean(axis=1)
        left = np.diag(self.covariance) - 2 * rows + rows.mean()
        return np.asarray(np.sqrt(np.maximum(left, 0)))

    def after(self, first: int, second: int, answer: int) -> "Posterior":
        """The posterior after one more vote: one update of rank one.

        Args:
            first: a condition.
            second: another.
            answer: +1 where the first was preferred, -1 where the second was, 0 for a tie.
        """
        column = self.covariance[:, first] - self.covariance[:, second]
        variance = float(column[first] - column[second])
        difference = float(self.mean[first] - self.mean[second])
        if answer == 0:
            shift, less = -difference / (NOISE**2 + variance), 1 / (NOISE**2 + variance)
        else:
            shift, less = _tilt(answer * difference, variance)
            shift *= answer
        covariance = self.covariance - (less * column)[:, None] * column
        return Posterior(self.mean + shift * column, covariance)


def posterior(
    first: Indices, second: Indices, answer: Indices, prior: ScorePrior, start: "Posterior | None" = None
) -> Posterior:
    """The posterior of the scores after all votes, by expectation propagation.

    A tie is read as a difference of zero that was seen with the noise of one judgement: the limit of Glenn
    and David's ties for a narrow band.

    Args:
        first: of each vote a condition, from 0.
        second: the other.
        answer: +1 where the first was preferred, -1 where the second was, 0 for a tie.
        prior: what was believed before.
        start: a posterior near the one looked for, which saves rounds.

    Raises:
        BadInput: a condition that the prior does not know, or one that was compared with itself.
    """
    n = prior.measure.size
    if not first.size:
        return Posterior(prior.mean, prior.covariance, 0.0)
    votes = _Votes.of(checked(first, n), checked(second, n), answer, prior)
    found = start if start is not None else _likeliest(votes, prior)
    precisions, shifts = votes.sites(found, *votes.tangents(found))
    moved, step = np.inf, 1.0
    for _ in range(SWEEPS):
        new = votes.joined(prior, precisions, shifts)
        change = float(np.abs(new.mean - found.mean).max())
        found = new
        if change < SETTLED:
            break
        # Votes on one pair answer to one another, so all at once may swing about the answer.
        step = step if change < moved else max(0.7 * step, 0.3)
        moved = change
        wanted = votes.sites(found, precisions, shifts)
        precisions = precisions + step * (wanted[0] - precisions)
        shifts = shifts + step * (wanted[1] - shifts)
    return replace(found, evidence=votes.evidence(found, prior, precisions, shifts))


def _likeliest(votes: "_Votes", prior: ScorePrior) -> Posterior:
    """Newton's method for the likeliest scores: from there the moments' rounds do not swing."""
    found = Posterior(prior.mean, prior.covariance)
    for _ in range(SWEEPS):
        new = votes.joined(prior, *votes.tangents(found))
        change = float(np.abs(new.mean - found.mean).max())
        found = new
        if change < NEAR:
            break
    return found


def checked(indices: Indices | Pairs, n: int) -> Any:
    """The conditions that votes name.

    Raises:
        BadInput: one is not among ``n``.
    """
    if indices.size and not (indices.min() >= 0 and indices.max() < n):
        raise BadInput(
            f"votes name the conditions {indices.min()} to {indices.max()}; there are {n}, counted from 0"
        )
    return indices


@dataclass(frozen=True, eq=False)
class _Votes:
    """Like votes gathered: ``count`` times was ``better`` preferred to ``worse``; ``held`` has the ties."""

    better: Any
    worse: Any
    count: Any
    held: Any

    @staticmethod
    def of(first: Indices, second: Indices, answer: Indices, prior: ScorePrior) -> "_Votes":
        if (first == second).any():
            where = int(np.argmax(first == second))
            raise BadInput(f"vote {where} compares condition {first[where]} with itself; leave it out")
        n = prior.mean.size
        tied = answer == 0
        better, worse = np.where(answer > 0, first, second), np.where(answer > 0, second, first)
        kinds, count = np.unique((better * n + worse)[~tied], return_counts=True)
        ties = np.bincount((better * n + worse)[tied], minlength=n * n).reshape(n, n) / NOISE**2
        held = prior.precision - ties - ties.T
        held[np.arange(n), np.arange(n)] += ties.sum(axis=0) + ties.sum(axis=1)
        return _Votes(kinds // n, kinds % n, count, held)

    def sites(self, now: Posterior, precisions: Any = 0.0, shifts: Any = 0.0) -> tuple[Any, Any]:
        """What one vote of each kind adds to the precision of its difference, and to precision times mean."""
        mean, variance = self._cavities(now, precisions, shifts)
        shift, less = _tilt(mean, variance)
        precision = less / (1 - less * variance)
        return precision, mean * precision + shift * (1 + variance * precision)

    def tangents(self, now: Posterior) -> tuple[Any, Any]:
        """The same with the scores taken as known, which makes of the rounds Newton's method."""
        mean, _ = self._differences(now)
        shift, less = _tilt(mean, np.zeros(1))
        return less, mean * less + shift

    def joined(self, prior: ScorePrior, precisions: Any, shifts: Any) -> Posterior:
        """The normal distribution that all sites and the prior make."""
        from scipy.linalg import lapack

        n = prior.mean.size
        weight = self.count * precisions
        whole = np.bincount(self.better * n + self.worse, weight, n * n).reshape(n, n)
        whole = self.held - whole - whole.T
        own = np.bincount(self.better, weight, n) + np.bincount(self.worse, weight, n)
        whole[np.arange(n), np.arange(n)] += own
        factor, _ = lapack.dpotrf(whole, lower=0, overwrite_a=1)
        half, _ = lapack.dpotri(factor, lower=0, overwrite_c=1)
        covariance = half + half.T
        covariance[np.arange(n), np.arange(n)] *= 0.5
        return Posterior(covariance @ self._push(prior, shifts), covariance)

    def evidence(self, now: Posterior, prior: ScorePrior, precisions: Any, shifts: Any) -> float:
        """Logarithm of the votes' probability, ties left out."""
        from scipy.special import log_ndtr

        mean, variance = self._cavities(now, precisions, shifts)
        gained = log_ndtr(mean / np.sqrt(NOISE**2 + variance)) + 0.5 * np.log1p(precisions * variance)
        grown = 1 / variance + precisions
        each = gained - 0.5 * ((mean / variance + shifts) ** 2 / grown - mean**2 / variance)
        change = self._push(prior, shifts) @ now.mean - prior.mean @ prior.precision @ prior.mean
        determinant = np.linalg.slogdet(now.covariance)[1] - prior.log_determinant
        return float((self.count * each).sum() + 0.5 * (change + determinant))

    def _push(self, prior: ScorePrior, shifts: Any) -> Any:
        """Precision times mean."""
        n, pull = prior.mean.size, self.count * shifts
        push = np.bincount(self.better, pull, n) - np.bincount(self.worse, pull, n)
        return prior.precision @ prior.mean + push

    def _cavities(self, now: Posterior, precisions: Any, shifts: Any) -> tuple[Any, Any]:
        """Mean and variance of each kind's difference, without one vote of the kind."""
        mean, variance = self._differences(now)
        inverse = np.maximum(1 / variance - precisions, 1e-9)
        return (mean / variance - shifts) / inverse, 1 / inverse

    def _differences(self, now: Posterior) -> tuple[Any, Any]:
        """Mean and variance of each kind's difference."""
        own = np.diag(now.covariance)
        variance = own[self.better] + own[self.worse] - 2 * now.covariance[self.better, self.worse]
        return now.mean[self.better] - now.mean[self.worse], variance


def _tilt(mean: Any, variance: Any) -> tuple[Any, Any]:
    """What a vote for the better does to its difference: shift and loss of variance for a variance of one."""
    from scipy.special import log_ndtr

    spread = np.sqrt(NOISE**2 + variance)
    z = mean / spread
    ratio = np.exp(-0.5 * z * z - 0.5 * np.log(2 * np.pi) - log_ndtr(z))
    return ratio / spread, ratio * (ratio + z) / spread**2

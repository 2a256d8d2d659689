"""Many: thousands of pictures, where no covariance of all can be kept.

The posterior is held as its likeliest scores and a few dozen random numbers a condition: draws from it,
whose mean squared difference is a pair's variance, and images of random signs under its covariance, whose
mean squared difference is how much of all variance the pair reaches. Only pairs that lie near one another
in the order are weighed.

Source: Papandreou and Yuille, "Perturb-and-MAP random fields" (2011), for draws by solving; Spielman and
    Srivastava,
"Graph sparsification by effective resistances" (2011), section 4, for differences by random signs.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.panel.posterior import NEAR, NOISE, Pairs, ScorePrior, Scores
from lichtbild.panel.schedule.active import Votes
from lichtbild.panel.schedule.gain import expected_loss
from lichtbild.panel.schedule.prior import DOUBT, MISS, SLOPES, SPREAD, Measure

DRAWS: Final = 48
"""Random numbers a condition: variances of differences are then good to 20 %."""

REACH: Final = 24
"""Next neighbours in the order that a condition may be paired with, and as many at random."""

ROUNDS: Final = 400
"""Steps of conjugate gradients at most."""

CLOSE: Final = 1e-3
"""Residual, relatively, at which conjugate gradients end: far below the noise of the draws."""

LEARNING: Final = 12
"""Rounds in which the prior's deviation is learned."""


@dataclass(frozen=True, eq=False)
class Sketch:
    """A posterior of many scores.

    Attributes:
        prior: the likeliest.
        mean: the likeliest scores, JND.
        draws: from the posterior about its mean, JND.
        images: of random signs under the covariance, JND^2.
    """

    prior: ScorePrior
    mean: Scores
    draws: Float[np.ndarray, "n d"]
    images: Float[np.ndarray, "n d"]

    def gains(self, pairs: Pairs) -> Float[np.ndarray, " k"]:
        """Expected loss of the summed variances by a vote on each pair, JND^2; see ``gain.error_gain``."""
        low, high = pairs.T
        variance = np.square(self.draws[low] - self.draws[high]).mean(axis=1)
        length = np.square(self.images[low] - self.images[high]).mean(axis=1)
        return np.asarray(expected_loss(self.mean[low] - self.mean[high], variance) * length)


def sketched(votes: Votes, seed: int, measure: Measure | None = None, pending: Pairs | None = None) -> Sketch:
    """The posterior of many scores after votes; its prior's deviation is learned with it.

    Args:
        votes: all so far.
        seed: of the random numbers.
        measure: an objective measure; its slope is learned.
        pending: pairs that are being looked at, which narrow the posterior and leave its mean.
    """
    rng = np.random.default_rng(seed)
    prior, hoped = _first_prior(votes.n, measure)
    mean = prior.mean
    for _ in range(LEARNING):
        mean = _likeliest_scores(votes, prior, mean)
        draws = _System.of(votes, prior, mean, None).draws(rng)
        deviation = _likelier(prior, mean, draws, hoped)
        settled = abs(np.log(deviation / prior.deviation)) < 0.05
        prior = replace(prior, deviation=deviation)
        if settled:
            break
    mean = _likeliest_scores(votes, prior, mean)
    system = _System.of(votes, prior, mean, pending)
    signs = rng.choice([-1.0, 1.0], (votes.n, DRAWS))
    images = system.solved(signs - signs.mean(axis=0))
    return Sketch(prior, mean, system.draws(rng), images - images.mean(axis=0))


def next_pairs_of_many(known: Sketch, count: int, seed: int) -> Pairs:
    """The pairs of the greatest gain, each condition in as few of them as can be.

    Args:
        known: the posterior.
        count: pairs wanted; a small part of the conditions, or they are chosen without looking between.
        seed: of the random candidates.
    """
    pairs = _candidates(known.mean, np.random.default_rng(seed))
    pairs = pairs[np.argsort(-known.gains(pairs), kind="stable")]
    times = np.zeros(known.mean.size, int)
    chosen: list[Any] = []
    for most in range(1, count + 1):
        left = []
        for pair in pairs:
            if len(chosen) < count and times[pair].max() < most:
                chosen.append(pair)
                times[pair] += 1
            else:
                left.append(pair)
        pairs = np.array(left, int).reshape(-1, 2)
        if len(chosen) == count or not len(pairs):
            break
    return np.array(chosen, int).reshape(-1, 2)


def _first_prior(n: int, measure: Measure | None) -> tuple[ScorePrior, float]:
    if measure is None or not measure.values.std():
        return ScorePrior.flat(n, SPREAD), SPREAD
    spread = float(measure.values.std())
    line = (measure.values - measure.values.mean()) / spread
    return ScorePrior(MISS, line, spread if measure.in_jnd else 0.0, SLOPES), MISS


def _likelier(prior: ScorePrior, mean: Scores, draws: Any, hoped: float) -> float:
    """The deviation that the scores' squares ask for, shared by as many scores as the votes know.

    Source: MacKay, "Bayesian interpolation" (Neural Computation 4, 1992), eq. 4.9.
    """
    line, n = prior.measure, mean.size
    away = np.column_stack([mean - mean.mean(), draws - draws.mean(axis=0)])
    if line.any():
        away = away - line[:, None] * (line @ away) / (line @ line)
    known = n - np.square(away[:, 1:]).sum() / away[:, 1:].shape[1] / prior.deviation**2
    square = float(np.square(away[:, 0]).sum()) / max(known, 1.0)
    # One step of Newton's method for n (log s + square / 2 s^2) + (log s - log hoped)^2 / 2 doubt^2,
    # from the minimum of its first part.
    free = 0.5 * np.log(square)
    return float(np.exp(free + (np.log(hoped) - free) / (1 + 2 * max(known, 1.0) * DOUBT**2)))


def _likeliest_scores(votes: Votes, prior: ScorePrior, start: Scores) -> Scores:
    """Newton's method on all votes."""
    mean = start
    for _ in range(20):
        system = _System.of(votes, prior, mean, None)
        new = mean + system.solved(system.slope[:, None])[:, 0]
        moved = float(np.abs(new - mean).max())
        mean = new
        if moved < 0.1 * NEAR:
            break
    return mean


@dataclass(frozen=True, eq=False)
class _System:
    """The posterior's precision about a place: votes' weights along a graph, and the prior's."""

    prior: ScorePrior
    graph: Any
    ends: Any
    weight: Any
    slope: Any

    @staticmethod
    def of(votes: Votes, prior: ScorePrior, mean: Scores, pending: Pairs | None) -> "_System":
        from scipy.sparse import coo_array
        from scipy.special import log_ndtr

        n = votes.n
        sign = np.where(votes.answer == 0, 1, votes.answer)
        z = sign * (mean[votes.first] - mean[votes.second]) / NOISE
        ratio = np.exp(-0.5 * z * z - 0.5 * np.log(2 * np.pi) - log_ndtr(z))
        tied = votes.answer == 0
        weight = np.where(tied, 1.0, ratio * (ratio + z)) / NOISE**2
        pull = sign * np.where(tied, -z, ratio) / NOISE
        push = np.bincount(votes.first, pull, n) - np.bincount(votes.second, pull, n)
        ends = np.stack([votes.first, votes.second], axis=1)
        if pending is not None and len(pending):
            ends = np.concatenate([ends, pending])
            between = mean[pending[:, 0]] - mean[pending[:, 1]]
            weight = np.concatenate([weight, expected_loss(between, np.zeros(1))])
        low, high = ends.T
        places = np.arange(n)
        own = np.bincount(low, weight, n) + np.bincount(high, weight, n) + prior.deviation**-2
        rows, columns = np.concatenate([low, high, places]), np.concatenate([high, low, places])
        graph = coo_array((np.concatenate([-weight, -weight, own]), (rows, columns)), shape=(n, n)).tocsr()
        system = _System(prior, graph, ends, weight, push)
        return replace(system, slope=push - system._held(mean - prior.mean))

    def draws(self, rng: np.random.Generator) -> Any:
        """From the normal distribution of this precision: its root times normal numbers, solved for."""
        n = self.prior.mean.size
        normal = self.prior.deviation * rng.standard_normal((n, DRAWS))
        line = self.prior.slope_deviation * self.prior.measure
        normal += line[:, None] * rng.standard_normal(DRAWS)
        seen = np.sqrt(self.weight)[:, None] * rng.standard_normal((self.weight.size, DRAWS))
        push = self._held(normal)
        np.add.at(push, self.ends[:, 0], seen)
        np.subtract.at(push, self.ends[:, 1], seen)
        return self.solved(push)

    def solved(self, push: Any) -> Any:
        """Precision's inverse times columns, by conjugate gradients, all columns side by side."""
        scale = 1 / self.graph.diagonal()[:, None]
        found, left = np.zeros_like(push), push.copy()
        ahead = scale * left
        size = (left * ahead).sum(axis=0)
        direction, first = ahead, np.maximum(size, 1e-300)
        for _ in range(ROUNDS):
            if (size < CLOSE**2 * first).all():
                break
            turned = self._times(direction)
            step = size / np.maximum((direction * turned).sum(axis=0), 1e-300)
            found += step * direction
            left -= step * turned
            ahead = scale * left
            new = (left * ahead).sum(axis=0)
            direction = ahead + new / np.maximum(size, 1e-300) * direction
            size = new
        return found

    def _times(self, columns: Any) -> Any:
        return self.graph @ columns + self._line_part(columns)

    def _held(self, columns: Any) -> Any:
        """The prior's precision times columns."""
        return columns / self.prior.deviation**2 + self._line_part(columns)

    def _line_part(self, columns: Any) -> Any:
        """What the unknown slope takes from the prior's precision, by Sherman and Morrison."""
        line = self.prior.slope_deviation * self.prior.measure / self.prior.deviation**2
        inner = 1 + self.prior.slope_deviation**2 * float(self.prior.measure @ self.prior.measure) / (
            self.prior.deviation**2
        )
        return -np.multiply.outer(line, line @ columns) / inner


def _candidates(mean: Scores, rng: np.random.Generator) -> Pairs:
    """Each condition with its next ones in the order, and with as many at random."""
    order, n = np.argsort(mean, kind="stable"), mean.size
    reach = min(REACH, n - 1)
    near = [np.stack([order[:-step], order[step:]], axis=1) for step in range(1, reach + 1)]
    far = np.stack([np.tile(np.arange(n), reach), rng.integers(0, n, n * reach)], axis=1)
    pairs = np.sort(np.concatenate([*near, far[far[:, 0] != far[:, 1]]]), axis=1)
    return np.unique(pairs, axis=0)

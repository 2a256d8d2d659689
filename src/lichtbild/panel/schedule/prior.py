"""Prior: how far an objective measure is trusted before and while people vote, learned from the votes alone.

A condition's score is taken to lie about a line through its measure. How far from the line
(``deviation``), and how steep the line is, are chosen so that the votes are as likely as they can be
(empirical Bayes); a measure that tells nothing is found out after a few votes, and one that runs backwards
is turned round.

Source: Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006), section 5.2.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.panel.posterior import Indices, Posterior, ScorePrior, Scores, posterior

SPREAD: Final = 2.0
"""Deviation of scores in JND that is expected where there is no measure."""

MISS: Final = 1.0
"""Deviation of scores about a measure's line in JND that is expected."""

DOUBT: Final = 1.0
"""Deviation of the logarithm of either, from what is expected."""

SLOPES: Final = 3.0
"""Deviation of the slope of a measure of unknown unit, JND for one deviation of the measure."""

CLAIMS: Final = ((0.5, 0.05), (0.3, 0.25))
"""What is believed of a measure that claims to be in JND: shares, and relative deviations of its slope.

The rest of the shares takes its unit as unknown.
"""

STEP: Final = 0.4
"""Of the logarithm of the deviation in its search; the votes rarely know it better."""


@dataclass(frozen=True, eq=False)
class Measure:
    """An objective measure of the conditions.

    Attributes:
        values: one a condition; finite.
        in_jnd: the values claim to be scores in JND (up to their mean); otherwise their unit, and even their
            direction, is learned.
    """

    values: Scores
    in_jnd: bool = False

    def __post_init__(self) -> None:
        if not np.isfinite(self.values).all():
            where = int(np.argmin(np.isfinite(self.values)))
            raise BadInput(
                f"the measure of condition {where} is {self.values[where]}; give a number or no measure"
            )


@dataclass(frozen=True, eq=False)
class Learned:
    """What the votes so far tell of the prior and of the scores.

    Attributes:
        prior: the likeliest.
        known: the posterior of the scores, averaged over all kinds of prior by how likely they made the
            votes.
    """

    prior: ScorePrior
    known: Posterior


def expected(n: int, measure: Measure | None = None) -> Learned:
    """What is believed of ``n`` scores before any vote."""
    prior = next(_hypotheses(n, measure))[1]
    return Learned(prior, Posterior(prior.mean, prior.covariance, 0.0))


def learned(
    first: Indices, second: Indices, answer: Indices, n: int, measure: Measure | None = None
) -> Learned:
    """The likeliest prior after votes on pairs of ``n`` conditions, and the posterior under it.

    Args:
        first: of each vote a condition, from 0.
        second: the other.
        answer: +1 where the first was preferred, -1 where the second was, 0 for a tie.
        n: conditions.
        measure: an objective measure of them.

    Raises:
        BadInput: a condition beyond ``n``, one compared with itself, or a measure of another number of
            conditions.
    """
    if not first.size:
        return expected(n, measure)
    fits: list[Learned] = []
    weights: list[float] = []
    for share, hypothesis in _hypotheses(n, measure):
        start = fits[-1].known if fits else None
        fit, value = _likeliest(hypothesis, partial(_posterior_from, first, second, answer, start))
        fits.append(fit)
        weights.append(value + np.log(share))
    return _mixed(fits, np.exp(np.array(weights) - max(weights)))


def _posterior_from(
    first: Indices, second: Indices, answer: Indices, start: Posterior | None, prior: ScorePrior
) -> Posterior:
    return posterior(first, second, answer, prior, start)


def _mixed(fits: list[Learned], weights: np.ndarray) -> Learned:
    """Mean and covariance of a mixture of posteriors; the prior that is told of is the likeliest."""
    best = fits[int(np.argmax(weights))]
    if len(fits) == 1:
        return best
    shares = weights / weights.sum()
    mean = sum(share * fit.known.mean for share, fit in zip(shares, fits, strict=True))
    covariance = np.zeros_like(best.known.covariance)
    for share, fit in zip(shares, fits, strict=True):
        off = fit.known.mean - mean
        covariance += share * (fit.known.covariance + np.outer(off, off))
    return Learned(best.prior, Posterior(np.asarray(mean), covariance, best.known.evidence))


def _hypotheses(n: int, measure: Measure | None) -> Iterator[tuple[float, ScorePrior]]:
    """The kinds of prior that are weighed, with the share that each is believed in at first."""
    if measure is not None and measure.values.size != n:
        raise BadInput(f"the measure has {measure.values.size} values for {n} conditions; give one for each")
    spread = 0.0 if measure is None else float(measure.values.std())
    if measure is None or spread == 0:
        yield 1.0, ScorePrior.flat(n, SPREAD)
        return
    line = (measure.values - measure.values.mean()) / spread
    if measure.in_jnd:
        for share, claim in CLAIMS:
            yield share, ScorePrior(MISS, line, spread, claim * spread)
    yield 1 - sum(share for share, _ in CLAIMS), ScorePrior(MISS, line, 0.0, SLOPES)


def _likeliest(prior: ScorePrior, fit: Callable[[ScorePrior], Posterior]) -> tuple[Learned, float]:
    """The deviation that makes the votes likeliest, by steps of its logarithm and a parabola."""
    start = np.log(prior.deviation)
    known: dict[float, tuple[Learned, float]] = {}

    def value(place: float) -> float:
        if place not in known:
            asked = replace(prior, deviation=float(np.exp(place)))
            found = fit(asked)
            doubt = 0.5 * ((place - start) / DOUBT) ** 2
            known[place] = Learned(asked, found), found.evidence - doubt
        return known[place][1]

    place = float(start)
    while True:
        low, middle, high = value(place - STEP), value(place), value(place + STEP)
        if middle >= max(low, high):
            break
        place += STEP if high > low else -STEP
    # The top of the parabola through the three: the logarithm of the evidence is nearly one in this variable.
    top = place + 0.5 * STEP * (low - high) / (low - 2 * middle + high - 1e-12)
    return known[top if value(top) > middle else place]

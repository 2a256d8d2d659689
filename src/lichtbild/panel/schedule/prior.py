"""Prior: how far an objective measure is trusted before and while people vote, learned from the votes alone.

A condition's score is taken to lie about a line through its measure. How far from the line, and how steep the
line is, are learned from the votes (empirical Bayes); a measure that tells nothing is found out after a few
votes, and one that runs backwards is turned round.

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

DOUBT: Final = 0.6
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
    shares = np.exp(np.array(weights) - max(weights))
    best = fits[int(np.argmax(weights))]
    return Learned(best.prior, _mixed([fit.known for fit in fits], shares / shares.sum()))


def _posterior_from(
    first: Indices, second: Indices, answer: Indices, start: Posterior | None, prior: ScorePrior
) -> Posterior:
    return posterior(first, second, answer, prior, start)


def _mixed(parts: list[Posterior], shares: np.ndarray) -> Posterior:
    """Mean and covariance of a mixture."""
    if len(parts) == 1:
        return parts[0]
    means = np.stack([part.mean for part in parts])
    mean = shares @ means
    off = np.sqrt(shares)[:, None] * (means - mean)
    within = sum(share * part.covariance for share, part in zip(shares, parts, strict=True))
    return Posterior(mean, np.asarray(within + off.T @ off))


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
    """The deviation that makes the votes likeliest, with the posterior under it, and their log evidence.

    The evidence is integrated over the deviation, whose logarithm the votes make nearly normal. The posterior
    is not: a scale that is left open asks for far pairs that tell little else, and in simulations the scores
    were known later for it.
    """
    start = float(np.log(prior.deviation))

    def value(place: float) -> float:
        found = fit(replace(prior, deviation=float(np.exp(place))))
        return found.evidence - 0.5 * ((place - start) / DOUBT) ** 2

    top, width, height = _parabola(value, start)
    best = replace(prior, deviation=float(np.exp(top)))
    return Learned(best, fit(best)), height + float(np.log(width))


def _parabola(value: Callable[[float], float], start: float) -> tuple[float, float, float]:
    """Place, width as of a normal curve, and height of a top, by steps and a parabola."""
    place = start
    low, middle, high = (value(place + step) for step in (-STEP, 0.0, STEP))
    while middle < max(low, high):
        if high > low:
            place, low, middle, high = place + STEP, middle, high, value(place + 2 * STEP)
        else:
            place, low, middle, high = place - STEP, value(place - 2 * STEP), low, middle
    bend = max(2 * middle - low - high, 1e-12) / STEP**2
    rise = (high - low) / (2 * STEP)
    return place + rise / bend, float(min(1 / np.sqrt(bend), DOUBT)), middle + 0.5 * rise**2 / bend

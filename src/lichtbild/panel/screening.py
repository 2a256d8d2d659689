"""Screening: which observers do not answer like the others, or like themselves.

None of these numbers rejects anybody by itself: they say at whom to look. BT.500's screening of ratings,
which does reject, is ``lichtbild.panel.scale.bt500``; pwcmp's score in its own prior is
``lichtbild.panel.scale.pwcmp``.

Source: M. G. Kendall and B. Babington Smith, Biometrika 31 (1940) 324 (circular triads, agreement);
M. Perez-Ortiz and R. K. Mantiuk (2017), section 9 (leaving one out); ITU-T P.913 (2021), 11.4, after it
(correlation with the others).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from lichtbild.core.errors import BadInput
from lichtbild.panel.comparisons import FIRST, SECOND, Comparisons
from lichtbild.panel.ratings import Ratings
from lichtbild.panel.scale.likelihood import AnswerModel
from lichtbild.panel.scale.opinion import mean_of
from lichtbild.panel.scale.paired import PairedModel, PairedScale, scaled
from lichtbild.panel.scale.pwcmp import distance_below
from lichtbild.panel.scale.ties import Ties

LOOK_AT = 1.5
"""Interquartile ranges below the first quartile, from which an observer is to be looked at."""

_SENSITIVITIES = np.exp(np.linspace(np.log(1e-3), np.log(8.0), 120))
_FAINT_SPREAD = 0.7


@dataclass(frozen=True)
class ObserverFit:
    """How well each observer's answers agree with the scale of all others; NaN for one without answers.

    Attributes:
        log_likelihood: mean natural logarithm of the likelihood of an answer, by the others' scale.
        expected: what it would be, were the observer like the others.
        z: the difference of the two in standard deviations that chance gives it: below -3 is not chance.
        below: interquartile ranges below the first quartile of all observers, 0 above it.
        sensitivity: factor by which the observer's answers ask for the others' differences to be greater: 1
            for one like the others, near 0 for one who presses at random.
        agreement: share of answers that prefer what the others' scale prefers; ties count half.
    """

    log_likelihood: Float[np.ndarray, " observer"]
    expected: Float[np.ndarray, " observer"]
    z: Float[np.ndarray, " observer"]
    below: Float[np.ndarray, " observer"]
    sensitivity: Float[np.ndarray, " observer"]
    agreement: Float[np.ndarray, " observer"]

    @property
    def look_at(self) -> Bool[np.ndarray, " observer"]:
        """Whom to look at: far below the quartile, and farther from what is expected than by chance."""
        return np.asarray((self.below > LOOK_AT) & (self.z < -3))


def observer_fit(comparisons: Comparisons, model: PairedModel | None = None) -> ObserverFit:
    """How each observer's answers fit the scale of all others.

    Args:
        comparisons: of two observers or more.
        model: of the scale, Thurstone's with a learned prior unless given; biases towards a side are not
            estimated here.

    Raises:
        BadInput: answers of one observer only.
    """
    if len(np.unique(comparisons.observer)) < 2:
        raise BadInput("whether an observer is like the others takes two observers; there is one")
    model = model or PairedModel()
    numbers = np.full((comparisons.n_observers, 5), np.nan)
    for observer in np.unique(comparisons.observer):
        others = scaled(comparisons.without(int(observer)), model)
        numbers[observer] = _fit(comparisons.chosen(comparisons.observer == observer), others)
    likelihood, expected, spread, sensitivity, agreement = numbers.T
    known = np.isfinite(likelihood)
    below = np.full(len(likelihood), np.nan)
    below[known] = distance_below(likelihood[known])
    z = (likelihood - expected) / np.maximum(spread, 1e-12)
    return ObserverFit(likelihood, expected, z, below, sensitivity, agreement)


def _fit(own: Comparisons, others: PairedScale) -> tuple[float, float, float, float, float]:
    d = others.value[own.first] - others.value[own.second]
    model = AnswerModel(others.model.link, others.model.ties, others.lapse)
    width = others.width if others.model.ties is not Ties.HALVES else 0.0
    p = np.maximum(model.probabilities(d, width), 1e-12)
    place = np.select([own.answer == FIRST, own.answer == SECOND], [0, 1], 2)
    log_p = np.log(p)
    if others.model.ties is Ties.HALVES:
        log_p[:, 2] = log_p[:, :2].mean(1)
        # No answer of the model is a tie here.
        p = p * (np.arange(3) < 2)
    mean = (p * log_p).sum(1)
    variance = (p * log_p**2).sum(1) - mean**2
    n = len(own)
    told = float(log_p[np.arange(n), place].mean())
    with_scale = np.where(d == 0, 0.5, (np.sign(d) * own.answer + 1) / 2)
    agreement = float(with_scale.mean())
    chance = float(np.sqrt(variance.sum())) / n
    return told, float(mean.mean()), chance, _sensitivity(d, place, model, width), agreement


def _sensitivity(
    d: Float[np.ndarray, " answer"], place: Int[np.ndarray, " answer"], model: AnswerModel, width: float
) -> float:
    """Factor of greatest posterior density on a grid; its logarithm is normal about 0 before any answer."""
    p = np.maximum(model.probabilities(np.outer(_SENSITIVITIES, d), width), 1e-12)
    told = np.log(p)
    if model.ties is Ties.HALVES:
        told[..., 2] = told[..., :2].mean(-1)
    value = told[:, np.arange(len(d)), place].sum(1) - (np.log(_SENSITIVITIES) / _FAINT_SPREAD) ** 2 / 2
    return float(_SENSITIVITIES[int(value.argmax())])


@dataclass(frozen=True)
class Transitivity:
    """Whether an observer's preferences form an order.

    Attributes:
        circular: triads of which a is preferred to b, b to c and c to a, of each observer.
        triads: triads of which the observer compared all three pairs, and preferred one in each.
        consistency: 1 without circular triads, 0 where as many as chance gives (a quarter), below that for
            more; NaN without triads.
    """

    circular: Int[np.ndarray, " observer"]
    triads: Int[np.ndarray, " observer"]
    consistency: Float[np.ndarray, " observer"]


def transitivity(comparisons: Comparisons) -> Transitivity:
    """Circular triads of each observer, from the majority of the observer's own answers to each pair.

    Kendall and Babington Smith's coefficient takes the greatest possible number for 0; here the number that
    chance gives stands for 0, which also holds where not all pairs were compared.

    Args:
        comparisons: any design; pairs that an observer left even count as not compared.
    """
    circular = np.zeros(comparisons.n_observers, int)
    triads = np.zeros(comparisons.n_observers, int)
    for observer in np.unique(comparisons.observer):
        wins = comparisons.chosen(comparisons.observer == observer).wins()
        beats = (wins > wins.T).astype(float)
        known = beats + beats.T
        circular[observer] = round(float(np.einsum("ij,jk,ki->", beats, beats, beats)) / 3)
        triads[observer] = round(float(np.einsum("ij,jk,ki->", known, known, known)) / 6)
    with np.errstate(invalid="ignore", divide="ignore"):
        consistency = np.where(triads > 0, 1 - 4 * circular / triads, np.nan)
    return Transitivity(circular, triads, consistency)


@dataclass(frozen=True)
class Agreement:
    """Whether observers prefer the same.

    Attributes:
        coefficient: Kendall's u: 1 where all agree, 0 by chance.
        chi_squared: sum over pairs of the squared distances from an even split.
        freedom: pairs that were answered.
        p: chance of such agreement, or more, where all press at random.
    """

    coefficient: float
    chi_squared: float
    freedom: int
    p: float


def agreement(comparisons: Comparisons) -> Agreement:
    """Kendall's coefficient of agreement, for any design: pairs by their own numbers of answers.

    Raises:
        BadInput: no pair was answered twice.
    """
    from scipy.special import gammaincc  # of the extra "panel"

    wins = comparisons.wins()
    row, column = np.nonzero(np.triu(wins + wins.T, 1))
    won, lost = wins[row, column], wins[column, row]
    both = won + lost
    possible = float((both * (both - 1) / 2).sum())
    if possible == 0:
        raise BadInput("agreement needs a pair that was answered twice; there is none")
    alike = float((won * (won - 1) / 2 + lost * (lost - 1) / 2).sum())
    chi_squared = float(((won - lost) ** 2 / both).sum())
    return Agreement(
        2 * alike / possible - 1, chi_squared, len(row), float(gammaincc(len(row) / 2, chi_squared / 2))
    )


@dataclass(frozen=True)
class GoodnessOfFit:
    """Whether one scale explains the answers.

    Attributes:
        deviance: twice the log-likelihood that every pair's own shares have above the scale's.
        freedom: pairs less stimuli plus one, and less the further parameters.
        p: chance of such a deviance or a greater one under the scale, from answers drawn by it.
        residual: of each pair, share of preferences less what the scale says, in standard deviations; NaN
            where not compared; antisymmetric.
    """

    deviance: float
    freedom: int
    p: float
    residual: Float[np.ndarray, "item item"]


def goodness_of_fit(
    comparisons: Comparisons, scale: PairedScale, draws: int = 2000, seed: int = 20261123
) -> GoodnessOfFit:
    """Whether one scale explains the answers, ties counted half.

    The deviance of counts as small as a panel's is not chi-squared: its distribution is drawn, at the scale
    found, times the share of degrees of freedom that fitting leaves.

    Args:
        comparisons: that the scale was made of.
        scale: their scale.
        draws: how many.
        seed: of the draws.
    """
    wins = comparisons.wins()
    row, column = np.nonzero(np.triu(wins + wins.T, 1))
    won, both = wins[row, column], (wins + wins.T)[row, column]
    model = AnswerModel(scale.model.link, Ties.HALVES, scale.lapse)
    p = model.probabilities(scale.value[row] - scale.value[column])[:, 0]
    freedom = len(row) - (len(np.unique([row, column])) - 1)
    generator = np.random.default_rng(seed)
    drawn = generator.binomial(np.rint(both).astype(int), p, (draws, len(p)))
    share = max(freedom, 0) / max(len(row), 1)
    deviance = float(_deviance(won, both, p).sum())
    chance = float((_deviance(drawn, np.rint(both), p).sum(1) * share >= deviance).mean())
    residual = np.full_like(wins, np.nan)
    residual[row, column] = (won - both * p) / np.sqrt(both * p * (1 - p))
    residual[column, row] = -residual[row, column]
    return GoodnessOfFit(deviance, freedom, chance, residual)


def _deviance(won: np.ndarray, both: np.ndarray, p: np.ndarray) -> np.ndarray:
    from scipy.special import xlogy  # of the extra "panel"

    return np.asarray(2 * (xlogy(won, won / (both * p)) + xlogy(both - won, (both - won) / (both * (1 - p)))))


def side_preferences(comparisons: Comparisons) -> tuple[Float[np.ndarray, " observer"], np.ndarray]:
    """Share of each observer's answers for the first side, and its two-sided chance if sides are even.

    Sides are balanced over qualities where the schedule balances them; ties are left out.
    """
    from scipy.special import bdtr  # of the extra "panel"

    first, second = (
        np.bincount(comparisons.observer[comparisons.answer == one], minlength=comparisons.n_observers)
        for one in (FIRST, SECOND)
    )
    both = first + second
    share = np.where(both > 0, first / np.maximum(both, 1), np.nan)
    p = np.minimum(1.0, 2 * bdtr(np.minimum(first, second).astype(float), both, 0.5))
    return share, np.asarray(p)


def rating_correlation(ratings: Ratings) -> Float[np.ndarray, " observer"]:
    """Correlation of each observer's scores with the mean of the others'; NaN where fewer than three."""
    found = np.full(ratings.n_observers, np.nan)
    for observer in range(ratings.n_observers):
        own = ratings.chosen(ratings.observer == observer)
        rest = ratings.without(observer)
        others = mean_of(rest.stimulus, rest.score, ratings.n_stimuli)[own.stimulus]
        there = np.isfinite(others)
        if there.sum() >= 3 and np.ptp(own.score[there]) > 0 and np.ptp(others[there]) > 0:
            found[observer] = np.corrcoef(own.score[there], others[there])[0, 1]
    return found

"""Mean opinion scores: of each stimulus, the mean of what was given, and differences to hidden references.

Source: ITU-R BT.500-15, A1-2.2 (mean and interval); ITU-T P.910 (2022), 8.2.2 (ACR with hidden reference,
differential scores and their crushing); ITU-R BT.500-15, A2-3 (DSCQS), after them.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Float, Int

from lichtbild.core.errors import BadInput
from lichtbild.panel.ratings import Ratings

NORMAL_95: Final = 1.96
"""That BT.500 makes its interval of."""


@dataclass(frozen=True)
class Scores:
    """Scores of stimuli, in points of the scale that they were rated on.

    Attributes:
        value: of each stimulus; NaN where nobody rated it.
        error: standard error of each; NaN where fewer than two ratings tell it.
        low: lower end of its 95 % interval.
        high: upper end.
        count: ratings of each stimulus that were used.
    """

    value: Float[np.ndarray, " stimulus"]
    error: Float[np.ndarray, " stimulus"]
    low: Float[np.ndarray, " stimulus"]
    high: Float[np.ndarray, " stimulus"]
    count: Int[np.ndarray, " stimulus"]

    @property
    def interval(self) -> Float[np.ndarray, "stimulus 2"]:
        """Ends of the 95 % interval."""
        return np.stack([self.low, self.high], -1)


@dataclass(frozen=True)
class SubjectScores:
    """Scores of stimuli, and what observers do to them.

    Attributes:
        scores: of the stimuli.
        bias: of each observer, points; their mean is 0. NaN where not estimated.
        inconsistency: standard deviation of each observer's own error, points; NaN where not estimated.
        rejected: whether the observer's ratings were left out.
    """

    scores: Scores
    bias: Float[np.ndarray, " observer"]
    inconsistency: Float[np.ndarray, " observer"]
    rejected: np.ndarray


def mean_of(
    groups: Int[np.ndarray, " rating"], values: Float[np.ndarray, " rating"], count: int
) -> Float[np.ndarray, " group"]:
    """Mean of the values of each group, 0 to ``count`` - 1; NaN where there are none."""
    number = np.bincount(groups, minlength=count)
    total = np.bincount(groups, values, count)
    mean = np.full(count, np.nan)
    np.divide(total, number, out=mean, where=number > 0)
    return mean


def mean_opinion(ratings: Ratings, *, student: bool = True) -> Scores:
    """Mean opinion scores.

    Args:
        ratings: each counts once, repetitions too.
        student: the interval is of Student's distribution, which is right for few observers; else 1.96
            standard errors, as BT.500 has it.
    """
    n = ratings.n_stimuli
    count = np.bincount(ratings.stimulus, minlength=n)
    value = mean_of(ratings.stimulus, ratings.score, n)
    squares = np.bincount(ratings.stimulus, (ratings.score - value[ratings.stimulus]) ** 2, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.where(count > 1, np.sqrt(squares / (count - 1) / count), np.nan)
    return with_interval(value, error, count, count - 1.0 if student else None)


def with_interval(
    value: Float[np.ndarray, " stimulus"],
    error: Float[np.ndarray, " stimulus"],
    count: Int[np.ndarray, " stimulus"],
    freedom: Float[np.ndarray, " stimulus"] | None = None,
) -> Scores:
    """Scores with the 95 % interval of Student's distribution, or of 1.96 errors without ``freedom``."""
    if freedom is None:
        reach = NORMAL_95 * error
    else:
        from scipy.special import stdtrit  # of the extra "panel"

        reach = error * np.where(freedom > 0, stdtrit(np.maximum(freedom, 1e-9), 0.975), np.nan)
    return Scores(value, error, value - reach, value + reach, count)


def differences(
    ratings: Ratings, top: float | None = 5.0, *, crushed: bool = False, own: bool = True
) -> Ratings:
    """Ratings of each stimulus less those of its hidden reference, for ``mean_opinion`` or any other model.

    Each observer's score is taken less the mean of what the same observer gave the reference: DMOS is the
    mean opinion score of the result. Double stimulus (DSCQS) is the same, each pair's reference being a
    stimulus of its own. Stimuli without a reference, and references themselves, have no ratings afterwards.

    Args:
        ratings: with references. An observer who did not rate a reference has no differences to it.
        top: added to each difference, points: 5 for five grades, so that a stimulus like its reference gets
            5; 0 for the plain difference. ``None`` adds the reference's mean score by all observers.
        crushed: differences above ``top``, stimuli rated above their reference, are pressed towards it:
            7 d / (2 + d), of P.910 for five grades.
        own: each observer's own score of the reference; else its mean opinion score, as SUREAL does.

    Raises:
        BadInput: no stimulus has a reference.
    """
    if ratings.reference is None or (ratings.reference < 0).all():
        raise BadInput("no stimulus has a hidden reference; name them to have differential scores")
    reference = ratings.reference[ratings.stimulus]
    tested = (reference >= 0) & (reference != ratings.stimulus)
    means = mean_of(ratings.stimulus, ratings.score, ratings.n_stimuli)
    key = ratings.observer * ratings.n_stimuli + ratings.stimulus
    each = mean_of(key, ratings.score, ratings.n_observers * ratings.n_stimuli)
    at = np.where(tested, reference, 0)
    held = each[ratings.observer * ratings.n_stimuli + at] if own else means[at]
    rows = np.flatnonzero(tested & np.isfinite(held))
    plus = means[at][rows] if top is None else top
    score = ratings.score[rows] - held[rows] + plus
    if crushed:
        above = 5.0 if top is None else top
        score = np.where(score > above, 7 * score / (2 + score), score)
    return replace(ratings.chosen(rows), score=score, reference=None)

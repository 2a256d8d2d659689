"""Screening of observers by BT.500: those who are far from the others, now above and now below, are left out.

Of each stimulus, the kurtosis of its scores says whether they are normal (2 to 4): scores beyond 2 standard
deviations count then, else those beyond the root of 20. P is how often an observer was above, Q below. The
observer is left out if (P + Q) / n > 0.05 and |P - Q| / (P + Q) < 0.3.

Source: ITU-R BT.500-15, A1-2.3.1, after it; standard deviations over all scores, not one less, as in SUREAL.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from lichtbild.panel.ratings import Ratings
from lichtbild.panel.scale.opinion import SubjectScores, mean_of, mean_opinion

MOST_OUTSIDE = 0.05
LEAST_ONE_SIDED = 0.3


@dataclass(frozen=True)
class Screening:
    """What became of each observer.

    Attributes:
        above: how many scores lay far above the others', P.
        below: how many far below, Q.
        count: scores of the observer.
        rejected: whether the observer is to be left out.
    """

    above: Int[np.ndarray, " observer"]
    below: Int[np.ndarray, " observer"]
    count: Int[np.ndarray, " observer"]
    rejected: Bool[np.ndarray, " observer"]

    @property
    def outside(self) -> Float[np.ndarray, " observer"]:
        """Share of scores far from the others', (P + Q) / n."""
        return np.asarray((self.above + self.below) / np.maximum(self.count, 1))

    @property
    def one_sided(self) -> Float[np.ndarray, " observer"]:
        """|P - Q| / (P + Q): 1 for an observer who is always on one side; NaN where none is far."""
        both = self.above + self.below
        share = np.full(len(both), np.nan)
        np.divide(np.abs(self.above - self.below), both, out=share, where=both > 0)
        return share


def screened(ratings: Ratings) -> Screening:
    """Whom BT.500 leaves out. Where that were all of them, nobody is."""
    n, score = ratings.n_stimuli, ratings.score
    from_mean = score - mean_of(ratings.stimulus, score, n)[ratings.stimulus]
    variance = mean_of(ratings.stimulus, from_mean**2, n)
    fourth = mean_of(ratings.stimulus, from_mean**4, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        kurtosis = fourth / variance**2
    # Where all gave one score, the kurtosis is no number and every score lies on both limits, as in SUREAL.
    limit = np.where((kurtosis >= 2) & (kurtosis <= 4), 2.0, np.sqrt(20.0)) * np.sqrt(variance)
    far = limit[ratings.stimulus]
    above, below, count = (
        np.bincount(ratings.observer[chosen], minlength=ratings.n_observers)
        for chosen in (from_mean >= far, from_mean <= -far, slice(None))
    )
    found = Screening(above, below, count, np.zeros(ratings.n_observers, bool))
    rejected = (found.outside > MOST_OUTSIDE) & (found.one_sided < LEAST_ONE_SIDED)
    if rejected[count > 0].all():
        rejected = np.zeros_like(rejected)
    return Screening(above, below, count, rejected)


def bt500(ratings: Ratings) -> SubjectScores:
    """Mean opinion scores of the observers that BT.500 keeps, with its interval of 1.96 errors."""
    rejected = screened(ratings).rejected
    scores = mean_opinion(ratings.chosen(~rejected[ratings.observer]), student=False)
    unknown = np.full(ratings.n_observers, np.nan)
    return SubjectScores(scores, unknown, unknown, rejected)

"""Scores by P.913: each observer's bias is taken off, then BT.500's screening, then the mean.

Source: ITU-T P.913 (2021), 12.4, after it.
"""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from lichtbild.panel.ratings import Ratings
from lichtbild.panel.scale.bt500 import screened
from lichtbild.panel.scale.opinion import SubjectScores, mean_of, mean_opinion


def mean_bias(ratings: Ratings) -> Float[np.ndarray, " observer"]:
    """Mean of each observer's distances from the stimuli's mean scores, points."""
    means = mean_of(ratings.stimulus, ratings.score, ratings.n_stimuli)
    return mean_of(ratings.observer, ratings.score - means[ratings.stimulus], ratings.n_observers)


def p913(ratings: Ratings) -> SubjectScores:
    """Mean opinion scores without bias of the observers that are kept, with an interval of 1.96 errors."""
    bias = mean_bias(ratings)
    plain = replace(ratings, score=ratings.score - bias[ratings.observer])
    rejected = screened(plain).rejected
    scores = mean_opinion(plain.chosen(~rejected[plain.observer]), student=False)
    return SubjectScores(scores, bias, np.full_like(bias, np.nan), rejected)

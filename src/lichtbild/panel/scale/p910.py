"""Scores by P.910's Annex E: bias and inconsistency of each observer, by alternating projection.

    u_ij = q_j + b_i + v_i e

with v_i the spread of an observer's residuals, q_j the mean of u - b weighted by 1 / v^2, b_i the mean of
u - q, in turn until q stands still. Nothing keeps a spread from going to nothing, where that observer alone
decides: with few observers, or a continuous scale, intervals hold the truth in 3 to 91 of 100 cases.
``subject_model`` is for use; this one is for comparison.

Source: ITU-T P.910 (2022), Annex E; Z. Li, C. G. Bampis et al., Electronic Imaging (2020), HVEI-131; SUREAL
0.9. After them.
"""

from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.panel.ratings import Ratings
from lichtbild.panel.scale.opinion import SubjectScores, mean_of, with_interval
from lichtbild.panel.scale.p913 import mean_bias

_ROUNDS: Final = 1000
_CLOSE: Final = 1e-8
_LEAST: Final = 1e-8


def p910(ratings: Ratings) -> SubjectScores:
    """Scores of the stimuli, with an interval of 1.96 errors, and bias and inconsistency of observers."""
    who, what, u = ratings.observer, ratings.stimulus, ratings.score
    q = mean_of(what, u, ratings.n_stimuli)
    bias = mean_bias(ratings)
    spread = np.zeros_like(bias)
    for _ in range(_ROUNDS):
        before = q
        spread = _spread(ratings, u - q[what] - bias[who])
        weight = (1 / (spread**2 + _LEAST))[who]
        q = np.bincount(what, weight * (u - bias[who]), len(q)) / np.bincount(what, weight, len(q))
        bias = mean_of(who, u - q[what], len(bias))
        if np.linalg.norm(q - before) < _CLOSE:
            break
    with np.errstate(divide="ignore"):
        error = 1 / np.sqrt(np.bincount(what, 1 / spread[who] ** 2, len(q)))
    middle = float(np.nanmean(bias))
    scores = with_interval(q + middle, error, np.bincount(what, minlength=len(q)))
    return SubjectScores(scores, bias - middle, spread, np.zeros(len(bias), bool))


def _spread(ratings: Ratings, residual: Float[np.ndarray, " rating"]) -> Float[np.ndarray, " observer"]:
    middle = mean_of(ratings.observer, residual, ratings.n_observers)
    square = (residual - middle[ratings.observer]) ** 2
    return np.asarray(np.sqrt(mean_of(ratings.observer, square, ratings.n_observers)))

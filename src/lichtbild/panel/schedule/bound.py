"""Bound: how well so many votes could tell scores, were the pairs chosen by one who knows them.

The design spreads the votes over pairs so that the posterior's summed variance is least (A-optimality),
each vote bringing its Fisher information. No schedule that has to find the scores first can be expected to
do better, but for what the prior's shape and the mean over few conditions let through.

Source: Pukelsheim, "Optimal design of experiments" (2006), chapters 6 and 9; the multiplicative rule is
    that of Silvey,
Titterington and Torsney, "An algorithm for optimal designs on a design space" (Communications in
Statistics A 7, 1978).
"""

from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.panel.posterior import ScorePrior, Scores
from lichtbild.panel.schedule.gain import expected_loss

ROUNDS: Final = 300
"""Rounds of the multiplicative rule; the error is then within 0.2 % of its least."""


def least_error(scores: Scores, prior: ScorePrior, votes: int) -> float:
    """Least root mean square error of scores about their mean that so many votes leave, JND."""
    return _spread_out(scores, prior, votes)[0]


def best_shares(scores: Scores, prior: ScorePrior, votes: int) -> Float[np.ndarray, " k"]:
    """Shares of the votes that pairs get in the best design, in the order of ``np.triu_indices(n, 1)``."""
    return _spread_out(scores, prior, votes)[1]


def _spread_out(scores: Scores, prior: ScorePrior, votes: int) -> tuple[float, Float[np.ndarray, " k"]]:
    if votes < 1:
        raise BadInput(f"{votes} votes have no design; give at least 1")
    n = scores.size
    low, high = np.triu_indices(n, 1)
    information = expected_loss(scores[low] - scores[high], np.zeros(1))
    shares = np.full(low.size, 1 / low.size)
    centre = np.eye(n) - 1 / n
    for _ in range(ROUNDS):
        flow = np.zeros((n, n))
        flow[low, high] = votes * information * shares
        flow += flow.T
        covariance = np.linalg.inv(prior.precision + np.diag(flow.sum(axis=0)) - flow)
        centred = centre @ covariance
        products = centred.T @ centred
        own = np.diag(products)
        rise = information * (own[low] + own[high] - 2 * products[low, high])
        shares = shares * np.sqrt(rise)
        shares /= shares.sum()
    return float(np.sqrt(np.trace(centred @ centre) / n)), shares

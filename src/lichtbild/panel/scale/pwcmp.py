"""The scale of pwcmp: Thurstone's case V in JOD with a prior made of the answers, and its score of outliers.

Here to compare with published scales; ``thurstone`` has a prior of one number instead, intervals without a
bootstrap, and ties.

Source: M. Perez-Ortiz and R. K. Mantiuk, arXiv:1712.03686 (2017), sections 4 and 9; pwcmp of 2025.
"""

import numpy as np
from jaxtyping import Float, Int

from lichtbild.panel.comparisons import Comparisons
from lichtbild.panel.scale.link import Link, cdf, log_slopes

_BESIDE = 0.1
_SIGMA = 1.4826
_LEAST_LOG = -200.0

Wins = Float[np.ndarray, "item item"] | Int[np.ndarray, "item item"]


def jod(wins: Wins, *, prior: bool = True) -> Float[np.ndarray, " item"]:
    """Qualities of greatest posterior density, JOD, mean 0.

    The prior of a difference is how likely the answers of all pairs make it, each pair's likelihood
    normalised over the differences of all compared pairs; 0.1 is added to it. Unanimous pairs enter the
    prior, not the likelihood, with one answer moved to the other side.

    Args:
        wins: how often the row was preferred to the column; whole numbers. Groups never compared with one
            another are joined by one answer each way between their best.
        prior: without it, the scale of greatest likelihood, which may not be finite.
    """
    from scipy.optimize import minimize  # of the extra "panel"

    wins = _joined(np.asarray(wins, float))
    row, column = np.nonzero(wins + wins.T)
    won, shown = wins[row, column], (wins + wins.T)[row, column]
    unanimous = (won == 0) | (won == shown)
    moved = np.where(unanimous, np.where(won == 0, 1, won - 1), won)
    n = len(wins)

    def loss(q: np.ndarray) -> tuple[float, np.ndarray]:
        u = (q[row] - q[column]) / _SIGMA
        above, above_u, _ = log_slopes(Link.NORMAL, u)
        below, below_u, _ = log_slopes(Link.NORMAL, -u)
        value = float((won * above + (shown - won) * below).sum())
        by_u = won * above_u - (shown - won) * below_u
        if prior:
            more, slope = _log_prior(above, below, (above_u, below_u), moved, shown)
            value, by_u = value + more, by_u + slope
        pull = np.bincount(row, by_u, n) - np.bincount(column, by_u, n)
        return 0.005 * float(q.mean()) ** 2 - value, 0.01 * q.mean() / n - pull / _SIGMA

    found = minimize(loss, np.zeros(n), jac=True, method="BFGS", options={"gtol": 1e-6, "maxiter": 10_000})
    return np.asarray(found.x - found.x.mean())


def _log_prior(
    above: np.ndarray,
    below: np.ndarray,
    slopes: tuple[np.ndarray, np.ndarray],
    won: np.ndarray,
    shown: np.ndarray,
) -> tuple[float, np.ndarray]:
    """Logarithm of the prior of all differences, and its slope by each."""
    lost = shown - won
    # Rows are differences, columns the pairs whose answers tell how likely each is.
    logs = above[:, None] * won + below[:, None] * lost
    share = np.exp(logs - logs.max(0))
    share /= share.sum(0)
    prior = share.sum(1) + _BESIDE
    by_u = slopes[0][:, None] * won - slopes[1][:, None] * lost
    weight = 1 / prior
    slope = (share * by_u * (weight[:, None] - weight @ share)).sum(1)
    return float(np.log(prior).sum()), slope


def _joined(wins: Wins) -> Wins:
    """Answers with one each way between the best of groups that were never compared."""
    from scipy.sparse.csgraph import connected_components  # of the extra "panel"

    shown = wins + wins.T
    count, group = connected_components(shown > 0, directed=False)
    if count == 1:
        return wins
    share = np.divide(wins, shown, out=np.full_like(wins, 0.5), where=shown > 0)
    rough = np.arcsin(np.sqrt(share)).sum(1)
    best = [int(np.flatnonzero(group == g)[np.argmax(rough[group == g])]) for g in range(count)]
    wins = wins.copy()
    for i in best:
        for j in best:
            wins[i, j] = 1 if i != j else wins[i, j]
    return wins


def observer_log_likelihoods(scenes: list[Comparisons]) -> Float[np.ndarray, " observer"]:
    """How likely each observer's answers are by the scale of all others: mean decimal logarithm a pair.

    Args:
        scenes: answers of the same observers, one table a scene.
    """
    total, pairs = np.zeros(scenes[0].n_observers), np.zeros(scenes[0].n_observers, int)
    for scene in scenes:
        for observer in range(scene.n_observers):
            own = scene.chosen(scene.observer == observer)
            if len(own) == 0:
                continue
            value, count = _log_likelihood(own.wins(), jod(scene.without(observer).wins()))
            total[observer] += value
            pairs[observer] += count
    return np.asarray(total / np.maximum(pairs, 1))


def _log_likelihood(wins: Wins, q: Float[np.ndarray, " item"]) -> tuple[float, int]:
    from scipy.stats import binom  # of the extra "panel"

    row, column = np.nonzero(np.triu(wins + wins.T, 1))
    p = cdf(Link.NORMAL, (q[row] - q[column]) / _SIGMA)
    logs = binom.logpmf(wins[row, column], (wins + wins.T)[row, column], p) / np.log(10)
    return float(np.maximum(logs, _LEAST_LOG).sum()), len(row)


def distance_below(log_likelihoods: Float[np.ndarray, " observer"]) -> Float[np.ndarray, " observer"]:
    """How far each observer lies below the first quartile, in interquartile ranges; 0 for those above.

    Above 1.5, pwcmp's authors advise to look at the observer.

    Args:
        log_likelihoods: of ``observer_log_likelihoods``.
    """
    low, high = np.quantile(log_likelihoods, [0.25, 0.75], method="hazen")
    return np.asarray(np.maximum(low - log_likelihoods, 0.0) / max(high - low, np.finfo(float).tiny))

"""Scales of rankings: Plackett and Luce's model, and Thurstone's.

Plackett and Luce: the best of a set is chosen with the odds of the stimuli's strengths, then the best of the
rest, and so on:

    P(order) = prod_k w_k / (w_k + w_(k+1) + ... + w_m),    w = exp(q ln 3), q in JND

of which Bradley and Terry's model is the case of two. Thurstone's has no such form: its scale is that of
all pairs in the rankings, and its covariance allows for pairs of one ranking depending on one another.

Source: R. D. Luce, "Individual Choice Behavior" (1959); R. L. Plackett, Appl. Stat. 24 (1975) 193; C. Varin,
N. Reid and D. Firth, Stat. Sinica 21 (2011) 5 (composite likelihood); after ISO 20462-2:2005.
"""

from dataclasses import replace
from math import inf, isinf
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.panel.rankings import NOTHING, Rankings
from lichtbild.panel.scale.likelihood import AnswerModel
from lichtbild.panel.scale.link import LOGISTIC_SLOPE, Link
from lichtbild.panel.scale.paired import (
    ROUNDS,
    USUAL_SPREAD,
    PairedModel,
    PairedScale,
    closeness,
    learned_spread,
    scaled,
)

_STEPS = 200
_CLOSE = 1e-11
_LONGEST = 4.0


class _Point(NamedTuple):
    value: float
    gradient: Float[np.ndarray, " item"]
    curvature: Float[np.ndarray, "item item"]


def _likelihood(rankings: Rankings, q: Float[np.ndarray, " item"]) -> _Point:
    """Log-likelihood by the logarithms of the strengths, with gradient and negative curvature."""
    n = rankings.n_items
    there = rankings.items != NOTHING
    items = np.where(there, rankings.items, 0)
    value, gradient, curvature = 0.0, np.zeros(n), np.zeros((n, n))
    for place in range(items.shape[1] - 1):
        # A choice between one is none.
        rows = (rankings.ranked > place) & (rankings.lengths > place + 1)
        left, held = items[rows, place:], there[rows, place:]
        strength = np.where(held, q[left], -np.inf)
        top = strength.max(1, keepdims=True)
        share = np.exp(strength - top)
        total = share.sum(1, keepdims=True)
        share = share / total
        value += float((strength[:, 0] - top[:, 0] - np.log(total[:, 0])).sum())
        gradient += np.bincount(left[:, 0], minlength=n) - np.bincount(left.ravel(), share.ravel(), n)
        both = (left[:, :, None] * n + left[:, None, :]).ravel()
        pairs = np.bincount(both, (share[:, :, None] * share[:, None, :]).ravel(), n * n)
        curvature += np.diag(np.bincount(left.ravel(), share.ravel(), n)) - pairs.reshape(n, n)
    return _Point(value, gradient, curvature)


def _solved(
    rankings: Rankings, q: Float[np.ndarray, " item"], penalty: Float[np.ndarray, "item item"]
) -> tuple[Float[np.ndarray, " item"], _Point]:
    """Logarithms of the strengths of greatest penalised likelihood, which is concave."""

    def at(place: np.ndarray) -> _Point:
        bare = _likelihood(rankings, place)
        pull = penalty @ place
        return _Point(bare.value - place @ pull / 2, bare.gradient - pull, bare.curvature + penalty)

    point = at(q)
    for _ in range(_STEPS):
        step = np.linalg.solve(point.curvature, point.gradient)
        step *= min(1.0, _LONGEST / max(float(np.abs(step).max()), _CLOSE))
        tried = at(q + step)
        while tried.value < point.value - 1e-9 * (1 + abs(point.value)):
            step = step / 2
            tried = at(q + step)
        q, point = q + step, tried
        if float(np.abs(step).max()) < _CLOSE:
            break
    return q, point


def plackett_luce(rankings: Rankings, spread: float | None = None) -> PairedScale:
    """Qualities by Plackett and Luce's model, JND, mean 0.

    Args:
        rankings: whole ones, or choices of the best.
        spread: of the normal prior of the qualities, JND; learned where ``None``, no prior where infinite.

    Raises:
        BadInput: no rankings; or, without a prior, a group of stimuli that never stood above the others.
    """
    if len(rankings) == 0:
        raise BadInput("there are no rankings to scale; one at least is needed")
    n, now = rankings.n_items, USUAL_SPREAD if spread is None else spread
    if isinf(now):
        _refuse_infinite(rankings)
    theta = np.zeros(n)
    for _ in range(ROUNDS):
        flat = np.full((n, n), 1 / n**2)
        penalty = flat if isinf(now) else np.eye(n) / (now * LOGISTIC_SLOPE) ** 2
        theta, point = _solved(rankings, theta, penalty)
        if spread is not None:
            break
        learned = learned_spread(theta / LOGISTIC_SLOPE, point.curvature * LOGISTIC_SLOPE**2, now)
        if abs(learned / now - 1) < closeness(n):
            break
        now = learned
    centring = np.eye(n) - 1 / n
    covariance = centring @ np.linalg.inv(point.curvature) @ centring / LOGISTIC_SLOPE**2
    likelihood = _likelihood(rankings, theta).value
    value = theta / LOGISTIC_SLOPE
    model = PairedModel(link=Link.LOGISTIC, spread=spread)
    return PairedScale(value - value.mean(), covariance, spread=now, log_likelihood=likelihood, model=model)


def ranking_log_strengths(rankings: Rankings) -> Float[np.ndarray, " item"]:
    """Logarithms of the strengths, mean 0, of greatest likelihood: what choix's ``ilsr_rankings`` finds.

    Raises:
        BadInput: a group of stimuli that never stood above the others.
    """
    return plackett_luce(rankings, inf).value * LOGISTIC_SLOPE


def _refuse_infinite(rankings: Rankings) -> None:
    from scipy.sparse.csgraph import connected_components  # of the extra "panel"

    count, _ = connected_components(rankings.comparisons().wins() > 0, connection="strong")
    if count > 1:
        raise BadInput(
            f"without a prior the scale is infinite: the stimuli fall into {count} groups of which one "
            "always stood above another, or never beside it; use a prior"
        )


def thurstone_rankings(rankings: Rankings, spread: float | None = None) -> PairedScale:
    """Qualities by Thurstone's case V from the pairs in the rankings, JND, mean 0.

    The covariance is that of composite likelihood, H^-1 J H^-1: J adds up what whole rankings, not single
    pairs, pull at the qualities. Without it, intervals of triplets are a few per cent too short.

    Args:
        rankings: of three or more; triplets are.
        spread: as in ``plackett_luce``.

    Raises:
        BadInput: as ``plackett_luce``.
    """
    if len(rankings) == 0:
        raise BadInput("there are no rankings to scale; one at least is needed")
    # Each ranking is its own observer, so that its pairs stay together.
    pairs = replace(rankings, observer=np.arange(len(rankings)), n_observers=len(rankings)).comparisons()
    scale = scaled(pairs, PairedModel(spread=spread))
    d = scale.value[pairs.first] - scale.value[pairs.second]
    counts = np.zeros((len(pairs), 3))
    counts[:, 0] = 1.0
    slope = AnswerModel().slopes(d, np.zeros(1), counts).d
    n = rankings.n_items
    pull = np.zeros((len(rankings), n))
    np.add.at(pull, (pairs.observer, pairs.first), slope)
    np.add.at(pull, (pairs.observer, pairs.second), -slope)
    prior = 0.0 if isinf(scale.spread) else scale.spread**-2
    middle = pull.T @ pull + prior * (np.eye(n) - 1 / n)
    return replace(scale, covariance=scale.covariance @ middle @ scale.covariance)

"""Draws of the subject model: what scores, biases and inconsistencies are likely, given ratings.

    x_ijr = q_j + b_i + v_i e,    b_i ~ N(0, S^2),    ln v_i ~ N(m, t^2),    q_j ~ N(u, Q^2)

and what is read is x itself on a continuous scale, or the grade nearest to it. Each quantity is drawn from
its distribution given all others, in turn (Gibbs); inconsistencies by a step of Metropolis's. Spreads S, t
and Q are drawn too, from wide priors: how unlike observers are is learned. Many tables are drawn for at once,
on the first axis: chains of one, or experiments of a study.

Source: S. Geman and D. Geman, IEEE PAMI 6 (1984) 721; J. H. Albert and S. Chib, J. Am. Stat. Assoc. 88 (1993)
669 (grades); A. Gelman, Bayesian Anal. 1 (2006) 515 (priors of spreads).
"""

from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

BIAS_SURE: Final = 1.0
BIAS_USUAL: Final = 0.5
"""Weight and value of the prior of the biases' spread, the latter in parts of the usual residual."""

UNLIKE_SURE: Final = 2.0
UNLIKE_USUAL: Final = 0.35
"""Weight and value of the prior of the spread of the inconsistencies' logarithms."""

_STIMULI_SURE: Final = 1.0
_FAR: Final = 8.0
_STEPS: Final = 2


class Table(NamedTuple):
    """Ratings to draw for.

    Attributes:
        score: anything where not there.
        there: whether it was rated.
        low: lower end of what rounds to the score, minus infinity at the lowest grade; the score itself on a
            continuous scale.
        high: upper end.
    """

    score: Float[np.ndarray, "table observer stimulus repetition"]
    there: Bool[np.ndarray, "table observer stimulus repetition"]
    low: Float[np.ndarray, "table observer stimulus repetition"]
    high: Float[np.ndarray, "table observer stimulus repetition"]


class State(NamedTuple):
    """One draw of everything, of each table.

    Attributes:
        q: of the stimuli.
        bias: of the observers.
        log_v: logarithm of their inconsistencies.
        bias_spread: S.
        middle: m, mean of the logarithms.
        unlike: t, their spread.
        mean: u, of the stimuli.
        spread: Q, of the stimuli.
    """

    q: Float[np.ndarray, "table stimulus"]
    bias: Float[np.ndarray, "table observer"]
    log_v: Float[np.ndarray, "table observer"]
    bias_spread: Float[np.ndarray, " table"]
    middle: Float[np.ndarray, " table"]
    unlike: Float[np.ndarray, " table"]
    mean: Float[np.ndarray, " table"]
    spread: Float[np.ndarray, " table"]


def begun(table: Table) -> State:
    """A place to begin: means, and one inconsistency for all."""
    there = table.there
    score = np.where(there, table.score, 0.0)
    count = np.maximum(there.sum((1, 3)), 1)
    q = score.sum((1, 3)) / count
    left = np.where(there, score - q[:, None, :, None], 0.0)
    bias = left.sum((2, 3)) / np.maximum(there.sum((2, 3)), 1)
    left = np.where(there, left - bias[:, :, None, None], 0.0)
    pooled = np.sqrt((left**2).sum((1, 2, 3)) / np.maximum(there.sum((1, 2, 3)), 1)) + 1e-3
    log_v = np.repeat(np.log(pooled)[:, None], bias.shape[1], 1)
    few = np.full(len(q), UNLIKE_USUAL)
    return State(q, bias, log_v, bias.std(1) + 1e-3, log_v[:, 0], few, q.mean(1), q.std(1) + 1e-3)


def drawn(
    table: Table, state: State, usual: Float[np.ndarray, " table"], generator: np.random.Generator
) -> State:
    """The next draw.

    Args:
        table: ratings.
        state: the draw before.
        usual: size of a usual residual of each table: unit of the priors of spreads.
        generator: of the random numbers.
    """
    x = _latent(table, state, generator)
    state = _locations(table, x, state, generator)
    state = _spreads(state, usual, generator)
    return _inconsistencies(table, x, state, generator)


def _latent(table: Table, state: State, generator: np.random.Generator) -> np.ndarray:
    """What was felt before it was rounded: normal, between the ends of what rounds to the grade."""
    if table.low is table.score:
        return table.score
    from scipy.special import ndtr, ndtri  # of the extra "panel"

    v = np.exp(state.log_v)[:, :, None, None]
    at = state.q[:, None, :, None] + state.bias[:, :, None, None]
    low, high = (table.low - at) / v, (table.high - at) / v
    # In the upper tail the function is 1 to all digits: there the lower one is taken, mirrored.
    mirror = low > 0
    low, high = np.where(mirror, -high, low), np.where(mirror, -low, high)
    below, above = ndtr(low), ndtr(high)
    part = ndtri(below + generator.random(low.shape) * (above - below))
    part = np.clip(part, np.maximum(low, -_FAR), np.maximum(np.minimum(high, _FAR), -_FAR))
    return np.asarray(at + v * np.where(mirror, -part, part))


def _locations(table: Table, x: np.ndarray, state: State, generator: np.random.Generator) -> State:
    """Qualities, then biases, then what both have in common, which neither moves alone."""
    weight = np.where(table.there, np.exp(-2 * state.log_v)[:, :, None, None], 0.0)
    precision = weight.sum((1, 3)) + state.spread[:, None] ** -2
    pull = (weight * (x - state.bias[:, :, None, None])).sum((1, 3))
    pull = pull + (state.mean / state.spread**2)[:, None]
    q = pull / precision + generator.standard_normal(pull.shape) / np.sqrt(precision)
    precision = weight.sum((2, 3)) + state.bias_spread[:, None] ** -2
    pull = (weight * (x - q[:, None, :, None])).sum((2, 3))
    bias = pull / precision + generator.standard_normal(pull.shape) / np.sqrt(precision)
    n_tables, n_observers = bias.shape
    shift = bias.mean(1) + generator.standard_normal(n_tables) * state.bias_spread / np.sqrt(n_observers)
    q = q + shift[:, None]
    mean = q.mean(1) + generator.standard_normal(n_tables) * state.spread / np.sqrt(q.shape[1])
    return state._replace(q=q, bias=bias - shift[:, None], mean=mean)


def _spreads(state: State, usual: Float[np.ndarray, " table"], generator: np.random.Generator) -> State:
    def spread(away: np.ndarray, sure: float, square: np.ndarray | float) -> np.ndarray:
        total = (away**2).sum(1) + sure * square
        return np.asarray(np.sqrt(total / generator.chisquare(away.shape[1] + sure, len(away))))

    away = state.log_v - state.middle[:, None]
    unlike = spread(away, UNLIKE_SURE, UNLIKE_USUAL**2)
    return state._replace(
        bias_spread=spread(state.bias, BIAS_SURE, (BIAS_USUAL * usual) ** 2),
        spread=spread(state.q - state.mean[:, None], _STIMULI_SURE, usual**2),
        unlike=unlike,
        middle=state.log_v.mean(1)
        + generator.standard_normal(len(away)) * unlike / np.sqrt(state.log_v.shape[1]),
    )


def _inconsistencies(table: Table, x: np.ndarray, state: State, generator: np.random.Generator) -> State:
    at = state.q[:, None, :, None] + state.bias[:, :, None, None]
    squares = np.where(table.there, (x - at) ** 2, 0.0).sum((2, 3))
    count = table.there.sum((2, 3))
    middle, precision = state.middle[:, None], state.unlike[:, None] ** -2

    def log_density(log_v: np.ndarray) -> np.ndarray:
        away = log_v - middle
        return np.asarray(-count * log_v - squares * np.exp(-2 * log_v) / 2 - precision * away**2 / 2)

    log_v = state.log_v
    reach = 2.4 / np.sqrt(2 * count + precision)
    for _ in range(_STEPS):
        tried = log_v + reach * generator.standard_normal(log_v.shape)
        gain = log_density(tried) - log_density(log_v)
        log_v = np.where(np.log(generator.random(gain.shape)) < gain, tried, log_v)
    return state._replace(log_v=log_v)

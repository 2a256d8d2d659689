"""Continuation: a solution followed from a problem that is easy to the one that is wanted.

Newton's method from afar finds some root; here the root is the one that a path of roots leads to. A problem
carries a parameter t, its root at t = 0 is known, and steps in t are as long as Newton's method bears them:
the root's own tangent predicts, Newton corrects, and a step whose residuals do not fall at once is taken
back and made shorter. Every ray walks with its own stride.

Source: Allgower and Georg, Numerical Continuation Methods (1990), chapters 2 and 6.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
from jax import Array

Residual: TypeAlias = Callable[[Array], tuple[Array, Array]]
"""From unknowns ``[n, ...]`` to residuals ``[n, ...]`` and whether they mean anything, ``[...]``."""

Family: TypeAlias = Callable[[Array, Array], tuple[Array, Array]]
"""The same with the parameter t, ``[...]``, behind the unknowns."""

FIRST_STRIDE = 0.25
SHORTEST = 1e-4
"""Stride at which a walk is given up."""

EVALUATIONS = 200
"""Most evaluations of a walk."""

PREDICTED = 0.5
"""Largest residual of a prediction that Newton's method is trusted with."""

ARRIVED = 1e-3
"""Residual from which one more step of Newton's ends a stage of the walk."""

FINE = 1e-13
"""Residual that a polished root is left at."""

SOLVED = 1e-11
"""Residual that a root may have where rounding allows no better."""

POLISHINGS = 8


class _Walk(NamedTuple):
    """Where each ray is: at ``t`` it stands on its root, at ``tried`` it is looking for one."""

    evaluations: Array
    t: Array
    root: Array
    tangent: Array
    stride: Array
    tried: Array
    trial: Array
    tries: Array
    size: Array
    first: Array
    columns: Array
    done: Array


def follow(family: Family, start: Array) -> tuple[Array, Array, Array]:
    """The roots at t = 1 on the paths that begin at the start with t = 0.

    What residual the start has is taken off in the measure 1 - t, so that it is a root of its own problem.

    Args:
        family: residuals of order 1 where all is wrong.
        start: ``[n, ...]``.

    Returns:
        ``(roots, columns, arrived)``: to about the square of `ARRIVED`, to be polished by `polished`; the
        Jacobian by there; whether each path got to its end.
    """
    shape = start.shape[1:]
    zeros, no = jnp.zeros(shape), jnp.zeros(shape, bool)
    walk = _Walk(
        evaluations=jnp.int32(0),
        t=zeros,
        root=start,
        tangent=jnp.zeros_like(start),
        stride=jnp.full(shape, FIRST_STRIDE),
        tried=zeros,
        trial=start,
        tries=jnp.zeros(shape, jnp.int32),
        size=zeros,
        first=jnp.zeros_like(start),
        columns=jnp.zeros((start.shape[0], *start.shape)),
        done=no,
    )

    def goes_on(walk: _Walk) -> Array:
        return (walk.evaluations < EVALUATIONS) & jnp.any(_walking(walk))

    walk = jax.lax.while_loop(goes_on, lambda walk: _stepped(family, walk), walk)
    return walk.root, walk.columns, walk.done


def _walking(walk: _Walk) -> Array:
    return ~walk.done & (walk.stride > SHORTEST)


def _stepped(family: Family, walk: _Walk) -> _Walk:
    """One evaluation further: Newton's step, or a new stage, or a shorter one."""
    value, columns, rate, whole = _differentiated(family, walk.trial, walk.tried)
    first = jnp.where(walk.evaluations == 0, value, walk.first)
    value, rate = value - (1 - walk.tried) * first, rate + first
    size = jnp.max(jnp.abs(value), axis=0)
    falls = size <= jnp.where(walk.tries == 0, PREDICTED, walk.size / 2)
    good = whole & falls & (walk.tries < 6)
    corrected = walk.trial - solved(columns, value)
    arrived = good & (size < ARRIVED) & _walking(walk)
    anew = arrived | ~good
    t, root = jnp.where(arrived, walk.tried, walk.t), jnp.where(arrived, corrected, walk.root)
    tangent = jnp.where(arrived, -solved(columns, rate), walk.tangent)
    longer = jnp.where(walk.tries <= 1, 2.0, 1.0)
    stride = walk.stride * jnp.where(arrived & (walk.tried > 0), longer, jnp.where(good, 1.0, 0.25))
    stride = jnp.where(_walking(walk), stride, walk.stride)
    tried = jnp.where(anew, jnp.minimum(t + stride, 1.0), walk.tried)
    return _Walk(
        evaluations=walk.evaluations + 1,
        t=t,
        root=root,
        tangent=tangent,
        stride=stride,
        tried=tried,
        trial=jnp.where(anew, root + tangent * (tried - t), corrected),
        tries=jnp.where(anew, 0, walk.tries + 1),
        size=size,
        first=first,
        columns=jnp.where(arrived, columns, walk.columns),
        done=walk.done | (arrived & (walk.tried >= 1)),
    )


def _differentiated(family: Family, unknown: Array, t: Array) -> tuple[Array, Array, Array, Array]:
    """Residuals, their Jacobian ``[row, column, ...]``, their rate with t, and whether they mean anything."""
    joined = jnp.concatenate([unknown, t[None]])
    value, columns, whole = jacobian(lambda joined: family(joined[:-1], joined[-1]), joined)
    return value, columns[:, :-1], columns[:, -1], whole


def jacobian(residual: Callable[[Array], tuple[Array, Any]], unknown: Array) -> tuple[Array, Array, Any]:
    """Residuals ``[row, ...]``, their derivatives ``[row, column, ...]``, and what else the function tells.

    Forward mode, every ray by itself.
    """
    count = unknown.shape[0]
    unit = jnp.eye(count).reshape(count, count, *([1] * (unknown.ndim - 1)))

    def along(tangent: Array) -> tuple[Array, Array, Any]:
        pushed: tuple[Array, Array, Any] = jax.jvp(residual, (unknown,), (tangent,), has_aux=True)
        return pushed

    tangents = jnp.broadcast_to(unit, (count, *unknown.shape))
    differentiated: tuple[Array, Array, Any] = jax.vmap(along, out_axes=(None, 1, None))(tangents)
    return differentiated


def solved(columns: Array, value: Array) -> Array:
    """Solution of the linear equations of every ray: ``[row, column, ...]`` and ``[row, ...]``."""
    if value.shape[0] == 2:
        (a, b), (c, d) = columns
        determinant = a * d - b * c
        safe = jnp.where(jnp.abs(determinant) < 1e-300, 1e-300, determinant)
        return jnp.stack([d * value[0] - b * value[1], a * value[1] - c * value[0]]) / safe
    matrices, right = jnp.moveaxis(columns, (0, 1), (-2, -1)), jnp.moveaxis(value, 0, -1)
    return jnp.moveaxis(jnp.linalg.solve(matrices, right[..., None])[..., 0], -1, 0)


def polished(residual: Residual, start: Array) -> tuple[Array, Array, Array]:
    """Roots by Newton's method from close by, to the last digits.

    Steps go on until the residual is `FINE`, or rounding keeps it from being halved.

    Returns:
        ``(roots, columns, solved)``: the Jacobian at the roots, and whether they are roots to `SOLVED`.
    """

    def goes_on(state: Any) -> Any:
        return (state[0] < POLISHINGS) & jnp.any(state[-1])

    def step(state: Any) -> Any:
        count, trial, best, columns, least, active = state
        value, here, whole = jacobian(residual, trial)
        size = jnp.where(whole, jnp.max(jnp.abs(value), axis=0), jnp.inf)
        better, halved = active & (size < least), active & (size <= least / 2)
        return (
            count + 1,
            jnp.where(halved, trial - solved(here, value), trial),
            jnp.where(better, trial, best),
            jnp.where(better, here, columns),
            jnp.where(better, size, least),
            halved & (size > FINE),
        )

    shape = start.shape[1:]
    columns = jnp.zeros((start.shape[0], *start.shape))
    state = (jnp.int32(0), start, start, columns, jnp.full(shape, jnp.inf), jnp.ones(shape, bool))
    _, _, best, columns, least, _ = jax.lax.while_loop(goes_on, step, state)
    return best, columns, least <= SOLVED


def broyden(inverse: Array, before: Array, now: Array) -> tuple[Array, Array]:
    """The next step of Broyden's method, and the better inverse Jacobian that it comes from.

    The step before was ``inverse @ before``; it should have led to 0 and led to ``now``.

    Args:
        inverse: estimate of the inverse Jacobian, ``[column, row, ...]``.
        before: what was left to do before the last step, ``[row, ...]``; infinite if there was none.
        now: what is left now.

    Source: Broyden, A class of methods for solving nonlinear simultaneous equations, Math. Comp. 19, 577
        (1965), eq. 4.12.
    """

    def times(matrix: Array, vector: Array) -> Array:
        return jnp.sum(matrix * vector, axis=1)

    is_first = jnp.isinf(before[0])
    left = jnp.where(is_first, 0.0, before)
    moved = times(inverse, left)
    done = times(inverse, left - now)
    overlap = jnp.sum(moved * done, axis=0)
    row = jnp.sum(moved[:, None] * inverse, axis=0) / jnp.where(overlap == 0, 1.0, overlap)
    better = inverse + jnp.where(is_first | (overlap == 0), 0.0, (moved - done)[:, None] * row)
    return times(better, now), better


def implicit(residual: Callable[[Array], Array], root: Array, columns: Array) -> Array:
    """The same roots with their derivatives by all that the residual depends on (implicit function theorem).

    Args:
        residual: not cut off from what shall be differentiated by.
        root: polished ones.
        columns: Jacobian there.
    """
    root, columns = jax.lax.stop_gradient((root, columns))
    return root - solved(columns, residual(root))

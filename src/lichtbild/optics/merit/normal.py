"""Normal: a merit function's value, its gradient and Gauss's approximation of its second derivatives."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics.merit.beams import Beams
from lichtbild.optics.merit.form import Form
from lichtbild.optics.merit.state import State, moving_state, state
from lichtbild.optics.merit.variables import Variables, moved
from lichtbild.optics.pytree import register


@register
@dataclass(frozen=True)
class Value:
    """A merit function at one place.

    Args:
        merit: half the sum of squared residuals; infinite where rays are lost.
        lost: share of rays that are lost.
        state: of the light.
    """

    merit: Array
    lost: Array
    state: State


@register
@dataclass(frozen=True)
class Normal:
    """A merit function about one place.

    Args:
        merit: half the sum of squared residuals r.
        gradient: J^T r, ``[variable]``.
        matrix: J^T J, ``[variable, variable]``.
        state: of the light, its beams aimed.
    """

    merit: Array
    gradient: Array
    matrix: Array
    state: State


def residuals(operands: Any, at: State) -> Array:
    """All residuals in a row."""
    return jnp.concatenate([jnp.ravel(operand(at)) for operand in operands])


@jax.jit
def value(operands: Any, form: Form, beams: Beams) -> Value:
    """A merit function's value."""
    at, lost = state(form, beams)
    found = residuals(operands, at)
    merit = jnp.sum(found * found) / 2
    return Value(jnp.where((lost > 0) | ~jnp.isfinite(merit), jnp.inf, merit), lost, at)


@jax.jit
def value_after(
    operands: Any, form: Form, beams: Beams, variables: Variables, change: Array
) -> tuple[Form, Value]:
    """The form after a change, and the merit function there."""
    there = moved(form, variables, change)
    return there, value(operands, there, beams)


@jax.jit
def normal(operands: Any, form: Form, beams: Beams, variables: Variables) -> Normal:
    """A merit function with its derivatives by the variables."""
    at, forms, hits = moving_state(form, beams, variables)
    still = jax.tree.map(jnp.zeros_like, (at.beams, at.widths))

    def pushed(form_way: Form, hits_way: Any) -> Array:
        way = State(form_way, hits_way, *still)
        return jnp.asarray(jax.jvp(partial(residuals, operands), (at,), (way,))[1])

    jacobian = jax.vmap(pushed)(forms, hits)
    found = residuals(operands, at)
    return Normal(jnp.sum(found * found) / 2, jacobian @ found, jacobian @ jacobian.T, at)

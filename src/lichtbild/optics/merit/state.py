"""State: what operands look at, and how it moves with the variables."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics.merit.beams import Beams, Flight, Hits, flight, responses
from lichtbild.optics.merit.form import Form
from lichtbild.optics.merit.variables import Variables, columns, tangents
from lichtbild.optics.pytree import register


@register
@dataclass(frozen=True)
class State:
    """A form, and what its light does.

    Args:
        form: the lens.
        hits: where the beams' rays meet the image.
        beams: the beams themselves; no operand's derivative asks for them.
        widths: of the light on each surface, ``[surface]``, mm; taken as constant by derivatives.
    """

    form: Form
    hits: Hits
    beams: Beams
    widths: Array


def state(form: Form, beams: Beams) -> tuple[State, Array]:
    """The state of a form, and the share of its rays that is lost."""
    _, flown = flight(form, beams)
    return _of(form, flown), flown.lost


def moving_state(form: Form, beams: Beams, variables: Variables) -> tuple[State, Form, Hits]:
    """The state, and how form and hits move with each variable (leading axes)."""
    train, flown = flight(form, beams)
    found, pull, aimed = responses(form, train, flown)
    at = _of(form, flown)
    moved = State(form, at.hits, aimed, at.widths)
    ways = tangents(form, variables)
    hits = columns(train, flown, found, variables)
    if form.opening is not None:
        hits = jax.tree.map(jnp.add, hits, _as_the_stop_opens(flown.beams, pull, ways.stop_radius))
    return moved, ways, hits


def _as_the_stop_opens(beams: Beams, pull: Array, radius: Array) -> Hits:
    """How hits move with each variable because places on the stop do, which grow with its radius."""
    whole = jnp.sum(pull * beams.goal[None], axis=1)[:, None] * radius[:, None, None, None]
    return Hits(whole[0], whole[1], whole[2, ..., 0])


def _of(form: Form, flown: Flight) -> State:
    return State(form, flown.hits, flown.beams, flown.widths)

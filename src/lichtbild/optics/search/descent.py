"""Descent: damped least squares on a form whose light opens, in the bounds of a specification."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import jax.numpy as jnp
import numpy as np

from lichtbild.optics.merit.beams import Beams
from lichtbild.optics.merit.form import Form
from lichtbild.optics.merit.normal import Value, normal, value_after
from lichtbild.optics.merit.operands import Operand, spot_radii
from lichtbild.optics.merit.variables import Variables
from lichtbild.optics.optimise import Found, Model, damped_least_squares
from lichtbild.optics.search.target import ranges, term_of, variables
from lichtbild.optics.specification import Specification

STEEPER = 0.25
"""Most change of a curvature in one step, 1 / mm."""

DEEPER = 0.1
"""Most change of an aspheric term in one step, mm of sag at the rim."""

FARTHER = 0.2
"""Most change of a distance in one step, mm."""

SPARE = 1.03
"""Semi-apertures over what the light needs."""


@dataclass(frozen=True)
class Place:
    """A form with its light.

    Args:
        form: the lens.
        beams: aimed.
        widths: of the light on each surface, mm.
        radii: RMS spot radii, ``[field]``, mm.
    """

    form: Form
    beams: Beams
    widths: np.ndarray
    radii: np.ndarray


def lit(found: Value) -> Place:
    """The place that a merit function was evaluated at."""
    at = found.state
    return Place(at.form, at.beams, np.asarray(at.widths), np.asarray(spot_radii(at)))


def fitted(place: Place) -> Form:
    """The form with semi-apertures a little wider than its light."""
    return replace(place.form, semi_aperture=jnp.asarray(np.maximum(place.widths, 0.05) * SPARE))


def descended(  # noqa: PLR0913  what a descent depends on
    wanted: Specification,
    operands: tuple[Operand, ...],
    start: Place,
    *,
    terms: int,
    steps: int,
    damping: float = 1e-3,
    gain: float = 1e-3,
) -> Found[Place]:
    """Least squares from a place; aspheric terms beyond the first ones stay as they are."""
    form = fitted(start)
    moving = variables(wanted, jnp.concatenate([form.semi_aperture, jnp.ones(1)]))
    bounds = _bounds(wanted, moving, terms)
    lights: dict[int, Beams] = {}

    def model(place: Place) -> Model:
        found = normal(operands, place.form, place.beams, moving)
        # The beams with the newest inverses belong to this place; trials from it start with them.
        lights.clear()
        lights[id(place.form)] = found.state.beams
        return Model(float(found.merit), np.asarray(found.gradient), np.asarray(found.matrix))

    def attempt(place: Place, change: np.ndarray) -> tuple[Place, float]:
        light = lights.get(id(place.form), place.beams)
        _, found = value_after(operands, place.form, light, moving, jnp.asarray(change))
        return lit(found), float(found.merit)

    first = replace(start, form=form)
    return damped_least_squares(first, model, attempt, bounds, steps=steps, damping=damping, gain=gain)


def looked_at(
    wanted: Specification, operands: tuple[Operand, ...], form: Form, light: Beams
) -> tuple[Place, float]:
    """A form with its light, and its merit: infinite if light is lost."""
    moving = variables(wanted, jnp.ones(form.surfaces + 1))
    # As a change of nothing, so that one function fewer is compiled.
    _, found = value_after(operands, form, light, moving, jnp.zeros(moving.count))
    return lit(found), float(found.merit)


def _bounds(
    wanted: Specification, moving: Variables, terms: int
) -> Callable[[Place], tuple[np.ndarray, np.ndarray]]:
    """How far variables may move from a place in one step."""
    term = term_of(moving)
    most = np.where(term < 0, np.inf, np.where(term < terms, DEEPER, 0.0))
    most[: len(moving.curvature)] = STEEPER
    least_gap, most_gap = ranges(wanted)
    count = len(moving.thickness)

    def bounds(place: Place) -> tuple[np.ndarray, np.ndarray]:
        here = np.asarray(place.form.thickness)[:count]
        low, high = -most, most.copy()
        low[-count:] = np.maximum(np.minimum(least_gap - here, 0.0), -FARTHER)
        high[-count:] = np.minimum(np.maximum(most_gap - here, 0.0), FARTHER)
        return low, high

    return bounds

"""Differential: how the eikonal of every pencil changes with every small error, from one nominal trace.

The eikonal T(p, q) of `lichtbild.optics.pencil` is stationary against the places where its rays meet the
surfaces (Fermat), so that at fixed directions p, q in image space only what moves counts. A surface that is
displaced by u where a ray meets it, from medium n with direction d to n' with d', changes it by::

    dT = (n d - n' d') . u                 to first order, exactly

and as n d - n' d' lies along the normal, only the normal part of u counts. A rigid body moves by
``u = t + w x (x - pivot)``, a sag by its change along z; a gap that gets longer carries all that follows,
the image too, so that the sum telescopes to ``n d_z``; an index acts by the length of the way in its gap.

Source: Born and Wolf, Principles of Optics (7th ed.), section 4.1 (Hamilton's characteristic functions); the
use for tolerances is that of Rimmer, Proc. SPIE 147 (1978), derived anew here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics.bundle import Bundle
from lichtbild.optics.glass import refractive_index
from lichtbild.optics.lens import Lens
from lichtbild.optics.sag import Shape, sag_and_slopes
from lichtbild.optics.tolerance.build import semi_aperture, with_error
from lichtbild.optics.tolerance.form import form_sag
from lichtbild.optics.tolerance.kind import Kind
from lichtbild.optics.tolerance.parameter import Body, Parameter, bodies
from lichtbild.optics.trace import Rays, trace_through
from lichtbild.optics.train import Train, train

RELATIVE_STEP = 1e-4
"""Half of the step of central differences of indices, whose formulas are smooth."""


@dataclass(frozen=True, eq=False)
class Footprints:
    """Where rays meet the surfaces, and the force with which each surface acts on their path.

    Args:
        position: in the frame of the first surface, mm, ``[surface, 3, *ray]``.
        place: in the surface's own frame, ``[surface, 2, *ray]``.
        force: n d - n' d', ``[surface, 3, *ray]``.
        bend: derivative of the sag by the curvature, mm^2, ``[surface, *ray]``.
        ahead: n times the z of the direction, in each gap from the second on, ``[gap - 1, *ray]``.
        length: way in each of these gaps, mm, ``[gap - 1, *ray]``.
    """

    position: np.ndarray
    place: np.ndarray
    force: np.ndarray
    bend: np.ndarray
    ahead: np.ndarray
    length: np.ndarray


def footprints(lens: Lens, light: Bundle) -> Footprints:
    """Where the rays of a bundle meet a lens's surfaces."""
    found = _footprints(train(lens), light.launch)
    return Footprints(*(np.asarray(values) for values in found))


@jax.jit
def _footprints(surfaces: Train, rays: Rays) -> tuple[Array, ...]:
    passage = trace_through(surfaces, rays)
    start = jnp.broadcast_to(rays.direction, passage.direction.shape[1:])[None]
    before = jnp.concatenate([start, passage.direction[:-1]])
    n, n_after = surfaces.before[:, None, None], surfaces.after[:, None, None]
    force = n * before - n_after * passage.direction
    step = passage.path[1:] - passage.path[:-1]
    length = step / n[1:, 0]

    def bend(shape: Shape, place: Array) -> Array:
        still = jax.tree.map(jnp.zeros_like, shape)
        moved = replace(still, curvature=jnp.ones_like(shape.curvature))
        change: Array = jax.jvp(lambda s: sag_and_slopes(s, *place)[0], (shape,), (moved,))[1]
        return change

    bends = jax.vmap(bend)(surfaces.shape, passage.place)
    ahead = n[1:, 0] * passage.direction[:-1, 2]
    return passage.position, passage.place, force, bends, ahead, length


def differentials(lens: Lens, feet: Footprints, wrong: Sequence[Parameter]) -> np.ndarray:
    """Change of the eikonal by each parameter, in mm of path per unit of its error, ``[parameter, *ray]``.

    Args:
        lens: on one straight axis.
        feet: where its rays meet its surfaces, ``[..., field, wavelength, ray]``.
        wrong: what has an error.
    """
    parts = bodies(lens)
    vertices = np.cumsum([0.0, *(float(gap.thickness) for gap in lens.gaps[1:])])
    return np.stack([_change(lens, feet, parameter, parts, vertices) for parameter in wrong])


def _change(
    lens: Lens, feet: Footprints, parameter: Parameter, parts: tuple[Body, ...], vertices: np.ndarray
) -> Any:
    place = parameter.place
    match parameter.kind:
        case Kind.THICKNESS:
            return feet.ahead[place - 1]
        case Kind.INDEX | Kind.ABBE:
            return index_change(lens, parameter)[:, None] * feet.length[place - 1]
        case Kind.RADIUS:
            return -float(lens.surfaces[place].curvature) * feet.bend[place] * feet.force[place, 2]
        case Kind.FORM_ERROR:
            across = feet.place[place] / semi_aperture(lens.surfaces[place])
            return form_sag(parameter.axis, *across) * feet.force[place, 2]
        case Kind.SURFACE_DECENTRE:
            return feet.force[place, "xy".index(parameter.axis)]
        case Kind.ELEMENT_DECENTRE:
            rows = slice(parts[place].front, parts[place].back + 1)
            return feet.force[rows, "xy".index(parameter.axis)].sum(axis=0)
        case Kind.SURFACE_TILT:
            return _turned(feet, slice(place, place + 1), vertices[place], parameter.axis)
        case Kind.ELEMENT_TILT:
            rows = slice(parts[place].front, parts[place].back + 1)
            return _turned(feet, rows, vertices[parts[place].front], parameter.axis)


def _turned(feet: Footprints, rows: slice, pivot: float, axis: str) -> np.ndarray:
    """Change by a turn of surfaces about x or y through a point of the axis: w x r . force, summed."""
    x, y, z = np.moveaxis(feet.position[rows], 1, 0)
    f_x, f_y, f_z = np.moveaxis(feet.force[rows], 1, 0)
    z = z - pivot
    turned = y * f_z - z * f_y if axis == "x" else z * f_x - x * f_z
    return np.asarray(turned.sum(axis=0))


def index_change(lens: Lens, parameter: Parameter) -> np.ndarray:
    """Change of an index by its parameter's error, at the lens's wavelengths."""
    waves = np.array([float(wave) for wave in lens.wavelengths])
    step = RELATIVE_STEP

    def at(error: float) -> np.ndarray:
        pair = (error, 0.0) if parameter.kind is Kind.INDEX else (0.0, error)
        medium = with_error(lens, lens.gaps[parameter.place].medium, *pair)
        return np.asarray(refractive_index(medium, waves, lens.temperature, lens.pressure), float)

    return np.asarray((at(step) - at(-step)) / (2 * step))

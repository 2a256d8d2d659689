"""Bundle: the rays that fill the pupils of a lens, traced to its image, each with the power it carries.

Points of the unit disc are mapped to each field's and wavelength's own pupil (`lichtbild.optics.pupil`),
every ray is aimed to pass its point of the stop, and its weight is the cross-section of the beam that it
stands for. Since the map knows the rim, no ray is lost at an aperture and weights are smooth: a sum over rays
is differentiable by every number of the lens.
"""

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics.aim import Aimed, Sights, near_chief_rays, place_through, sights, stop_place
from lichtbild.optics.continuation import broyden, jacobian
from lichtbild.optics.disc import Disc
from lichtbild.optics.launch import density, launched
from lichtbild.optics.lens import Lens
from lichtbild.optics.plane_map import PlaneMap, mapped
from lichtbild.optics.pupil import Pupil, pupil, rim_at
from lichtbild.optics.pytree import register
from lichtbild.optics.trace import Rays, Status, Traced, trace_past
from lichtbild.optics.vignetting import Ellipses, ellipses

ROUNDS = 12
"""Most corrections of a place."""

CLOSE = 1e-10
"""How far from its point of the stop a ray may pass before its last correction, which leaves a thousandth."""


@register
@dataclass(frozen=True)
class Bundle:
    """Rays that fill pupils, all ``[..., field, wavelength, ray]``.

    Args:
        launch: where their optical paths start in equal phase: on a plane across the light of a far point, or
            in a near point.
        place: in the plane through the vertex of the first surface across the light of the object point,
            mm, ``[2, ...]``; a far object's light fills it evenly.
        traced: on the image surface.
        stop: where they pass the stop, in stop radii and its own frame, ``[2, ...]``.
        area: of the stop that each ray stands for, squared stop radii.
        weight: power of each ray's element: mm^2 of the beam's cross-section for a far object, solid angle
            times cosine for a near one; 0 for rays that were not aimed.
        amplitude: root of the power by dp dq in image space, p = n' L and q = n' M; 0 as the weight.
        pupil: what apertures leave of the stop; fields with factors do not follow it.
    """

    launch: Rays
    place: Array
    traced: Traced
    stop: Array
    area: Array
    weight: Array
    amplitude: Array
    pupil: Pupil


def bundle(lens: Lens, disc: Disc, fields: Any = None, wavelengths: Any = None) -> Bundle:
    """The rays that fill the pupils of a lens.

    Args:
        lens: whose every asphere has a semi-aperture.
        disc: points of the pupil.
        fields: ``[field, 2]`` in the lens's own kind of field; by default the lens's, with their vignetting
            factors.
        wavelengths: ``[wavelength]``, mm; by default the lens's.
    """
    given = ellipses(lens) if fields is None else None
    found: Bundle = filled(sights(lens, fields, wavelengths), disc, given)
    return found


def taken(rays: Bundle, part: slice) -> Bundle:
    """Some of the rays of a bundle, such as those of one of the discs that were joined for it."""
    count = rays.weight.shape[-1]

    def cut(values: Array) -> Array:
        return values[..., part] if values.shape[-1] == count else values

    found: Bundle = jax.tree.map(cut, rays)
    return replace(found, pupil=rays.pupil)


@jax.jit
def filled(aims: Sights, disc: Disc, given: Ellipses | None = None) -> Bundle:
    """The rays that fill the pupils of a lens, of object points and wavelengths.

    Args:
        aims: the lens, the points and the wavelengths.
        disc: points of the pupil.
        given: parts of the stop that vignetting factors leave, where they are given.
    """
    chief = near_chief_rays(aims)
    part = pupil(aims, chief)
    stop, area = _spread(part, disc, given)
    aimed = _aimed(aims, chief, part.map, stop)
    return _filled(aims, aimed, (stop, area), part)


def _spread(part: Pupil, disc: Disc, given: Ellipses | None) -> tuple[Array, Array]:
    """Points of the disc in the pupils, and the areas they stand for there."""
    x, y = jnp.asarray(disc.points)
    rim = rim_at(part, jnp.arctan2(y, x))
    stop = part.centre + rim * jnp.stack([x, y])[:, None, None]
    area = rim * rim * disc.weights
    if given is None:
        return stop, area
    inside, factor = given.points(jnp.stack([x, y]))
    return jnp.where(given.is_given, inside, stop), jnp.where(given.is_given, factor * disc.weights, area)


def _aimed(aims: Sights, chief: Aimed, plane: PlaneMap, stop: Array) -> Aimed:
    """Rays through points of the stop, by Broyden's method from where the plane map says."""
    frozen, goal = jax.lax.stop_gradient((aims, stop))
    light = frozen.light
    start, inverse, _ = jacobian(lambda there: (mapped(plane, there), None), goal)

    def goes_on(state: Any) -> Any:
        return (state[0] < ROUNDS) & jnp.any(state[-1])

    def step(state: Any) -> Any:
        count, trial, left, secant, best, least, active = state
        there, whole = stop_place(frozen, light, trial)
        miss = goal - there
        size = jnp.where(whole, jnp.max(jnp.abs(miss), axis=0), jnp.inf)
        better, halved = active & (size < least), active & (size <= least / 2)
        moved, secant = broyden(secant, left, miss)
        ahead = jnp.where(halved, trial + moved, trial)
        best, least = jnp.where(better, ahead, best), jnp.where(better, size, least)
        return count + 1, ahead, miss, secant, best, least, halved & (size > CLOSE)

    shape = start.shape[1:]
    unknown = jnp.full(start.shape, jnp.inf)
    state = (jnp.int32(0), start, unknown, inverse, start, unknown[0], jnp.ones(shape, bool))
    _, _, _, _, root, least, _ = jax.lax.while_loop(goes_on, step, state)
    return Aimed(place_through(aims, stop, root), chief.columns, (least <= CLOSE) & chief.found)


def _filled(aims: Sights, aimed: Aimed, spread: tuple[Array, Array], part: Pupil) -> Bundle:
    """The bundle of aimed rays."""
    stop, area = spread
    light = aims.light

    def arriving(place: Array) -> tuple[Array, Traced]:
        traced, there = trace_past(aims.train, launched(light, place), aims.stop)
        return jnp.concatenate(
            [there / aims.radius, aims.train.after[-1] * traced.rays.direction[:2]]
        ), traced

    _, columns, traced = jacobian(arriving, aimed.place)
    to_stop, to_image = columns[:2], columns[2:]
    power = density(light, aimed.place)
    weight = power * area / jnp.where(aimed.found, _stretch(to_stop), 1.0)
    amplitude = jnp.sqrt(power / jnp.where(aimed.found, _stretch(to_image), 1.0))
    status = jnp.where(aimed.found, traced.status, jnp.int8(Status.UNAIMED))
    return Bundle(
        launched(light, aimed.place),
        aimed.place,
        replace(traced, status=status),
        stop,
        jnp.broadcast_to(area, weight.shape),
        jnp.where(aimed.found, weight, 0.0),
        jnp.where(aimed.found, amplitude, 0.0),
        part,
    )


def _stretch(columns: Array) -> Array:
    """How much greater an area becomes."""
    (a, b), (c, d) = columns
    return jnp.abs(a * d - b * c)

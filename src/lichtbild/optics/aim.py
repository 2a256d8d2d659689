"""Aim: rays that really pass given points of the stop.

A lens's stop is seen through the surfaces before it, and real rays do not pass it where paraxial ones would.
Every ray here is found by Newton's method with exact derivatives, on the branch that is continuous from
the axis: the chief ray is followed from the axis to its field point while it holds the stop's centre, then
each ray from the chief ray outward (`lichtbild.optics.continuation`). A ray that cannot be aimed is said
to be so.

Places on the stop are in stop radii, in the stop surface's own frame. Solutions carry exact derivatives by
everything in the lens (implicit function theorem).
"""

from dataclasses import dataclass, field, replace
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics.continuation import follow, jacobian, polished, solved
from lichtbild.optics.essence import nameless
from lichtbild.optics.launch import Beam, beam, launched
from lichtbild.optics.lens import FieldPoint, Lens
from lichtbild.optics.object_field import object_field, with_fields
from lichtbild.optics.paraxial import paraxial_rays, stop_semi_aperture
from lichtbild.optics.pytree import register
from lichtbild.optics.surface import STATIC
from lichtbild.optics.trace import Status, trace
from lichtbild.optics.train import Train, train


@register
@dataclass(frozen=True)
class Sights:
    """A lens as rays are aimed through it, from object points and at wavelengths.

    Args:
        train: all surfaces, for wavelengths ``[wavelength, 1]``.
        stop: index of the stop.
        radius: of the stop, mm.
        distance: of the object from the first surface, mm.
        point: of the object, ``[2, field, 1, 1]``, as in `lichtbild.optics.launch`.
    """

    train: Train
    stop: int = field(metadata=STATIC)
    radius: Array
    distance: Array
    point: Array

    @property
    def light(self) -> Beam:
        """The light of the object points, ``[..., field, 1, 1]``."""
        return beam(self.distance, self.point)

    @property
    def front(self) -> Train:
        """The surfaces up to the stop."""
        return self.train.rows(slice(self.stop + 1))


@register
@dataclass(frozen=True)
class Aimed:
    """Rays that pass wanted points of the stop.

    Args:
        place: in the plane across their light, ``[2, field, wavelength, ray]``, mm.
        columns: how places on the stop move with it, stop radii / mm, ``[2, 2, field, wavelength, ray]``; for
            steps of searches, without a gradient.
        found: whether they do pass these points, to 1e-11 of the stop's radius.
    """

    place: Array
    columns: Array
    found: Array


def sights(lens: Lens, fields: Any = None, wavelengths: Any = None) -> Sights:
    """A lens as rays are aimed through it.

    Args:
        lens: whose every asphere has a semi-aperture.
        fields: ``[field, 2]`` in the lens's own kind of field; by default the lens's.
        wavelengths: ``[wavelength]``, mm; by default the lens's.
    """
    waves = None if wavelengths is None else jnp.asarray(wavelengths, float)[:, None]
    bare = replace(nameless(lens), image=replace(lens.image, label=""))
    found: Sights = _sights(bare if fields is None else with_fields(bare, fields), waves)
    return found


@jax.jit
def _sights(lens: Lens, waves: Array | None) -> Sights:
    point, distance = object_field(lens), jnp.asarray(lens.object_distance, float)
    return Sights(train(lens, waves), lens.stop, stop_radius(lens), distance, point[:, :, None, None])


def stop_radius(lens: Lens) -> Array:
    """Radius of the stop that the lens's aperture asks for, by a real ray, mm.

    The axial beam that fills the stop is then as wide before the lens as its f-number or entrance pupil
    diameter says, or opens as its numerical aperture does; a paraxial ray of that height would give a stop
    too wide or too narrow by the spherical aberration of the pupil (6 % in a phone lens of f/1.85). Where
    that ray does not reach the stop, the paraxial one's radius stands.

    Source: OpticStudio's help, "Ray aiming": the stop radius by a real marginal ray.
    """
    found: Array = _stop_radius(replace(nameless(lens), fields=(FieldPoint(),)))
    return found


@jax.jit
def _stop_radius(lens: Lens) -> Array:
    paraxial = stop_semi_aperture(lens)
    if lens.aperture.kind == "stop semi-aperture":
        return paraxial
    height = paraxial_rays(lens).marginal.height[0]
    front = train(lens, jnp.asarray(lens.wavelengths[lens.primary], float)).rows(slice(lens.stop + 1))
    axial = beam(jnp.asarray(lens.object_distance, float), jnp.zeros(2))
    traced = trace(front, launched(axial, jnp.stack([jnp.zeros(()), height])), clip=False)
    real = jnp.sqrt(jnp.maximum(jnp.sum(local(front, traced.rays.position) ** 2, axis=0), 1e-30))
    return jnp.where(traced.status == Status.PASSED, real, paraxial)


def stop_place(aims: Sights, light: Beam, place: Array) -> tuple[Array, Array]:
    """Where rays pass the stop, ``[2, ...]`` in stop radii, and whether they get there."""
    front = aims.front
    traced = trace(front, launched(light, place), clip=False)
    return local(front, traced.rays.position) / aims.radius, traced.status == Status.PASSED


def local(surfaces: Train, position: Array) -> Array:
    """Places (x, y) of positions in the frame of the last surface, ``[2, ...]``."""
    moved = position - surfaces.origin[-1].reshape(3, *([1] * (position.ndim - 1)))
    return moved[:2] if surfaces.rotation is None else jnp.tensordot(surfaces.rotation[-1], moved, 1)[:2]


def chief_rays(aims: Sights) -> Aimed:
    """Rays through the stop's centre, ``[..., field, wavelength, 1]``."""
    near = near_chief_rays(aims)
    return _finished(aims, jnp.zeros_like(near.place), near.place, near.found)


def near_chief_rays(aims: Sights) -> Aimed:
    """Rays through the stop's centre to a millionth of its radius, for searches to start from."""
    frozen = jax.lax.stop_gradient(aims)
    start = jnp.zeros((2, aims.point.shape[1], *aims.train.before.shape[1:]))

    def family(place: Array, t: Array) -> tuple[Array, Array]:
        return stop_place(frozen, beam(frozen.distance, frozen.point * t), place)

    return Aimed(*follow(family, start))


def aimed(aims: Sights, chief: Aimed, wanted: Any) -> Aimed:
    """Rays through wanted points of the stop, each followed outward from the chief ray.

    Args:
        aims: what is aimed at.
        chief: its chief rays.
        wanted: in stop radii, ``[2, ...]`` against ``[field, wavelength, ray]``.
    """
    frozen = jax.lax.stop_gradient(aims)
    light = frozen.light
    wanted = jnp.asarray(wanted, float)
    wanted = wanted.reshape(2, *([1] * (4 - wanted.ndim)), *wanted.shape[1:])
    wanted = jnp.broadcast_to(wanted, (2, *jnp.broadcast_shapes(wanted.shape[1:], chief.place.shape[1:])))
    goal = jax.lax.stop_gradient(wanted)

    def family(place: Array, t: Array) -> tuple[Array, Array]:
        there, whole = stop_place(frozen, light, place)
        return there - t * goal, whole

    near, _, arrived = follow(family, jax.lax.stop_gradient(chief.place) + jnp.zeros_like(goal))
    return _finished(aims, wanted, near, arrived & chief.found)


def _finished(aims: Sights, wanted: Array, near: Array, arrived: Array) -> Aimed:
    """Places polished, with their derivatives."""
    frozen, goal = jax.lax.stop_gradient((aims, wanted))
    light = frozen.light

    def miss(place: Array) -> tuple[Array, Array]:
        there, whole = stop_place(frozen, light, place)
        return there - goal, whole

    root, columns, found = polished(miss, near)
    return Aimed(place_through(aims, wanted, root), columns, found & arrived)


@jax.custom_jvp
def place_through(aims: Sights, wanted: Array, root: Array) -> Array:
    """Places whose rays pass wanted points of the stop, given as solved, with their derivatives."""
    return root


@place_through.defjvp
def _place_derivative(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Array, Array]:
    """From S(u, lens) = s at the root: du = (dS/du)^-1 (ds - dS/dlens dlens)."""
    aims, _, root = primals

    def there(aims: Sights, place: Array) -> Array:
        return stop_place(aims, aims.light, place)[0]

    _, columns, _ = jacobian(lambda place: stop_place(aims, aims.light, place), root)
    _, change = jax.jvp(lambda aims: there(aims, root), (aims,), (tangents[0],))
    return root, solved(columns, tangents[1] - change)

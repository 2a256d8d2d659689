"""Chief ray: the real ray through the middle of the stop, and how steeply it meets the sensor.

Pixels see light through a hole above them; beyond an angle that the sensor's maker states they lose it or
hand it on to their neighbours.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics.aim import Aimed, Sights, chief_rays, sights
from lichtbild.optics.launch import launched
from lichtbild.optics.lens import Lens
from lichtbild.optics.pytree import register
from lichtbild.optics.sag import row, sag_and_slopes
from lichtbild.optics.trace import Rays, Status, trace_through
from lichtbild.optics.train import Train


@register
@dataclass(frozen=True)
class ChiefRays:
    """The chief rays of all fields and wavelengths.

    Args:
        launch: where they start, `Rays` ``[3, field, wavelength]``.
        image: x and y on the image surface, in its own frame, mm, ``[2, f, w]``.
        direction: in image space, ``[3, f, w]``.
        angle: to the normal of the image surface, rad, ``[f, w]``.
        incidence: angle of incidence on every surface, the image surface last, rad, ``[surface, f, w]``.
        height: distance from each surface's axis, mm, ``[surface, f, w]``.
        found: whether there is such a ray, and it arrives, ``[f, w]``; what others say means nothing.
    """

    launch: Rays
    image: Array
    direction: Array
    angle: Array
    incidence: Array
    height: Array
    found: Array


def chief(lens: Lens, fields: Any = None, wavelengths: Any = None) -> ChiefRays:
    """The chief rays of a lens.

    Args:
        lens: whose every asphere has a semi-aperture.
        fields: ``[field, 2]`` in the lens's own kind of field; by default the lens's.
        wavelengths: ``[wavelength]``, mm; by default the lens's.
    """
    return chief_through(sights(lens, fields, wavelengths))


def chief_through(aims: Sights) -> ChiefRays:
    """The chief rays of a lens as it is aimed through."""
    found: ChiefRays = _traced(aims, aimed_chief(aims))
    return found


aimed_chief = jax.jit(chief_rays)
"""Aiming, compiled once for all analyses that ask for the same fields and wavelengths."""


@jax.jit
def _traced(aims: Sights, aimed: Aimed) -> ChiefRays:
    launch = launched(aims.light, aimed.place)
    passage = trace_through(aims.train, launch)
    launch, image, direction, incidence, path = jax.tree.map(
        lambda values: values[..., 0],
        (launch, passage.place[-1], passage.direction[-1], _angle(passage.cosine), passage.place),
    )
    return ChiefRays(
        launch=launch,
        image=image,
        direction=direction,
        angle=angle_on(aims.train, image, direction),
        incidence=incidence,
        height=jnp.sqrt(jnp.maximum(jnp.sum(path**2, axis=1), FLOOR)),
        found=(aimed.found & (passage.status == Status.PASSED))[..., 0],
    )


FLOOR = 1e-30
"""Least value under a root: a ray along an axis."""


def _angle(cosine: Array) -> Array:
    return jnp.arctan2(jnp.sqrt(jnp.maximum(1 - cosine * cosine, FLOOR)), cosine)


def angle_on(surfaces: Train, place: Array, direction: Array) -> Array:
    """Angles of rays to the normal of the last surface, rad; exact for small ones, too.

    Args:
        surfaces: the last of which the rays are on.
        place: x and y in its own frame, ``[2, ...]``, mm.
        direction: unit vectors, ``[3, ...]``.
    """
    last = len(surfaces) - 1
    if surfaces.rotation is not None:
        direction = jnp.tensordot(surfaces.rotation[last], direction, 1)
    _, z_x, z_y = sag_and_slopes(row(surfaces.shape, last), place[0], place[1])
    scale = jax.lax.rsqrt(1 + z_x * z_x + z_y * z_y)
    normal = jnp.stack([-z_x * scale, -z_y * scale, scale])
    across = jnp.cross(direction, normal, axis=0)
    sine = jnp.sqrt(jnp.maximum(jnp.sum(across**2, axis=0), FLOOR))
    return jnp.arctan2(sine, jnp.abs(jnp.sum(direction * normal, axis=0)))


@register
@dataclass(frozen=True)
class SensorLimit:
    """The steepest chief rays that a sensor bears.

    Args:
        height: distances from the middle of the sensor, mm, rising, ``[point]``.
        angle: the limit there, rad; straight lines between, constant beyond.
    """

    height: Array
    angle: Array


def margin(rays: ChiefRays, limit: SensorLimit) -> Array:
    """By how much chief rays stay below a sensor's limit, rad, ``[f, w]``; negative where they exceed it."""
    radius = jnp.sqrt(jnp.maximum(jnp.sum(rays.image**2, axis=0), FLOOR))
    return jnp.interp(radius, jnp.asarray(limit.height), jnp.asarray(limit.angle)) - rays.angle

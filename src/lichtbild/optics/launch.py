"""Launch: rays from points of the object, far or near, by two numbers each.

Through the vertex of the first surface stands a plane across the light of one object point. A ray is known by
its place in that plane, mm along two axes that are the lens's x and y turned the shortest way with the light.
So nothing grows without bound at 90 degrees, and rays of a far point start where their phase is equal.

A point of the object is a pair of numbers that grow the way the light goes: angles of a far point in rad
(tangents are slopes in xz and yz), heights of a near one with their sign changed, mm.
"""

from dataclasses import dataclass

import jax.numpy as jnp
from jax import Array

from lichtbild.optics.pytree import register
from lichtbild.optics.trace import Rays

NEAREST = 1e-9
"""Least distance between an object point and the plane that its rays are aimed in, mm."""


@register
@dataclass(frozen=True)
class Beam:
    """The light of object points, at the first surface.

    Args:
        middle: direction of the ray through the vertex of the first surface, ``[3, ...]``.
        across: axes of the plane across it, ``[2, 3, ...]``.
        source: near object points, ``[3, ...]``, mm.
        far: whether the object is far; then the source counts for nothing.
    """

    middle: Array
    across: Array
    source: Array
    far: Array


def beam(distance: Array, point: Array) -> Beam:
    """The light of object points.

    Args:
        distance: from the object to the first surface, mm; infinite for a far one.
        point: x and y, ``[2, ...]``; see the module.
    """
    far = jnp.isinf(distance)
    source = jnp.stack([-point[0], -point[1], -jnp.where(far, 1.0, distance) * jnp.ones_like(point[0])])
    middle = jnp.where(far, _direction(point), -source / jnp.sqrt(jnp.sum(source**2, axis=0)))
    return Beam(middle, _across(middle), source, far)


def _direction(angles: Array) -> Array:
    """Unit vectors whose slopes are the tangents of two angles, good at 90 degrees and beyond in one."""
    sine, cosine = jnp.sin(angles), jnp.cos(angles)
    vector = jnp.stack([sine[0] * cosine[1], sine[1] * cosine[0], cosine[0] * cosine[1]])
    return vector / jnp.sqrt(jnp.maximum(jnp.sum(vector**2, axis=0), 1e-300))


def _across(direction: Array) -> Array:
    """The x and y axes, turned the shortest way that takes z to a direction."""
    x, y, z = direction
    share = 1 / jnp.maximum(1 + z, 1e-12)
    first = jnp.stack([1 - x * x * share, -x * y * share, -x])
    second = jnp.stack([-x * y * share, 1 - y * y * share, -y])
    return jnp.stack([first, second])


def launched(light: Beam, place: Array) -> Rays:
    """Rays by their places, ``[2, ...]`` mm: from the plane for a far object, else from the point."""
    spot = light.across[0] * place[0] + light.across[1] * place[1]
    apart = spot - jnp.where(light.far, -light.middle, light.source)
    along = apart / jnp.sqrt(jnp.maximum(jnp.sum(apart**2, axis=0), NEAREST**2))
    ones = jnp.ones_like(spot)
    return Rays(
        position=jnp.where(light.far, spot, light.source * ones),
        direction=jnp.where(light.far, light.middle * ones, along),
    )


def density(light: Beam, place: Array) -> Array:
    """Light that goes through 1 mm^2 of the plane at each place.

    For a far object 1, so that sums are areas of the beam in mm^2; for a near one the solid angle times the
    cosine of the angle to the axis, as a flat object that scatters evenly sends it.
    """
    rays = launched(light, place)
    spot = light.across[0] * place[0] + light.across[1] * place[1]
    apart = spot - light.source
    squared = jnp.maximum(jnp.sum(apart**2, axis=0), NEAREST**2)
    slant = jnp.sum(rays.direction * light.middle, axis=0)
    near = slant * rays.direction[2] / squared
    return jnp.where(light.far, jnp.ones_like(near), near)


__all__ = ["Beam", "beam", "density", "launched"]

"""Response: how rays move on the image when any surface before it changes, by one pass backward.

For each ray and surface four numbers say all about the surface's part: how the ray's place (or direction) on
the last surface moves with the height of the surface where the ray meets it, with its slopes there along x
and y, and with the ratio of the indices. Any change of form, place or tilt follows from them, without
tracing again: a power series, a shift along the axis, a decentre. They cost two or three traces, whatever
the number of design variables.

With N = (-z_x, -z_y, 1), G = N d and the refraction d' = B(d, z_x, z_y, mu), cotangents Q of the position and
D of the direction behind a surface become, before it::

    A = B_s^T D      T = Q + (z_xx A_x + z_xy A_y, z_xy A_x + z_yy A_y, 0)      h = T d / G
    P = T - h N      D' = B_d^T D + t P

and h is the response to the height, A that to the slopes.

Source: the adjoint of Feder's differentiation of ray tracing (J. Opt. Soc. Am. 58, 1494 (1968)),
derived anew.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from lichtbild.optics.pytree import register
from lichtbild.optics.sag import sag_and_slopes
from lichtbild.optics.trace import Passage, Rays
from lichtbild.optics.train import Train


@register
@dataclass(frozen=True)
class Response:
    """Derivatives of outputs by what surfaces do to rays, ``[surface, output, ...]``.

    Args:
        height: by the surface's height at the ray.
        slope_x: by its slope along x there.
        slope_y: by its slope along y.
        ratio: by the ratio of the indices, before over behind.
        position: by the position at the start, ``[3, output, ...]``.
        direction: by the direction at the start, ``[3, output, ...]``.
    """

    height: Array
    slope_x: Array
    slope_y: Array
    ratio: Array
    position: Array
    direction: Array


def response(
    train: Train, start: Rays, passage: Passage, to_position: Array, to_direction: Array
) -> Response:
    """Derivatives of what is linear in position and direction on the last surface.

    Args:
        train: surfaces that are not turned.
        start: rays before them.
        passage: the same rays at every surface.
        to_position: ``[output, 3]``, of the position on the last surface.
        to_direction: ``[output, 3]``, of the direction behind it.
    """
    shape = passage.path.shape[1:]
    outputs = to_position.shape[0]
    cotangent = tuple(
        tuple(
            jnp.broadcast_to(each[:, axis].reshape(-1, *[1] * len(shape)), (outputs, *shape))
            for axis in range(3)
        )
        for each in (to_position, to_direction)
    )
    rows = jax.vmap(_local)(train, *_before(start, passage), passage.position, passage.place)
    (position, direction), kept = lax.scan(_back, cotangent, rows, reverse=True)
    height, slope_x, slope_y, ratio = kept
    return Response(height, slope_x, slope_y, ratio, jnp.stack(position), jnp.stack(direction))


def _before(start: Rays, passage: Passage) -> tuple[Array, Array]:
    """Positions and directions before each surface."""
    shape = (1, 3, *passage.path.shape[1:])
    return (
        jnp.concatenate([jnp.broadcast_to(start.position, shape[1:])[None], passage.position[:-1]]),
        jnp.concatenate([jnp.broadcast_to(start.direction, shape[1:])[None], passage.direction[:-1]]),
    )


@register
@dataclass(frozen=True)
class _Local:
    """A surface as one ray feels it: slopes, second derivatives, the ray before it, and its refraction.

    With s = 1 + z_x^2 + z_y^2 and G = N d, the length along N that refraction adds is
    (sqrt((1 - mu^2) s + mu^2 G^2) - mu G) / s; its derivatives by G, s and mu follow.
    """

    z_x: Array
    z_y: Array
    z_xx: Array
    z_xy: Array
    z_yy: Array
    ray: tuple[Array, Array, Array]
    length: Array
    toward: Array
    mu: Array
    along: Array
    by_toward: Array
    by_squared: Array
    by_mu: Array


def _local(surface: Train, before: Array, ray: Array, there: Array, place: Array) -> _Local:
    x, y = place
    (z_x, z_y), (z_xx, z_xy, z_yy) = slopes_and_bends(surface, x, y)
    mu = surface.before / surface.after * jnp.ones_like(x)
    squared, toward = 1 + z_x * z_x + z_y * z_y, ray[2] - z_x * ray[0] - z_y * ray[1]
    root = jnp.sqrt(jnp.maximum((1 - mu * mu) * squared + (mu * toward) ** 2, LEAST * squared))
    along = (root - mu * toward) / squared
    return _Local(
        *(z_x, z_y, z_xx, z_xy, z_yy),
        ray=(ray[0], ray[1], ray[2]),
        length=jnp.sum((there - before) * ray, axis=0),
        toward=jnp.where(jnp.abs(toward) < LEAST, LEAST, toward),
        mu=mu,
        along=along,
        by_toward=(mu * mu * toward / root - mu) / squared,
        by_squared=((1 - mu * mu) / (2 * root) - along) / squared,
        by_mu=(mu * (toward * toward - squared) / root - toward) / squared,
    )


def _back(cotangent: Any, at: _Local) -> tuple[Any, Any]:
    """Cotangents before one surface, from those behind it, and what the surface itself does."""
    (q_x, q_y, q_z), (d_x, d_y, d_z) = cotangent
    ray_x, ray_y, ray_z = at.ray
    lengthwise = d_z - at.z_x * d_x - at.z_y * d_y
    pulled = lengthwise * at.by_toward
    by_d = (at.mu * d_x - pulled * at.z_x, at.mu * d_y - pulled * at.z_y, at.mu * d_z + pulled)
    spread = 2 * lengthwise * at.by_squared
    by_x = spread * at.z_x - at.along * d_x - pulled * ray_x
    by_y = spread * at.z_y - at.along * d_y - pulled * ray_y
    by_ratio = d_x * ray_x + d_y * ray_y + d_z * ray_z + lengthwise * at.by_mu
    t_x = q_x + at.z_xx * by_x + at.z_xy * by_y
    t_y = q_y + at.z_xy * by_x + at.z_yy * by_y
    height = (t_x * ray_x + t_y * ray_y + q_z * ray_z) / at.toward
    moved = (t_x + height * at.z_x, t_y + height * at.z_y, q_z - height)
    turned = tuple(own + at.length * p for own, p in zip(by_d, moved, strict=True))
    return (moved, turned), (height, by_x, by_y, by_ratio)


LEAST = 1e-9
"""Least cosine against a surface that is divided by."""


def slopes_and_bends(surface: Train, x: Array, y: Array) -> tuple[Any, Any]:
    """Slopes of a surface, and its second derivatives along xx, xy and yy."""
    one, none = jnp.ones_like(x), jnp.zeros_like(x)

    def at(x: Array, y: Array) -> tuple[Array, Array]:
        return sag_and_slopes(surface.shape, x, y)[1:]

    found, (z_xx, z_xy) = jax.jvp(at, (x, y), (one, none))
    _, (_, z_yy) = jax.jvp(at, (x, y), (none, one))
    return found, (z_xx, z_xy, z_yy)

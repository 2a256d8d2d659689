"""Reach: what is known of a surface over its whole extent, so that a search along a ray can be proved right.

Within a cylinder about its axis the sag lies between two heights, and its second derivative in any
direction is bounded. Both bounds are kept for a few cylinders, one in the other: high powers of r are
tame near the axis, and most rays stay there. They come from samples at Chebyshev nodes: a polynomial of
degree n nowhere exceeds its largest value at m > n such nodes by more than the factor 1 / cos(pi n / 2m).

Source: Ehlich and Zeller, Schwankung von Polynomen zwischen Gitterpunkten, Math. Zeitschrift 86, 41 (1964).
"""

from dataclasses import dataclass
from math import cos, pi

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics.pytree import register
from lichtbild.optics.sag import Shape, sag, sag_and_slopes

NODES = 64
DEGREE = 24
"""The degree that the factor allows for, in the squared radius: powers of r up to 48."""

CYLINDERS = 8
"""How many; they part the extent's area evenly."""


@register
@dataclass(frozen=True)
class Reach:
    """What is known over a surface's extent.

    Args:
        extent: radius of the widest cylinder, mm.
        low: heights that the sag nowhere goes below, ``[..., cylinder]`` from the narrowest, mm.
        high: heights that it nowhere exceeds, ``[..., cylinder]``, mm.
        bend: bounds of its second derivatives, ``[..., cylinder]``, 1 / mm.
    """

    extent: Array
    low: Array
    high: Array
    bend: Array


def reach(shape: Shape, extent: Array) -> Reach:
    """What is known of the surfaces of a shape, ``[surface]``; nothing here has a gradient.

    Args:
        shape: of the surfaces.
        extent: how far from its axis each is followed, ``[surface]``, mm.
    """
    shape, extent = jax.lax.stop_gradient((shape, extent))
    share = jnp.sqrt((jnp.arange(CYLINDERS) + 1) / CYLINDERS)
    return Reach(extent, *jax.vmap(jax.vmap(_bounds, (None, 0)))(shape, extent[:, None] * share))


def _bounds(shape: Shape, radius: Array) -> tuple[Array, Array, Array]:
    """Least and greatest height and greatest bend of one surface within a cylinder."""
    x, y = _samples(shape, radius)
    heights = sag(shape, x, y)
    lowest, highest = jnp.min(heights), jnp.max(heights)
    factor = _factor(shape)
    margin = (factor - 1) * (highest - lowest) + MARGIN
    return lowest - margin, highest + margin, factor * _largest_bend(shape, x, y)


MARGIN = 1e-9
"""What rounding may add to a height, mm."""


def _factor(shape: Shape) -> float:
    """By how much a polynomial may exceed its samples: along radii, and once more around the axis."""
    once = 1 / cos(pi * DEGREE / (2 * NODES))
    return once if shape.is_radial else once * once


def _samples(shape: Shape, radius: Array) -> tuple[Array, Array]:
    """Chebyshev nodes in the squared radius; around the axis too where the sag is not one of revolution."""
    v = (1 - jnp.cos(jnp.pi * (jnp.arange(NODES) + 0.5) / NODES)) / 2
    r = radius * jnp.sqrt(jnp.concatenate([v, jnp.array([0.0, 1.0])]))
    if shape.is_radial:
        return r, jnp.zeros_like(r)
    angle = 2 * jnp.pi * jnp.arange(NODES) / NODES
    return (r[:, None] * jnp.cos(angle)).ravel(), (r[:, None] * jnp.sin(angle)).ravel()


def _largest_bend(shape: Shape, x: Array, y: Array) -> Array:
    """The greatest second derivative at the samples, in any direction: the spectral norm of the Hessian."""
    if shape.is_radial:
        return _largest_radial_bend(shape, x)

    def height(place: Array) -> Array:
        return sag(shape, place[0], place[1])

    hessian = jax.vmap(jax.hessian(height))(jnp.stack([x, y], axis=-1))
    mean = (hessian[:, 0, 0] + hessian[:, 1, 1]) / 2
    half = (hessian[:, 0, 0] - hessian[:, 1, 1]) / 2
    return jnp.max(jnp.abs(mean) + jnp.sqrt(half * half + hessian[:, 0, 1] ** 2))


def _largest_radial_bend(shape: Shape, r: Array) -> Array:
    """The same for a sag f(r^2), whose Hessian's directions are along and across the radius."""

    def rate(r: Array) -> tuple[Array, Array]:
        return sag_and_slopes(shape, r, jnp.zeros_like(r))[1:]

    r = jnp.maximum(r, NEAR_AXIS)
    (along, _), (bend, _) = jax.jvp(rate, (r,), (jnp.ones_like(r),))
    return jnp.max(jnp.maximum(jnp.abs(bend), jnp.abs(along / r)))


NEAR_AXIS = 1e-9
"""Radius that stands for the axis itself, where slope over radius has no value, mm."""

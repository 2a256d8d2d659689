"""Encircled energy: the share of a point's light within a circle, or a square, about the middle of its image.

By rays, each with its power, or by a point spread function with diffraction in it.
"""

from dataclasses import dataclass
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics.psf import PointSpread
from lichtbild.optics.pytree import register
from lichtbild.optics.spot import Spot

Frame = Literal["circle", "square"]


@register
@dataclass(frozen=True)
class EncircledEnergy:
    """Energy within frames of growing size.

    Args:
        radius: of the circles, or half the side of the squares, mm, ``[radius]``.
        energy: 0 to 1, ``[field, radius]``.
    """

    radius: Array
    energy: Array

    def radius_of(self, share: float) -> Array:
        """The radius that holds a share of the energy, mm, ``[field]``; the greatest one where none does."""
        return jax.vmap(lambda energy: jnp.interp(share, energy, self.radius))(self.energy)


def encircled_by_rays(spot: Spot, radii: Any, frame: Frame = "circle") -> EncircledEnergy:
    """Energy of rays within frames about each spot's centre.

    A step function smoothed over the distance between neighbouring rays: energy rises evenly from half a ray
    before the frame to half a ray behind it, with rays ordered by their distance.

    Args:
        spot: of all fields; its centre is that of the frames.
        radii: mm, rising, ``[radius]``.
        frame: circle, or square with its sides along x and y.
    """
    at = jnp.asarray(radii, float)
    found: Array = _by_rays(spot, at, frame == "square")
    return EncircledEnergy(at, found)


@jax.jit
def _by_rays(spot: Spot, radii: Array, square: Array) -> Array:
    x, y = (values.reshape(values.shape[0], -1) for values in spot.place)
    round_ = jnp.sqrt(jnp.maximum(x * x + y * y, 1e-30))
    distance = jnp.where(square, jnp.maximum(jnp.abs(x), jnp.abs(y)), round_)
    share = spot.share.reshape(distance.shape)

    def one(distance: Array, share: Array) -> Array:
        order = jnp.argsort(distance)
        ranked = share[order]
        return jnp.interp(radii, distance[order], jnp.cumsum(ranked) - ranked / 2, left=0.0, right=1.0)

    return jax.vmap(one)(distance, share)


def encircled_by_diffraction(
    spread: PointSpread, radii: Any, *, weights: Any = None, centre: Any = None, frame: Frame = "circle"
) -> EncircledEnergy:
    """Energy of point spread functions within frames.

    Light beyond the samples of the function counts as being outside of every frame.

    Args:
        spread: of all fields and wavelengths, normalised over the whole plane.
        radii: mm, rising, ``[radius]``; none should reach beyond the samples.
        weights: of the wavelengths; by default all alike.
        centre: of the frames, from each function's middle, ``[2, field]``, mm; by default the centroid.
        frame: circle, or square with its sides along x and y.
    """
    waves = spread.values.shape[1]
    light = jnp.ones(waves) if weights is None else jnp.asarray(weights, float)
    mixed = jnp.einsum("fwyx,w->fyx", spread.values, light / jnp.sum(light))
    middle = _centroid(mixed, spread.pitch) if centre is None else jnp.asarray(centre, float)
    at = jnp.asarray(radii, float)
    found: Array = _by_samples(mixed, jnp.asarray(spread.pitch), middle, at, frame == "square")
    return EncircledEnergy(at, found)


def _centroid(values: Array, pitch: Any) -> Array:
    side = (jnp.arange(values.shape[-1]) - values.shape[-1] // 2) * pitch
    total = jnp.sum(values, axis=(1, 2))
    return (
        jnp.stack([jnp.sum(values * side, axis=(1, 2)), jnp.sum(values * side[:, None], axis=(1, 2))]) / total
    )


PARTS = 4
"""Each sample is a pixel, cut into so many parts in either direction, with a cubic laid through."""


@jax.jit
def _by_samples(values: Array, pitch: Array, centre: Array, radii: Array, square: Array) -> Array:
    count = values.shape[-1]
    fine = (np.arange(count * PARTS) + 0.5) / PARTS - 0.5 - count // 2
    side = fine * pitch
    edge = pitch / PARTS

    def one(values: Array, centre: Array) -> Array:
        x, y = side - centre[0], (side - centre[1])[:, None]
        away = jnp.where(
            square, jnp.maximum(jnp.abs(x), jnp.abs(y)), jnp.sqrt(jnp.maximum(x * x + y * y, 1e-30))
        )
        whole = jax.image.resize(values, (side.size, side.size), "cubic") * edge * edge

        def within(radius: Array) -> Array:
            return jnp.sum(whole * jnp.clip((radius - away) / edge + 0.5, 0.0, 1.0))

        found: Array = jax.lax.map(within, radii)
        return found

    shares: Array = jax.lax.map(lambda case: one(*case), (values, centre.T))
    return shares

"""Spot: where the rays of an object point meet the image, and how far they are spread.

Rays count by their power. A plane ``z`` behind the image surface is met at ``x + z L / N``, so that the
square of a spot's RMS radius is an exact parabola in z, whose three numbers `SpotSpread` holds.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics.bundle import Bundle
from lichtbild.optics.lens import Lens
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.pytree import register
from lichtbild.optics.trace import Status

FIRST_ZERO = 1.2196698912665045
"""First zero of J1(pi x) / x: the radius of Airy's disc over wavelength and f-number."""

FLOOR = 1e-30
"""Least value under a root, mm^2."""


@register
@dataclass(frozen=True)
class Spot:
    """Spot diagrams.

    Args:
        place: x and y from the centre of the field's spot, mm, ``[2, field, wavelength, ray]``.
        share: of each ray in the power of its field, 0 for one that is lost, ``[f, w, ray]``.
        centre: x and y that places count from, mm, ``[2, field]``.
        rms: radius, all wavelengths together, mm, ``[field]``.
        rms_x: the same along x alone; the squares of both add up to that of the radius.
        rms_y: along y.
        by_wavelength: RMS radius of each wavelength about the same centre, mm, ``[f, w]``.
        geometric: distance of the ray farthest away, mm, ``[field]``.
        lost: share of rays that arrive nowhere, ``[field]``.
    """

    place: Array
    share: Array
    centre: Array
    rms: Array
    rms_x: Array
    rms_y: Array
    by_wavelength: Array
    geometric: Array
    lost: Array


@register
@dataclass(frozen=True)
class SpotSpread:
    """Mean squares of a spot through focus: ``place + 2 z mixed + z^2 slope``.

    Args:
        place: of the distance from the centre, mm^2, ``[field]``.
        mixed: of its product with the slope, mm, ``[field]``.
        slope: of the slopes' own, ``[field]``.
    """

    place: Array
    mixed: Array
    slope: Array

    def rms(self, shift: Any) -> Array:
        """RMS radius at planes behind the image, mm, ``[shift, field]`` or ``[field]``."""
        z = jnp.asarray(shift, float)[..., None]
        return jnp.sqrt(jnp.maximum(self.place + 2 * z * self.mixed + z * z * self.slope, FLOOR))

    @property
    def best(self) -> Array:
        """The plane where each field's spot is least, mm behind the image, ``[field]``."""
        return -self.mixed / jnp.where(self.slope > 0, self.slope, 1.0)


def spot(bundle: Bundle, weights: Any = None, *, shift: Any = 0.0, centre: Array | None = None) -> Spot:
    """The spots of all fields.

    Args:
        bundle: rays that fill the pupils.
        weights: of the wavelengths; by default all alike.
        shift: of the plane behind the image, mm.
        centre: what places count from, ``[2, field]``, mm, such as the chief rays; by default the centroid.
    """
    spots: Spot = _spot(bundle, _weights(bundle, weights), jnp.asarray(shift, float), centre)
    return spots


def _weights(bundle: Bundle, weights: Any) -> Array:
    return jnp.ones(bundle.weight.shape[1]) if weights is None else jnp.asarray(weights, float)


def shares(bundle: Bundle, weights: Array) -> Array:
    """The share of each ray in the power of its field, ``[f, w, ray]``; 0 for a ray that is lost."""
    passed = bundle.traced.status == Status.PASSED
    power = jnp.where(passed, bundle.weight, 0.0) * weights[:, None]
    total = jnp.sum(power, axis=(1, 2), keepdims=True)
    return power / jnp.where(total > 0, total, 1.0)


def places(bundle: Bundle, shift: Any = 0.0) -> tuple[Array, Array]:
    """X and y of rays on a plane behind the image, mm, and their slopes, each ``[2, f, w, ray]``."""
    position, direction = bundle.traced.rays.position, bundle.traced.rays.direction
    slope = direction[:2] / jnp.where(direction[2] == 0, 1.0, direction[2])
    return position[:2] + shift * slope, slope


@jax.jit
def _spot(bundle: Bundle, weights: Array, shift: Array, centre: Array | None) -> Spot:
    share = shares(bundle, weights)
    place, _ = places(bundle, shift)
    middle = jnp.sum(share * place, axis=(2, 3)) if centre is None else centre
    place = place - middle[:, :, None, None]
    squared = place**2
    square_x, square_y = jnp.sum(share * squared, axis=(2, 3))
    farthest = jnp.max(jnp.where(share > 0, jnp.sum(squared, axis=0), 0.0), axis=(1, 2))
    own = jnp.sum(share, axis=2)
    by_wavelength = jnp.sum(share * jnp.sum(squared, axis=0), axis=2) / jnp.where(own > 0, own, 1.0)
    return Spot(
        place=place,
        share=share,
        centre=middle,
        rms=_root(square_x + square_y),
        rms_x=_root(square_x),
        rms_y=_root(square_y),
        by_wavelength=_root(by_wavelength),
        geometric=_root(farthest),
        lost=jnp.mean(bundle.traced.status != Status.PASSED, axis=(1, 2)),
    )


def _root(squared: Array) -> Array:
    return jnp.sqrt(jnp.maximum(squared, FLOOR))


def spot_spread(bundle: Bundle, weights: Any = None) -> SpotSpread:
    """Mean squares of all fields' spots about their centroids, through focus.

    Args:
        bundle: rays that fill the pupils.
        weights: of the wavelengths; by default all alike.
    """
    spread: SpotSpread = _spread(bundle, _weights(bundle, weights))
    return spread


@jax.jit
def _spread(bundle: Bundle, weights: Array) -> SpotSpread:
    share = shares(bundle, weights)
    place, slope = (values - jnp.sum(share * values, axis=(2, 3), keepdims=True) for values in places(bundle))
    return SpotSpread(
        *(jnp.sum(share * product, axis=(0, 2, 3)) for product in (place**2, place * slope, slope**2))
    )


def airy_radius(lens: Lens, wavelength: Any = None) -> Array:
    """Radius of the first dark ring of a perfect image on the axis, mm.

    Args:
        lens: whose working f-number counts.
        wavelength: mm; by default the primary one.
    """
    wave = lens.wavelengths[lens.primary] if wavelength is None else jnp.asarray(wavelength, float)
    return FIRST_ZERO * wave * first_order(lens, wavelength).working_f_number

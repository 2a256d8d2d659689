"""Best focus: by how much to move the image plane so that all fields together are sharpest.

The square of a spot's RMS radius and the variance of a wavefront are parabolas in the shift, so that their
least is known in closed form, derivatives included. A measure that is none, such as contrast, is sampled, and
a parabola laid through its greatest sample and the two beside it.

Source: Born and Wolf, Principles of Optics (7th ed.), section 9.3.1 (displacement theorem), for wavefronts.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics.bundle import Bundle
from lichtbild.optics.pencil import Pencil
from lichtbild.optics.spot import spot_spread


def best_spot_focus(bundle: Bundle, weights: Any = None, *, field_weights: Any = None) -> Array:
    """Shift behind the image at which the mean square of the spots' RMS radii is least, mm.

    Args:
        bundle: rays that fill the pupils.
        weights: of the wavelengths; by default all alike.
        field_weights: by default all alike.
    """
    spread = spot_spread(bundle, weights)
    share = jnp.ones_like(spread.slope) if field_weights is None else jnp.asarray(field_weights, float)
    slope = jnp.sum(share * spread.slope)
    return -jnp.sum(share * spread.mixed) / jnp.where(slope > 0, slope, 1.0)


def best_wavefront_focus(pencil: Pencil, weights: Any = None, *, field_weights: Any = None) -> Array:
    """Shift behind the image at which the mean variance of the wavefronts is least, mm.

    Variances are in squared radians, so that short wavelengths count for more; each wavelength may look for
    its own image point across the axis, as the centre of its spread moves with the plane.

    Args:
        pencil: rays of image space.
        weights: of the wavelengths; by default all alike.
        field_weights: by default all alike.
    """
    waves = pencil.weight.shape[1]
    light = jnp.ones(waves) if weights is None else jnp.asarray(weights, float)
    points = jnp.ones(pencil.weight.shape[0]) if field_weights is None else jnp.asarray(field_weights, float)
    found: Array = _least_variance(pencil, light, points)
    return found


@jax.jit
def _least_variance(pencil: Pencil, weights: Array, field_weights: Array) -> Array:
    share = pencil.weight / jnp.sum(pencil.weight, axis=-1, keepdims=True)
    p, q = pencil.cosines
    index = pencil.index[:, None]
    # A plane z farther away is reached by z sqrt(n^2 - p^2 - q^2) more, whatever the angle.
    along = jnp.sqrt(jnp.maximum(index**2 - p * p - q * q, 1e-12))
    path, depth = (_without_tilt(values, p, q, share) for values in (pencil.eikonal, along))
    wave = 2 * jnp.pi / pencil.wavelength
    scale = field_weights[:, None] * weights * wave**2
    mixed = jnp.sum(scale * jnp.sum(share * path * depth, axis=-1))
    square = jnp.sum(scale * jnp.sum(share * depth * depth, axis=-1))
    return -mixed / jnp.where(square > 0, square, 1.0)


def _without_tilt(values: Array, p: Array, q: Array, share: Array) -> Array:
    """What is left of values over the pupil after the best constant and plane in p and q."""

    def mean(product: Array) -> Array:
        return jnp.sum(share * product, axis=-1, keepdims=True)

    values, p, q = (entry - mean(entry) for entry in (values, p, q))
    q = q - p * mean(p * q) / jnp.maximum(mean(p * p), 1e-30)
    values = values - p * mean(p * values) / jnp.maximum(mean(p * p), 1e-30)
    return values - q * mean(q * values) / jnp.maximum(mean(q * q), 1e-30)


def sharpest(measure: Callable[[Array], Array], shifts: Any) -> Array:
    """Shift at which a measure of sharpness is greatest, mm.

    Args:
        measure: from one shift (mm behind the image) to a number, such as the mean contrast over the fields.
        shifts: evenly spaced ones to try, ``[shift]``; the greatest value shall not be at an end.
    """
    at = jnp.asarray(shifts, float)
    values = jax.lax.map(measure, at)
    top = jnp.clip(jnp.argmax(values), 1, at.size - 2)
    before, here, after = (jax.lax.dynamic_index_in_dim(values, top + k, keepdims=False) for k in (-1, 0, 1))
    bend = before - 2 * here + after
    offset = jnp.where(bend < 0, (before - after) / jnp.where(bend < 0, 2 * bend, 1.0), 0.0)
    return at[top] + jnp.clip(offset, -1.0, 1.0) * (at[1] - at[0])

"""Field curvature: where the two foci of each pencil lie, along its real chief ray.

Rays infinitely close to the chief ray, by exact derivatives of its trace, are a pencil with a focus for the
meridional section and one for the sagittal section. Their displacements r from the chief ray, across it, and
the changes d of their directions are tied by a symmetric matrix S, the inverse of the wavefront's curvature
at the image surface::

    r = S d            r + t d = 0 at t = -S

So a section's focus lies -S_TT or -S_SS along the chief ray. For surfaces of revolution these are the foci of
Coddington's equations; for any others the places where the blur along T, or along S, is least.

Source: Welford, Aberrations of Optical Systems (1986), section 9.6, for the foci; Stavroudis, The Optics of
Rays, Wavefronts, and Caustics (1972), chapter X, for pencils without a plane of symmetry.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics.aim import Aimed, Sights, sights
from lichtbild.optics.chief_ray import aimed_chief
from lichtbild.optics.continuation import jacobian
from lichtbild.optics.launch import launched
from lichtbild.optics.lens import Lens
from lichtbild.optics.pytree import register
from lichtbild.optics.trace import Status, trace
from lichtbild.optics.train import without_apertures


@register
@dataclass(frozen=True)
class FieldCurvature:
    """Foci of the pencils about the real chief rays.

    Args:
        tangential: along z from where the chief ray meets the image surface, mm, ``[field, wavelength]``.
        sagittal: as tangential.
        found: whether there is such a chief ray, ``[f, w]``.
    """

    tangential: Array
    sagittal: Array
    found: Array

    @property
    def astigmatism(self) -> Array:
        """From the sagittal to the tangential focus, mm."""
        return self.tangential - self.sagittal

    @property
    def medial(self) -> Array:
        """Halfway between both foci, mm."""
        return (self.tangential + self.sagittal) / 2


def field_curvature(lens: Lens, fields: Any = None, wavelengths: Any = None) -> FieldCurvature:
    """Tangential and sagittal foci of a lens.

    Args:
        lens: whose every asphere has a semi-aperture.
        fields: ``[field, 2]`` in the lens's own kind of field; by default the lens's.
        wavelengths: ``[wavelength]``, mm; by default the lens's.
    """
    aims = sights(lens, fields, wavelengths)
    found: FieldCurvature = _foci(aims, aimed_chief(aims))
    return found


@jax.jit
def _foci(aims: Sights, aimed: Aimed) -> FieldCurvature:
    """The foci about aimed chief rays."""
    surfaces, light = without_apertures(aims.train), aims.light

    def there(place: Array) -> tuple[Array, Array]:
        traced = trace(surfaces, launched(light, place))
        return jnp.concatenate([traced.rays.position, traced.rays.direction]), traced.status

    ray, columns, status = jacobian(there, aimed.place)
    direction = ray[3:]
    frame = _across(direction, aims.point)
    spread, turn = (jnp.einsum("ta...,ac...->tc...", frame, moves) for moves in (columns[:3], columns[3:]))
    along = -_inverse_curvature(spread, turn) * direction[2]
    found = aimed.found & (status == Status.PASSED)
    return FieldCurvature(along[0][..., 0], along[1][..., 0], found[..., 0])


def _across(direction: Array, point: Array) -> Array:
    """Unit vectors across the chief rays, toward the field's azimuth and square to it, ``[2, 3, ...]``."""
    point = jax.lax.stop_gradient(point)
    radius = jnp.sqrt(jnp.sum(point**2, axis=0))
    up = jnp.array([0.0, 1.0]).reshape(2, *([1] * radius.ndim))
    azimuth = jnp.where(radius > 0, point / jnp.where(radius > 0, radius, 1.0), up)
    outward = jnp.concatenate([azimuth, jnp.zeros_like(radius)[None]]) + 0 * direction
    meridional = outward - direction * jnp.sum(outward * direction, axis=0)
    meridional = meridional / jnp.sqrt(jnp.sum(meridional**2, axis=0))
    return jnp.stack([meridional, jnp.cross(direction, meridional, axis=0)])


def _inverse_curvature(spread: Array, turn: Array) -> Array:
    """Diagonal of ``S = spread turn^-1``, ``[2, ...]``, from matrices ``[row, column, ...]``."""
    (a, b), (c, d) = turn
    determinant = a * d - b * c
    safe = jnp.where(jnp.abs(determinant) < TINY, TINY, determinant)
    tangential = spread[0, 0] * d - spread[0, 1] * c
    sagittal = spread[1, 1] * a - spread[1, 0] * b
    return jnp.stack([tangential, sagittal]) / safe


TINY = 1e-30
"""Least determinant: the pencil behind an afocal lens has no focus."""

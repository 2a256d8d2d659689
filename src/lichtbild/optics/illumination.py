"""Relative illumination: how bright an even, diffusing object is on the sensor, beside the axis.

The irradiance of an image point is the object's radiance times the integral of ``n'^2 dL dM`` over the
directions that light comes from, as the real lens lets it: pupil aberration, vignetting and the slope of the
chief ray are all in it, and nothing is approximated by cos^4. The integral runs over the mapped disc of
`Bundle`, whose rim moves with the lens, so that it has exact derivatives.

The directions are those of the rays of one object point; for one image point they differ by no more than
across the spot.

Source: Rimmer, Relative illumination calculations, Proc. SPIE 655, 99 (1986).
"""

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics.aim import Sights, sights
from lichtbild.optics.bundle import Bundle, filled
from lichtbild.optics.continuation import jacobian
from lichtbild.optics.disc import Disc, polar
from lichtbild.optics.launch import density, launched
from lichtbild.optics.lens import FieldPoint, Lens
from lichtbild.optics.object_field import with_fields
from lichtbild.optics.pytree import register
from lichtbild.optics.trace import Status, trace_through
from lichtbild.optics.train import Train, without_apertures
from lichtbild.optics.transmission import Losses, losses, transmission
from lichtbild.optics.vignetting import ellipses


@register
@dataclass(frozen=True)
class Illumination:
    """Light on the sensor from an evenly bright object.

    Args:
        solid_angle: projected on the sensor, n'^2 times sr, losses taken off if asked for,
            ``[field, wavelength]``; pi sin^2 of the marginal ray's angle on the axis.
        axis: the same on the axis, ``[wavelength]``.
        transmission: mean share of the power that arrives, ``[field, wavelength]``; 1 if not asked for.
        found: share of the rays that arrive, ``[field]``; below 1 something went wrong at a pupil's rim.
    """

    solid_angle: Array
    axis: Array
    transmission: Array
    found: Array

    @property
    def relative(self) -> Array:
        """Illumination in parts of that on the axis, ``[field, wavelength]``."""
        return self.solid_angle / self.axis

    def polychromatic(self, weights: Any) -> Array:
        """Relative illumination of a mixture of wavelengths, ``[field]``."""
        share = jnp.asarray(weights, float)
        return jnp.sum(self.solid_angle * share, axis=1) / jnp.sum(self.axis * share)


def relative_illumination(
    lens: Lens,
    fields: Any = None,
    wavelengths: Any = None,
    *,
    disc: Disc | None = None,
    lossy: bool = False,
) -> Illumination:
    """Relative illumination of a lens.

    Args:
        lens: whose every asphere has a semi-aperture.
        fields: ``[field, 2]`` in the lens's own kind of field; by default the lens's.
        wavelengths: ``[wavelength]``, mm; by default the lens's.
        disc: points that pupils are sampled at; by default 6 rings of 16.
        lossy: take off what surfaces reflect and media absorb, ray by ray.
    """
    chosen = lens if fields is None else with_fields(lens, fields)
    chosen = replace(chosen, fields=(FieldPoint(), *chosen.fields))
    aims = sights(chosen, None, wavelengths)
    rays = filled(aims, polar(6, 16) if disc is None else disc, ellipses(chosen))
    waves = None if wavelengths is None else jnp.asarray(wavelengths, float)[:, None]
    found = of_bundle(aims, rays, losses(lens, waves) if lossy else None)
    return replace(
        found,
        solid_angle=found.solid_angle[1:],
        transmission=found.transmission[1:],
        found=found.found[1:],
    )


def of_bundle(aims: Sights, rays: Bundle, seen: Losses | None = None) -> Illumination:
    """Illumination by the rays of a bundle whose first field point lies on the axis.

    Args:
        aims: what the bundle was aimed at.
        rays: that fill the pupils.
        seen: what surfaces and media take away, if it shall count.
    """
    solid_angle, share, found = _solid_angles(aims, rays, seen)
    return Illumination(solid_angle, solid_angle[0], share, found)


@jax.jit
def _solid_angles(aims: Sights, rays: Bundle, seen: Losses | None) -> tuple[Array, Array, Array]:
    """Projected solid angles of the light in the image, mean transmissions, shares of rays that arrive."""
    light, surfaces = aims.light, without_apertures(aims.train)

    def arriving(place: Array) -> tuple[Array, Array]:
        passage = trace_through(surfaces, launched(light, place))
        share = jnp.ones(()) if seen is None else transmission(surfaces, seen, passage)
        share = jnp.where(passage.status == Status.PASSED, share, LOST)
        return _own(surfaces, passage.direction[-1])[:2], share

    _, ((a, b), (c, d)), share = jacobian(arriving, rays.place)
    passed = share != LOST
    index, area = surfaces.after[-1], rays.weight / density(light, rays.place)
    element = jnp.where(passed, index**2 * jnp.abs(a * d - b * c) * area, 0.0)
    whole, kept = jnp.sum(element, axis=-1), jnp.sum(element * share, axis=-1)
    arrives = jnp.mean(passed & (rays.traced.status == Status.PASSED), axis=(1, 2))
    return kept, kept / jnp.where(whole > 0, whole, 1.0), arrives


LOST = -1.0
"""In place of the transmission of a ray that does not arrive."""


def _own(surfaces: Train, direction: Array) -> Array:
    """Directions in the frame of the image surface."""
    return direction if surfaces.rotation is None else jnp.tensordot(surfaces.rotation[-1], direction, 1)

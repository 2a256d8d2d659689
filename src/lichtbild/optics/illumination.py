"""Relative illumination: how bright an even, diffusing object is on the sensor, beside the axis.

The irradiance of an image point is the object's radiance times the integral of ``n'^2 dL dM`` over the
directions that light comes from, as the real lens lets it: pupil aberration, vignetting and the slope of the
chief ray are all in it, and nothing is approximated by cos^4. That integral is the area within the curve that
the rays along the pupil's rim draw in the plane of n' L and n' M. As these move with the lens, it has exact
derivatives.

The directions are those of the rays of one object point; for one image point they differ by no more than
across the spot.

Source: Rimmer, Relative illumination calculations, Proc. SPIE 655, 99 (1986).
"""

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics import outline
from lichtbild.optics.aim import Sights, sights
from lichtbild.optics.bundle import Bundle, filled, taken
from lichtbild.optics.disc import Disc, joined, polar, rim
from lichtbild.optics.launch import launched
from lichtbild.optics.lens import FieldPoint, Lens
from lichtbild.optics.object_field import with_fields
from lichtbild.optics.pytree import register
from lichtbild.optics.trace import Status, trace_through
from lichtbild.optics.train import Train, without_apertures
from lichtbild.optics.transmission import Losses, losses, transmission
from lichtbild.optics.vignetting import ellipses

RIM = 64
"""Rays along a pupil's rim."""


@register
@dataclass(frozen=True)
class Illumination:
    """Light on the sensor from an evenly bright object.

    Args:
        solid_angle: projected on the sensor, n'^2 times sr, losses taken off if asked for,
            ``[field, wavelength]``; pi sin^2 of the marginal ray's angle on the axis.
        axis: the same on the axis, ``[wavelength]``.
        transmission: mean share of the power that arrives, ``[field, wavelength]``; 1 if not asked for.
        found: share of the rays along the rims that arrive, ``[field]``; below 1 something went wrong there.
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
        disc: points that losses are taken at; by default 6 rings of 16.
        lossy: take off what surfaces reflect and media absorb, ray by ray.
    """
    chosen = lens if fields is None else with_fields(lens, fields)
    chosen = replace(chosen, fields=(FieldPoint(), *chosen.fields))
    aims = sights(chosen, None, wavelengths)
    inside = polar(6, 16) if disc is None else disc
    rays = filled(aims, joined(rim(RIM), inside) if lossy else rim(RIM), ellipses(chosen))
    edge = taken(rays, slice(0, RIM))
    if lossy:
        waves = None if wavelengths is None else jnp.asarray(wavelengths, float)[:, None]
        found = of_bundles(aims, edge, taken(rays, slice(RIM, None)), losses(lens, waves))
    else:
        found = of_bundles(aims, edge)
    return replace(
        found,
        solid_angle=found.solid_angle[1:],
        transmission=found.transmission[1:],
        found=found.found[1:],
    )


def of_bundles(
    aims: Sights, edge: Bundle, inside: Bundle | None = None, seen: Losses | None = None
) -> Illumination:
    """Illumination by the rays of bundles whose first field point lies on the axis.

    Args:
        aims: what the bundles were aimed at.
        edge: rays along the pupils' rims, at even steps of azimuth.
        inside: rays that fill the pupils, if losses shall count.
        seen: what surfaces and media take away from them.
    """
    solid_angle, found = _solid_angles(aims, edge)
    share = jnp.ones_like(solid_angle)
    if inside is not None and seen is not None:
        share = _transmissions(aims, inside, seen)
    return Illumination(solid_angle * share, (solid_angle * share)[0], share, found)


@jax.jit
def _solid_angles(aims: Sights, edge: Bundle) -> tuple[Array, Array]:
    """Projected solid angles of the light in the image, and shares of the rims' rays that arrive."""
    passed = edge.traced.status == Status.PASSED
    directions = aims.train.after[-1] * _own(aims.train, edge.traced.rays.direction)[:2]
    curve = outline.series(jnp.moveaxis(_mended(directions, passed), 0, 2))
    area = jnp.where(edge.pupil.open[..., 0] & jnp.any(passed, axis=-1), outline.area(curve), 0.0)
    return area, jnp.mean(passed, axis=(1, 2))


def _mended(directions: Array, passed: Array) -> Array:
    """Directions along rims; where a ray has failed, the mean of its neighbours that have not, or of all."""

    def mean(values: Array, share: Array) -> Array:
        return values / jnp.maximum(share, 1)

    good = jnp.where(passed, directions, 0.0)
    beside, count = (jnp.roll(v, 1, axis=-1) + jnp.roll(v, -1, axis=-1) for v in (good, passed.astype(float)))
    every = mean(jnp.sum(good, axis=-1, keepdims=True), jnp.sum(passed, axis=-1, keepdims=True))
    return jnp.where(passed, directions, jnp.where(count > 0, mean(beside, count), every))


@jax.jit
def _transmissions(aims: Sights, rays: Bundle, seen: Losses) -> Array:
    """Mean transmissions of the light of each field and wavelength; each ray counts by its solid angle."""
    surfaces = without_apertures(aims.train)
    passage = trace_through(surfaces, launched(aims.light, rays.place))
    along, slanted = passage.direction[-1, 2], _own(surfaces, passage.direction[-1])[2]
    passed = (passage.status == Status.PASSED) & (rays.amplitude > 0)
    solid_angle = rays.weight / jnp.where(passed, rays.amplitude, 1.0) ** 2
    element = jnp.where(passed, solid_angle * jnp.abs(slanted / along), 0.0)
    whole = jnp.sum(element, axis=-1)
    share = transmission(surfaces, seen, passage)
    mean: Array = jnp.sum(element * share, axis=-1) / jnp.where(whole > 0, whole, 1.0)
    return mean


def _own(surfaces: Train, direction: Array) -> Array:
    """Directions in the frame of the image surface."""
    return direction if surfaces.rotation is None else jnp.tensordot(surfaces.rotation[-1], direction, 1)

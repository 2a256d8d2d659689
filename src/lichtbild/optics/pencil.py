"""Pencil: the rays that converge to one image point, as directions and an angular eikonal.

A wave in image space is a sum of plane waves, one for each ray direction, whatever the angles::

    E(x, y) = integral A(p, q) exp(i k (T(p, q) + p x + q y)) dp dq          k = 2 pi / wavelength
    T = [path] - n d . (r - r0)          dT/dp = -(x of the ray),  dT/dq = -(y of the ray)

with the optical direction cosines p = n L, q = n M, the ray's point r in the image, its optical path from
where all rays are in phase, and x, y counted from a reference point r0. No angle is taken to be small:
phone lenses meet the sensor at 33 degrees. |A|^2 dp dq is the power of a ray's element, so that the
integral of |E|^2 over an infinite plane is the power of the pencil times wavelength^2. Polarisation is left
out.

Source: Born and Wolf, Principles of Optics (7th ed.), section 4.1.3 (angular characteristic) and 11.4
    (angular spectrum).
"""

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics import disc
from lichtbild.optics.bundle import Bundle, bundle
from lichtbild.optics.disc import Disc
from lichtbild.optics.glass import refractive_index
from lichtbild.optics.lens import Lens
from lichtbild.optics.pytree import register


@register
@dataclass(frozen=True)
class Pencil:
    """Rays of image space for each field and wavelength.

    Args:
        cosines: p and q, ``[2, field, wavelength, ray]``.
        eikonal: T, mm, ``[field, wavelength, ray]``.
        displacement: x and y of the ray in the image from the reference point, mm, ``[2, f, w, r]``.
        weight: power of the ray's element, of any unit, ``[f, w, r]``.
        amplitude: |A| of the ray: the root of power by dp dq, in the weight's unit, ``[f, w, r]``.
        rim: p and q of the edge of the pupil, at evenly spaced azimuths, anticlockwise, ``[2, f, w,
            azimuth]``.
        centre: the reference points r0, mm, ``[3, f]``.
        wavelength: mm, ``[w]``.
        index: of image space, ``[w]``.
    """

    cosines: Array
    eikonal: Array
    displacement: Array
    weight: Array
    amplitude: Array
    rim: Array
    centre: Array
    wavelength: Array
    index: Array


@dataclass(frozen=True)
class Rings:
    """How many rays make a pencil.

    Args:
        rings: of rays, Gauss's points of the squared radius.
        arms: azimuths of the rays.
        rim: azimuths of the rays along the edge.
    """

    rings: int = 12
    arms: int = 34
    rim: int = 64


USUAL = Rings()
"""Enough for eikonals of degree 16."""


def pencil(lens: Lens, fields: Any = None, wavelengths: Any = None, rays: Rings = USUAL) -> Pencil:
    """The pencils of a lens, about one point of the image for all wavelengths of a field.

    That point is the chief ray's of the primary wavelength; of the middle one where wavelengths are given.

    Args:
        lens: whose every asphere has a semi-aperture.
        fields: ``[field, 2]`` in the lens's own kind of field; by default the lens's.
        wavelengths: mm, ``[wavelength]``; by default the lens's.
        rays: how many.
    """
    return of_bundle(lens, bundle(lens, points(rays), fields, wavelengths), wavelengths, rays)


def of_bundle(lens: Lens, light: Bundle, wavelengths: Any = None, rays: Rings = USUAL) -> Pencil:
    """The pencils that a bundle through `points` makes.

    Args:
        lens: of the bundle.
        light: of the fields and wavelengths.
        wavelengths: mm, ``[wavelength]``; by default the lens's.
        rays: as of `points`.
    """
    waves = jnp.asarray(lens.wavelengths if wavelengths is None else wavelengths, float)
    reference = lens.primary if wavelengths is None else waves.shape[0] // 2
    inner, edge = inside(rays), rim(rays)
    last = refractive_index(lens.gaps[-1].medium, waves, lens.temperature, lens.pressure)
    index = jnp.abs(last) * jnp.ones_like(waves)
    centre = light.traced.rays.position[:, :, reference, -1]
    apart = light.traced.rays.position - centre[:, :, None, None]
    directions = light.traced.rays.direction * index[:, None]
    eikonal = light.traced.path - jnp.sum(directions * apart, axis=0)
    return Pencil(
        cosines=directions[:2, ..., inner],
        eikonal=(eikonal - eikonal[..., -1:])[..., inner],
        displacement=apart[:2, ..., inner],
        weight=light.weight[..., inner],
        amplitude=light.amplitude[..., inner],
        rim=directions[:2, ..., edge],
        centre=centre,
        wavelength=waves,
        index=index,
    )


def points(rays: Rings = USUAL) -> Disc:
    """Points within the pupil, then on its rim, then its centre; only the first have a weight."""
    inside, edge = disc.polar(rays.rings, rays.arms), disc.joined(disc.rim(rays.rim), disc.centre())
    return disc.joined(inside, Disc(edge.points, np.zeros_like(edge.weights)))


def inside(rays: Rings = USUAL) -> slice:
    """Which of `points` lie within the pupil."""
    return slice(0, rays.rings * rays.arms)


def rim(rays: Rings = USUAL) -> slice:
    """Which of `points` lie on the rim."""
    return slice(rays.rings * rays.arms, -1)

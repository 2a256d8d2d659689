"""Paraxial colour: where each wavelength focuses, how large it images, and which medium is to blame.

Source: Welford, Aberrations of Optical Systems (1986), chapter 10.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.core.array import namespace
from lichtbild.optics.lens import Lens
from lichtbild.optics.meridian import Meridian, meridian, numbers
from lichtbild.optics.paraxial import paraxial_image_heights, rays_through
from lichtbild.optics.paraxial_lens import filled, of_gaps, paraxial_lens
from lichtbild.optics.pupils import Limits, limits, paraxial_pupils
from lichtbild.optics.pytree import register
from lichtbild.optics.spectral_line import C_LINE, F_LINE


@register
@dataclass(frozen=True)
class AbbeSums:
    """How much colour each gap's medium makes; the sums over all gaps are C_L and C_T of the lens.

    A thin lens in air of power f and Abbe number V has the axial sum h^2 f / V.

    Args:
        axial: ``[surface + 1]``, mm.
        lateral: ``[surface + 1]``, mm.
    """

    axial: Array
    lateral: Array


def band_of(lens: Lens, band: Any = None) -> Any:
    """The two wavelengths between which colours are counted, the short one first, mm.

    Args:
        lens: whose shortest and longest wavelength they are; of a lens of one wavelength, the lines F and C.
        band: short and long wavelength, where others are wanted.
    """
    if band is not None:
        return band if isinstance(band, jax.Array) else numbers(band)
    if len(lens.wavelengths) == 1:
        return numbers([F_LINE, C_LINE])
    waves = numbers(lens.wavelengths)
    xp = namespace(waves)
    return xp.stack([xp.min(waves), xp.max(waves)])


def band_indices(lens: Lens, band: Any) -> Array:
    """Indices of the gaps at the short and the long end of a band, ``[gap, 2]``; negative after a mirror.

    Args:
        lens: any; it is filled up as of `lichtbild.optics.paraxial_lens.filled`.
        band: the two wavelengths, mm.
    """
    return filled(meridian(lens, band)).index


def paraxial_focus_shift(lens: Lens, wavelengths: Any = None) -> Array:
    """Paraxial image at each wavelength from that at the primary one, along +z, mm.

    Args:
        lens: any with an image.
        wavelengths: mm, any shape; by default the lens's own.
    """
    waves = _waves(lens, wavelengths)
    shift: Array = _focus_shift(filled(meridian(lens)), filled(meridian(lens, waves)))
    return shift


@jax.jit
def _focus_shift(primary: Meridian, others: Meridian) -> Array:
    # Rays from the axial object point all meet in its image, wherever the stop is.
    rays = [paraxial_pupils(way, jnp.asarray(0)).axial for way in (others, primary)]
    there, here = (-ray.height[-2] / ray.slope[-1] for ray in rays)
    return there - here


def paraxial_lateral_colour(lens: Lens, wavelengths: Any = None) -> Array:
    """Heights (x, y) of paraxial chief rays on the image surface from those at the primary wavelength, mm.

    Args:
        lens: any with an image.
        wavelengths: mm, ``[wavelength]``; by default the lens's own.

    Returns:
        ``[field, 2, wavelength]``.
    """
    waves = _waves(lens, wavelengths)
    return paraxial_image_heights(lens, waves) - paraxial_image_heights(lens)[..., None]


def secondary_spectrum(lens: Lens, band: Any = None) -> Array:
    """Focus at the primary wavelength from the middle between those at the ends of a band, along +z, mm.

    Args:
        lens: any with an image.
        band: as of `band_of`.
    """
    return -jnp.mean(paraxial_focus_shift(lens, band_of(lens, band)))


def abbe_sums(lens: Lens, band: Any = None) -> AbbeSums:
    """Colour that each medium makes, by the marginal and chief rays' heights on both its surfaces.

    Args:
        lens: any.
        band: as of `band_of`.
    """
    band = band_of(lens, band)
    known = paraxial_lens(lens)
    found: AbbeSums = _abbe_sums(known.along, band_indices(lens, band), limits(known))
    surfaces = len(lens.surfaces)
    return AbbeSums(of_gaps(found.axial, surfaces), of_gaps(found.lateral, surfaces))


@jax.jit
def _abbe_sums(through: Meridian, ends: Array, by: Limits) -> AbbeSums:
    # C_L is the sum of h A D(dn/n); ordered by gaps, each dn/n counts at the surface before it, where it is
    # the index behind, and with the other sign at the surface after it.
    rays = rays_through(through, by)
    relative = (ends[:, 0] - ends[:, 1]) / through.index
    height = rays.marginal.height[:-1]
    sums = []
    for ray in (rays.marginal, rays.chief):
        invariant = through.index[:-1] * (ray.height[:-1] * through.curvature + ray.slope[:-1])
        ends = jnp.pad(height * invariant, 1)
        sums.append(relative * (ends[:-1] - ends[1:]))
    return AbbeSums(*sums)


def _waves(lens: Lens, wavelengths: Any) -> Any:
    if isinstance(wavelengths, jax.Array):
        return wavelengths
    return numbers(lens.wavelengths) if wavelengths is None else np.asarray(wavelengths, float)

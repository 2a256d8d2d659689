"""Seidel sums: the third-order aberrations and the first-order colours of a lens, surface by surface.

With marginal ray (h, u), chief ray (h', u'), their refraction invariants A = n (h C + u) and A' = n (h' C +
u'), the Lagrange invariant H and D a difference across the surface::

    S_I   = -A^2 h D(u/n)      S_II  = -A A' h D(u/n)     S_III = -A'^2 h D(u/n)
    S_IV  = -H^2 C D(1/n)      S_V   =  A'/A (S_III + S_IV), written without dividing by A
    C_L   =  A h D(dn/n)       C_T   =  A' h D(dn/n)

An asphere whose sag departs from its vertex sphere by G r^4, whether by its conic, by a coefficient or by a
Forbes polynomial, adds 8 G D(n) h^4 to S_I, and to the others as much times h'/h for each power of the
field. A term in r^2 is no departure: it has bent the vertex sphere already. Sources: Welford, Aberrations of
Optical Systems (1986), equations 8.12 to 8.16 (sums), 8.42 (aspheres) and 10.9 (colours); the regular form
of S_V is that of Kidger, Fundamental Optical Design (2002), equation 6.37.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics.chromatic import band_indices, band_of
from lichtbild.optics.lens import Lens
from lichtbild.optics.meridian import Meridian, ParaxialRay
from lichtbild.optics.paraxial import ParaxialRays, rays_through
from lichtbild.optics.paraxial_lens import of_surfaces, paraxial_lens
from lichtbild.optics.pupils import Limits, limits
from lichtbild.optics.pytree import register


@register
@dataclass(frozen=True)
class Sums:
    """One number for each aberration, of one surface or of a whole lens.

    Args:
        spherical: S_I, mm.
        coma: S_II, mm.
        astigmatism: S_III, mm.
        petzval: S_IV, mm.
        distortion: S_V, mm.
        axial_colour: C_L, mm.
        lateral_colour: C_T, mm.
    """

    spherical: Array
    coma: Array
    astigmatism: Array
    petzval: Array
    distortion: Array
    axial_colour: Array
    lateral_colour: Array


@register
@dataclass(frozen=True)
class Seidel:
    """Sums of a lens at its outermost field and full aperture, at the primary wavelength.

    Args:
        surfaces: contribution of each surface, ``[surface]``.
        aspheric: that part of it which a sphere of the same vertex curvature would not have, ``[surface]``.
        total: of the lens.
        slope: n' u' of the marginal ray in image space, for transverse aberrations.
    """

    surfaces: Sums
    aspheric: Sums
    total: Sums
    slope: Array


@register
@dataclass(frozen=True)
class WaveCoefficients:
    """Coefficients of the wave aberration, in wavelengths at the pupil's rim and the outermost field.

    Args:
        w040: spherical aberration, S_I / 8.
        w131: coma, S_II / 2.
        w222: astigmatism, S_III / 2.
        w220: field curvature on the sagittal image, (S_III + S_IV) / 4.
        w311: distortion, S_V / 2.
        w020: axial colour, C_L / 2.
        w111: lateral colour, C_T.
    """

    w040: Array
    w131: Array
    w222: Array
    w220: Array
    w311: Array
    w020: Array
    w111: Array


@register
@dataclass(frozen=True)
class Transverse:
    """Transverse aberrations on the paraxial image plane, of the pupil's rim and the outermost field, mm.

    Signs are those of the image point's y: under-corrected spherical aberration is negative where the rim's
    ray comes down from +y.

    Args:
        spherical: of the rim's ray.
        sagittal_coma: a third of the tangential one.
        tangential_coma: of the rim's meridional rays.
        astigmatism: half-length of the tangential focal line seen from the sagittal focus.
        petzval: of the rim on the Petzval surface.
        distortion: of the chief ray.
        axial_colour: of the rim's rays, short less long wavelength.
        lateral_colour: of the chief rays, short less long wavelength.
    """

    spherical: Array
    sagittal_coma: Array
    tangential_coma: Array
    astigmatism: Array
    petzval: Array
    distortion: Array
    axial_colour: Array
    lateral_colour: Array


def seidel(lens: Lens, band: tuple[Any, Any] | None = None) -> Seidel:
    """Seidel sums of a lens, of each surface and in total.

    Of freeforms and toroids only the meridional section counts, and poses do not.

    Args:
        lens: with its fields; the outermost one counts.
        band: short and long wavelength of the colours, mm; by default the shortest and longest of the lens,
            or the lines F and C where it has one only.
    """
    ends = band_indices(lens, band_of(lens, band))
    known = paraxial_lens(lens)
    found: Seidel = _seidel(known.along, known.aspheric, ends, limits(known))
    surfaces, aspheric = (
        Sums(**{name: of_surfaces(values, len(lens.surfaces)) for name, values in vars(sums).items()})
        for sums in (found.surfaces, found.aspheric)
    )
    return Seidel(surfaces, aspheric, found.total, found.slope)


@jax.jit
def _seidel(through: Meridian, departures: Array, ends: Array, by: Limits) -> Seidel:
    rays = rays_through(through, by)
    spheres = _of_spheres(through, ends[:, 0] - ends[:, 1], rays)
    aspheric = _of_departures(through, departures, rays)
    surfaces = jax.tree.map(jnp.add, spheres, aspheric)
    total = jax.tree.map(jnp.sum, surfaces)
    return Seidel(surfaces, aspheric, total, through.index[-1] * rays.marginal.slope[-1])


def _of_spheres(through: Meridian, dispersion: Array, rays: ParaxialRays) -> Sums:
    n, c = through.index, through.curvature
    h, chief = rays.marginal.height[:-1], rays.chief.height[:-1]
    a, a_chief = (_invariant(through, ray) for ray in (rays.marginal, rays.chief))
    lagrange = a * chief - a_chief * h
    bent = h * jnp.diff(rays.marginal.slope / n)
    inverse, inverse_square = jnp.diff(1 / n), jnp.diff(1 / n**2)
    spread = h * jnp.diff(dispersion / n)
    return Sums(
        spherical=-(a**2) * bent,
        coma=-a * a_chief * bent,
        astigmatism=-(a_chief**2) * bent,
        petzval=-(lagrange**2) * c * inverse,
        distortion=-(a_chief**3) * h * inverse_square
        + a_chief * c * inverse * chief * (2 * a_chief * h - a * chief),
        axial_colour=a * spread,
        lateral_colour=a_chief * spread,
    )


def _invariant(through: Meridian, ray: ParaxialRay) -> Array:
    return through.index[:-1] * (ray.height[:-1] * through.curvature + ray.slope[:-1])


def _of_departures(through: Meridian, departure: Array, rays: ParaxialRays) -> Sums:
    h, chief = rays.marginal.height[:-1], rays.chief.height[:-1]
    strength = 8 * departure * jnp.diff(through.index)
    none = jnp.zeros_like(strength)
    return Sums(
        spherical=strength * h**4,
        coma=strength * h**3 * chief,
        astigmatism=strength * h**2 * chief**2,
        petzval=none,
        distortion=strength * h * chief**3,
        axial_colour=none,
        lateral_colour=none,
    )


@jax.jit
def wave_coefficients(sums: Sums, wavelength: Any) -> WaveCoefficients:
    """Coefficients of the wave aberration that sums stand for (Welford, equation 8.10).

    Args:
        sums: of a surface or a lens.
        wavelength: mm.
    """
    return WaveCoefficients(
        w040=sums.spherical / 8 / wavelength,
        w131=sums.coma / 2 / wavelength,
        w222=sums.astigmatism / 2 / wavelength,
        w220=(sums.astigmatism + sums.petzval) / 4 / wavelength,
        w311=sums.distortion / 2 / wavelength,
        w020=sums.axial_colour / 2 / wavelength,
        w111=sums.lateral_colour / wavelength,
    )


@jax.jit
def transverse(sums: Sums, slope: Array) -> Transverse:
    """Transverse aberrations that sums stand for (Welford, section 8.6).

    Args:
        sums: of a surface or a lens.
        slope: n' u' of the marginal ray in image space.
    """
    return Transverse(
        spherical=sums.spherical / (2 * slope),
        sagittal_coma=sums.coma / (2 * slope),
        tangential_coma=3 * sums.coma / (2 * slope),
        astigmatism=sums.astigmatism / slope,
        petzval=sums.petzval / (2 * slope),
        distortion=sums.distortion / (2 * slope),
        axial_colour=sums.axial_colour / slope,
        lateral_colour=sums.lateral_colour / slope,
    )

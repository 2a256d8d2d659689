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

from jax import Array

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
        source: coordinates in which power is uniform: place on the plane that a far object's waves come from,
            or direction at a near object's point, ``[coordinate, f, w, r]``.
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
    source: Array
    rim: Array
    centre: Array
    wavelength: Array
    index: Array

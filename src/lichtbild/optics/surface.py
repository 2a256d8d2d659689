"""Surface: where two media meet, as a designer writes it down.

A surface's sag is a base curve plus a departure, both in the surface's own frame, whose z axis is its normal
at the vertex (mm; light comes along +z)::

    z(x, y) = c r^2 / (1 + sqrt(1 - (1 + k) c^2 r^2)) + departure(x, y)          r^2 = x^2 + y^2

`lichtbild.optics.sag` computes it; nothing here does arithmetic, so that reading a file imports no JAX.
Source: ISO 10110-12, equation 4 (base curve and power series).
"""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from lichtbild.optics.scalar import Scalar

STATIC: dict[str, Any] = {"static": True}
"""Marks a field that is no number to differentiate by: a count, a name, a switch."""


@dataclass(frozen=True)
class PowerSeries:
    """A sum of ``coefficient * r^power``: even and odd aspheres.

    Args:
        powers: exponents of r, rising; 2 to 40 for even ones, odd ones from 1.
        coefficients: one for each power, mm^(1 - power).
    """

    powers: tuple[int, ...] = field(metadata=STATIC)
    coefficients: tuple[Scalar, ...]


@dataclass(frozen=True)
class ForbesQcon:
    """A strong asphere of Forbes: ``u^4 sum a_m Qcon_m(u^2)`` with u = r / norm_radius, beside a conic.

    Source: Forbes, Opt. Express 15, 5218 (2007), equation 2.2.

    Args:
        norm_radius: where u is 1, mm.
        coefficients: a_0, a_1 ... in mm.
    """

    norm_radius: Scalar
    coefficients: tuple[Scalar, ...]


@dataclass(frozen=True)
class ForbesQbfs:
    """A mild asphere of Forbes: a departure along the normal of the best-fit sphere, beside that sphere.

    ``u^2 (1 - u^2) / sqrt(1 - c^2 r^2) sum a_m Qbfs_m(u^2)`` with u = r / norm_radius; the conic constant of
    the surface does not enter the root.

    Source: Forbes, Opt. Express 15, 5218 (2007), equation 3.5; recurrence of Opt. Express 18, 19700 (2010).
    """

    norm_radius: Scalar
    coefficients: tuple[Scalar, ...]


@dataclass(frozen=True)
class XYPolynomial:
    """A freeform: a sum of ``coefficient * (x / norm_radius)^i (y / norm_radius)^j``.

    Args:
        norm_radius: mm.
        powers: exponents (i, j), not both 0.
        coefficients: one for each pair, mm.
    """

    norm_radius: Scalar
    powers: tuple[tuple[int, int], ...] = field(metadata=STATIC)
    coefficients: tuple[Scalar, ...]


@dataclass(frozen=True)
class Toroid:
    """A curve in the yz plane (base curve and even powers of y), turned about an axis parallel to y.

    With it the base curve of the surface is a function of y alone.

    Args:
        curvature: in the xz plane, 1 / mm; 0 for a cylinder.
        powers: even exponents of y.
        coefficients: one for each power, mm^(1 - power).
    """

    curvature: Scalar
    powers: tuple[int, ...] = field(default=(), metadata=STATIC)
    coefficients: tuple[Scalar, ...] = ()


Departure: TypeAlias = PowerSeries | ForbesQcon | ForbesQbfs | XYPolynomial | Toroid


@dataclass(frozen=True)
class Pose:
    """A frame in another: its origin moved, then its axes turned about x, the new y and the new z.

    Args:
        decentre: origin in the frame outside, mm (x, y, z).
        tilt: angles in rad, right-handed about +x, +y, +z.
        tilt_first: turn about z, y and x before moving along the turned axes: the inverse order, which takes
            back a pose with the opposite signs (order 1 of a Zemax coordinate break).
    """

    decentre: tuple[Scalar, Scalar, Scalar] = (0.0, 0.0, 0.0)
    tilt: tuple[Scalar, Scalar, Scalar] = (0.0, 0.0, 0.0)
    tilt_first: bool = field(default=False, metadata=STATIC)


@dataclass(frozen=True)
class Coating:
    """Reflectance of a coated surface against wavelength; straight lines between, constant beyond.

    Args:
        wavelengths: mm, rising.
        reflectances: 0 to 1, for both polarisations and every angle.
        name: as in the file.
    """

    wavelengths: tuple[Scalar, ...]
    reflectances: tuple[Scalar, ...]
    name: str = field(default="", metadata=STATIC)


@dataclass(frozen=True)
class Surface:
    """A surface of a lens; see the module for its sag.

    Args:
        curvature: c at the vertex, 1 / mm; positive where the centre lies at +z; 0 is a plane.
        conic: k; 0 is a sphere, -1 a paraboloid.
        departure: what is added to the base curve.
        semi_aperture: radius that light can use, mm; None is as wide as the light needs.
        edge: radius of the moulded or ground part, mm; None follows the semi-aperture.
        pose: this surface alone out of its place.
        turn: the axis itself leaves its place here: this surface and all after it follow.
        coating: None is bare, by Fresnel's equations.
        mirror: reflects; the gaps after it then have negative thickness, as in Zemax and CODE V.
        label: a name or comment.
    """

    curvature: Scalar = 0.0
    conic: Scalar = 0.0
    departure: Departure | None = None
    semi_aperture: Scalar | None = None
    edge: Scalar | None = None
    pose: Pose | None = None
    turn: Pose | None = None
    coating: Coating | None = None
    mirror: bool = field(default=False, metadata=STATIC)
    label: str = field(default="", metadata=STATIC)

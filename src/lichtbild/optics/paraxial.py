"""First-order data of a lens: its focal lengths, cardinal points, pupils, image and invariant.

Distances are along +z from the surface that is named, in mm: an entrance pupil of 2 lies 2 mm behind the
first surface, an exit pupil of -3 lies 3 mm before the image surface. Everything is at each wavelength asked
for, through the one stop whose radius the primary wavelength gives.

Source: Welford, Aberrations of Optical Systems (1986), chapter 3; Greivenkamp, Field Guide to Geometrical
    Optics
(2004), "Gaussian reduction" and "Paraxial raytrace".
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics.lens import Lens
from lichtbild.optics.medium import Air
from lichtbild.optics.meridian import Meridian, ParaxialRay, follow, meridian
from lichtbild.optics.paraxial_lens import ParaxialLens, filled, of_gaps, of_surfaces, paraxial_lens
from lichtbild.optics.pupils import (
    Limits,
    ParaxialPupils,
    both_sections,
    limits,
    object_points,
    paraxial_pupils,
    points,
    stop_semi_aperture,
)
from lichtbild.optics.pytree import register
from lichtbild.optics.vertex import Section, is_radial

__all__ = [
    "FirstOrder",
    "ParaxialRay",
    "ParaxialRays",
    "field_heights",
    "field_slopes",
    "first_order",
    "paraxial_image_heights",
    "paraxial_rays",
    "stop_semi_aperture",
    "trace_paraxial",
]


@register
@dataclass(frozen=True)
class FirstOrder:
    """First-order data, each of the wavelengths' shape; lengths in mm.

    Args:
        power: 1 / mm.
        focal_length: in image space, |n'| / power; in air 1 / power, positive for a lens or mirror that
            collects.
        object_focal_length: in object space, n / power.
        back_focal_length: last surface to rear focal point.
        front_focal_length: first surface to front focal point; negative where that lies before the lens.
        front_principal: first surface to front principal point.
        rear_principal: last surface to rear principal point.
        front_nodal: first surface to front nodal point.
        rear_nodal: last surface to rear nodal point.
        image_distance: last surface to paraxial image of the axial object point.
        defocus: image surface to paraxial image.
        entrance_pupil: first surface to entrance pupil; infinite if telecentric in object space.
        entrance_pupil_diameter: always positive.
        exit_pupil: image surface to exit pupil.
        exit_pupil_diameter: always positive.
        stop_semi_aperture: radius of the stop.
        f_number: focal length over entrance pupil diameter, for a far object.
        working_f_number: 1 / (2 n' u') of the marginal ray, whatever the object's distance.
        numerical_aperture: n' sin(arctan u') of the marginal ray in image space.
        object_numerical_aperture: the same in object space; 0 for a far object.
        magnification: transverse; 0 for a far object, negative for a real image of a near one.
        angular_magnification: chief ray's slope in image space over that in object space.
        lagrange_invariant: n (u_chief y - u y_chief) for the outermost field.
        petzval_curvature: of the surface on which a lens without astigmatism would image, 1 / mm.
        petzval_radius: its reciprocal; negative for a lens that collects.
        image_height: of the outermost field's chief ray on the image surface.
        track_length: from the foremost vertex that refracts or reflects to the rearmost one, image included;
            what phone makers call the total track length.
        total_track: from the object to the image surface, infinite for a far object.
    """

    power: Array
    focal_length: Array
    object_focal_length: Array
    back_focal_length: Array
    front_focal_length: Array
    front_principal: Array
    rear_principal: Array
    front_nodal: Array
    rear_nodal: Array
    image_distance: Array
    defocus: Array
    entrance_pupil: Array
    entrance_pupil_diameter: Array
    exit_pupil: Array
    exit_pupil_diameter: Array
    stop_semi_aperture: Array
    f_number: Array
    working_f_number: Array
    numerical_aperture: Array
    object_numerical_aperture: Array
    magnification: Array
    angular_magnification: Array
    lagrange_invariant: Array
    petzval_curvature: Array
    petzval_radius: Array
    image_height: Array
    track_length: Array
    total_track: Array


@register
@dataclass(frozen=True)
class ParaxialRays:
    """The two rays that hold all of first-order optics.

    Args:
        marginal: from the axial object point to the rim of the stop.
        chief: from the outermost field point through the middle of the stop, upwards.
    """

    marginal: ParaxialRay
    chief: ParaxialRay


def trace_paraxial(
    lens: Lens, height: Any, slope: Any, wavelength: Any = None, section: Section = "y"
) -> ParaxialRay:
    """Heights and slopes of paraxial rays through a lens.

    Args:
        lens: poses do not count.
        height: on the first surface, mm.
        slope: u = dy/dz before it; all shapes must broadcast with the wavelengths'.
        wavelength: mm; by default the primary one.
        section: the plane that rays run in; matters for toroids and freeforms only.
    """
    through = filled(meridian(lens, wavelength, section))
    shape = jnp.broadcast_shapes(jnp.shape(height), jnp.shape(slope), through.index.shape[1:])
    start = (jnp.broadcast_to(jnp.asarray(value, float), shape) for value in (height, slope))
    return _of_lens(_follow(through, *start), lens)


_follow = jax.jit(follow)


def _of_lens(ray: ParaxialRay, lens: Lens) -> ParaxialRay:
    """The ray on the lens's own surfaces and its image."""
    surfaces = len(lens.surfaces)
    return ParaxialRay(of_gaps(ray.height, surfaces), of_gaps(ray.slope, surfaces))


def paraxial_rays(lens: Lens, wavelength: Any = None) -> ParaxialRays:
    """Marginal and chief ray of a lens; arguments as of `first_order`."""
    through = filled(meridian(lens, wavelength))
    rays: ParaxialRays = _rays_through(through, limits(paraxial_lens(lens)))
    return ParaxialRays(_of_lens(rays.marginal, lens), _of_lens(rays.chief, lens))


def rays_through(through: Meridian, by: Limits) -> ParaxialRays:
    """Marginal and chief ray of a lens, at the wavelengths of a way through it."""
    seen = paraxial_pupils(through, by.stop)
    return ParaxialRays(seen.marginal(by.radius), seen.chief(by.point))


_rays_through = jax.jit(rays_through)


def first_order(lens: Lens, wavelength: Any = None) -> FirstOrder:
    """First-order data of a lens.

    What does not exist is infinite: an afocal lens's focal length, a telecentric one's pupil.
    `lichtbild.optics.conjugates.check_first_order` says so in a sentence.

    Args:
        lens: any; poses do not count.
        wavelength: mm, any shape; by default the primary one.
    """
    through = filled(meridian(lens, wavelength))
    bending = _bending(lens, len(through.thickness))
    found: FirstOrder = _first_order(through, limits(paraxial_lens(lens)), bending)
    return found


@jax.jit
def _first_order(through: Meridian, by: Limits, bending: Array) -> FirstOrder:
    seen, radius = paraxial_pupils(through, by.stop), by.radius
    marginal, chief = seen.marginal(radius), seen.chief(by.point)
    before, after = through.index[0], through.index[-1]
    strength = seen.power
    entrance_diameter = 2 * jnp.abs(radius / seen.at_stop[0])
    focal = jnp.abs(after) / strength
    bend = petzval_curvature(through)
    places = jnp.cumsum(through.thickness.at[0].set(0.0))
    length = jnp.max(jnp.where(bending, places, -jnp.inf)) - jnp.min(jnp.where(bending, places, jnp.inf))
    wide = jnp.zeros_like(strength)
    return FirstOrder(
        power=strength,
        focal_length=focal,
        object_focal_length=before / strength,
        **_cardinal_points(seen, strength),
        **_images(seen, marginal),
        **_exit_pupil(seen, radius),
        entrance_pupil=seen.entrance,
        entrance_pupil_diameter=entrance_diameter,
        stop_semi_aperture=radius + wide,
        f_number=jnp.abs(focal) / entrance_diameter,
        working_f_number=1 / (2 * jnp.abs(after * marginal.slope[-1])),
        numerical_aperture=_sine(after, marginal.slope[-1]),
        object_numerical_aperture=_sine(before, marginal.slope[0]),
        lagrange_invariant=_invariant(before, marginal, chief),
        petzval_curvature=bend,
        petzval_radius=1 / bend,
        image_height=chief.height[-1],
        track_length=length + wide,
        total_track=places[-1] + through.thickness[0] + wide,
    )


def _bending(lens: Lens, places: int) -> Array:
    """Whether light is bent at each place of a filled lens, or imaged; not at stops and planes in air."""
    in_air = [isinstance(gap.medium, Air) for gap in lens.gaps]
    pairs = zip(lens.surfaces, pairwise(in_air), strict=True)
    bent = [surface.mirror or not all(sides) for surface, sides in pairs]
    return jnp.asarray(np.array([*bent, *[False] * (places - 1 - len(bent)), True]))


def _invariant(index: Array, marginal: ParaxialRay, chief: ParaxialRay) -> Array:
    return index * (chief.slope[0] * marginal.height[0] - marginal.slope[0] * chief.height[0])


def _cardinal_points(seen: ParaxialPupils, strength: Array) -> dict[str, Array]:
    before, after = seen.lens.index[0], seen.lens.index[-1]
    back = -seen.parallel.height[-2] / seen.parallel.slope[-1]
    # The ray that leaves parallel to the axis is a sum of the two: it enters with n u = power at this height.
    front = -before * (after * seen.inclined.slope[-1]) / strength
    return {
        "back_focal_length": back,
        "front_focal_length": front,
        "front_principal": front + before / strength,
        "rear_principal": back - after / strength,
        "front_nodal": front + after / strength,
        "rear_nodal": back - before / strength,
    }


def _images(seen: ParaxialPupils, marginal: ParaxialRay) -> dict[str, Array]:
    before, after = seen.lens.index[0], seen.lens.index[-1]
    a, _ = seen.at_stop
    return {
        "image_distance": -marginal.height[-2] / marginal.slope[-1],
        "defocus": -marginal.height[-1] / marginal.slope[-1],
        "magnification": before * marginal.slope[0] / (after * marginal.slope[-1]),
        "angular_magnification": seen.chief(seen.reach).slope[-1] / a,
    }


def _exit_pupil(seen: ParaxialPupils, radius: Array) -> dict[str, Array]:
    chief = seen.chief(seen.reach)
    # By the invariant the pupil's radius is that of the stop over the inclination that its centre leaves
    # with.
    return {
        "exit_pupil": -chief.height[-1] / chief.slope[-1],
        "exit_pupil_diameter": 2
        * jnp.abs(radius * seen.lens.index[0] / (seen.lens.index[-1] * chief.slope[-1])),
    }


def _sine(index: Array, slope: Array) -> Array:
    return jnp.abs(index * slope) / jnp.sqrt(1 + slope**2)


def petzval_curvature(through: Meridian) -> Array:
    """Curvature of the Petzval surface, 1 / mm (Welford, equation 8.24)."""
    before, after = through.index[:-1], through.index[1:]
    bent = through.curvature.reshape((-1,) + (1,) * (before.ndim - 1)) * (after - before) / (before * after)
    return -through.index[-1] * jnp.sum(bent, axis=0)


def field_slopes(lens: Lens) -> Array:
    """Slopes (x, y) in object space of each field point's paraxial chief ray, ``[field, 2]``."""
    slopes: Array = _field_slopes(paraxial_lens(lens))
    return of_surfaces(slopes, len(lens.fields))


@jax.jit
def _field_slopes(lens: ParaxialLens) -> Array:
    return points(lens) * jnp.stack([seen.at_stop[0] / seen.reach for seen in both_sections(lens)])


def field_heights(lens: Lens) -> Array:
    """Heights (x, y) of the field points in the object plane, mm, ``[field, 2]``.

    Infinite for a far object, but for points on the axis.
    """
    places = object_points(lens)
    far = jnp.isinf(jnp.asarray(lens.object_distance, float))
    return jnp.where(far & (places != 0), -jnp.sign(places) * jnp.inf, -places)


def paraxial_image_heights(lens: Lens, wavelength: Any = None) -> Array:
    """Heights (x, y) of the fields' paraxial chief rays on the image surface, mm, ``[field, 2, *wave]``."""
    sections: list[Section] = ["y"] if is_radial(lens.surfaces) else ["x", "y"]
    ways = [filled(meridian(lens, wavelength, section)) for section in sections]
    heights: Array = _paraxial_image_heights(paraxial_lens(lens), ways[0], ways[-1])
    return of_surfaces(heights, len(lens.fields))


@jax.jit
def _paraxial_image_heights(lens: ParaxialLens, across: Meridian, along: Meridian) -> Array:
    units = [paraxial_pupils(way, lens.stop).chief(jnp.ones(())).height[-1] for way in (across, along)]
    columns = zip(points(lens).T, units, strict=True)
    return jnp.stack([jnp.multiply.outer(places, unit) for places, unit in columns], axis=1)

"""Paraxial pupils: how wide the stop is, and the marginal and chief rays that it and the fields define.

Everything is written through two rays, one of unit height and one of unit reduced slope before the first
surface, whose heights at the stop are A and B. Then far and near objects, and pupils at infinity, need no
case of their own.

Source: Welford, Aberrations of Optical Systems (1986), section 3.4.
"""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics.lens import Lens
from lichtbild.optics.meridian import Meridian, ParaxialRay, follow
from lichtbild.optics.paraxial_lens import ParaxialLens, of_surfaces, paraxial_lens
from lichtbild.optics.pytree import register


@dataclass(frozen=True)
class ParaxialPupils:
    """The stop seen through the lens, and the object seen from it.

    Args:
        lens: as paraxial rays meet it.
        parallel: ray of unit height before the first surface, parallel to the axis.
        inclined: ray through the first vertex, of unit reduced slope n u before it.
        stop: index of the stop.
        object: height and slope of a ray from the axial object point, ``[2]``: (distance, 1), or (1, 0) if
            far.
    """

    lens: Meridian
    parallel: ParaxialRay
    inclined: ParaxialRay
    stop: Array
    object: tuple[Array, Array]

    @property
    def at_stop(self) -> tuple[Array, Array]:
        """A and B: heights at the stop of the two rays; A is 0 where the entrance pupil is at infinity."""
        return self.parallel.height[self.stop], self.inclined.height[self.stop]

    @property
    def reach(self) -> Array:
        """Height at the stop of the ray from the axial object point, mm."""
        a, b = self.at_stop
        return a * self.object[0] + b * self.lens.index[0] * self.object[1]

    @property
    def entrance(self) -> Array:
        """Distance from the first surface to the entrance pupil, mm."""
        a, b = self.at_stop
        return self.lens.index[0] * b / a

    @property
    def power(self) -> Array:
        """1 over the focal length in air, 1 / mm."""
        return -self.lens.index[-1] * self.parallel.slope[-1]

    def combined(self, height: Array, slope: Array) -> ParaxialRay:
        """The ray of a height on the first surface and a slope before it, as a sum of the two."""
        bent = self.lens.index[0] * slope
        return ParaxialRay(
            height * self.parallel.height + bent * self.inclined.height,
            height * self.parallel.slope + bent * self.inclined.slope,
        )

    @property
    def axial(self) -> ParaxialRay:
        """A ray from the axial object point, of the height and slope that ``object`` has."""
        one = jnp.ones_like(self.power)
        return self.combined(self.object[0] * one, self.object[1] * one)

    def marginal(self, stop_semi_aperture: Array) -> ParaxialRay:
        """The ray from the axial object point to the rim of the stop."""
        share = stop_semi_aperture / self.reach
        return self.combined(self.object[0] * share, self.object[1] * share)

    def chief(self, point: Array) -> ParaxialRay:
        """The ray from an object point through the middle of the stop.

        Args:
            point: slope of the light that comes from a far object; the height of a near one, with its sign
                changed, since its light goes the other way.
        """
        a, b = self.at_stop
        share = point / self.reach
        return self.combined(-b * self.lens.index[0] * share, a * share)


def paraxial_pupils(through: Meridian, stop: Array) -> ParaxialPupils:
    """The pupils of a lens with its stop at a surface."""
    one = jnp.ones(through.index.shape[1:])
    far = jnp.isinf(through.thickness[0])
    both = follow(through, jnp.stack([one, 0 * one]), jnp.stack([0 * one, one / through.index[0]]))
    parallel, inclined = (ParaxialRay(both.height[:, ray], both.slope[:, ray]) for ray in (0, 1))
    axial_point = (jnp.where(far, 1.0, through.thickness[0]), jnp.where(far, 0.0, 1.0))
    return ParaxialPupils(through, parallel, inclined, stop, axial_point)


def both_sections(lens: ParaxialLens) -> tuple[ParaxialPupils, ParaxialPupils]:
    """The pupils of a lens in xz and in yz, one and the same for surfaces of revolution."""
    along = paraxial_pupils(lens.along, lens.stop)
    return (along if lens.across is None else paraxial_pupils(lens.across, lens.stop)), along


def stop_semi_aperture(lens: Lens) -> Array:
    """Radius of the stop that paraxial rays of the primary wavelength give, mm.

    Args:
        lens: with its aperture as an f-number, a pupil, a stop or a numerical aperture.
    """
    radius: Array = _stop_radius(paraxial_lens(lens))
    return radius


def stop_radius(lens: ParaxialLens) -> Array:
    """As `stop_semi_aperture`."""
    kind, value = lens.aperture_kind, lens.aperture
    if kind == "stop semi-aperture":
        return value
    primary = paraxial_pupils(lens.along, lens.stop)
    if kind == "object na":
        sine = value / primary.lens.index[0]
        return jnp.abs(primary.reach) * sine / jnp.sqrt(1 - sine**2)
    diameter = value
    if kind == "f-number":
        diameter = jnp.abs(primary.lens.index[-1] / primary.power) / value
    return jnp.abs(primary.at_stop[0]) * diameter / 2


_stop_radius = jax.jit(stop_radius)


def object_points(lens: Lens) -> Array:
    """The field points ``[field, 2]`` (x, y) as `ParaxialPupils.chief` takes them, at the primary wavelength.

    Slopes of the light for a far object, negative heights in mm for a near one. An angle at a near object
    is the chief ray's, from the paraxial entrance pupil's centre; a real image height is taken as a
    paraxial one.
    """
    return of_surfaces(_points(paraxial_lens(lens)), len(lens.fields))


def points(lens: ParaxialLens) -> Array:
    """As `object_points`, those of all fields that the lens was filled up with."""
    if lens.field_kind == "object height":
        return -lens.fields
    sections = both_sections(lens)
    if lens.field_kind == "angle":
        scales = [seen.reach / seen.at_stop[0] for seen in sections]
        return jnp.tan(lens.fields) * jnp.stack(scales)
    return lens.fields / jnp.stack([seen.chief(jnp.ones(())).height[-1] for seen in sections])


_points = jax.jit(points)


@register
@dataclass(frozen=True)
class Limits:
    """What the marginal and the chief ray go by.

    Args:
        stop: index of the stop.
        radius: of the stop, mm.
        point: the outermost field, as `ParaxialPupils.chief` takes it.
    """

    stop: Array
    radius: Array
    point: Array


@jax.jit
def limits(lens: ParaxialLens) -> Limits:
    """The stop, its radius and the outermost field of a lens, whatever they are given by."""
    return Limits(lens.stop, stop_radius(lens), largest_field(points(lens)))


def largest_field(places: Array) -> Array:
    """The radius of the outermost field point, in the terms of `object_points`."""
    squared = jnp.sum(places**2, axis=-1)
    off_axis = squared > 0
    return jnp.max(jnp.where(off_axis, jnp.sqrt(jnp.where(off_axis, squared, 1.0)), 0.0))

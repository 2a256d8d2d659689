"""Distortion: where real chief rays meet the image, beside where an ideal lens would image.

An ideal lens images a far point at ``f tan(angle)``, or at ``f angle`` if it is to scan or to see very wide,
and a near one at its height times the magnification. Calibrated distortion takes the f that fits all fields
best instead of the paraxial one.

Source: Welford, Aberrations of Optical Systems (1986), section 7.3; ISO 17850:2015, 4.2, for local geometric
distortion; SMIA 1.0 part 5, Camera characterisation specification (2004), for SMIA TV distortion.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal

import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics.aim import Sights, sights
from lichtbild.optics.chief_ray import chief_through
from lichtbild.optics.lens import Lens
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.pytree import register

Projection = Literal["f tan", "f theta"]


@register
@dataclass(frozen=True)
class Distortion:
    """Real and ideal image points, at the primary wavelength.

    Args:
        real: x and y where chief rays meet the image surface, mm, ``[2, field]``.
        ideal: x and y of the ideal lens's image, mm, ``[2, field]``.
        scale: its focal length, mm; its magnification for a near object.
        found: whether there is a chief ray, ``[field]``.
    """

    real: Array
    ideal: Array
    scale: Array
    found: Array

    @property
    def relative(self) -> Array:
        """Radial distortion in parts of the ideal height, ``[field]``; 0 on the axis."""
        squared = jnp.sum(self.ideal**2, axis=0)
        off_axis = squared > 0
        along = jnp.sum((self.real - self.ideal) * self.ideal, axis=0)
        return jnp.where(off_axis, along / jnp.where(off_axis, squared, 1.0), 0.0)

    @property
    def percent(self) -> Array:
        """The same in percent."""
        return 100 * self.relative


@register
@dataclass(frozen=True)
class DistortionGrid:
    """Distortion of a grid of object points whose ideal image is a rectangle of even meshes.

    Args:
        real: x and y, mm, ``[2, row, column]``, from the least y and x.
        ideal: as real.
        found: whether there is a chief ray, ``[row, column]``.
    """

    real: Array
    ideal: Array
    found: Array

    @property
    def smia_tv(self) -> Array:
        """SMIA TV distortion, percent: by how much the sides are longer than the middle of the picture.

        ``100 (A - B) / B`` with B the picture's height along its middle, and A the mean of its heights at the
        left and right edges.
        """
        y = self.real[1]
        height = y[-1] - y[0]
        edges, middle = (height[0] + height[-1]) / 2, height[height.shape[0] // 2]
        return 100 * (edges - middle) / middle

    @property
    def tv(self) -> Array:
        """TV distortion of the older measure, percent, half of SMIA's: an edge's bend over the height."""
        return self.smia_tv / 2


def distortion(lens: Lens, fields: Any = None, projection: Projection = "f tan") -> Distortion:
    """Distortion by the paraxial focal length or magnification.

    Args:
        lens: whose every asphere has a semi-aperture.
        fields: ``[field, 2]`` in the lens's own kind of field; by default the lens's.
        projection: of a far object; a near one is always flat.
    """
    aims, scale = sights(lens, fields), _scale(lens)
    rays = chief_through(aims)
    ideal = _ideal(aims, scale, projection)
    return Distortion(rays.image[..., lens.primary], ideal, scale, rays.found[..., lens.primary])


def calibrated_distortion(lens: Lens, fields: Any = None, projection: Projection = "f tan") -> Distortion:
    """Distortion by the focal length or magnification that leaves the least sum of squared distances.

    Args:
        lens: as of `distortion`.
        fields: which that sum is over, and as of `distortion`.
        projection: as of `distortion`.
    """
    found = distortion(lens, fields, projection)
    counts = jnp.where(found.found, 1.0, 0.0)
    unit = found.ideal / found.scale
    squared = jnp.sum(counts * unit**2)
    scale = jnp.sum(counts * found.real * unit) / jnp.where(squared > 0, squared, 1.0)
    return replace(found, ideal=unit * scale, scale=scale)


def distortion_grid(lens: Lens, half_width: Any, half_height: Any, count: int = 21) -> DistortionGrid:
    """Distortion over a sensor.

    Args:
        lens: as of `distortion`.
        half_width: of the ideal picture, mm.
        half_height: of the ideal picture, mm.
        count: of lines in either direction; odd.
    """
    side = np.linspace(-1, 1, count)
    ideal = jnp.stack(jnp.broadcast_arrays(half_width * side, half_height * side[:, None]))
    scale = _scale(lens)
    aims = sights(lens, None, [lens.wavelengths[lens.primary]])
    # Points grow the way the light goes: heights of near objects count with the other sign.
    flat = ideal.reshape(2, -1) / jnp.where(jnp.isinf(aims.distance), scale, -scale)
    point = jnp.where(jnp.isinf(aims.distance), jnp.arctan(flat), flat)
    rays = chief_through(replace(aims, point=point[:, :, None, None]))
    return DistortionGrid(rays.image.reshape(ideal.shape), ideal, rays.found.reshape(count, count))


def _scale(lens: Lens) -> Array:
    """Focal length for a far object, magnification for a near one."""
    found = first_order(lens)
    far = jnp.isinf(jnp.asarray(lens.object_distance, float))
    return jnp.where(far, found.focal_length, jnp.where(far, 1.0, found.magnification))


def _ideal(aims: Sights, scale: Array, projection: Projection) -> Array:
    """Image points of the ideal lens, mm, ``[2, field]``."""
    point = aims.point[..., 0, 0]
    far = jnp.isinf(aims.distance)
    slope = jnp.tan(jnp.where(far, point, 0.0))
    if projection == "f theta":
        squared = jnp.sum(slope**2, axis=0)
        off_axis = squared > 0
        tangent = jnp.sqrt(jnp.where(off_axis, squared, 1.0))
        slope = slope * jnp.where(off_axis, jnp.arctan(tangent) / tangent, 1.0)
    return jnp.where(far, scale * slope, -scale * point)

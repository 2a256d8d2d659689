"""Colours apart: lateral colour along the field, and longitudinal colour through the pupil, by real rays.

Source: Welford, Aberrations of Optical Systems (1986), sections 10.1 and 10.2, for the terms.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics.aim import Aimed, Sights, aimed, sights
from lichtbild.optics.chief_ray import aimed_chief, chief
from lichtbild.optics.launch import launched
from lichtbild.optics.lens import Lens
from lichtbild.optics.pytree import register
from lichtbild.optics.trace import Status, trace
from lichtbild.optics.train import without_apertures


@register
@dataclass(frozen=True)
class LateralColour:
    """Where chief rays of all wavelengths meet the image, from where that of the primary one does.

    Args:
        shift: x and y, mm, ``[2, field, wavelength]``.
        radial: along the field, positive away from the axis, mm, ``[f, w]``.
        found: whether both chief rays are there, ``[f, w]``.
    """

    shift: Array
    radial: Array
    found: Array

    @property
    def extent(self) -> Array:
        """Distance of the outermost from the innermost wavelength along the field, mm, ``[field]``."""
        return jnp.max(self.radial, axis=-1) - jnp.min(self.radial, axis=-1)


@register
@dataclass(frozen=True)
class LongitudinalColour:
    """Where rays from the axial object point cross the axis, by the zone of the stop that they pass.

    Args:
        zone: radius on the stop, in stop radii, ``[zone]``.
        focus: along z from the image surface's vertex, mm, ``[wavelength, zone]``.
        found: whether there is such a ray, ``[wavelength, zone]``.
    """

    zone: Array
    focus: Array
    found: Array


def lateral_colour(lens: Lens, fields: Any = None, wavelengths: Any = None) -> LateralColour:
    """Lateral colour of a lens.

    Args:
        lens: whose every asphere has a semi-aperture.
        fields: ``[field, 2]`` in the lens's own kind of field; by default the lens's.
        wavelengths: ``[wavelength]``, mm, the first of which the others are measured from; by default the
            lens's, measured from the primary one.
    """
    rays = chief(lens, fields, wavelengths)
    first = lens.primary if wavelengths is None else 0
    home = rays.image[:, :, first : first + 1]
    shift = rays.image - home
    squared = jnp.sum(home**2, axis=0)
    off_axis = squared > 0
    outward = home / jnp.where(off_axis, jnp.sqrt(jnp.where(off_axis, squared, 1.0)), 1.0)
    radial = jnp.sum(shift * outward, axis=0)
    return LateralColour(shift, radial, rays.found & rays.found[:, first : first + 1])


def longitudinal_colour(lens: Lens, wavelengths: Any = None, *, zones: int = 20) -> LongitudinalColour:
    """Longitudinal aberration and colour of a lens.

    Rays lie in the yz plane, above the axis; they cross it only if all surfaces stand on it.

    Args:
        lens: whose every asphere has a semi-aperture.
        wavelengths: ``[wavelength]``, mm; by default the lens's.
        zones: at ``1 / zones`` to 1 of the stop's radius.
    """
    zone = jnp.arange(1, zones + 1) / zones
    aims = sights(lens, None, wavelengths)
    aims = Sights(aims.train, aims.stop, aims.radius, aims.distance, jnp.zeros((2, 1, 1, 1)))
    focus, found = _crossings(aims, aimed_chief(aims), jnp.stack([jnp.zeros(zones), zone]))
    return LongitudinalColour(zone, focus, found)


@jax.jit
def _crossings(aims: Sights, chief: Aimed, wanted: Array) -> tuple[Array, Array]:
    """Where rays through wanted points of the stop cross the axis, from the image's vertex."""
    rays = aimed(aims, chief, wanted)
    traced = trace(without_apertures(aims.train), launched(aims.light, rays.place))
    position, direction = traced.rays.position, traced.rays.direction
    rise = jnp.where(jnp.abs(direction[1]) < FLAT, FLAT, direction[1])
    focus = position[2] - position[1] * direction[2] / rise - aims.train.origin[-1, 2]
    return focus[0], (rays.found & (traced.status == Status.PASSED))[0]


FLAT = 1e-12
"""Least slope of a ray that crosses the axis somewhere."""


def on_average(colour: LongitudinalColour) -> np.ndarray:
    """Focus of each wavelength, averaged over the area of the stop, mm, ``[wavelength]``."""
    weight = np.asarray(colour.zone)
    average: np.ndarray = np.asarray(colour.focus) @ weight / weight.sum()
    return average

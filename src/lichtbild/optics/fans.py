"""Fans: by how much rays in two sections of the stop miss the chief ray's image point.

Source: Welford, Aberrations of Optical Systems (1986), section 7.2, for the terms.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics.aim import Aimed, Sights, aimed, sights
from lichtbild.optics.chief_ray import aimed_chief
from lichtbild.optics.launch import launched
from lichtbild.optics.lens import Lens
from lichtbild.optics.pytree import register
from lichtbild.optics.trace import Status, trace


@register
@dataclass(frozen=True)
class Fans:
    """Transverse aberrations over two lines through the middle of the stop.

    Each is measured from the chief ray of the primary wavelength (the first one, if wavelengths were given).

    Args:
        stop: coordinate on the stop, in stop radii, ``[ray]``.
        tangential: (x, y) on the image for rays along y of the stop, mm, ``[2, field, wavelength, ray]``.
        sagittal: the same for rays along x of the stop.
        tangential_found: whether there is such a ray and no aperture stops it, ``[f, w, ray]``.
        sagittal_found: as above.
    """

    stop: Array
    tangential: Array
    sagittal: Array
    tangential_found: Array
    sagittal_found: Array


def fans(lens: Lens, fields: Any = None, wavelengths: Any = None, *, count: int = 41) -> Fans:
    """Ray fans of a lens.

    Args:
        lens: whose every asphere has a semi-aperture.
        fields: ``[field, 2]`` in the lens's own kind of field; by default the lens's.
        wavelengths: ``[wavelength]``, mm; by default the lens's.
        count: rays of each fan, the edges of the stop included; odd, so that the chief ray is one.
    """
    line, zeros = np.linspace(-1, 1, count), np.zeros(count)
    both = np.stack([np.concatenate([zeros, line]), np.concatenate([line, zeros])])
    aims = sights(lens, fields, wavelengths)
    primary = lens.primary if wavelengths is None else 0
    image, found = _landing(aims, aimed_chief(aims), both)
    missed = image - image[:, :, primary, count // 2][:, :, None, None]
    return Fans(
        jnp.asarray(line), missed[..., :count], missed[..., count:], found[..., :count], found[..., count:]
    )


@jax.jit
def _landing(aims: Sights, chief: Aimed, wanted: Array) -> tuple[Array, Array]:
    """Where rays through wanted points of the stop meet the image, and whether they do."""
    rays = aimed(aims, chief, wanted)
    traced = trace(aims.train, launched(aims.light, rays.place))
    return traced.rays.position[:2], rays.found & (traced.status == Status.PASSED)

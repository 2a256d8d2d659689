"""Vignetting: the part of the stop that is left of it, as factors of an ellipse.

Vignetting factors say where the point p of the unit disc lies in the stop: compressed by 1 - cx and 1 - cy,
moved by dx and dy, then turned about the stop's centre. Where a field point carries factors, its pupil is
that ellipse and apertures are not asked; elsewhere apertures alone say what passes.

Source: OpticStudio's help, "Vignetting factors" (VDX, VDY, VCX, VCY, VAN).
"""

from dataclasses import dataclass, replace
from math import pi
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics.aim import Sights, near_chief_rays, sights
from lichtbild.optics.lens import Lens, Vignetting
from lichtbild.optics.pupil import Pupil, pupil, rim_at
from lichtbild.optics.pytree import register

NONE = 1e-9
"""Factors smaller than this, in stop radii, are rounding."""

CORRECTIONS = 30
"""Steps of the search for the width of a pupil at the height of its middle."""


@register
@dataclass(frozen=True)
class Ellipses:
    """The parts of the stop that vignetting factors leave, ``[field, 1, 1]`` each.

    Args:
        centre: ``[2, field, 1, 1]``, stop radii.
        axes: from the unit disc, ``[2, 2, field, 1, 1]``.
        is_given: whether the field point has factors.
    """

    centre: Array
    axes: Array
    is_given: np.ndarray

    def points(self, disc: Array) -> tuple[Array, Array]:
        """Points of the disc ``[2, ray]`` in the stop, ``[2, field, 1, ray]``, and the map's area factor."""
        inside = self.centre + jnp.einsum("ijfwo,jr->ifwr", self.axes, disc)
        (a, b), (c, d) = self.axes
        return inside, jnp.abs(a * d - b * c)


def ellipses(lens: Lens) -> Ellipses | None:
    """What the vignetting factors of a lens's fields leave of the stop; None if none has any."""
    factors = [point.vignetting for point in lens.fields]
    if not any(factors):
        return None
    parts = [_ellipse(each or Vignetting()) for each in factors]
    centre, axes = (jnp.stack(values, axis=-1)[..., None, None] for values in zip(*parts, strict=True))
    return Ellipses(centre, axes, np.array([each is not None for each in factors])[:, None, None])


def _ellipse(factors: Vignetting) -> tuple[Array, Array]:
    cosine, sine = jnp.cos(jnp.asarray(factors.angle, float)), jnp.sin(jnp.asarray(factors.angle, float))
    turn = jnp.stack([jnp.stack([cosine, -sine]), jnp.stack([sine, cosine])])
    moved = jnp.stack([jnp.asarray(factors.dx, float), jnp.asarray(factors.dy, float)])
    shrunk = jnp.stack([1 - jnp.asarray(factors.cx, float), 1 - jnp.asarray(factors.cy, float)])
    return turn @ moved, turn * shrunk


def vignetting_factors(lens: Lens) -> tuple[Vignetting, ...]:
    """Factors of each field point for what apertures leave of the stop, at the primary wavelength.

    Where the pupil is cut, the ellipse has its top and bottom on the stop's y axis, or on the line through
    the pupil's middle parallel to it, and its sides at the height of their middle; turned ellipses are not
    sought.

    Args:
        lens: with semi-apertures; factors that it carries are passed over.
    """
    free = replace(lens, fields=tuple(replace(point, vignetting=None) for point in lens.fields))
    extents = np.asarray(_extents(sights(free, wavelengths=np.array([lens.wavelengths[lens.primary]]))))
    return tuple(_factors(*extents[:, field]) for field in range(len(lens.fields)))


@jax.jit
def _extents(aims: Sights) -> Array:
    """Right, left, top and bottom of each pupil, in stop radii, ``[4, field]``."""
    part = pupil(aims, near_chief_rays(aims))
    centre = part.centre[:, :, 0, 0]
    up, down = (rim_at(part, jnp.array([angle]))[:, 0, 0] for angle in (pi / 2, -pi / 2))
    top, bottom = centre[1] + up, centre[1] - down
    height = (top + bottom) / 2 - centre[1]
    right, left = (_half_width(part, height, side) for side in (1.0, -1.0))
    return jnp.stack([centre[0] + right, centre[0] - left, top, bottom])


def _half_width(part: Pupil, height: Array, side: float) -> Array:
    """From the line through a pupil's centre to its rim, at a height over the centre, ``[field]``."""

    def closer(_: Any, width: Array) -> Array:
        angle = jnp.arctan2(height, side * width)
        rim = rim_at(part, angle[:, None, None])[:, 0, 0]
        return jnp.sqrt(jnp.maximum(rim * rim - height * height, 0.0))

    start = rim_at(part, jnp.array([0.0 if side > 0 else pi - 1e-9]))[:, 0, 0]
    width: Array = jax.lax.fori_loop(0, CORRECTIONS, closer, start)
    return width


def _factors(right: float, left: float, top: float, bottom: float) -> Vignetting:
    """Factors of an ellipse by its ends."""
    values = ((right + left) / 2, (top + bottom) / 2, 1 - (right - left) / 2, 1 - (top - bottom) / 2)
    return Vignetting(*(0.0 if abs(value) < NONE else float(value) for value in values))

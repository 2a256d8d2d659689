"""Vignetting: the part of the stop that is left of it, as factors of an ellipse.

Vignetting factors say where the point p of the unit disc lies in the stop: compressed by 1 - cx and 1 - cy,
moved by dx and dy, then turned about the stop's centre. Where a field point carries factors, its pupil is
that ellipse and apertures are not asked; elsewhere apertures alone say what passes.

Source: OpticStudio's help, "Vignetting factors" (VDX, VDY, VCX, VCY, VAN).
"""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics.lens import Lens, Vignetting
from lichtbild.optics.pytree import register


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

"""Optical transfer function: the overlap of a pupil function with itself, integrated without a grid.

    OTF(f) = integral A(c + s/2) A(c - s/2) exp(i k [T(c + s/2) - T(c - s/2)]) dc        s = wavelength f

over the region where both points lie in the pupil; c is the pair of optical direction cosines, so that this
holds at any angle. The region is ruled by straight lines between its two arcs, on which Gauss's points lie in
both directions: as everything is smooth there, the sum converges as fast as for a polynomial, and it has
derivatives by all that the pupil depends on, its edge included.

Source: Goodman, Introduction to Fourier Optics (3rd ed.), equation 6-28.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics import outline
from lichtbild.optics.fourier import summed
from lichtbild.optics.pupil_function import PupilFunction, amplitude, eikonal, over_pupils

FINE = 32
"""Gauss's points along and across the overlap."""


@partial(jax.jit, static_argnames=("points",))
def transfer(
    pupil: PupilFunction, frequencies: Array, focus: Array | float = 0.0, points: int = FINE
) -> Array:
    """Complex optical transfer function about the pencil's reference point, 1 at frequency 0.

    Args:
        pupil: of each field and wavelength.
        frequencies: components along x and y of each sample, ``[2, field, sample]``, cycles / mm.
        focus: distance of the plane behind the image, mm.
        points: Gauss's points along and across the overlap.

    Returns:
        ``[field, wavelength, sample]``.
    """
    batch = pupil.misfit.shape
    each = jnp.moveaxis(frequencies, 0, 1)[:, None]
    each = jnp.broadcast_to(each, (*batch, *each.shape[2:]))
    return over_pupils(lambda case: of_one_pupil(case[0], case[1], focus, points), (pupil, each))


def of_one_pupil(pupil: PupilFunction, frequencies: Array, focus: Array | float, points: int) -> Array:
    """Complex transfer function of one pupil at frequencies ``[2, sample]``."""
    shifts = frequencies * pupil.wavelength
    dense = outline.dense(pupil.outline)
    plus, minus, area = jax.vmap(lambda s: overlap(pupil.outline, dense, s, points), -1, (1, 1, 0))(shifts)
    both = jnp.concatenate([plus.reshape(2, -1), minus.reshape(2, -1)], axis=-1)
    a, b = amplitude(pupil, both).reshape(2, *area.shape)
    t, u = eikonal(pupil, both, focus).reshape(2, *area.shape)
    phase = 2 * np.pi / pupil.wavelength * (t - u)
    return summed(phase, a * b * area)


def overlap(coefficients: Array, dense: Array, shift: Array, points: int) -> tuple[Array, Array, Array]:
    """Pairs of points of a convex pupil that are a shift apart, and their areas.

    Args:
        coefficients: of the outline, ``[2, harmonic]``.
        dense: many points of it, for the search of corners.
        shift: ``[2]``.
        points: Gauss's points along and across.

    Returns:
        The pairs' points forward and backward along the shift, ``[2, pair]``, and the areas ``[pair]``,
        which are all 0 where there is no overlap.
    """
    node, weight = np.polynomial.legendre.leggauss(points)
    share, weight = (node + 1) / 2, weight / 2
    ends, overlapping = outline.corners(coefficients, dense, shift)
    spans = ends[1] - ends[0]
    t = ends[0][:, None] + spans[:, None] * share
    value, slope = outline.curve(coefficients, t.reshape(-1))
    (forward, backward), (toward, back) = (
        jnp.moveaxis(v.reshape(2, 2, points), 1, 0) for v in (value, slope)
    )
    forward, backward = forward - shift[:, None] / 2, backward + shift[:, None] / 2
    toward, back = toward * spans[0], back * spans[1]
    across = forward - backward
    middle = backward[:, :, None] + across[:, :, None] * share
    along = back[:, :, None] + (toward - back)[:, :, None] * share
    turned = across[0][:, None] * along[1] - across[1][:, None] * along[0]
    area = jnp.where(overlapping, turned, 0.0) * weight[:, None] * weight
    middle, half = middle.reshape(2, -1), shift[:, None] / 2
    return middle + half, middle - half, area.reshape(-1)

"""Of lens: what merit functions over a whole `Lens` are put together from, as plain functions.

::

    def merit(lens: Lens) -> Array:
        focal = beyond(focal_length(lens), 5.18, 5.20) / 0.01
        return jnp.concatenate([wavefront_errors(lens).ravel() / 0.05, focal.ravel()])

All are differentiable. Values are infinite where rays within the pupil are lost, so that a search steps back
from there; light that a surface or an aperture cuts off lies outside of it. `light_widths` asks for the whole
stop. Limits are laid upon them by `lichtbild.optics.merit.operands.beyond`.
"""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.core.errors import BadInput
from lichtbild.optics import disc as discs
from lichtbild.optics import mtf_overlap, pencil
from lichtbild.optics.aim import aimed, near_chief_rays, sights
from lichtbild.optics.bundle import Bundle, bundle
from lichtbild.optics.chief_ray import chief
from lichtbild.optics.disc import Disc
from lichtbild.optics.distortion import distortion
from lichtbild.optics.illumination import relative_illumination
from lichtbild.optics.launch import launched
from lichtbild.optics.lens import Lens
from lichtbild.optics.medium import Air
from lichtbild.optics.mtf import directions
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.pupil_function import pupil_function
from lichtbild.optics.trace import Status, trace_through
from lichtbild.optics.wavefront import of_bundle, with_centre

RINGS = pencil.Rings(8, 26, 32)
"""Rays of a contrast's pencils: for polynomials of `DEGREE`, more than twice as many arms as that."""

DEGREE = 12
"""Of the eikonals that contrasts are computed from."""


def wavefront_errors(
    lens: Lens, disc: Disc | None = None, fields: Any = None, wavelengths: Any = None, *, tilt: bool = True
) -> Array:
    """Optical path differences whose squares add up to the squared wavefront RMS of each pupil.

    Args:
        lens: whose every asphere has a semi-aperture.
        disc: points of the pupil; by default 4 rings of 12.
        fields: ``[field, 2]`` in the lens's own kind of field; by default the lens's.
        wavelengths: mm; by default the lens's.
        tilt: count from the primary chief ray's point; else from the point that is best for each pupil.

    Returns:
        In wavelengths, ``[field, wavelength, ray]``.
    """
    points = discs.polar(4, 12) if disc is None else disc
    light = bundle(lens, with_centre(points), fields, wavelengths)
    found = of_bundle(lens, points, light, wavelengths)
    found = found if tilt else found.without_tilt()
    share = found.weight / jnp.sum(found.weight, axis=-1, keepdims=True)
    apart = found.difference - jnp.sum(share * found.difference, axis=-1, keepdims=True)
    return jnp.where(_is_whole(light)[..., None], apart * jnp.sqrt(share), jnp.inf)


def wavefront_rms(
    lens: Lens, disc: Disc | None = None, fields: Any = None, wavelengths: Any = None, *, tilt: bool = True
) -> Array:
    """Wavefront RMS in wavelengths, ``[field, wavelength]``; arguments as of `wavefront_errors`.

    Least squares go by the errors themselves: their curvature follows from first derivatives, that of their
    RMS does not.
    """
    errors = wavefront_errors(lens, disc, fields, wavelengths, tilt=tilt)
    return jnp.sqrt(jnp.sum(errors**2, axis=-1) + 1e-30)


def contrast(lens: Lens, frequency: Any, fields: Any = None, *, focus: Any = 0.0) -> Array:
    """Polychromatic modulation transfer by diffraction, ``[field, direction]``: tangential, then sagittal.

    Args:
        lens: whose every asphere has a semi-aperture; its wavelengths count by their weights.
        frequency: cycles / mm.
        fields: ``[field, 2]`` in the lens's own kind of field; by default the lens's.
        focus: distance of the plane behind the image surface, mm.
    """
    light = bundle(lens, pencil.points(RINGS), fields)
    pupils = pupil_function(pencil.of_bundle(lens, light, None, RINGS), DEGREE)
    components = directions(lens, fields) * jnp.asarray(frequency, float)
    found = mtf_overlap.transfer(pupils, components, focus)
    share = jnp.asarray(lens.weights, float) / sum(lens.weights)
    mean = jnp.einsum("fwd,w->fd", found, share)
    modulus = jnp.sqrt(mean.real**2 + mean.imag**2 + 1e-30)
    return jnp.where(jnp.all(_is_whole(light), axis=1)[:, None], modulus, jnp.inf)


def illumination(lens: Lens, fields: Any = None) -> Array:
    """Relative illumination, all wavelengths by their weights, ``[field]``."""
    found = relative_illumination(lens, fields)
    return jnp.where(found.found < 1, jnp.inf, found.polychromatic(lens.weights))


def focal_length(lens: Lens) -> Array:
    """Paraxial, at the primary wavelength, mm."""
    return first_order(lens).focal_length


def relative_distortion(lens: Lens, fields: Any = None) -> Array:
    """Of chief rays beside f tan(angle), as a share, ``[field]``."""
    found = distortion(lens, fields)
    return jnp.where(found.found, found.relative, jnp.inf)


def chief_angle(lens: Lens, fields: Any = None) -> Array:
    """Angles of the primary chief rays on the image, rad, ``[field]``."""
    found = chief(lens, fields)
    return jnp.where(found.found, found.angle, jnp.inf)[:, lens.primary]


def total_track(lens: Lens) -> Array:
    """From the first surface to the image along the axis, mm."""
    return back_focus(lens, 0)


def back_focus(lens: Lens, behind: int = -1) -> Array:
    """From a surface, by default the last one, to the image along the axis, mm."""
    gaps = lens.gaps[1:][behind:]
    return jnp.sum(jnp.stack([jnp.asarray(gap.thickness, float) for gap in gaps]))


def light_widths(lens: Lens, fields: Any = None, arms: int = 16) -> Array:
    """How far from the axis the light that fills the stop meets each surface, mm, ``[surface]``.

    Args:
        lens: whose every asphere has a semi-aperture; what these cut off counts here all the same.
        fields: ``[field, 2]`` in the lens's own kind of field; by default the lens's.
        arms: rays along the rim of the stop.
    """
    aims = sights(lens, fields)
    goals = jnp.asarray(discs.rim(arms).points)[:, None, None]
    goals = jnp.broadcast_to(goals, (2, *aims.point.shape[1:3], arms))
    rays = aimed(aims, near_chief_rays(aims), goals)
    passage = trace_through(aims.train, launched(aims.light, rays.place))
    squared = jnp.max(jnp.sum(passage.place**2, axis=1), axis=(1, 2, 3))[:-1]
    whole = jnp.all(rays.found & (passage.status == Status.PASSED))
    return jnp.where(whole, jnp.sqrt(squared + 1e-30), jnp.inf)


def diameter_ratios(lens: Lens, fields: Any = None) -> Array:
    """Each element's diameter over that of the one before it, ``[element - 1]``.

    An element is a gap that is not air, as wide as the light on the wider one of its surfaces.

    Raises:
        BadInput: the lens has fewer than two elements.
    """
    front = np.array([i for i, gap in enumerate(lens.gaps[1:-1]) if not isinstance(gap.medium, Air)], int)
    if len(front) < 2:
        raise BadInput("the lens has fewer than two elements, so that none is wider than another")
    widths = light_widths(lens, fields)
    wide = jnp.maximum(widths[front], widths[front + 1])
    return wide[1:] / wide[:-1]


def _is_whole(light: Bundle) -> Array:
    """Whether all rays of a field and wavelength arrive, ``[field, wavelength]``."""
    return jnp.all(light.traced.status == Status.PASSED, axis=-1)

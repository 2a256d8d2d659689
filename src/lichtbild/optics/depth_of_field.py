"""Depth of field and of focus: what is sharp enough before and behind the distance focused on.

A point that is out of focus sends a cone through the entrance pupil whose section in the plane of focus is a
disc; its image is the blur. Seen in that plane everything is exact by similar triangles, for thick lenses
and for those whose pupils differ in size. With distances s from the entrance pupil, its diameter D,
magnification m and a blur of diameter c on the image surface: near and far limits are ``s |m| D / (|m| D +
c)`` and ``s |m| D / (|m| D - c)``.

Sources: Kingslake, Optics in Photography (1992), chapter 5 (with the entrance pupil as reference); Born and
    Wolf,
Principles of Optics (7th ed.), section 8.8.2 (depth of focus by diffraction: a quarter wave at the pupil's
rim).
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics.lens import Lens
from lichtbild.optics.meridian import wave_of
from lichtbild.optics.paraxial import FirstOrder, first_order
from lichtbild.optics.pytree import register


@register
@dataclass(frozen=True)
class DepthOfField:
    """Distances of objects from the first surface, mm.

    Args:
        focus: the distance focused on.
        near: the nearest that is sharp enough.
        far: the farthest that is sharp enough; may be infinite.
        hyperfocal: to focus on so that the far limit just becomes infinite, moving the whole lens.
    """

    focus: Array
    near: Array
    far: Array
    hyperfocal: Array


@register
@dataclass(frozen=True)
class DepthOfFocus:
    """How far the image surface may stand from the focus, to either side, mm.

    Args:
        geometric: for the permitted blur of a lens without aberrations.
        diffraction: for a quarter of a wavelength at the pupil's rim, 2 n' wavelength N^2.
    """

    geometric: Array
    diffraction: Array


def depth_of_field(lens: Lens, blur: Any, wavelength: Any = None) -> DepthOfField:
    """Limits of sharpness of a lens that is in focus for its object distance.

    Args:
        lens: with a real image.
        blur: permitted diameter of the blur on the image surface, mm; two pixels are usual.
        wavelength: mm; by default the primary one.
    """
    data, distance = first_order(lens, wavelength), jnp.asarray(lens.object_distance, float)
    found: DepthOfField = _depth_of_field(data, distance, jnp.asarray(blur, float))
    return found


@jax.jit
def _depth_of_field(data: FirstOrder, distance: Array, blur: Array) -> DepthOfField:
    pupil = data.entrance_pupil_diameter
    far_object = jnp.isinf(distance)
    finite = jnp.where(far_object, 1.0, distance)
    scale = jnp.abs(data.magnification) * pupil
    # Magnification times distance has a limit for a far object: the focal length in object space.
    reach = jnp.where(
        far_object, jnp.abs(data.object_focal_length) * pupil, scale * (finite + data.entrance_pupil)
    )
    beyond = scale > blur
    return DepthOfField(
        focus=distance + jnp.zeros_like(scale),
        near=reach / (scale + blur) - data.entrance_pupil,
        far=jnp.where(beyond, reach / jnp.where(beyond, scale - blur, 1.0) - data.entrance_pupil, jnp.inf),
        hyperfocal=_hyperfocal(data, blur),
    )


def hyperfocal_distance(lens: Lens, blur: Any, wavelength: Any = None) -> Array:
    """Distance from the first surface to focus on so that everything from about half of it on is sharp, mm.

    Args:
        lens: with a real image; focusing moves the whole of it.
        blur: permitted diameter of the blur on the image surface, mm.
        wavelength: mm; by default the primary one.
    """
    return _hyperfocal(first_order(lens, wavelength), jnp.asarray(blur, float))


def _hyperfocal(data: FirstOrder, blur: Array) -> Array:
    # By Newton's equation the object lies f / |m| before the front focal point, and |m| D is the blur.
    distance: Array = jnp.abs(data.object_focal_length) * data.entrance_pupil_diameter / blur
    return distance - data.front_focal_length


def depth_of_focus(
    lens: Lens, blur: Any, wavelength: Any = None, working_f_number: Any = None
) -> DepthOfFocus:
    """How far the image surface may be off, to either side.

    Args:
        lens: with a real image.
        blur: permitted diameter of the blur, mm.
        wavelength: mm; by default the primary one.
        working_f_number: 1 / (2 n' sin) of the real marginal ray, where it has been traced; by default the
            paraxial one.
    """
    data = first_order(lens, wavelength)
    number = data.working_f_number if working_f_number is None else jnp.asarray(working_f_number, float)
    index = jnp.abs(data.focal_length * data.power)
    wave = wave_of(lens, wavelength)
    return DepthOfFocus(geometric=blur * index * number, diffraction=2 * index * wave * number**2)

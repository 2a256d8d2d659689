"""Opening: a stop that is as wide as the beam asks for, while all before it moves."""

from dataclasses import replace

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.core.errors import BadInput
from lichtbild.optics.launch import beam, launched
from lichtbild.optics.lens import Aperture
from lichtbild.optics.merit.form import Form, Opening, train_of
from lichtbild.optics.trace import Status, trace


def opening(aperture: Aperture, wave: int) -> Opening | None:
    """What an aperture asks for; None for a stop that keeps its size.

    Args:
        aperture: of a lens for a far object.
        wave: index of the wavelength that focal length and stop are told for.

    Raises:
        BadInput: a numerical aperture, which a far object does not have.
    """
    value = jnp.asarray(aperture.value, float)
    match aperture.kind:
        case "stop semi-aperture":
            return None
        case "f-number":
            return Opening(0.5 / value, jnp.zeros(()), wave)
        case "entrance pupil diameter":
            return Opening(jnp.zeros(()), value / 2, wave)
    raise BadInput(f"an aperture told as {aperture.kind} is that of a near object; design takes a far one")


def opened(form: Form) -> Form:
    """The form with the stop that its opening asks for, by a real ray as `lichtbild.optics.aim.stop_radius`.

    Where that ray does not reach the stop, the stop stays as it is.
    """
    wanted = form.opening
    if wanted is None:
        return form
    height = wanted.share * focal_length(form, wanted.wave) + wanted.height
    front = train_of(replace(form, index=form.index[:, wanted.wave, None])).rows(slice(form.stop + 1))
    place = jnp.stack([jnp.zeros(()), height])[:, None, None]
    traced = trace(front, launched(beam(jnp.asarray(jnp.inf), jnp.zeros((2, 1, 1))), place), clip=False)
    passed = traced.status[0, 0] == Status.PASSED
    return replace(form, stop_radius=jnp.where(passed, traced.rays.position[1, 0, 0], form.stop_radius))


def focal_length(form: Form, wave: int | None = None) -> Array:
    """Paraxial, at a wavelength of the form's, by default the middle one, mm."""
    index = form.index[:, form.index.shape[1] // 2 if wave is None else wave]
    curvature = form.shape.curvature[:-1]
    if form.shape.even is not None:
        curvature = curvature + 2 * form.shape.even[:-1, 0]

    def step(ray: tuple[Array, Array], surface: tuple[Array, ...]) -> tuple[tuple[Array, Array], None]:
        height, slope = ray
        bend, before, after, thickness = surface
        slope = slope - height * bend * (after - before)
        return (height + thickness * slope / after, slope), None

    rows = (curvature, index[:-1], index[1:], form.thickness)
    (_, slope), _ = jax.lax.scan(step, (jnp.ones(()), jnp.zeros(())), rows)
    return -1 / jnp.where(jnp.abs(slope) < 1e-9, 1e-9, slope)

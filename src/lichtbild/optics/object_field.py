"""Object field: the object points that a lens's field points mean, whatever their kind.

Object points are pairs that grow the way the light goes, as `lichtbild.optics.launch` takes them: angles of a
far one in rad, heights of a near one with their sign changed, mm.
"""

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics.continuation import follow, implicit, polished
from lichtbild.optics.launch import beam, launched
from lichtbild.optics.lens import FieldPoint, Lens
from lichtbild.optics.pupils import object_points, stop_semi_aperture
from lichtbild.optics.trace import Status, trace_through
from lichtbild.optics.train import train


def with_fields(lens: Lens, fields: Any) -> Lens:
    """The lens with other field points, ``[field, 2]`` in its own kind of field."""
    rows = jnp.asarray(fields, float)
    return replace(lens, fields=tuple(FieldPoint(*_pair(row)) for row in rows))


def _pair(row: Array) -> tuple[Any, Any]:
    return row[0], row[1]


def object_field(lens: Lens) -> Array:
    """The object points of a lens's fields, ``[2, field]``.

    A real image height that no chief ray was found for is NaN.
    """
    if lens.field_kind == "real image height":
        return _points_of_real_heights(lens)
    paraxial = object_points(lens).T
    if lens.field_kind == "object height":
        return paraxial
    far = jnp.isinf(jnp.asarray(lens.object_distance, float))
    angles = jnp.arctan(paraxial) if lens.field_kind == "image height" else _values(lens)
    return jnp.where(far, angles, paraxial)


def _values(lens: Lens) -> Array:
    return jnp.stack(
        [jnp.stack([jnp.asarray(getattr(f, axis), float) for f in lens.fields]) for axis in "xy"]
    )


def _points_of_real_heights(lens: Lens) -> Array:
    """Object points whose real chief rays of the primary wavelength meet the image at the fields' heights.

    Unknowns are a ray's place and its object point together; both are followed from the axis as the height
    grows.
    """
    heights = _values(lens)
    widest = jnp.maximum(jnp.max(jnp.abs(jax.lax.stop_gradient(heights))), 1e-9)
    surfaces = train(lens, jnp.asarray(lens.wavelengths[lens.primary], float))
    now = (surfaces, stop_semi_aperture(lens), jnp.asarray(lens.object_distance, float))
    frozen = jax.lax.stop_gradient(now)

    def ends(now: Any, unknown: Array) -> tuple[Array, Array]:
        """Where a ray passes the stop and the image, in parts of their sizes."""
        surfaces, radius, distance = now
        passage = trace_through(surfaces, launched(beam(distance, unknown[2:]), unknown[:2]))
        ends = jnp.concatenate([passage.place[lens.stop] / radius, passage.place[-1] / widest])
        return ends, passage.status == Status.PASSED

    start = jnp.zeros((4, heights.shape[1]))
    goal = jnp.concatenate([jnp.zeros_like(heights), heights / widest])
    still = jax.lax.stop_gradient(goal)

    def family(unknown: Array, t: Array) -> tuple[Array, Array]:
        there, whole = ends(frozen, unknown)
        return there - t * still, whole

    near, _, arrived = follow(family, start)

    def miss(unknown: Array) -> tuple[Array, Array]:
        there, whole = ends(frozen, unknown)
        return there - still, whole

    root, columns, found = polished(miss, near)
    found_points = implicit(lambda unknown: ends(now, unknown)[0] - goal, root, columns)[2:]
    return jnp.where(arrived & found, found_points, jnp.nan)

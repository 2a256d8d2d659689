"""Frozen lens: the lens with its stop as a hole of fixed size and its object points in their places.

A budget's errors are those of glass and barrel; a real stop does not grow to keep an f-number, and a test
chart does not move to keep an image height.
"""

from dataclasses import replace
from math import cos, isinf, pi, sin

import jax.numpy as jnp
import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.optics.aim import stop_radius
from lichtbild.optics.lens import Aperture, FieldPoint, Lens
from lichtbild.optics.object_field import object_field, with_fields


def frozen(lens: Lens, shares: tuple[float, ...], azimuths: int) -> Lens:
    """The lens with fixed stop and fixed object points, at shares of its outermost field all around.

    Args:
        lens: whose every asphere has a semi-aperture.
        shares: of the outermost field, from 0 to 1.
        azimuths: of each share but 0.

    Raises:
        BadInput: a field has no chief ray.
    """
    points = field_points(lens, shares, azimuths)
    radius = float(stop_radius(lens))
    there = np.asarray(object_field(with_fields(lens, jnp.asarray(points))))
    if not np.all(np.isfinite(there)):
        raise BadInput(
            "no chief ray reaches one of the fields of the budget's limits; give smaller shares of the field"
        )
    far = isinf(float(lens.object_distance))
    fields = tuple(FieldPoint(float(x), float(y)) for x, y in (there if far else -there).T)
    return replace(
        lens,
        aperture=Aperture("stop semi-aperture", radius),
        field_kind="angle" if far else "object height",
        fields=fields,
        configurations=(),
    )


def field_points(lens: Lens, shares: tuple[float, ...], azimuths: int) -> np.ndarray:
    """Points ``[field, 2]`` of the lens's own kind: for each share the azimuths from +y over +x, or the axis.

    Raises:
        BadInput: shares off the axis of a lens that has no field.
    """
    widest = max(float(np.hypot(float(point.x), float(point.y))) for point in lens.fields)
    if widest == 0 and any(share > 0 for share in shares):
        raise BadInput(
            "the lens has no field off its axis, but the budget's limits have; give fields = [0.0]"
        )
    points = []
    for share in shares:
        turns = [2 * pi * k / azimuths for k in range(azimuths)] if share > 0 else [0.0]
        points += [(widest * share * sin(turn), widest * share * cos(turn)) for turn in turns]
    return np.array(points)


def share_of_field(shares: tuple[float, ...], azimuths: int) -> np.ndarray:
    """The share that each of `field_points` is at, ``[field]``."""
    return np.concatenate([np.full(azimuths if share > 0 else 1, share) for share in shares])

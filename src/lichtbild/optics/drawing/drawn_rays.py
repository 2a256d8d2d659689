"""Rays that a drawing of a lens shows: a few of each field's, from edge to edge of its real pupil."""

from collections.abc import Sequence
from dataclasses import replace
from math import degrees, hypot

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics.arrivals import Through
from lichtbild.optics.bundle import Bundle, bundle
from lichtbild.optics.disc import fan
from lichtbild.optics.drawing.layout import RayBundle
from lichtbild.optics.launch import beam, launched
from lichtbild.optics.lens import Lens
from lichtbild.optics.light_cone import chiefs, fan_places, points_of
from lichtbild.optics.scope import Glassware
from lichtbild.optics.trace import Status, trace_through
from lichtbild.optics.train import train

MOST = 4
"""Fields that are shown where none are asked for."""


def drawn_rays(
    lens: Lens, fields: Sequence[tuple[float, float]] | None = None, count: int = 7
) -> tuple[RayBundle, ...]:
    """Meridional rays of some fields at the primary wavelength, for `layout` and `solid`.

    Args:
        lens: whose every surface has a semi-aperture.
        fields: in the lens's own kind of field (rad or mm); None takes a few of the lens's own, the first and
            the last among them.
        count: rays of each field.
    """
    points = np.asarray(_own_fields(lens) if fields is None else fields, dtype=float)
    wave = jnp.asarray([float(lens.wavelengths[lens.primary])])
    return of_bundle(lens, bundle(lens, fan(count), points, wave), points, 0)


def of_bundle(lens: Lens, rays: Bundle, points: np.ndarray, wavelength: int) -> tuple[RayBundle, ...]:
    """The rays of a bundle at one of its wavelengths, as drawings take them.

    Args:
        lens: of the bundle.
        rays: along a line through the pupils.
        points: the bundle's field points, ``[field, 2]``.
        wavelength: number of the bundle's wavelength; the lens's primary one.
    """
    wave = jnp.asarray([float(lens.wavelengths[lens.primary])])
    rays = jax.tree.map(lambda values: _of_wavelength(values, rays, wavelength), rays)
    passage = trace_through(train(lens, wave[:, None]), rays.launch)
    position = np.array(passage.position)[:, :, :, 0]
    lost = np.where(np.asarray(passage.status) == 0, position.shape[0], np.asarray(passage.where))[:, 0]
    lost = np.where(np.asarray(rays.traced.status)[:, 0] == Status.UNAIMED, 0, lost)
    gone = np.arange(position.shape[0])[:, None, None] >= lost
    position[np.broadcast_to(gone[:, None], position.shape)] = np.nan
    incoming = np.asarray(rays.launch.direction)[:, :, 0]
    return tuple(
        RayBundle(position[:, :, index], field_label(lens, point), incoming[:, index])
        for index, point in enumerate(points)
    )


def seen_rays(ready: Through, tangents: np.ndarray, count: int = 7) -> tuple[RayBundle, ...]:
    """Meridional rays of directions up one radius, through a lens that is looked through already.

    Args:
        ready: the lens; rays run at its primary wavelength.
        tangents: of the directions from the entrance pupil, ``[field]``.
        count: rays of each.
    """
    looked = ready.scope.some(slice(-1, None))
    points = points_of(looked, tangents, ready.pupil)
    middle = chiefs(looked, points)
    y = fan_places(looked, middle, points, count)[:, 0]
    place, point = np.stack([np.zeros_like(y), y]), np.broadcast_to(points[:, None], y.shape)
    position, incoming, passed = map(
        np.array, _followed(looked.through, np.stack([np.zeros_like(point), point]), place)
    )
    position[:, :, ~(passed & middle.found[:, :1])] = np.nan
    labels = [f"{degrees(np.arctan(tangent)):.3g}°" for tangent in tangents]
    return tuple(
        RayBundle(position[:, :, index], label, incoming[:, index]) for index, label in enumerate(labels)
    )


@jax.jit
def _followed(through: Glassware, point: Array, place: Array) -> tuple[Array, Array, Array]:
    """Where rays meet the surfaces, their directions before, and whether they pass."""
    media = through.media
    surfaces = replace(through.train, before=media.before, after=media.after)
    rays = launched(beam(through.distance, point), place)
    passage = trace_through(surfaces, rays)
    incoming = jnp.broadcast_to(rays.direction, rays.position.shape)
    return passage.position, incoming, passage.status == Status.PASSED


def _of_wavelength(values: Array, rays: Bundle, number: int) -> Array:
    """Numbers of one wavelength, if they have an axis of wavelengths."""
    count = rays.weight.shape[1]
    return values[..., number : number + 1, :] if values.ndim > 2 and values.shape[-2] == count else values


def field_label(lens: Lens, point: np.ndarray) -> str:
    """A field point for a legend: degrees or mm."""
    size = hypot(*point.tolist())
    if lens.field_kind == "angle":
        return f"{degrees(size):.3g}°"
    return f"{size:.3g} mm"


def _own_fields(lens: Lens) -> list[tuple[float, float]]:
    """At most `MOST` of the lens's fields, evenly from the first to the last."""
    every = [(float(point.x), float(point.y)) for point in lens.fields]
    if len(every) <= MOST:
        return every
    return [every[index] for index in np.linspace(0, len(every) - 1, MOST).round().astype(int).tolist()]

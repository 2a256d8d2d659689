"""Train: the surfaces of a lens as arrays, in the order light meets them.

Rows are surfaces, the image surface the last one. Each stands in one frame for all, whose origin is the
vertex of the first surface and whose z axis is the lens's, so that rows can be taken out, repeated and
turned round (a ghost's light meets surfaces twice) without a thought for what lies between.
"""

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.core.errors import BadInput
from lichtbild.optics.essence import nameless
from lichtbild.optics.glass import refractive_index
from lichtbild.optics.lens import FieldPoint, Lens
from lichtbild.optics.pytree import register
from lichtbild.optics.reach import Reach, reach
from lichtbild.optics.sag import Shape, sag_and_slopes, stacked
from lichtbild.optics.surface import Pose, Surface

BEYOND = 1.3
"""How far an asphere's sag is followed, in semi-apertures: rays that are aimed may stray on their way."""

BEYOND_CONIC = 2.0
"""The same for surfaces without a departure, which do nothing unexpected out there."""

WIDEST = 1e6
"""Extent of a plane that nothing limits, mm."""

OPEN = 10.0
"""Extent of a curved surface that nothing limits, in radii of curvature."""

STEEPEST = 8.0
"""Slope (83 degrees) at which a sag's extent ends, if not before."""

SAMPLES = 128
"""Radii at which slopes are looked at."""

LEAST = 0.02
"""Least share of an extent that is kept, whatever its slopes."""

EDGE = 1 - 1e-9
"""Share of a sphere's radius that its sag is followed to."""


@register
@dataclass(frozen=True)
class Train:
    """Surfaces as light meets them.

    Args:
        shape: of the sags, ``[surface, ...]``.
        reach: of the sags, ``[surface]``.
        origin: vertices, ``[surface, 3]``, mm.
        rotation: rows are the surface's axes, ``[surface, 3, 3]``; None where none is turned or moved.
        before: refractive index in front, ``[surface, *wave]``.
        after: refractive index behind, ``[surface, *wave]``.
        mirror: whether it reflects, ``[surface]``.
        semi_aperture: mm; infinite where light is not limited, ``[surface]``.
    """

    shape: Shape
    reach: Reach
    origin: Array
    rotation: Array | None
    before: Array
    after: Array
    mirror: Array
    semi_aperture: Array

    def __len__(self) -> int:
        return int(self.origin.shape[0])

    def rows(self, which: Any) -> "Train":
        """The surfaces of a slice or of an array of indices, in that order."""
        taken: Train = jax.tree.map(lambda values: values[which], self)
        return taken


def train(lens: Lens, wavelengths: Any = None) -> Train:
    """The surfaces of a lens, and its image surface, at some wavelengths.

    Args:
        lens: whose every asphere has a semi-aperture (`lichtbild.optics.apertures` finds them).
        wavelengths: mm, of any shape that broadcasts against the rays'; by default the lens's own, as
            ``[wavelength, 1]`` for rays ``[field, wavelength, ray]``.

    Raises:
        BadInput: an asphere has no semi-aperture, so that nothing bounds the search for its intersections.
    """
    for number, surface in enumerate(lens.surfaces):
        if surface.departure is not None and surface.semi_aperture is None:
            raise BadInput(
                f"surface {number} is an asphere without a semi-aperture, so that no ray can be followed to "
                "it; give one, or let with_semi_apertures(lens) find those that the light needs"
            )
    waves = jnp.asarray(lens.wavelengths, float)[:, None] if wavelengths is None else jnp.asarray(wavelengths)
    # Surfaces are the same whatever the fields and the wavelengths: they are traced by JAX once.
    bare = replace(nameless(lens), image=replace(lens.image, label="", coating=None), fields=(FieldPoint(),))
    before, after = _indices(bare, waves)
    known: Train = _surfaces(bare)
    return replace(known, before=before, after=after)


@jax.jit
def _indices(lens: Lens, waves: Array) -> tuple[Array, Array]:
    """Refractive indices before and behind each surface, ``[surface, *wave]``."""
    found = jnp.stack(
        [
            jnp.broadcast_to(
                refractive_index(gap.medium, waves, lens.temperature, lens.pressure), waves.shape
            )
            for gap in lens.gaps
        ]
    )
    return found, jnp.concatenate([found[1:], found[-1:]])


@jax.jit
def _surfaces(lens: Lens) -> Train:
    """The train with no refraction at all."""
    surfaces = (*lens.surfaces, lens.image)
    shape = stacked(surfaces)
    origin, rotation = _frames(lens, surfaces)
    return Train(
        shape=shape,
        reach=reach(shape, _extents(shape, surfaces)),
        origin=origin,
        rotation=rotation,
        before=jnp.ones(len(surfaces)),
        after=jnp.ones(len(surfaces)),
        mirror=jnp.asarray(np.array([surface.mirror for surface in surfaces])),
        semi_aperture=jnp.stack(
            [_or_infinite(surface.semi_aperture) for surface in lens.surfaces] + [_INFINITE]
        ),
    )


_INFINITE = np.inf


def _or_infinite(value: Any) -> Any:
    return _INFINITE if value is None else jnp.asarray(value, float)


def _extents(shape: Shape, surfaces: tuple[Surface, ...]) -> Array:
    """How far from its axis each sag is followed: a little over its aperture, and never over its own edge."""
    steep = jnp.minimum(WIDEST, OPEN / jnp.maximum(jnp.abs(shape.curvature), 1e-30))
    wide = [
        unlimited if surface.semi_aperture is None else _beyond(surface) * surface.semi_aperture
        for surface, unlimited in zip(surfaces, steep, strict=True)
    ]
    bulge = jnp.sqrt(jnp.maximum((1 + shape.conic) * shape.curvature**2, 1e-30))
    across = bulge if shape.across is None else jnp.maximum(bulge, jnp.abs(shape.across))
    return tame(shape, jnp.minimum(jnp.stack(wide), EDGE / across))


def tame(shape: Shape, extent: Array) -> Array:
    """Extents cut where a sag gets too steep for any light: beyond, high powers of r run away."""
    shape, extent = jax.lax.stop_gradient((shape, extent))
    share = jnp.linspace(0.0, 1.0, SAMPLES)

    def cut(shape: Shape, extent: Array) -> Array:
        angle = jnp.zeros(1) if shape.is_radial else jnp.linspace(0.0, 2 * jnp.pi, SAMPLES)[:, None]
        r = extent * share
        _, z_x, z_y = sag_and_slopes(shape, r * jnp.cos(angle), r * jnp.sin(angle))
        steep = jnp.sqrt(z_x * z_x + z_y * z_y) > STEEPEST
        steep = steep if steep.ndim == 1 else jnp.any(steep, axis=0)
        # The first steep sample ends the extent; argmax of all False is 0, where nothing is steep.
        first = jnp.argmax(steep)
        return jnp.where(jnp.any(steep), jnp.maximum(share[first - 1], LEAST) * extent, extent)

    return jax.vmap(cut)(shape, extent)


def _beyond(surface: Surface) -> float:
    return BEYOND_CONIC if surface.departure is None else BEYOND


def _frames(lens: Lens, surfaces: tuple[Surface, ...]) -> tuple[Array, Array | None]:
    """Vertices and axes of all surfaces in the frame of the first."""
    along = [jnp.zeros(()), *(jnp.asarray(gap.thickness, float) for gap in lens.gaps[1:])]
    if all(surface.pose is None and surface.turn is None for surface in surfaces):
        z = jnp.cumsum(jnp.stack(along))
        return jnp.stack([jnp.zeros_like(z), jnp.zeros_like(z), z], axis=-1), None
    place, axes = jnp.zeros(3), jnp.eye(3)
    origins, rotations = [], []
    for surface, distance in zip(surfaces, along, strict=True):
        place = place + distance * axes[:, 2]
        if surface.turn is not None:
            place, axes = moved(place, axes, surface.turn)
        own_place, own_axes = (place, axes) if surface.pose is None else moved(place, axes, surface.pose)
        origins.append(own_place)
        rotations.append(own_axes.T)
    return jnp.stack(origins), jnp.stack(rotations)


def moved(place: Array, axes: Array, pose: Pose) -> tuple[Array, Array]:
    """A frame (origin, and its axes as columns) after a pose in it."""
    turn = _turned(pose)
    shift = jnp.stack([jnp.asarray(value, float) for value in pose.decentre])
    if pose.tilt_first:
        axes = axes @ turn
        return place + axes @ shift, axes
    return place + axes @ shift, axes @ turn


def _turned(pose: Pose) -> Array:
    """Axes after turning about x, the new y and the new z (or z, y and x), as columns."""
    rotations = [_about(axis, angle) for axis, angle in enumerate(pose.tilt)]
    if pose.tilt_first:
        rotations.reverse()
    return rotations[0] @ rotations[1] @ rotations[2]


def _about(axis: int, angle: Any) -> Array:
    c, s = jnp.cos(jnp.asarray(angle, float)), jnp.sin(jnp.asarray(angle, float))
    first, second = (axis + 1) % 3, (axis + 2) % 3
    return (
        jnp.eye(3)
        .at[first, first]
        .set(c)
        .at[second, second]
        .set(c)
        .at[first, second]
        .set(-s)
        .at[second, first]
        .set(s)
    )


def without_apertures(train: Train) -> Train:
    """The same surfaces, letting all light through that meets them."""
    return replace(train, semi_aperture=jnp.full_like(train.semi_aperture, jnp.inf))

"""Placement: where each surface stands, in the frame of the first one."""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from lichtbild.optics.lens import Lens
from lichtbild.optics.train import moved


@dataclass(frozen=True, eq=False)
class Placement:
    """Frames of all surfaces and of the image, the last one.

    Args:
        origins: vertices, mm.
        axes: each surface's axes, as columns.
        centred: no surface is turned or moved off the axis.
    """

    origins: Float[np.ndarray, "s 3"]
    axes: Float[np.ndarray, "s 3 3"]
    centred: bool

    def outside(self, index: int, points: Float[np.ndarray, "3 *any"]) -> Float[np.ndarray, "3 *any"]:
        """Points of one surface's own frame in the frame of the first one."""
        turned = np.tensordot(self.axes[index], points, axes=1)
        return np.asarray(turned + self.origins[index].reshape(3, *[1] * (points.ndim - 1)))


def placement(lens: Lens) -> Placement:
    """Where the surfaces of a lens and its image stand; as `lichtbild.optics.train.train` places them."""
    surfaces = (*lens.surfaces, lens.image)
    centred = all(surface.pose is None and surface.turn is None for surface in surfaces)
    distances = [0.0, *(float(gap.thickness) for gap in lens.gaps[1:])]
    if centred:
        z = np.cumsum(distances)
        return Placement(np.stack([0 * z, 0 * z, z], axis=1), np.tile(np.eye(3), (len(z), 1, 1)), True)
    place, axes = jnp.zeros(3), jnp.eye(3)
    origins, frames = [], []
    for surface, distance in zip(surfaces, distances, strict=True):
        place = place + distance * axes[:, 2]
        if surface.turn is not None:
            place, axes = moved(place, axes, surface.turn)
        own = (place, axes) if surface.pose is None else moved(place, axes, surface.pose)
        origins.append(np.asarray(own[0], dtype=float))
        frames.append(np.asarray(own[1], dtype=float))
    return Placement(np.stack(origins), np.stack(frames), False)

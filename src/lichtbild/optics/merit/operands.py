"""Operands: what a lens is wanted to do and to be, each as residuals that are 0 where it is content.

An operand is a frozen struct of its targets with a pure call from a `State` to residuals. Each is divided by
the error that shall count as 1, so that a spot of a tolerated size and a gap that is too narrow by a
tolerated amount weigh alike.
"""

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics.merit.form import Form
from lichtbild.optics.merit.opening import focal_length
from lichtbild.optics.merit.state import State
from lichtbild.optics.pytree import register
from lichtbild.optics.sag import sag_and_slopes
from lichtbild.optics.surface import STATIC

HEIGHTS = np.sqrt(np.linspace(0.0, 1.0, 13))
"""Shares of an aperture at which thicknesses and slopes are looked at, denser toward the rim."""


@runtime_checkable
class Operand(Protocol):
    """Residuals of a state."""

    def __call__(self, at: State) -> Array:
        """Residuals, any shape."""


def beyond(value: Array, least: Array | float, most: Array | float) -> Array:
    """By how much a value lies outside its limits; 0 within."""
    return jnp.maximum(value - most, 0.0) - jnp.maximum(least - value, 0.0)


@register
@dataclass(frozen=True)
class Spot:
    """Distances of rays from their field's centroid over all wavelengths; squares add up to square radii.

    Args:
        weight: of each field, ``[field]``.
        unit: RMS radius that counts as 1, mm.
    """

    weight: Array
    unit: Array

    def __call__(self, at: State) -> Array:
        """Residuals of a state."""
        share = at.beams.share * at.beams.wave[:, None]
        y = at.hits.y - jnp.sum(share * at.hits.y, axis=(1, 2), keepdims=True)
        # The root of a share of 0, as rays along the rim have it, has no derivative.
        scale = jax.lax.stop_gradient(jnp.sqrt(share * self.weight[:, None, None]) / self.unit)
        return jnp.stack([at.hits.x * scale, y * scale])[..., 1:]


def spot_radii(at: State) -> Array:
    """RMS radii about the centroids, all wavelengths together, ``[field]``, mm."""
    share = at.beams.share * at.beams.wave[:, None]
    y = at.hits.y - jnp.sum(share * at.hits.y, axis=(1, 2), keepdims=True)
    return jnp.sqrt(jnp.sum(share * (y * y + at.hits.x**2), axis=(1, 2)))


@register
@dataclass(frozen=True)
class FocalLength:
    """The paraxial focal length at the middle wavelength.

    Args:
        least: mm.
        most: mm.
        unit: mm.
    """

    least: Array
    most: Array
    unit: Array

    def __call__(self, at: State) -> Array:
        """Residuals of a state."""
        return beyond(focal_length(at.form), self.least, self.most)[None] / self.unit


@register
@dataclass(frozen=True)
class Distortion:
    """Heights of the chief rays beside f tan(angle), off the axis.

    Args:
        limit: of |height / (f tan) - 1|.
        unit: share that counts as 1.
    """

    limit: Array
    unit: Array

    def __call__(self, at: State) -> Array:
        """Residuals of a state."""
        ideal = focal_length(at.form) * jnp.tan(at.beams.angle)[1:]
        middle = at.hits.y.shape[1] // 2
        share = at.hits.y[1:, middle, 0] / ideal - 1
        return beyond(share, -self.limit, self.limit) / self.unit


@register
@dataclass(frozen=True)
class ChiefAngle:
    """Angles of chief rays on the image.

    Args:
        sine: of the steepest that is wanted.
        unit: of the sine.
    """

    sine: Array
    unit: Array

    def __call__(self, at: State) -> Array:
        """Residuals of a state."""
        middle = at.hits.slope.shape[1] // 2
        return beyond(at.hits.slope[:, middle], -self.sine, self.sine) / self.unit


@register
@dataclass(frozen=True)
class Length:
    """The axial length from one surface on: total track, or back focus.

    Args:
        first: surface to count from.
        least: mm.
        most: mm.
        unit: mm.
    """

    first: int = field(metadata=STATIC)
    least: Array
    most: Array
    unit: Array

    def __call__(self, at: State) -> Array:
        """Residuals of a state."""
        return beyond(jnp.sum(at.form.thickness[self.first :]), self.least, self.most)[None] / self.unit


@register
@dataclass(frozen=True)
class Room:
    """Lengths along the axis from each surface to the next, over the whole aperture that both share.

    Args:
        least: for each gap behind a surface, ``[surface]``, mm.
        most: the same.
        margin: how far beyond the light, as a share.
        unit: mm.
    """

    least: Array
    most: Array
    margin: Array
    unit: Array

    def __call__(self, at: State) -> Array:
        """Residuals of a state."""
        widths = jnp.concatenate([at.widths, at.widths[-1:]])
        shared = jnp.minimum(widths[:-1], widths[1:]) * (1 + self.margin)
        radii = shared[:, None] * HEIGHTS
        front, back = (_sags(at.form, rows, radii)[0] for rows in (slice(0, -1), slice(1, None)))
        room = at.form.thickness[:, None] + back - front
        return beyond(room, self.least[:, None], self.most[:, None]) / self.unit


@register
@dataclass(frozen=True)
class Steepness:
    """Slopes of surfaces over their apertures, for the tools that mould them.

    Args:
        most: of |dz/dr|, for each surface.
        margin: how far beyond the light, as a share.
        unit: of the slope.
    """

    most: Array
    margin: Array
    unit: Array

    def __call__(self, at: State) -> Array:
        """Residuals of a state."""
        radii = at.widths[:, None] * (1 + self.margin) * HEIGHTS
        slopes = _sags(at.form, slice(0, -1), radii)[1]
        return beyond(slopes, -self.most[:, None], self.most[:, None]) / self.unit


@register
@dataclass(frozen=True)
class Departure:
    """Departures of surfaces from the sphere through their vertex and rim.

    Args:
        most: for each surface, mm.
        unit: mm.
    """

    most: Array
    unit: Array

    def __call__(self, at: State) -> Array:
        """Residuals of a state."""
        radii = at.widths[:, None] * HEIGHTS
        sags = _sags(at.form, slice(0, -1), radii)[0]
        rim, wide = sags[:, -1:], radii[:, -1:]
        curvature = 2 * rim / (wide * wide + rim * rim)
        sphere = curvature * radii**2 / (1 + jnp.sqrt(jnp.maximum(1 - (curvature * radii) ** 2, 1e-12)))
        return beyond(sags - sphere, -self.most[:, None], self.most[:, None]) / self.unit


def _sags(form: Form, rows: slice, radii: Array) -> tuple[Array, Array]:
    """Sags and slopes of some surfaces at radii, ``[surface, height]``."""

    def one(shape: object, radii: Array) -> tuple[Array, Array]:
        z, slope, _ = sag_and_slopes(shape, radii, jnp.zeros_like(radii))  # type: ignore[arg-type]
        return z, slope

    found: tuple[Array, Array] = jax.vmap(one)(jax.tree.map(lambda v: v[rows], form.shape), radii)
    return found

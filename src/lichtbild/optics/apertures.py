"""Apertures: how wide each surface must be for the light that shall pass.

The beams of all field points are traced at their full width, or at that which vignetting factors leave; the
widest place that a ray meets on a surface, and a margin, is its semi-aperture. Aspheres make no sense far
outside the zone that is used, so the beams grow from the axis to the edge of the field in steps, and each
step follows the sags only a little further than the light of the step before went.
"""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.core.errors import BadInput
from lichtbild.optics import disc
from lichtbild.optics.aim import Sights, aimed, near_chief_rays, sights
from lichtbild.optics.launch import launched
from lichtbild.optics.lens import Lens
from lichtbild.optics.paraxial import paraxial_rays
from lichtbild.optics.trace import Status, trace_through
from lichtbild.optics.vignetting import ellipses

MARGIN = 0.02
"""Of a semi-aperture, beyond the light: about what a moulded element keeps clear."""

STAGES = ((0.3, 0.0), (0.6, 0.0), (1.0, 0.0), *((1.0, share / 10) for share in range(1, 11)))
"""Shares of the stop and of the field that beams grow through."""

AHEAD = (1.05, 1.15, 1.3, 1.5)
"""How far sags are followed in a stage, in what its light is guessed to need; further if rays are lost."""


def with_semi_apertures(lens: Lens, margin: float = MARGIN, *, anew: bool = False) -> Lens:
    """The lens with semi-apertures on every surface.

    Args:
        lens: whose surfaces may lack some.
        margin: share of each found semi-aperture that is added.
        anew: replace those that are given, too; else these cut the beams, and stay.

    Raises:
        BadInput: a margin below 0, or light of the axis that does not come through.
    """
    if margin < 0:
        raise BadInput(f"the margin of semi-apertures is {margin:g}; give 0 or more")
    missing = np.array([anew or surface.semi_aperture is None for surface in lens.surfaces])
    if not missing.any():
        return lens
    marginal, chief = _paraxial_heights(lens)
    before, widths = marginal * STAGES[0][0], marginal * STAGES[0][0]
    for filled, share in STAGES:
        paraxial = filled * marginal + share * chief
        ahead = 2 * widths - before if share > STAGES[3][1] else np.maximum(widths, paraxial)
        before, widths = widths, _stage(lens, (filled, share), missing, np.maximum(ahead, widths))
    return _with(lens, missing, widths * (1 + margin))


def _paraxial_heights(lens: Lens) -> tuple[np.ndarray, np.ndarray]:
    """Heights of the paraxial marginal and chief rays on each surface, mm."""
    rays = paraxial_rays(lens)
    heights = (np.abs(np.asarray(ray.height))[: len(lens.surfaces)] for ray in (rays.marginal, rays.chief))
    marginal, chief = heights
    return marginal, chief


def _stage(lens: Lens, stage: tuple[float, float], missing: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """Widths that the light of a part of the stop and of the field needs, from a guess."""
    filled, share = stage
    fields = tuple(replace(point, x=point.x * share, y=point.y * share) for point in lens.fields)
    part = replace(lens, fields=fields)
    tries = []
    for further in AHEAD:
        aims = sights(_with(part, missing, np.maximum(ahead, 1e-6) * further))
        found, lost = _widths(aims, jnp.asarray(missing), _goals(part) * filled)
        tries.append((int(lost), further, np.asarray(found)))
        if not lost:
            break
    _, _, widths = min(tries, key=lambda each: each[:2])
    if not np.all(np.isfinite(widths)):
        raise BadInput("no light comes through the lens: check its stop, its curvatures and its thicknesses")
    return widths


def _goals(lens: Lens) -> Array:
    """Points of the stop that the outermost rays of each beam pass, ``[2, field, 1, ray]``."""
    rim = jnp.asarray(disc.rim(16).points)
    given = ellipses(lens)
    goals = jnp.broadcast_to(rim[:, None, None], (2, len(lens.fields), 1, rim.shape[1]))
    return goals if given is None else jnp.where(given.is_given, given.points(rim)[0], goals)


@jax.jit
def _widths(aims: Sights, missing: Array, goals: Array) -> tuple[Array, Array]:
    """The outermost radius of light on each surface, mm, and how many rays were lost."""
    chief = near_chief_rays(aims)
    rays = aimed(aims, chief, goals)
    passage = trace_through(aims.train, launched(aims.light, rays.place))
    radii = jnp.sqrt(jnp.sum(passage.place**2, axis=1))[:-1]
    whole = rays.found & (passage.status == Status.PASSED)
    room = jnp.where(missing, jnp.inf, aims.train.semi_aperture[:-1]).reshape(-1, 1, 1, 1)
    passes = whole & jnp.all(radii <= room, axis=0)
    widest = jnp.max(jnp.where(passes, radii, 0.0), axis=(1, 2, 3))
    return jnp.where(jnp.any(passes), widest, jnp.nan), jnp.sum(~whole)


def _with(lens: Lens, missing: np.ndarray, widths: np.ndarray) -> Lens:
    """The lens with widths in place of missing semi-apertures."""
    return replace(
        lens,
        surfaces=tuple(
            replace(surface, semi_aperture=float(width)) if lacks else surface
            for surface, width, lacks in zip(lens.surfaces, widths, missing, strict=True)
        ),
    )

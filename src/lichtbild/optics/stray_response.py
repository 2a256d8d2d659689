"""Stray response: ghosts and glare of a lens over a sensor, for light from every direction.

The veil of ghosts is told for sources up one radius on rings about the axis, from which it follows for all
azimuths by turning. Between two fields rays go over into one another, so that patches move, not fade.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from os import cpu_count

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.image.bands import Bands
from lichtbild.image.stray_response import GhostRays, StrayResponse
from lichtbild.optics.ghost import SENSOR
from lichtbild.optics.lens import Lens
from lichtbild.optics.stray_kernel import lay_rings
from lichtbild.optics.stray_rays import ghost_rays
from lichtbild.optics.surface_scatter import Scatter, glare

FIELDS = 24
"""Directions, even in angle, at which ghosts are told."""

WIDEST = 1.3
"""Angle of the last one, rad: more than lets light into phone lenses."""

WAVES = 3
"""Wavelengths at which tints are told, from the first band's middle to the last's."""

SHARP = 24
"""Ghosts that bright lamps are drawn with."""

RINGS, AZIMUTHS = 72, 192
"""Of the veil."""

SOURCES, SAMPLES = 4, 6
"""Between two fields, and at most along each side of a ray's tent, for the veil."""


def stray_response(
    lens: Lens,
    size: tuple[float, float],
    bands: Bands,
    *,
    scatter: Scatter | None = None,
    sensor_reflectance: float = SENSOR,
    across: int = 12,
) -> StrayResponse:
    """Ghosts and glare of a lens over a sensor in the middle of its image.

    A lens that names no coatings gets them by `lichtbild.optics.stray_rays.antireflection` beforehand, or its
    bare surfaces reflect eight times as much each.

    Args:
        lens: of revolution, with semi-apertures.
        size: height and width of the sensor, mm.
        bands: of wavelength.
        scatter: of its surfaces; None is the default.
        sensor_reflectance: of the image surface, 0 to 1.
        across: rays across the first surface, even.

    Raises:
        BadInput: the lens is not one of revolution, or a number lies outside of its range.
    """
    for number, surface in enumerate((*lens.surfaces, lens.image)):
        if surface.pose is not None or surface.turn is not None:
            raise BadInput(
                f"surface {number} is out of its place; stray light is told of lenses that are round"
            )
    if not 0 <= sensor_reflectance <= 1:
        raise BadInput(f"a sensor reflects 0 to 1 of the light, not {sensor_reflectance:g}; 0.05 is usual")
    tangents = np.tan(np.linspace(0.0, WIDEST, FIELDS))
    waves = np.unique(np.linspace(bands.middles[0], bands.middles[-1], WAVES))
    rays = ghost_rays(lens, tangents, waves, sensor_reflectance=sensor_reflectance, across=across)
    rays = _strongest_first(rays)
    sharp = min(SHARP, len(rays.pair))
    ring = np.linspace(0.0, float(np.hypot(*size)) / 2 * 1.02, RINGS)
    return StrayResponse(
        rays=rays,
        sharp=sharp,
        veil=_veil(rays, sharp, ring),
        ring=ring,
        glare=glare(lens, bands, Scatter() if scatter is None else scatter),
        size=size,
        bands=bands,
    )


def _strongest_first(rays: GhostRays) -> GhostRays:
    """Ghosts by the greatest irradiance that any source makes of them, the greatest first."""
    power = rays.power.sum(axis=2)
    across = np.abs(
        rays.reach[..., 0, 0] * rays.reach[..., 1, 1] - rays.reach[..., 0, 1] * rays.reach[..., 1, 0]
    )
    area = np.sum(across * (rays.power > 0), axis=2)
    # A ghost in focus is brighter than any number; a tenth of a ring is as fine as the picture needs.
    order = np.argsort(-np.max(power / np.maximum(area, 1e-4), axis=1), kind="stable")
    fields = ("pair", "place", "reach", "power", "shift", "tint")
    return replace(rays, **{name: getattr(rays, name)[order] for name in fields})


def _veil(rays: GhostRays, sharp: int, ring: np.ndarray) -> np.ndarray:
    """Irradiance on rings, ``[sharp or not, field, ring, azimuth, wave]``."""
    table = (rays.place, rays.reach, rays.power, rays.shift)
    fields, step = len(rays.tangent), float(ring[1])
    veil = np.zeros((2, fields, len(ring), AZIMUTHS, len(rays.wavelength)), np.float32)
    wanted = 2 * rays.power.sum(axis=2, dtype=float)

    def laid(ghost: int) -> np.ndarray:
        found, total = np.zeros((fields, len(ring), AZIMUTHS), np.float32), np.zeros(fields)
        lay_rings(table, ghost, step, (SOURCES, SAMPLES), found, total)
        # A source at a field itself sends what its rays do, whatever those beside it send.
        found *= (wanted[ghost] / np.maximum(total, 1e-30)).astype(np.float32)[:, None, None]
        return found

    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        for start in range(0, len(rays.pair), AT_ONCE):  # few at once, for memory
            some = range(start, min(start + AT_ONCE, len(rays.pair)))
            for ghost, found in zip(some, pool.map(laid, some), strict=True):
                group = veil[0 if ghost < sharp else 1]
                for wave, tint in enumerate(rays.tint[ghost].astype(np.float32)):
                    group[..., wave] += tint * found
    # The first ring's tent is a cone about the axis, where all azimuths are one place.
    area = 2 * np.pi * ring * step / AZIMUTHS
    area[0] = np.pi * step**2 / 3 / AZIMUTHS
    veil[:, :, 0] = veil[:, :, 0].mean(axis=2, keepdims=True)
    veil /= area.astype(np.float32)[:, None, None]
    return veil


AT_ONCE = 4
"""Ghosts that are laid together."""

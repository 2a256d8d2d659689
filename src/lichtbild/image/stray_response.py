"""Stray response: where a lens lays light that does not belong there, for light from every direction."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from lichtbild.image.bands import Bands


@dataclass(frozen=True, eq=False)
class GhostRays:
    """Rays of ghosts on the sensor, for sources up the radius from the axis, as the viewfinder shows it.

    Each ray has a mirror image at -x. Rays of one index start at one place of the first surface. A ray's
    power lies on a tilted tent that falls to 0 at its neighbours, so that rays together make an even light.

    Attributes:
        pair: the surface that reflects first and the one that reflects next, ``[ghost, 2]``.
        tangent: of the sources, from 0 up, ``[field]``.
        place: x and y, mm, float32 ``[ghost, field, ray, 2]``.
        reach: to the neighbours along two directions, mm, float32 ``[ghost, field, ray, 2, 2]``.
        power: at the middle wavelength, of a source of radiance 1 and of area 1 in tangents, mm^2 sr, float32
            ``[ghost, field, ray]``; 0 for what does not arrive.
        shift: how far a patch moves up on the way to the next field, mm, float32 ``[ghost, field]``.
        tint: power at wavelengths over that at the middle one, ``[ghost, wave]``.
        wavelength: mm, increasing, ``[wave]``.
    """

    pair: Int[np.ndarray, "ghost 2"]
    tangent: Float[np.ndarray, " field"]
    place: Any
    reach: Any
    power: Any
    shift: Any
    tint: Float[np.ndarray, "ghost wave"]
    wavelength: Float[np.ndarray, " wave"]

    def tints(self, bands: Bands) -> Float[np.ndarray, "wave band"]:
        """What each wavelength counts for in each band: straight lines between, constant beyond."""
        own = np.eye(len(self.wavelength))
        return np.stack([np.interp(bands.middles, self.wavelength, row) for row in own])


@dataclass(frozen=True, eq=False)
class Glare:
    """Light that surfaces scatter about the image of a point, by the law of Harvey and Shack.

    Attributes:
        reach: where light lands that is scattered by a direction cosine of 1, of each surface, mm.
        share: of each surface in what is scattered; sums to 1.
        shoulder: direction cosine up to which the law is flat.
        slope: of its logarithm beyond, above -2 and below 0.
        scattered: share of the direct light, of each band.
    """

    reach: Float[np.ndarray, " surface"]
    share: Float[np.ndarray, " surface"]
    shoulder: float
    slope: float
    scattered: Float[np.ndarray, " band"]

    def density(self, radius: Float[np.ndarray, "*any"]) -> Float[np.ndarray, "*any"]:
        """Of scattered light at distances in mm from the image of a point, 1 / mm^2."""
        found = np.zeros(np.shape(radius))
        whole = 2 * np.pi * self.shoulder**2 / (self.slope + 2) * self._grown(1.0)
        for reach, share in zip(self.reach, self.share, strict=True):
            cosine = np.asarray(radius) / reach
            law = (1 + (cosine / self.shoulder) ** 2) ** (self.slope / 2)
            found += np.where(cosine < 1, share / reach**2 * law / whole, 0.0)
        return found

    def held(self, radius: float) -> float:
        """Share of the scattered light that lands within a distance in mm."""
        cosine = np.minimum(radius / self.reach, 1.0)
        return float(np.sum(self.share * self._grown(cosine)) / self._grown(1.0))

    def _grown(self, cosine: Any) -> Any:
        return (1 + (cosine / self.shoulder) ** 2) ** (self.slope / 2 + 1) - 1


@dataclass(frozen=True, eq=False)
class StrayResponse:
    """What of the light from each direction a lens lays as ghosts and as glare over a sensor.

    Attributes:
        rays: of ghosts; the first ``sharp`` ghosts are the strongest ones, which keep their shape.
        sharp: how many ghosts bright lamps are drawn with.
        veil: irradiance of the sensor by all sharp ghosts and by all others, for sources at ``rays.tangent``
            up the radius, of radiance 1 and of area 1 in tangents, sr; of each wavelength of the rays,
            float32 ``[sharp or not, field, ring, azimuth, wave]``; azimuths go from +y to +x and around.
        ring: distances from the axis, from 0 on, evenly, mm.
        glare: of scattered light.
        size: height and width of the sensor, mm.
        bands: of wavelength.
    """

    rays: GhostRays
    sharp: int
    veil: Any
    ring: Float[np.ndarray, " ring"]
    glare: Glare
    size: tuple[float, float]
    bands: Bands

    @property
    def kept(self) -> Float[np.ndarray, " band"]:
        """Share of the direct light that is not scattered, of each band.

        What ghosts take is off already: a lens's transmission counts each reflection as lost.
        """
        return np.asarray(1 - self.glare.scattered)

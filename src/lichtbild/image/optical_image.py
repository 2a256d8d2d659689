"""Optical image: the light that a lens lays upon a sensor."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from lichtbild.core.window import Extent
from lichtbild.image.bands import Bands


@dataclass(frozen=True, eq=False)
class ChiefAngles:
    """Angles at which the middle of each beam meets the sensor, by the distance from the axis.

    Attributes:
        height: distances, mm, increasing from 0.
        angle: rad, positive if the light comes from the axis's side.
    """

    height: Float[np.ndarray, " n"]
    angle: Float[np.ndarray, " n"]

    def at(self, height: Float[np.ndarray, "*any"]) -> Float[np.ndarray, "*any"]:
        """Angles at distances, rad; beyond the last as there."""
        return np.asarray(np.interp(height, self.height, self.angle))


@dataclass(frozen=True, eq=False)
class OpticalImage:
    """Irradiance of a sensor, as it lies in the camera's viewfinder: upright, row 0 at the top.

    Attributes:
        irradiance: mean over each pixel's square, of each band, photons s^-1 mm^-2, float32
            ``[row, column, band]``.
        bands: of the irradiance.
        pitch: distance of pixels, mm; the axis meets the middle of the image.
        chief_angles: of the lens.
        f_number: working f-number on the axis.
    """

    irradiance: Any
    bands: Bands
    pitch: float
    chief_angles: ChiefAngles
    f_number: float

    def __post_init__(self) -> None:
        if self.irradiance.ndim != 3 or self.irradiance.shape[2] != len(self.bands):
            raise ValueError(
                f"irradiance of shape {tuple(self.irradiance.shape)} is not [row, column, {len(self.bands)}]"
            )

    @property
    def extent(self) -> Extent:
        """Rows and columns."""
        return Extent(*map(int, self.irradiance.shape[:2]))

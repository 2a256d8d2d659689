"""Optical response: what a lens does to light on its way to a sensor, wherever a point is imaged."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from lichtbild.image.bands import Bands
from lichtbild.image.optical_image import ChiefAngles


@dataclass(frozen=True, eq=False)
class OpticalResponse:
    """The image of a far or near plane by a lens of revolution, as the viewfinder shows it: upright.

    Places are in mm from the axis, x to the right and y up; rows of images go down.

    Attributes:
        psf: share of a point's light in each square of the pitch, about the chief ray of the middle band,
            ``[row, column, band, y, x]``; sums to 1. Lateral colour is in it.
        rows: y of the rows of nodes, from the top, ``[row]``.
        columns: x of the columns of nodes, ``[column]``.
        pitch: side of the squares, mm.
        held: least share of the light that the squares hold; what is beyond was spread over them.
        height: distances from the axis at which what follows is told, mm, increasing from 0, ``[n]``.
        tangent: of the angle in object space that is imaged there, ``[n]``.
        solid_angle: projected, of the light that comes there, losses taken off, sr, ``[n, band]``.
        bands: of wavelength.
        chief_angles: at which light meets the sensor.
        f_number: working, on the axis.
        view: whose light it is: ``whole``, or that which the ``left`` or ``right`` photodiode of a dual pixel
            sees, as they lie in the picture.
        share: of the light, that this view takes at the nodes, ``[row, column, band]``; None for all of it.
            The solid angle is that of the whole.
    """

    psf: Any
    rows: Float[np.ndarray, " row"]
    columns: Float[np.ndarray, " column"]
    pitch: float
    held: float
    height: Float[np.ndarray, " n"]
    tangent: Any
    solid_angle: Any
    bands: Bands
    chief_angles: ChiefAngles
    f_number: float
    view: str = "whole"
    share: Float[np.ndarray, "row column band"] | None = None

    def __post_init__(self) -> None:
        nodes, size = self.psf.shape[:3], self.psf.shape[3]
        if nodes != (len(self.rows), len(self.columns), len(self.bands)) or size % 2 == 0:
            raise ValueError(f"point spreads of shape {tuple(self.psf.shape)} do not fit nodes and bands")

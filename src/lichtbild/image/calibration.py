"""Calibration: how a camera's numbers relate to colour, measured under one to three illuminants."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class Calibration:
    """Matrices of a camera model under one illuminant.

    Attributes:
        white_xy: CIE 1931 chromaticity of the illuminant.
        colour_matrix: from CIE XYZ to camera planes.
        forward_matrix: from white-balanced camera planes to CIE XYZ under D50.
        camera_calibration: from the reference camera's planes to this camera's planes.
        reduction_matrix: from the camera's planes to three, where it has more.

    Source: DNG 1.7.1 chapter 6, "Mapping Camera Color Space to CIE XYZ Space".
    """

    white_xy: tuple[float, float]
    colour_matrix: Float[np.ndarray, "planes 3"]
    forward_matrix: Float[np.ndarray, "3 planes"] | None = None
    camera_calibration: Float[np.ndarray, "planes planes"] | None = None
    reduction_matrix: Float[np.ndarray, "3 planes"] | None = None


@dataclass(frozen=True, eq=False)
class CameraColour:
    """All that a raw file says about its camera's colour.

    Attributes:
        calibrations: one to three, for different illuminants; none for a monochrome sensor.
        analog_balance: gain that was applied to each plane before it was digitised.
        as_shot_neutral: camera planes of a neutral object, largest 1; None when the file gives none.
        as_shot_white_xy: chromaticity of the light instead, where the file gives that.
        estimated: why the calibration is not the camera's own, in words; None when it is.
    """

    calibrations: tuple[Calibration, ...] = ()
    analog_balance: tuple[float, ...] = (1.0, 1.0, 1.0)
    as_shot_neutral: tuple[float, ...] | None = None
    as_shot_white_xy: tuple[float, float] | None = None
    estimated: str | None = None

"""Colour matrix: from a camera's own planes to linear Rec.2020 by the calibration that the file carries.

::

    light        neutral -> white xy -> neutral          CM, CC and AB interpolated for the white
    camera       balanced planes -> XYZ under D50 -> linear Rec.2020 under D65

Everything here is for *balanced* planes, in which a neutral object has equal numbers: camera planes divided
by the neutral. A matrix then takes (1, 1, 1) to (1, 1, 1), whatever the light.

Source: DNG 1.7.1 chapter 6, "Mapping Camera Color Space to CIE XYZ Space".
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour.spaces import (
    D50_XY,
    D65_XY,
    SRGB_TO_XYZ,
    XYZ_D50_TO_REC2020,
    XYZ_TO_REC2020,
    adaptation,
    xyz_of,
)
from lichtbild.colour.temperature import interpolation_weights
from lichtbild.core.array import transformed
from lichtbild.core.errors import BadInput
from lichtbild.core.stage import LocalStage
from lichtbild.image.calibration import Calibration, CameraColour
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.linear_image import LinearImage

_PASSES: Final = 30
_CONVERGED: Final = 1e-7
_SMALLEST_NEUTRAL: Final = 0.001


@dataclass(frozen=True, eq=False)
class ColourMatrix(LocalStage):
    """Balanced camera planes to linear Rec.2020.

    Attributes:
        matrix: ``[RGB, plane]``, for balanced planes.
    """

    matrix: Float[Any, "3 planes"]
    differentiable: ClassVar[bool] = True

    @staticmethod
    def of(colour: CameraColour, neutral: tuple[float, ...]) -> "ColourMatrix":
        """The stage for a camera and the camera planes of a neutral object."""
        return ColourMatrix(camera_to_rec2020(colour, neutral))

    def __call__(self, image: CameraImage) -> LinearImage:
        """The scene's light.

        Raises:
            BadInput: the image has another number of planes than the matrix.
        """
        samples, planes = image.samples, self.matrix.shape[1]
        if samples.shape[2] != planes:
            raise BadInput(
                f"the colour matrix is for {planes} planes, but the image has {samples.shape[2]}; "
                "a calibration of the same camera is needed"
            )
        return LinearImage(transformed(samples, self.matrix), image.window, image.extent)


def white_xy(colour: CameraColour, neutral: tuple[float, ...]) -> tuple[float, float]:
    """Chromaticity of the light in which a neutral object has these camera planes.

    The matrix depends on the light and the light on the matrix, so they are found in turns. Without a
    calibration the light is taken for D65.

    Source: DNG 1.7.1 chapter 6, "Translating Camera Neutral Coordinates to White Balance xy Coordinates".
    """
    if not colour.calibrations or len(neutral) == 1:
        return D65_XY
    last = np.array(D50_XY)
    for _ in range(_PASSES):
        # The pseudoinverse is the inverse for three planes and the least squares answer for more.
        xyz = np.linalg.pinv(_xyz_to_camera(colour, _pair(last))) @ np.asarray(neutral)
        if not xyz.sum() > 0 or not xyz[1] > 0:
            raise BadInput(
                f"the neutral {_words(neutral)} is no light that this camera's calibration can see; "
                "give another white balance"
            )
        found = xyz[:2] / xyz.sum()
        if np.abs(found - last).sum() < _CONVERGED:
            return _pair(found)
        last, before = found, last
    # Between two calibrations the turns may end in a see-saw of two values.
    return _pair((last + before) / 2)


def neutral(colour: CameraColour, white: tuple[float, float]) -> tuple[float, ...]:
    """Camera planes, largest 1 and none below 0.001, of a neutral object in light of a chromaticity.

    Raises:
        BadInput: the camera has no calibration.
    """
    if not colour.calibrations:
        raise BadInput(
            "a white balance by chromaticity needs a calibrated camera; give the neutral's camera planes"
        )
    planes = _xyz_to_camera(colour, white) @ xyz_of(white)
    if not planes.max() > 0:
        raise BadInput(f"the camera's calibration sees no light of chromaticity {_words(white)}")
    return tuple(float(value) for value in np.clip(planes / planes.max(), _SMALLEST_NEUTRAL, 1.0))


def camera_to_rec2020(colour: CameraColour, neutral: tuple[float, ...]) -> Float[np.ndarray, "3 planes"]:
    """Matrix from balanced camera planes to linear Rec.2020; its rows have sum 1.

    By the forward matrix where the file has one, else by the colour matrix and Bradford's adaptation. A
    single plane becomes grey. Three planes without a calibration are taken for linear sRGB.

    Raises:
        BadInput: more than three planes without a calibration, or a calibration for another number of
            planes, or one that cannot be inverted.
    """
    planes = len(neutral)
    if planes == 1:
        return np.ones((3, 1))
    if not colour.calibrations:
        if planes != 3:
            raise BadInput(
                f"the colours of a sensor with {planes} planes need a calibration, but there is none"
            )
        return _normalised(XYZ_TO_REC2020 @ SRGB_TO_XYZ)
    for calibration in colour.calibrations:
        if calibration.colour_matrix.shape[0] != planes:
            raise BadInput(
                f"the calibration is for {calibration.colour_matrix.shape[0]} planes, "
                f"but the sensor has {planes}"
            )
    white = white_xy(colour, neutral)
    try:
        matrix = _by_forward_matrix(colour, neutral, white)
        return _normalised(_by_colour_matrix(colour, white) if matrix is None else matrix)
    except np.linalg.LinAlgError as error:
        raise BadInput("the camera's calibration has a matrix that cannot be inverted") from error


def _by_forward_matrix(
    colour: CameraColour, neutral: tuple[float, ...], white: tuple[float, float]
) -> Float[np.ndarray, "3 planes"] | None:
    forward = _interpolated(colour, white, "forward_matrix")
    if forward is None:
        return None
    to_reference = np.linalg.inv(_analog_balance(colour, len(neutral)) @ _camera_calibration(colour, white))
    balanced = forward / (to_reference @ neutral) @ to_reference * neutral
    # A forward matrix takes (1, 1, 1) to the white of D50; rounded digits in the file are made good.
    xyz = balanced * (xyz_of(D50_XY) / balanced.sum(axis=1))[:, None]
    return np.asarray(XYZ_D50_TO_REC2020 @ xyz)


def _by_colour_matrix(colour: CameraColour, white: tuple[float, float]) -> Float[np.ndarray, "3 planes"]:
    to_camera = _xyz_to_camera(colour, white) @ adaptation(D50_XY, white)
    reduction = _interpolated(colour, white, "reduction_matrix")
    if reduction is None or to_camera.shape[0] == 3:
        reduction = to_camera.T
    inverse = np.linalg.inv(reduction @ to_camera) @ reduction
    # Balanced by what the calibration sees of the white, so that white stays white with four planes, too.
    return np.asarray(XYZ_D50_TO_REC2020 @ inverse * (to_camera @ xyz_of(D50_XY)))


def _normalised(matrix: Float[np.ndarray, "3 planes"]) -> Float[np.ndarray, "3 planes"]:
    """The matrix with rows of sum 1: neutral is neutral to the last digit."""
    return np.asarray(matrix / matrix.sum(axis=1, keepdims=True))


def _xyz_to_camera(colour: CameraColour, white: tuple[float, float]) -> Float[np.ndarray, "planes 3"]:
    """Matrix AB CC CM from XYZ to this very camera's planes."""
    planes = colour.calibrations[0].colour_matrix.shape[0]
    balance = _analog_balance(colour, planes)
    matrices = [balance @ _calibration_of(c) @ c.colour_matrix for c in colour.calibrations]
    return _weighted(matrices, _weights(colour.calibrations, white))


def _camera_calibration(
    colour: CameraColour, white: tuple[float, float]
) -> Float[np.ndarray, "planes planes"]:
    matrices = [_calibration_of(c) for c in colour.calibrations]
    return _weighted(matrices, _weights(colour.calibrations, white))


def _interpolated(
    colour: CameraColour, white: tuple[float, float], name: str
) -> Float[np.ndarray, "3 planes"] | None:
    """The matrix of this name, of the calibrations that have one."""
    known = tuple(c for c in colour.calibrations if getattr(c, name) is not None)
    return _weighted([getattr(c, name) for c in known], _weights(known, white)) if known else None


def _weights(calibrations: tuple[Calibration, ...], white: tuple[float, float]) -> tuple[float, ...]:
    return interpolation_weights(white, [c.white_xy for c in calibrations])


def _weighted(
    matrices: list[Float[np.ndarray, "a b"]], weights: tuple[float, ...]
) -> Float[np.ndarray, "a b"]:
    return np.asarray(sum(weight * matrix for weight, matrix in zip(weights, matrices, strict=True)))


def _calibration_of(calibration: Calibration) -> Float[np.ndarray, "planes planes"]:
    known = calibration.camera_calibration
    return np.eye(calibration.colour_matrix.shape[0]) if known is None else known


def _analog_balance(colour: CameraColour, planes: int) -> Float[np.ndarray, "planes planes"]:
    """AB; a file that gives none has ones, whatever its number of planes."""
    known = colour.analog_balance
    return np.diag(known if len(known) == planes else (1.0,) * planes)


def _pair(xy: Float[np.ndarray, "2"]) -> tuple[float, float]:
    return float(xy[0]), float(xy[1])


def _words(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:.4g}" for value in values)

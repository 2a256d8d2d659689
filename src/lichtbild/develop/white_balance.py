"""White balance: each plane scaled so that a neutral object has equal numbers."""

from dataclasses import dataclass, replace
from typing import ClassVar, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour.brightness import MESOPIC
from lichtbild.colour.temperature import temperature_and_tint, xy_of
from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.core.stage import LocalStage
from lichtbild.develop import colour_matrix
from lichtbild.develop.lamplight import lamplight
from lichtbild.image.calibration import CameraColour
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.overview import Overview

KELVIN: Final = (2000.0, 20000.0)
"""Colour temperatures that can be asked for."""
TINT: Final = (-150.0, 150.0)
"""Tints that can be asked for, as raw converters show them."""
LIGHTS: Final = ((2300.0, 12000.0), (-10.0, 35.0))
"""Temperatures and tints of the lights that photographs are taken in: from a candle to a blue sky, and from
a little pinker than a black body to a fluorescent lamp. Daylight's tint is about 10."""
_CLIPPED: Final = 0.98
_DARK: Final = 0.005
_BLACK: Final = 0.0005
_NORM: Final = 6
_SPOILT: Final = 0.02
"""Share of full samples from which a cell does not count."""


@dataclass(frozen=True)
class WhiteBalance(LocalStage):
    """Planes scaled by gains; a full sensor is then 1 or more in every plane, and nothing is clipped.

    Attributes:
        gains: factor of each plane; the smallest is 1.
    """

    gains: tuple[float, ...]
    differentiable: ClassVar[bool] = True

    @staticmethod
    def of(neutral: tuple[float, ...]) -> "WhiteBalance":
        """The stage that makes these camera planes equal.

        Raises:
            BadInput: a plane of the neutral is not a positive number.
        """
        if not neutral or not all(0 < value < np.inf for value in neutral):
            raise BadInput(
                f"a neutral object has positive camera planes, not {neutral}; give another white balance"
            )
        return WhiteBalance(tuple(max(neutral) / value for value in neutral))

    def __call__(self, image: Mosaic) -> Mosaic:
        """The balanced mosaic.

        Raises:
            BadInput: the mosaic has another number of planes than there are gains.
        """
        planes = image.samples.shape[2] if image.cfa is None else len(image.cfa.colours)
        if planes != len(self.gains):
            raise BadInput(f"white balance has {len(self.gains)} gains, but the image has {planes} planes")
        gains = namespace(image.samples).asarray(self.gains, dtype=image.samples.dtype)
        if image.cfa is not None:
            window = image.window
            gains = gains[image.cfa.shifted(window.top, window.left).planes(window.extent)][..., None]
        return replace(image, samples=image.samples * gains)


def as_shot(colour: CameraColour) -> tuple[float, ...] | None:
    """Camera planes, largest 1, of a neutral object in the light that the camera metered; None if unknown."""
    if colour.as_shot_neutral is not None:
        return tuple(value / max(colour.as_shot_neutral) for value in colour.as_shot_neutral)
    if colour.as_shot_white_xy is not None and colour.calibrations:
        return colour_matrix.neutral(colour, colour.as_shot_white_xy)
    return None


def from_temperature(colour: CameraColour, kelvin: float, tint: float = 0.0) -> tuple[float, ...]:
    """Camera planes, largest 1, of a neutral object in light of a colour temperature and tint.

    Args:
        colour: the camera's calibration.
        kelvin: correlated colour temperature, 2000 to 20000.
        tint: as `lichtbild.colour.temperature` has it, -150 to 150; light that is greener than a black body
            has a positive one, and the picture is then made more magenta.

    Raises:
        BadInput: a number lies outside of its range, or the camera is not calibrated.
    """
    for name, value, (low, high) in (("temperature", kelvin, KELVIN), ("tint", tint, TINT)):
        if not low <= value <= high:
            raise BadInput(f"white balance takes a {name} from {low:g} to {high:g}, not {value:g}")
    return colour_matrix.neutral(colour, xy_of(kelvin, tint))


def picked(overview: Overview, place: tuple[float, float]) -> tuple[float, ...]:
    """Camera planes, largest 1, of what lies at a place: the mean of the cell there and of its neighbours.

    Args:
        overview: of the frame.
        place: (x, y) of the developed image, each 0 to 1.

    Raises:
        BadInput: the place lies outside of the picture, or is full or black.
    """
    x, y = place
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise BadInput(
            f"a white balance is picked at a place inside the picture, 0 to 1, not at ({x:g}, {y:g})"
        )
    rows, columns = overview.full.shape
    row = min(int(y * overview.extent.height) // overview.cell, rows - 1)
    column = min(int(x * overview.extent.width) // overview.cell, columns - 1)
    if overview.full[row, column] > _SPOILT:
        raise BadInput(f"the picture is overexposed at ({x:g}, {y:g}); pick a darker neutral place")
    around = np.s_[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
    means = overview.samples[around][overview.full[around] <= _SPOILT].mean(axis=0, dtype=np.float64)
    if not means.min() > _BLACK:
        raise BadInput(f"the picture is black at ({x:g}, {y:g}); pick a brighter neutral place")
    return tuple(float(value) for value in means / means.max())


def automatic(overview: Overview, colour: CameraColour, luminance: float | None = None) -> tuple[float, ...]:
    """Camera planes, largest 1, that a neutral object probably has, judged by the picture itself.

    The light by `shades_of_grey`; where the camera is calibrated, it is brought to the nearest temperature
    and tint of `LIGHTS`, for a wall of leaves is no green light. At night it is that of the `lamplight`.

    Args:
        overview: of the frame.
        colour: the camera's calibration.
        luminance: of the scene, cd/m2; None where it is unknown.
    """
    known = bool(colour.calibrations) and overview.samples.shape[2] > 1
    if known and luminance is not None and luminance < MESOPIC:
        # Of a sodium lamp's light little is blue.
        lamp = lamplight(_usable(overview, _BLACK), colour)
        if lamp is not None:
            return lamp
    found = shades_of_grey(overview)
    if not known:
        return found
    light = temperature_and_tint(colour_matrix.white_xy(colour, found))
    kelvin, tint = (float(value) for value in np.clip(light, *np.transpose(LIGHTS)))
    return found if (kelvin, tint) == light else colour_matrix.neutral(colour, xy_of(kelvin, tint))


def shades_of_grey(overview: Overview) -> tuple[float, ...]:
    """Camera planes, largest 1, of the light under the assumption that the scene's 6-norm is grey.

    Cells with full samples or a dark plane are left out. Where no cell is left, the planes are taken as
    they are.

    Source: Finlayson and Trezzi, "Shades of Gray and Colour Constancy", Color Imaging Conference 2004, with
    the paper's p = 6.
    """
    cells = _usable(overview)
    if not len(cells):
        return (1.0,) * int(overview.samples.shape[2])
    light = (cells**_NORM).mean(axis=0) ** (1 / _NORM)
    return tuple(float(value) for value in light / light.max())


def _usable(overview: Overview, dark: float = _DARK) -> Float[np.ndarray, "cells planes"]:
    """The cells that are neither full nor dark."""
    samples = overview.samples
    bright = (samples < _CLIPPED * overview.white).all(axis=2) & (overview.full <= _SPOILT)
    return np.asarray(samples[bright & (samples.min(axis=2) > dark)], np.float64)

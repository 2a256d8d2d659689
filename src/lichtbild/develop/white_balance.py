"""White balance: each plane scaled so that a neutral object has equal numbers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import namespace
from lichtbild.core.chain import Chain
from lichtbild.core.errors import BadInput
from lichtbild.core.stage import LocalStage
from lichtbild.develop import colour_matrix
from lichtbild.develop.linearise import Linearise
from lichtbild.image.calibration import CameraColour
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.raw_frame import RawFrame

_CLIPPED: Final = 0.98
_DARK: Final = 0.005
_NORM: Final = 6


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


def automatic(frame: RawFrame) -> tuple[float, ...]:
    """Camera planes, largest 1, that a neutral object probably has, judged by the picture itself.

    It is for files that say nothing about the light: the frame's linear samples by `shades_of_grey`.
    """
    return shades_of_grey(Chain((("linearise", Linearise.of(frame)),)).run(frame))


def shades_of_grey(tiles: Iterable[Mosaic]) -> tuple[float, ...]:
    """Camera planes, largest 1, of the light under the assumption that the scene's 6-norm is grey.

    Cells of one period of the filter pattern are used, every second in each direction; those with a clipped
    sample or a dark plane are left out. Where no cell is left, the planes are taken as they are.

    Source: Finlayson and Trezzi, "Shades of Gray and Colour Constancy", Color Imaging Conference 2004, with
    the paper's p = 6.
    """
    total: Any = 0.0
    for tile in tiles:
        total = total + np.sum(_cells(tile).astype(np.float64) ** _NORM, axis=0)
        planes = tile.samples.shape[2] if tile.cfa is None else len(tile.cfa.colours)
    if not np.all(total > 0):
        return (1.0,) * planes
    light = total ** (1 / _NORM)
    return tuple(float(value) for value in light / light.max())


def _cells(tile: Mosaic) -> Float[np.ndarray, "cells planes"]:
    """Mean of each plane in the usable cells of a tile."""
    if tile.cfa is None:
        means = tile.samples[::2, ::2].reshape(-1, tile.samples.shape[2])
        brightest = means.max(axis=1)
    else:
        cfa = tile.cfa.shifted(tile.window.top, tile.window.left)
        height, width = cfa.extent
        rows, columns = tile.window.height // height, tile.window.width // width
        cells = tile.samples[: rows * height, : columns * width, 0].reshape(rows, height, columns, width)
        cells = cells[::2, :, ::2].transpose(0, 2, 1, 3).reshape(-1, height * width)
        plane = np.asarray(cfa.pattern).reshape(-1)
        means = np.stack([cells[:, plane == p].mean(axis=1) for p in range(len(cfa.colours))], axis=1)
        brightest = cells.max(axis=1, initial=-np.inf)
    return np.asarray(means[(brightest < _CLIPPED) & (means.min(axis=1, initial=np.inf) > _DARK)])

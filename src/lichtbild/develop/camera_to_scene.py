"""Camera to scene: highlights, colour matrix and exposure as one stage, which passes over the pixels once."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lichtbild.core.stage import LocalStage
from lichtbild.core.window import Window
from lichtbild.develop.colour_matrix import ColourMatrix
from lichtbild.develop.exposure import Exposure
from lichtbild.develop.highlights import (
    HIGH,
    LOW,
    WEIGHT_OF_FULL,
    ClipHighlights,
    RebuildHighlights,
    between_cells,
)
from lichtbild.develop.kernels.colour import camera_to_scene
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.linear_image import LinearImage

_Places = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class CameraToScene(LocalStage):
    """Balanced camera planes to exposed linear Rec.2020.

    Attributes:
        highlights: what is done where the sensor was full; None leaves it as it is.
        matrix: from balanced planes to linear Rec.2020.
        exposure: None leaves the light as it is.
    """

    highlights: ClipHighlights | RebuildHighlights | None
    matrix: ColourMatrix
    exposure: Exposure | None
    differentiable: ClassVar[bool] = True

    def definition(self, image: CameraImage) -> LinearImage:
        """The three stages one after another."""
        light = self.matrix(image if self.highlights is None else self.highlights(image))
        return light if self.exposure is None else self.exposure(light)

    def __call__(self, image: CameraImage) -> LinearImage:
        """The scene's light; arguments and errors as for the three stages."""
        samples = image.samples
        if not (isinstance(samples, np.ndarray) and samples.dtype == np.float32):
            return self.definition(image)
        if samples.shape[2] != 3 or self.matrix.matrix.shape[1] != 3:
            return self.definition(image)
        gain = 1.0 if self.exposure is None else 2.0**self.exposure.ev
        matrix = (np.asarray(self.matrix.matrix) * gain).astype(np.float32)
        limit = self.highlights.white if isinstance(self.highlights, ClipHighlights) else np.inf
        numbers = np.array([limit, LOW, 1 / (HIGH - LOW), 1 - WEIGHT_OF_FULL], np.float32)
        out = np.empty(samples.shape, np.float32)
        camera_to_scene(np.ascontiguousarray(samples), numbers, matrix, *self._maps(image.window), out)
        return LinearImage(out, image.window, image.extent)

    def _maps(self, window: Window) -> tuple[np.ndarray, _Places]:
        """The maps that full planes are rebuilt by, and where the window's rows and columns lie in them."""
        stage = self.highlights
        if not isinstance(stage, RebuildHighlights):
            nowhere = np.empty(0, np.int64), np.empty(0, np.float32)
            return np.empty((6, 0, 0), np.float32), (*nowhere, *nowhere)
        maps = np.concatenate([stage.ratios, stage.white], axis=2)
        top, below, down = between_cells(np.arange(window.top, window.bottom), stage.cell, maps.shape[0])
        left, right, across = between_cells(np.arange(window.left, window.right), stage.cell, maps.shape[1])
        near = maps[top[0] : below[-1] + 1, left[0] : right[-1] + 1].transpose(2, 0, 1)
        return np.ascontiguousarray(near), (top - top[0], down, left - left[0], across)

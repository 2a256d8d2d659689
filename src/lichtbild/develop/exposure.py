"""Exposure: all light scaled by one factor."""

from dataclasses import dataclass
from typing import ClassVar

from lichtbild.core.stage import LocalStage
from lichtbild.image.linear_image import LinearImage


@dataclass(frozen=True)
class Exposure(LocalStage):
    """Light scaled by 2 to the power of ``ev``; nothing is clipped."""

    ev: float = 0.0
    differentiable: ClassVar[bool] = True

    def __call__(self, image: LinearImage) -> LinearImage:
        """The image as a longer or shorter exposure would have recorded it."""
        return LinearImage(image.samples * 2.0**self.ev, image.window, image.extent)

"""Highlights: what happens where the sensor was full."""

from dataclasses import dataclass
from typing import ClassVar

from lichtbild.core.array import namespace
from lichtbild.core.stage import LocalStage
from lichtbild.image.camera_image import CameraImage


@dataclass(frozen=True)
class ClipHighlights(LocalStage):
    """Blown highlights made neutral: every balanced plane ends where the first plane is full.

    White balance lifts a full sensor to 1 in the plane with the smallest gain and beyond 1 in the others,
    so an overexposed white would turn out magenta. As Adobe's DNG SDK does, all planes are limited to
    ``white``.

    Attributes:
        white: the largest balanced sample that every plane can reach.
    """

    white: float = 1.0
    differentiable: ClassVar[bool] = True

    def __call__(self, image: CameraImage) -> CameraImage:
        """The image with no sample above the camera's white."""
        limited = namespace(image.samples).minimum(image.samples, self.white)
        return CameraImage(limited, image.window, image.extent)

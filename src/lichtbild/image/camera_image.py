"""Camera image: every plane at every pixel, still in the camera's own colours."""

from dataclasses import dataclass

from lichtbild.image.raster import AbstractRaster
from lichtbild.image.view import sensor_png


@dataclass(frozen=True, eq=False)
class CameraImage(AbstractRaster):
    """Samples ``[row, column, plane]`` in the sensor's colours, scene-referred and unbounded."""

    def _repr_png_(self) -> bytes:
        """The image as a notebook shows it: the sensor's own colours, taken as they are."""
        return sensor_png(self.samples)

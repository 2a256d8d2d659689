"""Camera image: every plane at every pixel, still in the camera's own colours."""

from dataclasses import dataclass

from lichtbild.image.raster import AbstractRaster


@dataclass(frozen=True, eq=False)
class CameraImage(AbstractRaster):
    """Samples ``[row, column, plane]`` in the sensor's colours, scene-referred and unbounded."""

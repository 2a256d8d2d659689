import numpy as np

from lichtbild.core.window import Extent, Window
from lichtbild.develop.highlights import ClipHighlights
from lichtbild.develop.white_balance import WhiteBalance
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.mosaic import Mosaic


def test_a_full_sensor_becomes_neutral() -> None:
    full = Mosaic(np.ones((1, 1, 3), np.float32), Window(0, 0, 1, 1), Extent(1, 1), None)
    balanced = WhiteBalance.of((0.5, 1.0, 0.7))(full)
    assert balanced.samples.min() == 1
    clipped = ClipHighlights()(CameraImage(balanced.samples, balanced.window, balanced.extent))
    np.testing.assert_array_equal(clipped.samples, 1)


def test_what_is_darker_stays() -> None:
    samples = np.array([[[-0.2, 0.5, 0.99]]], np.float32)
    result = ClipHighlights()(CameraImage(samples, Window(0, 0, 1, 1), Extent(1, 1))).samples
    np.testing.assert_array_equal(result, samples)
    assert result.dtype == np.float32

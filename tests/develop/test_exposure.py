import numpy as np

from lichtbild.core.window import Extent, Window
from lichtbild.develop.exposure import Exposure
from lichtbild.image.linear_image import LinearImage


def test_an_ev_doubles_the_light_and_clips_nothing() -> None:
    samples = np.array([[[-0.1, 0.18, 3.0]]], np.float32)
    image = LinearImage(samples, Window(0, 0, 1, 1), Extent(1, 1))
    np.testing.assert_array_equal(Exposure(1.0)(image).samples, 2 * samples)
    np.testing.assert_array_equal(Exposure(0.0)(image).samples, samples)
    back = Exposure(-1.7)(Exposure(1.7)(image)).samples
    np.testing.assert_allclose(back, samples, rtol=3e-7)
    assert back.dtype == np.float32

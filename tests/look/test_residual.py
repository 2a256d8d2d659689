import numpy as np

from lichtbild.colour.transfer import SRGB
from lichtbild.core.array import transformed
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import ColourSpace
from lichtbild.look.encode import from_rec2020
from lichtbild.look.lut import Lut, nodes
from lichtbild.look.residual import Residual

TO_SRGB = from_rec2020(ColourSpace.SRGB)
WARM = Lut((nodes(9) ** np.float32(1.3) * np.array([1, 0.9, 0.7], np.float32)).astype(np.float32))
CALM = 0.4 + 0.2 * np.random.default_rng(1).random((1, 300, 3))
"""Encoded sRGB, far from the borders of the space."""


def light(encoded: np.ndarray) -> LinearImage:
    samples = transformed(SRGB.decode(encoded), np.linalg.inv(TO_SRGB)).astype(np.float32)
    extent = Extent(*samples.shape[:2])
    return LinearImage(samples, Window.whole(extent), extent)


def encoded(image: LinearImage) -> np.ndarray:
    return SRGB.encode(transformed(image.samples.astype(np.float64), TO_SRGB))


def test_it_is_the_table_on_encoded_srgb() -> None:
    np.testing.assert_allclose(encoded(Residual(WARM)(light(CALM))), WARM(CALM), atol=2e-5)


def test_strength_is_a_share_of_the_change() -> None:
    for strength in (0.0, 0.5, 1.5):
        wanted = np.clip(CALM + strength * (WARM(CALM) - CALM), 0, 1)
        np.testing.assert_allclose(encoded(Residual(WARM, strength)(light(CALM))), wanted, atol=2e-5)


def test_what_lies_above_white_is_added_again() -> None:
    bright = light(np.ones((1, 1, 3)))
    above = LinearImage(bright.samples * 4, bright.window, bright.extent)
    found = transformed(Residual(WARM)(above).samples, TO_SRGB)
    white = SRGB.decode(WARM.table[-1, -1, -1])
    np.testing.assert_allclose(found[0, 0], white + 3, rtol=1e-4)


def test_colours_that_srgb_lacks_come_into_it_in_a_rendering_and_pass_by_in_a_picture() -> None:
    green = np.array([[[0.0, 1.0, 0.0]]], np.float32)  # of Rec.2020
    image = LinearImage(green, Window.whole(Extent(1, 1)), Extent(1, 1))
    rendered = transformed(Residual(Lut.identity(2))(image).samples, TO_SRGB)
    assert rendered.min() >= -1e-5 and rendered.max() <= 1 + 1e-5
    np.testing.assert_allclose(Residual(Lut.identity(2)).on_picture(green), green, atol=1e-6)

from dataclasses import replace

import numpy as np

from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.brighten import Brighten
from lichtbild.look.style import style
from lichtbild.look.tone_bath import ToneBath
from lichtbild.look.view import GREY

VIEW = style("heritage").view
BATH = ToneBath()
HIGH = replace(VIEW, headroom=2.0)


def image(samples: np.ndarray) -> LinearImage:
    extent = Extent(*samples.shape[:2])
    return LinearImage(samples.astype(np.float32), Window.whole(extent), extent)


def test_neutral_light_is_what_the_view_with_headroom_shows() -> None:
    light = np.repeat(GREY * 2.0 ** np.linspace(-8, 7, 200)[None, :, None], 3, axis=2)
    plain = VIEW(image(light))
    np.testing.assert_allclose(Brighten(HIGH, BATH)(plain).samples, HIGH(image(light)).samples, rtol=3e-3)


def test_colours_are_multiplied_and_white_reaches_the_peak() -> None:
    shown = image(0.05 + 0.95 * np.random.default_rng(0).random((20, 30, 3)))
    bright = Brighten(HIGH, BATH)(shown)
    ratio = bright.samples / shown.samples
    tinted = Brighten(HIGH, style("heritage").tone_bath or BATH)(shown).samples
    plainly = (style("heritage").tone_bath or BATH)(shown).samples
    np.testing.assert_allclose(tinted, plainly * ratio, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(ratio, np.repeat(ratio[..., :1], 3, axis=2), rtol=1e-4)
    white = Brighten(HIGH, BATH)(image(np.ones((1, 1, 3)))).samples
    np.testing.assert_allclose(white, 4.0, rtol=2e-3)

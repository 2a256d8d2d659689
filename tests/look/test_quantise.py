import numpy as np
import pytest

from lichtbild.core.window import Extent, Window
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.look.quantise import Quantise


@pytest.mark.parametrize(("bits", "kind"), [(8, np.uint8), (10, np.uint16), (16, np.uint16)])
def test_codes_are_cut_scaled_and_rounded_half_up(bits: int, kind: type) -> None:
    top = (1 << bits) - 1
    values = np.array([-1.0, 0.0, 0.49 / top, 0.51 / top, 0.5, 1.0, 3.0], np.float32)
    held = Picture(values[None, :, None].repeat(3, axis=2), Window(0, 0, 1, 7), Extent(1, 7))
    made = Quantise(bits)(held)
    assert made.samples.dtype == kind
    np.testing.assert_array_equal(made.samples[0, :, 0], [0, 0, 0, 1, (top + 1) // 2, top, top])


def test_what_the_picture_says_is_kept() -> None:
    extent = Extent(4, 5)
    held = Picture(np.zeros((4, 5, 3), np.float32), Window.whole(extent), extent, ColourSpace.DISPLAY_P3)
    made = Quantise()(held)
    assert (made.window, made.extent, made.space, made.metadata, made.bits) == (
        held.window,
        extent,
        ColourSpace.DISPLAY_P3,
        held.metadata,
        8,
    )

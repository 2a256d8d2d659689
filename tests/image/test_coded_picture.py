"""A coded picture knows its range, and shows itself as the picture that it codes."""

import io

import numpy as np
import PIL.Image
import pytest

from lichtbild.core.window import Extent, Window
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.picture import ColourSpace

EXTENT = Extent(5, 7)


def coded(dtype: type, bits: int, **more: object) -> CodedPicture:
    samples = np.random.default_rng(1).integers(0, 1 << bits, (*EXTENT, 3)).astype(dtype)
    return CodedPicture(samples, Window.whole(EXTENT), EXTENT, bits, **more)


@pytest.mark.parametrize(("dtype", "bits"), [(np.uint8, 8), (np.uint16, 10), (np.uint16, 16)])
def test_its_view_is_its_codes_in_eight_bits(dtype: type, bits: int) -> None:
    picture = coded(dtype, bits)
    with PIL.Image.open(io.BytesIO(picture._repr_png_())) as image:
        shown = np.asarray(image)
    assert picture.top == 2**bits - 1
    # Float32 places a tie of rounding to either side.
    np.testing.assert_allclose(shown, picture.samples * (255 / picture.top), rtol=0, atol=0.5 + 1e-4)


def test_a_crop_is_a_view() -> None:
    picture = coded(np.uint8, 8)
    part = picture.crop(Window(1, 2, 3, 5))
    assert np.shares_memory(part.samples, picture.samples) and part.bits == 8


@pytest.mark.parametrize(
    ("dtype", "bits"), [(np.uint8, 16), (np.uint16, 8), (np.uint16, 17), (np.float32, 8)]
)
def test_other_types_are_refused(dtype: type, bits: int) -> None:
    with pytest.raises(ValueError, match="uint8 or uint16"):
        coded(dtype, bits)


def test_linear_light_is_refused() -> None:
    with pytest.raises(ValueError, match="no limits"):
        coded(np.uint8, 8, space=ColourSpace.LINEAR_REC2020)

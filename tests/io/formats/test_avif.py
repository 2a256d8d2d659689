"""AVIFs, read by Pillow and by libavif itself."""

import io

import imagecodecs
import numpy as np
import PIL.Image
import pytest
from PIL.ExifTags import IFD, Base

from lichtbild.colour import icc
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.picture import ColourSpace
from lichtbild.io.formats.avif import encoded
from lichtbild.io.formats.codes import codes
from pictures import picture


def blank(height: int, width: int) -> CodedPicture:
    extent = Extent(height, width)
    samples = np.broadcast_to(np.array([10, 200, 90], np.uint8), (*extent, 3))
    return CodedPicture(samples, Window.whole(extent), extent)


@pytest.mark.parametrize("bits", [8, 10, 12])
def test_it_holds_the_picture(bits: int) -> None:
    data = encoded(picture(), bits, 95)
    found = imagecodecs.avif_decode(data)
    assert found.dtype == (np.uint8 if bits == 8 else np.uint16)
    top = (1 << bits) - 1
    # A smooth picture at quality 95; the matrix of colours rounds to a code or two of 8 bits.
    assert abs(found / top - codes(picture().samples, bits) / top).max() < 7 / 255


@pytest.mark.parametrize(
    ("space", "numbers"),
    [
        (ColourSpace.SRGB, (1, 13)),
        (ColourSpace.DISPLAY_P3, (12, 13)),
        (ColourSpace.REC2020, (9, 1)),
        (ColourSpace.PROPHOTO, (2, 2)),
    ],
)
def test_profile_codes_and_exif_are_in_it(space: ColourSpace, numbers: tuple[int, int]) -> None:
    data = encoded(picture(space=space), 10, 80)
    place = data.index(b"nclx")
    assert tuple(int.from_bytes(data[place + k : place + k + 2], "big") for k in (4, 6)) == numbers
    with PIL.Image.open(io.BytesIO(data)) as image:
        assert image.info["icc_profile"] == icc.profile(space.value)
        found = image.getexif()
        assert found[Base.Make] == "Maker" and found[Base.Orientation] == 1
        assert found.get_ifd(IFD.Exif)[Base.ISOSpeedRatings] == 100


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 9), (7, 2), (33, 65)])
def test_odd_sizes(height: int, width: int) -> None:
    with PIL.Image.open(io.BytesIO(encoded(blank(height, width), 10, 70))) as image:
        assert image.size == (width, height)
        assert abs(np.asarray(image, int) - (10, 200, 90)).max() <= 6


def test_a_limit_of_bytes_is_held() -> None:
    samples = np.random.default_rng(4).integers(0, 256, (96, 96, 3)).astype(np.uint8)
    noise = CodedPicture(samples, Window(0, 0, 96, 96), Extent(96, 96))
    full = len(encoded(noise, 8, 90))
    assert 0.4 * full < len(encoded(noise, 8, 90, full // 2)) <= full // 2


def test_a_side_that_is_too_long_is_refused() -> None:
    with pytest.raises(BadInput, match="65535 pixels a side"):
        encoded(blank(1, 65536), 8, 50)


@pytest.mark.parametrize(("space", "curve"), [("rec2100-pq", 16), ("rec2100-hlg", 18)])
@pytest.mark.parametrize("bits", [10, 12])
def test_rec2100_is_said_in_the_box_and_in_the_stream(space: str, curve: int, bits: int) -> None:
    wanted = picture(space=ColourSpace(space))
    data = encoded(wanted, bits, 95)
    place = data.index(b"nclx")
    assert [int.from_bytes(data[place + k : place + k + 2], "big") for k in (4, 6, 8)] == [9, curve, 9]
    assert data[place + 10] >> 7 == 1  # the full range of codes
    assert b"prof" not in data
    # AV1's sequence header ends with the same three codes, on no byte's border.
    bits_of = "".join(f"{byte:08b}" for byte in data[data.index(b"mdat") + 4 :][:64])
    assert f"{9:08b}{curve:08b}{9:08b}" in bits_of
    top = (1 << bits) - 1
    found = imagecodecs.avif_decode(data) / top
    assert abs(found - codes(wanted.samples, bits) / top).max() < 7 / 255

"""Ultra HDR as libultrahdr, which Android and Chrome are built on, and other readers see it."""

import io
import re
import struct

import imagecodecs
import numpy as np
import PIL.Image
import pytest
from PIL.ExifTags import IFD, Base

from lichtbild.colour import icc, spaces, transfer
from lichtbild.core.window import Extent, Window
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.metadata import Metadata
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.io.formats import jpeg
from lichtbild.io.formats.ultra_hdr import encoded

SIZE = Extent(300, 401)
TO_P3 = np.linalg.solve(spaces.P3_TO_XYZ, spaces.REC2020_TO_XYZ)


def scene(size: Extent = SIZE) -> np.ndarray:
    """Linear Display P3, up to four times as bright as white."""
    v, u = np.meshgrid(np.linspace(0, 1, size.height), np.linspace(0, 1, size.width), indexing="ij")
    return np.stack([0.05 + 4 * u**2, 0.06 + 3 * v, 0.08 + 2 * u * v], axis=-1)


def both(size: Extent = SIZE) -> tuple[CodedPicture, Picture]:
    window, p3 = Window.whole(size), scene(size)
    shown = transfer.SRGB.encode((1.2 * p3 / (1 + p3)).clip(0, 1))
    low = CodedPicture(
        (shown * 255 + 0.5).astype(np.uint8), window, size, 8, ColourSpace.DISPLAY_P3, Metadata(make="Maker")
    )
    high = (p3 @ np.linalg.inv(TO_P3).T).astype(np.float32)
    return low, Picture(high, window, size, ColourSpace.LINEAR_REC2020)


def parts(data: bytes) -> tuple[bytes, bytes]:
    """The two JPEGs, as the Multi-Picture index tells."""
    base = data.index(b"MPF\0") + 4
    entries = base + 50
    (_, first, at, _), (_, second, start, _) = struct.iter_unpack(">IIII", data[entries : entries + 32])
    assert at == 0 and base + start == first and first + second == len(data)
    return data[:first], data[first:]


def test_a_common_display_shows_the_picture_itself() -> None:
    low, high = both()
    first, _ = parts(encoded(low, high, 92))
    np.testing.assert_array_equal(
        imagecodecs.jpeg8_decode(first), imagecodecs.jpeg8_decode(jpeg.encoded(low, 92))
    )


def test_libultrahdr_restores_the_brighter_rendition() -> None:
    low, high = both()
    found = imagecodecs.ultrahdr_decode(encoded(low, high, 97))[..., :3].astype(float)
    error = abs(found - scene()) / scene()
    # Both are JPEGs: a code of the map is 1 % here, one of the picture up to 3 % in its shadows.
    assert error.mean() < 0.01
    assert np.quantile(error, 0.99) < 0.04


def test_libultrahdr_shows_no_gain_without_headroom() -> None:
    low, high = both()
    found = imagecodecs.ultrahdr_decode(encoded(low, high, 97), boost=1.0)[..., :3].astype(float)
    wanted = imagecodecs.jpeg8_decode(jpeg.encoded(low, 97))
    # libultrahdr brings the JPEG's colours back by formulas of its own; half floats add a tenth of a code.
    assert abs(255 * transfer.SRGB.encode(found) - wanted).max() < 1.6


def test_the_three_indexes_agree() -> None:
    data = encoded(*both(), 90)
    first, second = parts(data)
    assert int(re.search(rb'Item:Length="(\d+)"', first)[1]) == len(second)
    assert first[:2] == second[:2] == b"\xff\xd8" and first[-2:] == second[-2:] == b"\xff\xd9"
    label = b"urn:iso:std:iso:ts:21496:-1\0"
    assert first[first.index(label) + len(label) :][:4] == bytes(4)
    assert second.count(label) == 1 and b'hdrgm:GainMapMax="' in second
    with PIL.Image.open(io.BytesIO(second)) as image:
        assert image.size == (201, 150) and image.mode == "RGB"


def test_profile_exif_and_thumbnail_are_the_pictures() -> None:
    with PIL.Image.open(io.BytesIO(encoded(*both(), 90))) as image:
        assert image.size == (SIZE.width, SIZE.height)
        assert image.info["icc_profile"] == icc.profile("display-p3")
        found = image.getexif()
        assert found[Base.Make] == "Maker" and found.get_ifd(IFD.IFD1)[Base.JpegIFByteCount] > 500


@pytest.mark.parametrize("size", [Extent(1, 1), Extent(3, 2), Extent(17, 40)])
@pytest.mark.parametrize("side", [1, 4])
def test_odd_sizes(size: Extent, side: int) -> None:
    first, second = parts(encoded(*both(size), 90, side=side))
    for data, shape in ((first, size), (second, [-(-n // side) for n in size])):
        assert imagecodecs.jpeg8_decode(data).shape == (*shape, 3)


def test_a_limit_of_bytes_is_of_the_whole_file() -> None:
    full = len(encoded(*both(), 92))
    assert len(encoded(*both(), 92, full - 3000)) <= full - 3000


def test_sixteen_bits_are_brought_to_eight() -> None:
    low, high = both()
    deep = CodedPicture(low.samples.astype(np.uint16) * 257, low.window, SIZE, 16, low.space, low.metadata)
    assert encoded(deep, high, 90) == encoded(low, high, 90)

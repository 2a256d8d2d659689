"""What a JPEG carries is where other programs look for it."""

import io
import struct
from dataclasses import replace

import imagecodecs
import numpy as np
import PIL.Image
import pytest
from PIL.ExifTags import IFD, Base

from lichtbild.colour import icc
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.metadata import Metadata
from lichtbild.image.picture import ColourSpace
from lichtbild.io import exif
from lichtbild.io.formats.codes import codes
from lichtbild.io.formats.jpeg import FULL_COLOUR, assembled, encoded, icc_segments, scan, segment
from lichtbild.io.formats.thumbnail import thumbnail
from pictures import picture


def noise(height: int, width: int) -> CodedPicture:
    samples = np.random.default_rng(4).integers(0, 256, (height, width, 3)).astype(np.uint8)
    extent = Extent(height, width)
    return CodedPicture(samples, Window.whole(extent), extent)


def markers(data: bytes) -> list[int]:
    """Markers up to the scan."""
    found, place = [], 2
    while True:
        marker, size = struct.unpack_from(">HH", data, place)
        found.append(marker)
        if marker == 0xFFDA:
            return found
        place += 2 + size


def test_exif_comes_first_then_the_profile() -> None:
    found = markers(encoded(picture(space=ColourSpace.DISPLAY_P3), 90))
    assert found[:2] == [0xFFE1, 0xFFE2] and 0xFFE0 not in found


def test_the_pixels_are_the_encoders_own() -> None:
    wanted = codes(picture().samples, 8)
    data = encoded(picture(), 90)
    np.testing.assert_array_equal(imagecodecs.jpeg8_decode(data), imagecodecs.jpeg8_decode(scan(wanted, 90)))


def test_the_thumbnail_is_in_the_second_directory() -> None:
    large = replace(noise(400, 600), samples=codes(picture(400, 600).samples, 8))
    with PIL.Image.open(io.BytesIO(encoded(large, 90))) as image:
        found = image.getexif()
        below = found.get_ifd(IFD.IFD1)
        start, size = below[Base.JpegIFOffset], below[Base.JpegIFByteCount]
        block = image.info["exif"].removeprefix(b"Exif\0\0")
        assert found[Base.Orientation] == 1
    with PIL.Image.open(io.BytesIO(block[start : start + size])) as small:
        assert small.size == (160, 107)
        # A smooth picture as a JPEG of quality 80.
        assert abs(np.asarray(small, int) - thumbnail(large.samples).astype(int)).mean() < 2


@pytest.mark.parametrize(("quality", "step"), [(FULL_COLOUR, 1), (FULL_COLOUR - 1, 2)])
def test_colour_is_halved_below_a_quality(quality: int, step: int) -> None:
    with PIL.Image.open(io.BytesIO(encoded(picture(), quality))) as image:
        assert image.layer[0][1:3] == (step, step)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 17), (9, 1), (3, 5)])
def test_odd_sizes(height: int, width: int) -> None:
    with PIL.Image.open(io.BytesIO(encoded(noise(height, width), 92))) as image:
        assert image.size == (width, height) and image.mode == "RGB"
        image.load()


def test_a_limit_of_bytes_is_held_as_closely_as_the_quality_can() -> None:
    large = noise(300, 300)
    full = len(encoded(large, 95))
    for share, step in ((0.7, 1), (0.5, 2), (0.2, 2)):
        data = encoded(large, 95, int(share * full))
        # A step of quality is up to 10 % of the size at the upper end.
        assert 0.85 * share * full < len(data) <= share * full
        with PIL.Image.open(io.BytesIO(data)) as image:
            assert image.info["icc_profile"] == icc.profile("srgb")
            assert image.layer[0][1:3] == (step, step)


def test_a_side_that_is_too_long_is_refused() -> None:
    with pytest.raises(BadInput, match="65500 pixels a side"):
        encoded(noise(1, 65501), 90)


def test_texts_that_would_not_fit_are_left_out_the_longest_first() -> None:
    texts = {("exif", tag): "x" * 5000 for tag, (kind, _) in exif.KEPT["exif"].items() if kind == exif.TEXT}
    texts |= {("gps", tag): "x" * 5000 for tag, (kind, _) in exif.KEPT["gps"].items() if kind == exif.TEXT}
    texts |= {("main", tag): "x" * 5000 for tag, (kind, _) in exif.KEPT["main"].items() if kind == exif.TEXT}
    full = replace(picture(), metadata=Metadata(make="Maker", exif=texts | {("main", 315): "Artist"}))
    with PIL.Image.open(io.BytesIO(encoded(full, 90))) as image:
        found = image.getexif()
        assert found[Base.Make] == "Maker" and found[Base.Artist] == "Artist"


def test_a_long_profile_is_cut_into_segments() -> None:
    profile = bytes(range(256)) * 600
    stream = assembled(scan(codes(picture().samples, 8), 90), icc_segments(profile))
    with PIL.Image.open(io.BytesIO(stream)) as image:
        assert image.info["icc_profile"] == profile


def test_a_segment_has_an_end() -> None:
    assert len(segment(0xFFE1, bytes(65533))) == 65537
    with pytest.raises(ValueError, match="65533"):
        segment(0xFFE1, bytes(65534))

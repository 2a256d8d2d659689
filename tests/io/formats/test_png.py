"""PNGs of both depths, and of sizes at their limits."""

import io
from dataclasses import replace

import imagecodecs
import numpy as np
import PIL.Image
import pytest

from lichtbild.colour import icc
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.picture import ColourSpace
from lichtbild.io.formats.png import encoded


def noise(height: int, width: int, bits: int) -> CodedPicture:
    extent = Extent(height, width)
    samples = np.random.default_rng(4).integers(0, 1 << bits, (*extent, 3))
    return CodedPicture(
        samples.astype(np.uint8 if bits == 8 else np.uint16), Window.whole(extent), extent, bits
    )


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 70), (65, 2), (130, 31)])
@pytest.mark.parametrize("bits", [8, 16])
def test_every_code_is_kept(height: int, width: int, bits: int) -> None:
    wanted = noise(height, width, bits)
    data = encoded(wanted, bits)
    np.testing.assert_array_equal(imagecodecs.png_decode(data), wanted.samples)
    with PIL.Image.open(io.BytesIO(data)) as image:
        image.load()
        assert image.info["icc_profile"] == icc.profile("srgb")


def test_the_chunks_are_sound_and_in_order() -> None:
    data, names, place = encoded(noise(5, 5, 8), 8), [], 8
    while place < len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        names.append(data[place + 4 : place + 8])
        place += 12 + size
    assert names[:3] == [b"IHDR", b"iCCP", b"eXIf"] and names[-1] == b"IEND"
    with PIL.Image.open(io.BytesIO(data)) as image:
        image.verify()  # the checksums


def test_a_side_that_is_too_long_is_refused() -> None:
    extent = Extent(1, 1_000_001)
    samples = np.broadcast_to(np.zeros(3, np.uint8), (*extent, 3))
    with pytest.raises(BadInput, match="1000000 pixels a side"):
        encoded(CodedPicture(samples, Window.whole(extent), extent), 8)


@pytest.mark.parametrize(("space", "curve"), [("rec2100-pq", 16), ("rec2100-hlg", 18)])
def test_rec2100_is_said_by_colour_codes_alone(space: str, curve: int) -> None:
    """PNG's cICP is read before any profile; no profile of version 2 can say what these spaces are."""
    data = encoded(replace(noise(4, 4, 16), space=ColourSpace(space)), 16)
    place = data.index(b"cICP")
    assert data[place + 4 : place + 8] == bytes((9, curve, 0, 1))
    assert place < data.index(b"IDAT") and b"iCCP" not in data

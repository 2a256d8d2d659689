"""A HEIF's boxes as another encoder writes them: the image is kept, profile and EXIF are put in."""

import io
import struct
from dataclasses import replace

import imagecodecs
import numpy as np
import PIL.Image
import pytest

from lichtbild.colour import icc
from lichtbild.core.errors import BadInput
from lichtbild.image.metadata import Metadata
from lichtbild.image.picture import ColourSpace
from lichtbild.io.formats.codes import codes
from lichtbild.io.formats.heif_boxes import _associations, _items, described
from pictures import picture


def foreign() -> bytes:
    """A file of Pillow's, which has a profile and EXIF of its own."""
    out = io.BytesIO()
    image = PIL.Image.fromarray(codes(picture().samples, 8))
    image.save(out, "AVIF", quality=90, exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0", speed=10)
    return out.getvalue()


def test_the_image_is_kept_to_the_last_bit() -> None:
    bare = imagecodecs.avif_encode(codes(picture().samples, 8), level=80, speed=10)
    found = described(bytes(bare), picture(space=ColourSpace.DISPLAY_P3))
    np.testing.assert_array_equal(imagecodecs.avif_decode(found), imagecodecs.avif_decode(bare))
    assert found.count(icc.profile("display-p3")) == 1


def test_a_file_with_more_items_keeps_them() -> None:
    found = described(foreign(), picture())
    np.testing.assert_array_equal(imagecodecs.avif_decode(found), imagecodecs.avif_decode(foreign()))
    assert found.count(b"Exif\0") == foreign().count(b"Exif\0") + 1


def test_metadata_of_any_length_do_not_move_the_image() -> None:
    bare = bytes(imagecodecs.avif_encode(codes(picture().samples, 8), level=80, speed=10))
    for length in (1, 2, 1000, 2000):
        told = replace(picture(), metadata=Metadata(make="M" * length))
        with PIL.Image.open(io.BytesIO(described(bare, told))) as image:
            image.load()
            assert image.getexif()[271] == "M" * min(length, 2048)


def test_items_are_found_by_every_form_of_the_box() -> None:
    data = bytes(range(100))
    old = struct.pack(">IBBHHHHII", 0, 0x44, 0, 1, 7, 0, 1, 20, 5)
    assert _items({b"iloc": old}, data) == {7: data[20:25]}
    # Version 1: of the box idat, in two parts, from a base of 8 bytes.
    parts = struct.pack(">QHIIII", 10, 2, 0, 3, 50, 4)
    newer = struct.pack(">IBBHHHH", 1 << 24, 0x44, 0x80, 1, 7, 1, 0) + parts
    assert _items({b"iloc": newer, b"idat": data}, b"") == {7: data[10:13] + data[60:64]}
    # Version 2 has items of 32 bits.
    newest = struct.pack(">IBBIIHHHII", 2 << 24, 0x44, 0, 1, 7, 0, 0, 1, 20, 5)
    assert _items({b"iloc": newest}, data) == {7: data[20:25]}


def test_properties_of_the_long_form_are_made_short() -> None:
    long = struct.pack(">IIHBHH", 1, 1, 7, 2, 0x8003, 4)
    (entry,) = _associations(long)
    assert entry.item == 7 and entry.properties == (0x83, 4)


@pytest.mark.parametrize("data", [b"", b"\0\0\0\x10ftypavif\0\0\0\0", b"\0\0\0\1xxxx", bytes(40)])
def test_a_file_of_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput, match="a form that we do not know"):
        described(data, picture())

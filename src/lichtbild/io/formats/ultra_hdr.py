"""Ultra HDR: a JPEG that any program shows, and that holds a gain map for displays which can do more.

The gain map is a second JPEG behind the picture's own. Three indexes lead to it, for three families of
readers: ISO 21496-1's segment, Ultra HDR's XMP with lengths, and the Multi-Picture Format's offsets.

Source: ISO 21496-1:2025 annex C.4; Google, "Ultra HDR Image Format v1.1", sections on XMP and MPF; CIPA
DC-007-2009, "Multi-Picture Format", clause 5.2.
"""

import struct
from typing import Final

import imagecodecs
import numpy as np

from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.picture import Picture
from lichtbild.io.formats import jpeg
from lichtbild.io.formats.codes import coded
from lichtbild.io.formats.gain_map import GainMap, xmp_packet

_APP1, _APP2 = 0xFFE1, 0xFFE2
_MAP_QUALITY: Final = 92
_XMP: Final = b"http://ns.adobe.com/xap/1.0/\0"
_ISO: Final = b"urn:iso:std:iso:ts:21496:-1\0"
_MPF: Final = b"MPF\0"


def encoded(
    picture: Picture | CodedPicture,
    hdr: Picture,
    quality: int,
    max_bytes: int | None = None,
    *,
    side: int = 2,
) -> bytes:
    """Bytes of an Ultra HDR JPEG.

    Args:
        picture: as common displays show it, in sRGB, Display P3 or Rec.2020.
        hdr: the same picture in linear Rec.2020, where 1 is the white of a common display, and up to
            2^headroom is what brighter ones show.
        quality: of the picture, 1 to 100.
        max_bytes: of the whole file; the picture's quality goes down until it fits.
        side: pixels along a side of the squares that have one gain.

    Raises:
        BadInput: the two pictures do not fit one another, a side is too long, or no quality fits.
    """
    codes = coded(picture, 8)
    exact = isinstance(picture, Picture)
    base = np.asarray(picture.samples, np.float32) if exact else codes
    gain_map = GainMap.between(base, picture.space, hdr, side)
    second = _second(gain_map)
    head = jpeg.segments(picture, codes) + _pointers(len(second))

    return jpeg.fitted(codes, lambda stream: _first(stream, head, len(second)) + second, quality, max_bytes)


def _second(gain_map: GainMap) -> bytes:
    """The gain map's JPEG."""
    stream = bytes(imagecodecs.jpeg8_encode(gain_map.codes, _MAP_QUALITY, subsampling="444", optimize=True))
    head = jpeg.segment(_APP1, _XMP + gain_map.xmp()) + jpeg.segment(_APP2, _ISO + gain_map.iso())
    return jpeg.assembled(stream, head)


def _pointers(second_size: int) -> bytes:
    """The segments of the first JPEG that say that a gain map of this size follows."""
    names = (
        'xmlns:Container="http://ns.google.com/photos/1.0/container/" '
        'xmlns:Item="http://ns.google.com/photos/1.0/container/item/"'
    )
    items = (
        'Item:Semantic="Primary" Item:Mime="image/jpeg"',
        f'Item:Semantic="GainMap" Item:Mime="image/jpeg" Item:Length="{second_size}"',
    )
    listed = "".join(f'<rdf:li rdf:parseType="Resource"><Container:Item {item}/></rdf:li>' for item in items)
    directory = f"<Container:Directory><rdf:Seq>{listed}</rdf:Seq></Container:Directory>"
    versions = struct.pack(">HH", 0, 0)
    return jpeg.segment(_APP1, _XMP + xmp_packet("", directory, names)) + jpeg.segment(_APP2, _ISO + versions)


def _first(stream: bytes, head: bytes, second_size: int) -> bytes:
    """The picture's JPEG, with the index of both at the end of its head."""
    size = len(jpeg.assembled(stream, head + _index(0, 0, 0)))
    base = 2 + len(head) + 4 + len(_MPF)  # offsets count from the index's own byte order mark
    return jpeg.assembled(stream, head + _index(size, second_size, size - base))


def _index(first_size: int, second_size: int, second_place: int) -> bytes:
    """The Multi-Picture index: version, number of images, and size and place of each."""
    primary_jpeg, other_jpeg, entries_at = 0x030000, 0, 50
    tags = struct.pack(">HHI4s", 0xB000, 7, 4, b"0100")
    tags += struct.pack(">HHII", 0xB001, 4, 1, 2) + struct.pack(">HHII", 0xB002, 7, 32, entries_at)
    entries = struct.pack(">IIIHH", primary_jpeg, first_size, 0, 0, 0)
    entries += struct.pack(">IIIHH", other_jpeg, second_size, second_place, 0, 0)
    table = b"MM\0*" + struct.pack(">IH", 8, 3) + tags + bytes(4)
    return jpeg.segment(_APP2, _MPF + table + entries)

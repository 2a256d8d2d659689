"""HEIF boxes: an encoder's bare image file with ICC profile and EXIF put into it.

A file is a row of boxes; the box ``meta`` lists items (the image, its EXIF), where their bytes lie
(``iloc``), what they are (``iinf``), how they belong together (``iref``) and what holds for them (``iprp``).
Any bytes of items are kept as they are, and laid one after the other into one box ``mdat``.

Source: ISO/IEC 14496-12:2015 clauses 4.2 and 8.11 (boxes, meta); ISO/IEC 23008-12:2017 clause 9.3
(properties) and annex A (Exif item).
"""

import struct
from dataclasses import dataclass
from typing import Final

from lichtbild.colour import icc
from lichtbild.core.errors import BadInput
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.picture import HDR_SPACES, ColourSpace, Picture
from lichtbild.io import exif

_CODES: Final = {
    ColourSpace.SRGB: (1, 13),
    ColourSpace.DISPLAY_P3: (12, 13),
    ColourSpace.REC2020: (9, 1),
    ColourSpace.PROPHOTO: (2, 2),
    **HDR_SPACES,
}
"""Primaries and transfer curve in the codes of ISO/IEC 23091-2; 2 leaves them to the profile."""

Boxes = dict[bytes, bytes]


@dataclass(frozen=True)
class _Association:
    """Which properties, counted from 1 and with 0x80 where a reader must know them, belong to an item."""

    item: int
    properties: tuple[int, ...]


def described(data: bytes, picture: Picture | CodedPicture) -> bytes:
    """The file of one image with the picture's ICC profile, colour codes and EXIF.

    Args:
        data: an AVIF or HEIF that an encoder made of the picture.
        picture: what it shows.

    Raises:
        BadInput: the encoder's file is of a form that we do not know.
    """
    try:
        top = _boxes(data)
        meta = _boxes(top[b"meta"][4:])
        primary = struct.unpack(">H", meta[b"pitm"][4:6])[0]
        items = _items(meta, data)
    except (KeyError, struct.error) as error:
        raise BadInput(f"the encoder's file has a form that we do not know ({error})") from error
    tags = exif.encode(picture.metadata, picture.extent, picture.space)
    added = max(items) + 1
    items[added] = bytes(4) + tags  # the TIFF header is 0 bytes from here
    meta[b"iinf"] = _with_info(meta[b"iinf"], added)
    meta[b"iref"] = meta.get(b"iref", bytes(4)) + _box(b"cdsc", struct.pack(">3H", added, 1, primary))
    meta[b"iprp"] = _with_colour(meta[b"iprp"], primary, picture.space)
    meta.pop(b"idat", None)
    return _file(top[b"ftyp"], meta, items)


def _file(brand: bytes, meta: Boxes, items: dict[int, bytes]) -> bytes:
    """The file: brands, meta, and the items' bytes; the length of meta does not depend on where they lie."""
    head = _box(b"ftyp", brand)
    start = 0
    for _ in range(2):
        meta[b"iloc"] = _locations(items, start)
        listed = _box(b"meta", bytes(4) + b"".join(_box(name, body) for name, body in meta.items()))
        start = len(head) + len(listed) + 8
    return b"".join((head, listed, _box(b"mdat", b"".join(items.values()))))


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, name) + body


def _boxes(data: bytes) -> Boxes:
    """Bodies of the boxes that follow one another, by name; of several of a name, the first."""
    found: Boxes = {}
    for name, body in _listed(data):
        found.setdefault(name, body)
    return found


def _listed(data: bytes) -> list[tuple[bytes, bytes]]:
    """Names and bodies of the boxes that follow one another."""
    found, place = [], 0
    while place + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, place)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, place + 8)
            head = 16
        end = place + size if size else len(data)
        if end < place + head:
            raise KeyError(f"box {name!r} of {size} bytes")
        found.append((name, data[place + head : end]))
        place = end
    return found


def _items(meta: Boxes, data: bytes) -> dict[int, bytes]:
    """The bytes of each item, from the file or from the box ``idat``."""
    box = meta[b"iloc"]
    version, offset_size, length_size, base_size, index_size = (
        box[0], box[4] >> 4, box[4] & 15, box[5] >> 4, box[5] & 15 if box[0] else 0,
    )  # fmt: skip
    place, items = 6, {}

    def number(size: int) -> int:
        nonlocal place
        place += size
        return int.from_bytes(box[place - size : place], "big")

    for _ in range(number(2 if version < 2 else 4)):
        item = number(2 if version < 2 else 4)
        source = meta[b"idat"] if version and number(2) & 15 else data
        number(2)
        base, parts = number(base_size), []
        for _ in range(number(2)):
            number(index_size)
            start = base + number(offset_size)
            parts.append(source[start : start + number(length_size)])
        items[item] = b"".join(parts)
    return items


def _locations(items: dict[int, bytes], start: int) -> bytes:
    """The box ``iloc`` of items that follow one another from ``start``."""
    body = struct.pack(">IBBH", 0, 0x44, 0, len(items))
    for item, data in items.items():
        body += struct.pack(">HHHII", item, 0, 1, start, len(data))
        start += len(data)
    return body


def _with_info(info: bytes, item: int) -> bytes:
    """The box ``iinf`` with an Exif item."""
    form = ">H" if info[0] == 0 else ">I"
    size = struct.calcsize(form)
    (count,) = struct.unpack_from(form, info, 4)
    entry = _box(b"infe", struct.pack(">IHH4s", 2 << 24, item, 0, b"Exif") + b"\0")
    return info[:4] + struct.pack(form, count + 1) + info[4 + size :] + entry


def _with_colour(iprp: bytes, primary: int, space: ColourSpace) -> bytes:
    """The box ``iprp`` with the profile for the primary item, if there is one, and with the space's codes."""
    boxes = _boxes(iprp)
    properties = [(name, _coded(name, body, space)) for name, body in _listed(boxes[b"ipco"])]
    added = () if space in HDR_SPACES else (len(properties) + 1,)
    if added:
        properties.append((b"colr", b"prof" + icc.profile(space.value)))
    entries = [
        _Association(entry.item, (*entry.properties, *added)) if entry.item == primary else entry
        for entry in _associations(boxes[b"ipma"])
    ]
    listed = b"".join(_box(name, body) for name, body in properties)
    body = struct.pack(">II", 0, len(entries)) + b"".join(
        struct.pack(">HB", entry.item, len(entry.properties)) + bytes(entry.properties) for entry in entries
    )
    return _box(b"ipco", listed) + _box(b"ipma", body)


def _coded(name: bytes, body: bytes, space: ColourSpace) -> bytes:
    """A property as it was, but colour codes those of the space."""
    if name != b"colr" or body[:4] != b"nclx":
        return body
    return b"nclx" + struct.pack(">HH", *_CODES[space]) + body[8:]


def _associations(ipma: bytes) -> list[_Association]:
    """The entries of the box ``ipma`` in the short form, whichever they have."""
    wide, long = ipma[0] > 0, ipma[3] & 1
    (count,) = struct.unpack_from(">I", ipma, 4)
    place, entries = 8, []
    for _ in range(count):
        (item,) = struct.unpack_from(">I" if wide else ">H", ipma, place)
        place += 4 if wide else 2
        number = ipma[place]
        codes = struct.unpack_from(f">{number}{'H' if long else 'B'}", ipma, place + 1)
        place += 1 + number * (2 if long else 1)
        short = tuple((code >> 8 & 0x80 | code & 0x7F) if long else code for code in codes)
        entries.append(_Association(item, short))
    return entries

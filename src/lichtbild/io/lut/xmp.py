"""Adobe XMP profiles: a lookup table that raw converters of that family show among their profiles.

The table ``RGBTable`` has at most 32 nodes an axis. Its bytes are: type 1, version 1, dimensions 3 and the
number of nodes; the entries' 16-bit codes less those of a table that changes nothing, red outermost, blue
fastest; then primaries, transfer curve, what happens to colours outside, and the range of the strength. They
are packed by zlib behind their length and written in base 85 with an alphabet and an order of digits of its
own; their MD5 is the table's name.

Source: Adobe, DNG SDK 1.7.1 (classes dng_big_table and dng_rgb_table).
"""

import hashlib
import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from jaxtyping import UInt8, UInt16

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.image.picture import ColourSpace
from lichtbild.io.lut.label import FoundLut, Label
from lichtbild.io.lut.table_file import read_bytes, write_bytes
from lichtbild.look.lut import Lut
from lichtbild.look.lut_table import deltas, of_deltas, resampled

MOST_NODES: Final = 32
MOST_BYTES: Final = 1 << 23
"""A profile with one table has 250 kB; with several, a few MB."""

_ALPHABET: Final = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?`'|()[]{}@%$#"
_WEIGHTS: Final = 85 ** np.arange(5, dtype=np.uint64)
_CRS: Final = "http://ns.adobe.com/camera-raw-settings/1.0/"
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_PRIMARIES: Final = ("sRGB", "Adobe RGB", "ProPhoto", "Display P3", "Rec.2020")
_CURVES: Final = ("linear", "sRGB", "1.8", "2.2", "Rec.2020")
_SPACES: Final = {(0, 1): ColourSpace.SRGB, (3, 1): ColourSpace.DISPLAY_P3}
_CLIP: Final = 0
_AMOUNTS: Final = (0.0, 2.0)
"""Strength from 0 to 200 %, with the table itself at 100 %."""


def encode(lut: Lut, label: Label) -> bytes:
    """The bytes of a profile.

    Args:
        lut: one with more than 32 nodes an axis, or another domain than 0 to 1, is resampled.
        label: its title is the profile's name.

    Raises:
        BadInput: the space is neither sRGB nor Display P3.
    """
    block = _block(lut, label.space)
    digest = _md5(block)
    attributes = {
        "PresetType": "Look",
        "Cluster": "Lichtbild",
        "UUID": _md5(block + label.line.encode()),
        "SupportsAmount": "True",
        "SupportsColor": "True",
        "SupportsMonochrome": "True",
        "SupportsHighDynamicRange": "True",
        "SupportsNormalDynamicRange": "True",
        "SupportsSceneReferred": "True",
        "SupportsOutputReferred": "True",
        "CameraModelRestriction": "",
        "Copyright": "",
        "ContactInfo": "",
        "Version": "14.3",
        "ProcessVersion": "11.0",
        "ConvertToGrayscale": "False",
        "RGBTable": digest,
        f"Table_{digest}": to_base85(struct.pack("<I", len(block)) + zlib.compress(block, 9)),
        "HasSettings": "True",
    }
    texts = {
        "Name": label.title,
        "ShortName": "",
        "SortName": "",
        "Group": "Lichtbild",
        "Description": label.line,
    }
    return _document(attributes, texts).encode()


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest().upper()


def _block(lut: Lut, space: ColourSpace) -> bytes:
    codes = {held: pair for pair, held in _SPACES.items()}
    if space not in codes:
        raise BadInput(f"an XMP profile is written in srgb or display-p3, not in {space.value}")
    whole = lut.low == (0.0, 0.0, 0.0) and lut.high == (1.0, 1.0, 1.0)
    fitting = lut if whole and lut.size <= MOST_NODES else resampled(lut, min(lut.size, MOST_NODES))
    return b"".join(
        (
            struct.pack("<4I", 1, 1, 3, fitting.size),
            deltas(fitting).astype("<u2").tobytes(),
            struct.pack("<3I2d", *codes[space], _CLIP, *_AMOUNTS),
        )
    )


def _document(attributes: dict[str, str], texts: dict[str, str]) -> str:
    held = "\n".join(f"   crs:{key}={quoteattr(value)}" for key, value in attributes.items())
    alternatives = "\n".join(
        f'   <crs:{key}>\n    <rdf:Alt>\n     <rdf:li xml:lang="x-default">{escape(value)}</rdf:li>\n'
        f"    </rdf:Alt>\n   </crs:{key}>"
        for key, value in texts.items()
    )
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Lichtbild">\n'
        f' <rdf:RDF xmlns:rdf="{_RDF}">\n  <rdf:Description rdf:about="" xmlns:crs="{_CRS}"\n{held}>\n'
        f"{alternatives}\n  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n"
    )


def write(lut: Lut, path: Path | str, label: Label) -> None:
    """Write a profile.

    Raises:
        BadInput: the space is neither sRGB nor Display P3.
        CannotWrite: the file cannot be put there.
    """
    write_bytes(encode(lut, label), path)


def read(path: Path | str) -> FoundLut:
    """The table in a profile.

    Raises:
        BadFile: it cannot be read, is too large, damaged, or has no table of three dimensions.
    """
    return decode(read_bytes(path, MOST_BYTES, "an XMP profile"), path)


def decode(data: bytes, path: Path | str = "memory") -> FoundLut:
    """The table in the bytes of a profile.

    Args:
        data: the whole file.
        path: the name that errors give.

    Raises:
        BadFile: it is damaged, or has no table of three dimensions.
    """
    path = Path(path)
    root = _parsed(data, path)
    held = {
        key: value for node in root.iter(f"{{{_RDF}}}Description") for key, value in _properties(node).items()
    }
    digest = held.get("RGBTable", "")
    if not digest or f"Table_{digest}" not in held:
        raise BadFile(path, "is a profile without an RGBTable; export one that holds a lookup table")
    block = _unpacked(held[f"Table_{digest}"], path)
    if _md5(block) != digest.upper():
        raise BadFile(path, "holds an RGBTable that does not match its MD5; it is damaged, so copy it again")
    found = _table(block, path)
    names = root.findall(f".//{{{_CRS}}}Name//{{{_RDF}}}li")
    title = (names[0].text or "").strip()[:200] if names else held.get("Name", "")[:200]
    return FoundLut(of_deltas(found.differences, title), found.space)


def _parsed(data: bytes, path: Path) -> ElementTree.Element:
    """The document, which may declare nothing: so no entity can grow or point elsewhere."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(path, "is no text in UTF-8, as XMP is; export it again") from error
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise BadFile(path, "declares a document type or entities, which no profile needs; remove them")
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise BadFile(path, f"is no XML: line {error.position[0]} cannot be read; export it again") from error
    except ValueError as error:
        raise BadFile(path, f"is no XML ({error}); export it again") from error


def _properties(node: ElementTree.Element) -> dict[str, str]:
    """What a description holds, as attributes or as elements."""
    pairs = [*node.attrib.items(), *((child.tag, child.text or "") for child in node)]
    return {key[len(_CRS) + 2 :]: value for key, value in pairs if key.startswith(f"{{{_CRS}}}")}


def _unpacked(text: str, path: Path) -> bytes:
    packed = of_base85(text)
    most = 16 + 6 * MOST_NODES**3 + 32
    unpacking = zlib.decompressobj()
    try:
        block = unpacking.decompress(packed[4:], most)
    except zlib.error as error:
        raise BadFile(path, f"holds an RGBTable that does not unpack ({error}); copy it again") from error
    if len(packed) < 5 or struct.unpack("<I", packed[:4])[0] != len(block) or not unpacking.eof:
        raise BadFile(path, f"holds an RGBTable of a wrong length (at most {most}); copy it again")
    return block


@dataclass(frozen=True, eq=False)
class _Table:
    differences: UInt16[np.ndarray, "nodes nodes nodes 3"]
    space: ColourSpace


def _table(block: bytes, path: Path) -> _Table:
    """The fields of the unpacked block."""
    kind, version, dimensions, size = struct.unpack("<4I", block[:16]) if len(block) >= 16 else (0, 0, 0, 0)
    if (kind, version) != (1, 1) or dimensions != 3 or not 2 <= size <= MOST_NODES:
        raise BadFile(
            path,
            f"holds a table of type {kind}, version {version}, {dimensions} dimensions and {size} nodes; "
            f"type 1, version 1, 3 dimensions and 2 to {MOST_NODES} nodes are read",
        )
    end = 16 + 6 * size**3
    if len(block) < end + 28:
        raise BadFile(path, f"holds an RGBTable that ends before its {size}^3 colours do; copy it again")
    primaries, curve, *_ = struct.unpack_from("<3I2d", block, end)
    if (primaries, curve) not in _SPACES:
        names = (_name(_PRIMARIES, primaries), _name(_CURVES, curve))
        raise BadFile(
            path,
            f"holds a table in {names[0]} with the curve {names[1]}; tables in sRGB or Display P3 with the "
            "curve of sRGB are read",
        )
    differences = np.frombuffer(block, "<u2", 3 * size**3, 16).astype(np.uint16).reshape(size, size, size, 3)
    return _Table(differences, _SPACES[primaries, curve])


def _name(names: tuple[str, ...], code: int) -> str:
    return names[code] if code < len(names) else str(code)


def to_base85(data: bytes) -> str:
    """Bytes as text: four of them, little-endian, become five digits, the least significant first."""
    padded = np.frombuffer(data + bytes(-len(data) % 4), "<u4").astype(np.uint64)
    digits = (padded[:, None] // _WEIGHTS % 85).astype(np.uint8).ravel()
    left_out = (-len(data)) % 4  # of the last group only as many digits as its bytes need
    kept = digits[: len(digits) - left_out]
    return np.frombuffer(_ALPHABET, np.uint8)[kept].tobytes().decode("ascii")


def of_base85(text: str) -> bytes:
    """The inverse of `to_base85`; characters of no digit are passed over."""
    values = np.full(256, 255, np.uint8)
    values[np.frombuffer(_ALPHABET, np.uint8)] = np.arange(85)
    digits = values[np.frombuffer(text.encode("ascii", "ignore"), np.uint8)]
    digits = digits[digits < 85]
    count = len(digits) // 5 * 4 + max(len(digits) % 5 - 1, 0)
    padded: UInt8[np.ndarray, " n"] = np.concatenate([digits, np.zeros(-len(digits) % 5, np.uint8)])
    groups = (padded.reshape(-1, 5).astype(np.uint64) * _WEIGHTS).sum(axis=1) & 0xFFFFFFFF
    return bytes(groups.astype("<u4").tobytes())[:count]

"""ICC device link: a lookup table that colour management applies to numbers as they are.

The file holds one transform from RGB to RGB, ``A2B0``, of the 16-bit kind ``lut16Type``: straight curves
before and after a grid on which red changes slowest.

Source: ICC.1:2001-04 (version 2.4), clauses 6.1 (header), 6.3.4.1 (tags of a device link), 6.5.7 (lut16Type)
and 6.5.12 (profileSequenceDescType).
"""

from pathlib import Path
from struct import pack

import numpy as np

from lichtbild.io.lut.label import Label
from lichtbild.io.lut.table_file import write_bytes
from lichtbild.look.lut import Lut
from lichtbild.look.lut_table import codes, resampled


def encode(lut: Lut, label: Label) -> bytes:
    """The bytes of a device link; a table over another domain than 0 to 1 is resampled."""
    if lut.low != (0.0, 0.0, 0.0) or lut.high != (1.0, 1.0, 1.0):
        lut = resampled(lut, lut.size)
    title = _text(f"{label.title} ({label.space.value})")
    return _assembled(
        [
            (b"desc", title),
            (b"cprt", b"text" + bytes(4) + _ascii(label.line or label.title) + b"\0"),
            (b"pseq", b"pseq" + bytes(4) + pack(">I", 2) + 2 * (bytes(20) + title + title)),
            (b"A2B0", _lut16(lut)),
        ]
    )


def write(lut: Lut, path: Path | str, label: Label) -> None:
    """Write a device link.

    Raises:
        CannotWrite: the file cannot be put there.
    """
    write_bytes(encode(lut, label), path)


def _lut16(lut: Lut) -> bytes:
    matrix = np.eye(3).ravel() * 65536
    straight = pack(">2H", 0, 65535) * 3
    head = b"mft2" + bytes(4) + pack(">4B", 3, 3, lut.size, 0)
    head += b"".join(pack(">i", int(value)) for value in matrix) + pack(">2H", 2, 2)
    return head + straight + codes(lut).astype(">u2").tobytes() + straight


def _ascii(text: str) -> bytes:
    return text.encode("ascii", "replace")


def _text(words: str) -> bytes:
    """A description, without its Unicode and script forms."""
    held = _ascii(words) + b"\0"
    return b"desc" + bytes(4) + pack(">I", len(held)) + held + bytes(4 + 4 + 2 + 1 + 67)


def _assembled(tags: list[tuple[bytes, bytes]]) -> bytes:
    """Header, table of tags, and their data, each on a multiple of four bytes."""
    offset = 128 + 4 + 12 * len(tags)
    table, body = b"", b""
    for name, data in tags:
        table += name + pack(">2I", offset + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    header = pack(">I4sI", offset + len(body), bytes(4), 0x02400000) + b"linkRGB RGB "
    header += pack(">6H", 2024, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + pack(">3i", 63190, 65536, 54061)
    return header.ljust(128, b"\0") + pack(">I", len(tags)) + table + body

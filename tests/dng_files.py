"""Odd DNG files made to order: any tag, any value, any order of bytes, truthful or not.

Independent of the library's own writer, and of its decoders: what is coded here is coded by loops.
"""

import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lichtbild.io.dng.tags import Tag

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SRATIONAL, FLOAT, DOUBLE = 1, 2, 3, 4, 5, 7, 10, 11, 12
_STRUCT = {
    1: "B",
    3: "H",
    4: "I",
    5: "II",
    6: "b",
    8: "h",
    9: "i",
    10: "ii",
    11: "f",
    12: "d",
    13: "I",
    16: "Q",
}

Ifd = Mapping[int, tuple[int, Any]]
"""Type and values by tag; the values are numbers, pairs for rationals, text or bytes."""

COLOUR: Ifd = {
    Tag.DNGVersion: (BYTE, [1, 4, 0, 0]),
    Tag.DNGBackwardVersion: (BYTE, [1, 4, 0, 0]),
    Tag.UniqueCameraModel: (ASCII, "Test"),
    Tag.ColorMatrix1: (SRATIONAL, [(int(i % 4 == 0), 1) for i in range(9)]),
    Tag.CalibrationIlluminant1: (SHORT, [21]),
    Tag.AsShotNeutral: (RATIONAL, [(1, 2), (1, 1), (2, 3)]),
}
THREE_PLANES = (Tag.ColorMatrix1, Tag.AsShotNeutral)


class Builder:
    """A file that grows: every block gets its place when it is added."""

    def __init__(self, order: str = "<", big: bool = False) -> None:
        self.order, self.big = order, big
        self.data = bytearray(16 if big else 8)

    def add(self, block: bytes) -> int:
        place = len(self.data)
        self.data += block + b"\0" * (len(block) % 2)
        return place

    def directory(self, ifd: Ifd, following: int = 0, base: int = 0) -> int:
        offset = self.order + ("Q" if self.big else "I")
        inline = struct.calcsize(offset)
        rows = b""
        for tag, (kind, values) in sorted(ifd.items()):
            count, block = self._values(kind, values)
            if len(block) > inline:
                block = struct.pack(offset, self.add(block) - base)
            rows += struct.pack(self.order + ("HHQ" if self.big else "HHI"), tag, kind, count)
            rows += block.ljust(inline, b"\0")
        head = struct.pack(self.order + ("Q" if self.big else "H"), len(ifd))
        return self.add(head + rows + struct.pack(offset, following))

    def _values(self, kind: int, values: Any) -> tuple[int, bytes]:
        if isinstance(values, str):
            values = values.encode() + b"\0"
        if isinstance(values, bytes):
            return len(values), values
        flat = [part for value in values for part in (value if isinstance(value, tuple) else (value,))]
        return len(values), struct.pack(self.order + _STRUCT[kind][0] * len(flat), *flat)

    def finished(self, main: int) -> bytes:
        mark = b"II" if self.order == "<" else b"MM"
        if self.big:
            self.data[:16] = mark + struct.pack(self.order + "HHHQ", 43, 8, 0, main)
        else:
            self.data[:8] = mark + struct.pack(self.order + "HI", 42, main)
        return bytes(self.data)


def build(
    ifd: Ifd,
    blocks: Sequence[bytes],
    *,
    order: str = "<",
    big: bool = False,
    below: Mapping[int, Sequence[tuple[Ifd, Sequence[bytes]]]] | None = None,
) -> bytes:
    """A file whose main directory holds an image in ``blocks``, and directories below it by tag."""
    builder = Builder(order, big)
    main = dict(placed(builder, ifd, blocks))
    for tag, children in (below or {}).items():
        places = [builder.directory(placed(builder, child, coded)) for child, coded in children]
        main[tag] = (LONG, places)
    return builder.finished(builder.directory(main))


def placed(builder: Builder, ifd: Ifd, blocks: Sequence[bytes]) -> Ifd:
    """The directory with the places of its strips or tiles, unless it tells others."""
    tiled = Tag.TileWidth in ifd
    where = {
        (Tag.TileOffsets if tiled else Tag.StripOffsets): (LONG, [builder.add(block) for block in blocks]),
        (Tag.TileByteCounts if tiled else Tag.StripByteCounts): (LONG, [len(block) for block in blocks]),
    }
    return where | dict(ifd) if blocks else ifd


def linear(
    height: int, width: int, planes: int = 3, bits: int = 16, **more: tuple[int, Any]
) -> dict[int, Any]:
    """Directory of a linear raw image in one uncompressed strip."""
    base = {
        Tag.NewSubFileType: (LONG, [0]),
        Tag.ImageWidth: (LONG, [width]),
        Tag.ImageLength: (LONG, [height]),
        Tag.BitsPerSample: (SHORT, [bits] * planes),
        Tag.Compression: (SHORT, [1]),
        Tag.PhotometricInterpretation: (SHORT, [34892]),
        Tag.SamplesPerPixel: (SHORT, [planes]),
        Tag.RowsPerStrip: (LONG, [height]),
    }
    colour = {tag: COLOUR[tag] for tag in COLOUR if planes == 3 or tag not in THREE_PLANES}
    return colour | base | {Tag[name]: value for name, value in more.items()}


def mosaic(
    height: int, width: int, bits: int = 16, pattern: Sequence[int] = (0, 1, 1, 2), **more: tuple[int, Any]
) -> dict[int, Any]:
    """Directory of a mosaic with a square pattern in one uncompressed strip."""
    side = round(len(pattern) ** 0.5)
    cfa = {
        Tag.PhotometricInterpretation: (SHORT, [32803]),
        Tag.CFARepeatPatternDim: (SHORT, [side, side]),
        Tag.CFAPattern: (BYTE, list(pattern)),
    }
    colour = {tag: COLOUR[tag] for tag in THREE_PLANES}
    return linear(height, width, 1, bits) | colour | cfa | {Tag[name]: value for name, value in more.items()}


def packed(samples: np.ndarray, bits: int, order: str = "<") -> bytes:
    """Uncompressed whole numbers, row by row, by the letter of the standard."""
    if bits in (8, 16, 32):
        return samples.astype(f"{order}u{bits // 8}").tobytes()
    rows = []
    for row in samples.reshape(len(samples), -1):
        text = "".join(f"{int(value):0{bits}b}" for value in row)
        text += "0" * (-len(text) % 8)
        rows.append(int(text, 2).to_bytes(len(text) // 8, "big"))
    return b"".join(rows)


def float24(values: np.ndarray) -> bytes:
    """24-bit floating-point numbers, highest byte first, of values that they hold exactly."""
    out = b""
    for value in values.ravel():
        (code,) = struct.unpack(">I", struct.pack(">f", value))
        sign, exponent, mantissa = code >> 31, (code >> 23 & 255) - 127, code & 0x7FFFFF
        if value == 0:
            out += bytes(3)
        elif exponent + 63 >= 1:
            out += (sign << 23 | exponent + 63 << 16 | mantissa >> 7).to_bytes(3, "big")
        else:
            small = (mantissa | 0x800000) >> (7 + 1 - (exponent + 63))
            out += (sign << 23 | small).to_bytes(3, "big")
    return out


def lossless_jpeg(
    samples: np.ndarray,
    bits: int,
    predictor: int,
    *,
    restart_rows: int = 0,
    shift: int = 0,
    extra: bool = False,
) -> bytes:
    """A lossless JPEG stream ``[row, column, component]``, coded sample by sample.

    Every component has a Huffman table of its own: flat codes of 5, 6, ... bits, up to 16 for the rare ones.
    """
    height, width, planes = samples.shape
    low = samples.astype(int) >> shift
    lengths = [[5] * 12 + [14] * 3 + [15, 16], [6] * 17, [4] * 8 + [7] * 6 + [13] * 3, [5] * 17]
    out = b"\xff\xd8\xff\xfe\x00\x04hi"
    out += struct.pack(">HHBHHB", 0xFFC3, 8 + 3 * planes, bits, height, width, planes)
    out += b"".join(bytes((k + 1, 0x11, 0)) for k in range(planes))
    codes = []
    for k in range(planes):
        code, last, table = 0, 0, {}
        for value, length in enumerate(lengths[k]):
            code <<= length - last
            table[value], last = f"{code:0{length}b}", length
            code += 1
        codes.append(table)
        counts = bytes(lengths[k].count(n) for n in range(1, 17))
        out += struct.pack(">HHB", 0xFFC4, 19 + 17, k) + counts + bytes(range(17))
    if restart_rows:
        out += struct.pack(">HHH", 0xFFDD, 4, restart_rows * width)
    out += struct.pack(">HHB", 0xFFDA, 6 + 2 * planes, planes)
    out += b"".join(bytes((k + 1, k << 4)) for k in range(planes)) + bytes((predictor, 0, shift))
    step = restart_rows or height
    for number, top in enumerate(range(0, height, step)):
        if number:
            out += bytes((0xFF, 0xD0 + (number - 1) % 8))
        text = _lossless_rows(low[top : top + step], bits - shift, predictor, codes, extra)
        text += "1" * (-len(text) % 8)
        out += int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\x00")
    return out + b"\xff\xd9"


def _lossless_rows(
    rows: np.ndarray, bits: int, predictor: int, codes: list[dict[int, str]], extra: bool
) -> str:
    text = []
    for y in range(rows.shape[0]):
        for x in range(rows.shape[1]):
            for k in range(rows.shape[2]):
                left = int(rows[y, x - 1, k]) if x else 0
                above = int(rows[y - 1, x, k]) if y else 0
                corner = int(rows[y - 1, x - 1, k]) if x and y else 0
                if x and y:
                    guess = [
                        left, above, corner, left + above - corner, left + ((above - corner) >> 1),
                        above + ((left - corner) >> 1), (left + above) >> 1,
                    ][predictor - 1]  # fmt: skip
                else:
                    guess = left if x else above if y else 1 << (bits - 1)
                difference = (int(rows[y, x, k]) - guess) % 65536
                if difference > 32768:
                    difference -= 65536
                size = abs(difference).bit_length()
                text.append(codes[k][size])
                if size == 16:
                    text.append("1000000000000000" if extra else "")
                elif size:
                    low = difference if difference > 0 else difference + (1 << size) - 1
                    text.append(f"{low:0{size}b}")
    return "".join(text)


def deflated(samples: np.ndarray, predictor: int, order: str = "<") -> bytes:
    """Samples ``[row, column, plane]`` compressed with deflate after one of DNG's predictors."""
    height, width, planes = samples.shape
    step = planes * {2: 1, 34892: 2, 34893: 4, 3: 1, 34894: 2, 34895: 4, 1: 0}[predictor]
    rows = samples.reshape(height, width * planes)
    if predictor in (3, 34894, 34895):
        kind = rows.dtype.newbyteorder(">")
        size = kind.itemsize
        raw = np.frombuffer(rows.astype(kind).tobytes(), np.uint8).reshape(height, -1, size)
        rows, order = np.concatenate([raw[:, :, k] for k in range(size)], axis=1), "<"
    out = rows.copy()
    if step:
        for x in range(step, rows.shape[1]):
            out[:, x] = rows[:, x] - rows[:, x - step]
    return zlib.compress(out.astype(out.dtype.newbyteorder(order)).tobytes())

import hashlib
import re
import struct
import zlib

import numpy as np
import pytest

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.image.picture import ColourSpace
from lichtbild.io.lut import xmp
from lichtbild.io.lut.label import Label
from lichtbild.look.lut import Lut, nodes

LABEL = Label('warm <&> "look"', "lichtbild look warm, numbers 0123")
ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?`'|()[]{}@%$#"


def warm(size: int = 8) -> Lut:
    return Lut((nodes(size) ** np.float32(1.3) * np.array([1, 0.9, 0.7], np.float32)).astype(np.float32))


def naive_base85(text: str) -> bytes:
    """Digit by digit, as the format is told in words."""
    found = bytearray()
    for start in range(0, len(text), 5):
        group = text[start : start + 5]
        number = sum(ALPHABET.index(digit) * 85**place for place, digit in enumerate(group))
        found += number.to_bytes(5, "little")[: max(len(group) - 1, 0)]
    return bytes(found)


def block_of(data: bytes) -> tuple[bytes, str]:
    text = data.decode()
    digest = re.search(r'crs:RGBTable="(\w+)"', text)[1]
    packed = naive_base85(re.search(f'crs:Table_{digest}="([^"]*)"', text)[1])
    assert struct.unpack("<I", packed[:4])[0] == len(zlib.decompress(packed[4:]))
    return zlib.decompress(packed[4:]), digest


def test_a_naive_decoder_finds_the_colours_red_outermost() -> None:
    block, digest = block_of(xmp.encode(warm(), LABEL))
    assert hashlib.md5(block).hexdigest().upper() == digest
    assert struct.unpack("<4I", block[:16]) == (1, 1, 3, 8)
    codes = struct.unpack(f"<{3 * 512}H", block[16 : 16 + 6 * 512])
    for red, green, blue in ((0, 0, 0), (7, 7, 7), (3, 0, 5), (1, 6, 2)):
        place = 3 * ((red * 8 + green) * 8 + blue)
        for plane, node in enumerate((red, green, blue)):
            code = (codes[place + plane] + (node * 65535 + 4) // 7) % 65536
            assert abs(code / 65535 - warm().table[red, green, blue, plane]) < 1 / 65535
    assert struct.unpack("<3I2d", block[16 + 6 * 512 :]) == (0, 1, 0, 0.0, 2.0)


def test_what_was_written_is_read_again_to_half_a_code() -> None:
    for space in (ColourSpace.SRGB, ColourSpace.DISPLAY_P3):
        found = xmp.decode(xmp.encode(warm(), Label(LABEL.title, LABEL.description, space)))
        np.testing.assert_allclose(found.lut.table, warm().table, rtol=0, atol=0.51 / 65535)
        assert (found.lut.title, found.space) == (LABEL.title, space)


def test_bytes_are_the_same_every_time_and_the_largest_table_is_32() -> None:
    data = xmp.encode(warm(40), LABEL)
    assert data == xmp.encode(warm(40), LABEL)
    assert xmp.decode(data).lut.size == 32
    assert b"lichtbild look warm, numbers 0123" in data


@pytest.mark.parametrize("count", range(9))
def test_base_85_is_its_own_inverse_for_every_length(count: int) -> None:
    data = bytes(np.random.default_rng(count).integers(0, 256, count, np.uint8))
    text = xmp.to_base85(data)
    assert xmp.of_base85(text) == naive_base85(text) == data
    assert xmp.of_base85(" \n".join(text)) == data


def profile(block: bytes, *, digest: str | None = None, packed: bytes | None = None) -> bytes:
    digest = hashlib.md5(block).hexdigest().upper() if digest is None else digest
    packed = struct.pack("<I", len(block)) + zlib.compress(block) if packed is None else packed
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{xmp._RDF}"><rdf:Description xmlns:crs="'
        f'{xmp._CRS}" crs:RGBTable="{digest}" crs:Table_{digest}="{xmp.to_base85(packed)}"/></rdf:RDF>'
        "</x:xmpmeta>"
    ).encode()


SOUND = block_of(xmp.encode(warm(2), LABEL))[0]
BOMB = struct.pack("<I", 1 << 30) + zlib.compress(bytes(1 << 24), 9)
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]><x>&c;</x>'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is no XML: line 1"),
        (b"<x>\n<y>\n</x>", "is no XML: line 3"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
        (ENTITIES, "declares a document type or entities"),
        (b"<x/>", "without an RGBTable"),
        (profile(SOUND, digest="0" * 32), "does not match its MD5"),
        (profile(SOUND, packed=b"\x10\0\0\0nothing"), "does not unpack"),
        (profile(SOUND, packed=b"\1\0"), "wrong length"),
        (profile(SOUND, packed=BOMB), "wrong length"),
        (profile(SOUND[:40]), "ends before its 2^3 colours do"),
        (profile(struct.pack("<4I", 0, 1, 3, 2) + SOUND[16:]), "table of type 0"),
        (profile(struct.pack("<4I", 1, 1, 1, 2) + SOUND[16:]), "1 dimensions"),
        (profile(struct.pack("<4I", 1, 1, 3, 33) + SOUND[16:]), "33 nodes"),
        (profile(SOUND[:64] + struct.pack("<3I2d", 2, 2, 0, 0, 2)), "in ProPhoto with the curve 1.8"),
        (profile(SOUND[:64] + struct.pack("<3I2d", 77, 1, 0, 0, 2)), "in 77 with the curve sRGB"),
    ],
)
def test_what_is_no_profile_is_refused_in_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(BadFile) as error:
        xmp.decode(data, "t.xmp")
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_a_space_that_is_not_written_is_refused() -> None:
    with pytest.raises(BadInput, match="srgb or display-p3, not in rec2020"):
        xmp.encode(warm(), Label("warm", "", ColourSpace.REC2020))

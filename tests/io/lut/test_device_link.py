import shutil
import struct
import subprocess

import numpy as np
import pytest

from lichtbild.io.lut import device_link
from lichtbild.io.lut.label import Label
from lichtbild.look.lut import Lut, nodes

LABEL = Label("warm", "lichtbild look warm, numbers 0123")
TABLE = Lut((nodes(9) ** np.float32(1.3) * np.array([1, 0.9, 0.7], np.float32)).astype(np.float32))


def test_its_fields_lie_where_the_standard_says() -> None:
    data = device_link.encode(TABLE, LABEL)
    assert struct.unpack(">I", data[:4])[0] == len(data)
    assert data[12:24] == b"linkRGB RGB "
    assert data[36:40] == b"acsp"
    count = struct.unpack(">I", data[128:132])[0]
    entries = [struct.unpack_from(">4s2I", data, 132 + 12 * index) for index in range(count)]
    tags = {name: data[place : place + size] for name, place, size in entries}
    assert set(tags) == {b"desc", b"cprt", b"pseq", b"A2B0"}
    assert all(place % 4 == 0 and place + size <= len(data) for _, place, size in entries)
    assert LABEL.description.encode() in tags[b"cprt"]
    grid = tags[b"A2B0"]
    assert grid[:4] == b"mft2" and tuple(grid[8:11]) == (3, 3, 9)
    codes = np.frombuffer(grid, ">u2", 3 * 9**3, 52 + 12).reshape(9, 9, 9, 3)
    np.testing.assert_allclose(codes / 65535, TABLE.table, rtol=0, atol=0.51 / 65535)


def test_bytes_are_the_same_every_time() -> None:
    assert device_link.encode(TABLE, LABEL) == device_link.encode(TABLE, LABEL)


@pytest.mark.skipif(shutil.which("transicc") is None, reason="needs transicc of liblcms2-utils")
def test_littlecms_makes_the_same_colours(tmp_path) -> None:
    device_link.write(TABLE, tmp_path / "t.icc", LABEL)
    rgb = np.random.default_rng(1).random((100, 3))
    words = "".join(f"{red:.6f} {green:.6f} {blue:.6f}\n" for red, green, blue in rgb * 255)
    command = ["transicc", "-n", f"-l{tmp_path / 't.icc'}"]
    said = subprocess.run(command, input=words, capture_output=True, text=True, timeout=30).stdout
    found = np.array([line.split() for line in said.splitlines() if line.strip()][: len(rgb)], float)
    np.testing.assert_allclose(found[:, :3], TABLE(rgb) * 255, atol=0.02)

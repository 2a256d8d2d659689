"""Files of tables, read and written whole."""

from pathlib import Path

import pytest

from lichtbild.core.errors import BadFile, CannotWrite
from lichtbild.io.lut.table_file import read_bytes, write_bytes


def test_a_file_comes_back_unless_it_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "a.cube"
    write_bytes(b"12345", path)
    assert read_bytes(path, 5, "such a file") == b"12345"
    with pytest.raises(BadFile, match=r"a\.cube: has 5 bytes; such a file has at most 4"):
        read_bytes(path, 4, "such a file")


def test_what_cannot_be_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"a\.cube: cannot be read"):
        read_bytes(tmp_path / "a.cube", 5, "such a file")
    with pytest.raises(CannotWrite, match="there is no folder"):
        write_bytes(b"", tmp_path / "none" / "a.cube")

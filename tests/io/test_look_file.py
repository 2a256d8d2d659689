from pathlib import Path

import pytest

from lichtbild.core import resources
from lichtbild.core.errors import BadFile
from lichtbild.io.look_file import SIZE_LIMIT, is_file, load_look

TEXT = resources.read("look", "catalogue", "authentic.toml")


def test_a_file_is_read_whole_and_called_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "my look.toml"
    path.write_bytes(TEXT)
    assert load_look(path) == ("my-look", TEXT.decode())
    assert is_file(str(path)) and not is_file("authentic")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "cannot be read"),
        (b"\xff\xfe", "is no text"),
        (b"schema = 2", "has schema 2"),
        (TEXT.replace(b"skew = 0", b"skew = 9"), "0.2 to 5"),
        (b"#" * (SIZE_LIMIT + 1), "at most 1048576 bytes"),
    ],
)
def test_what_is_no_look_is_refused_by_its_file(tmp_path: Path, data: bytes | None, words: str) -> None:
    path = tmp_path / "look.toml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(BadFile, match=words) as raised:
        load_look(path)
    assert str(raised.value).startswith(str(path))

import math
from pathlib import Path

import pytest

from lichtbild.core.errors import BadFile
from lichtbild.io.limits_file import read_limits, write_limits
from lichtbild.quality.limits import Limit

GOOD = 'schema = 1\n[[limit]]\nmeasure = "mtf50"\nleast = 0.2\n'


def test_limits_come_back_as_they_were(tmp_path: Path) -> None:
    limits = (Limit("mtf50", "edge *", 0.25, unit="cycles/px"), Limit("snr", "", -1, 9.5, guarded=True))
    write_limits(limits, tmp_path / "limits.toml")
    assert read_limits(tmp_path / "limits.toml") == limits


def test_whole_numbers_are_numbers(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('schema = 1\n[[limit]]\nmeasure = "snr"\nmost = 3\n')
    assert read_limits(tmp_path / "a.toml") == (Limit("snr", "*", -math.inf, 3.0),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("schema = ", "is no TOML"),
        ("\udcff", "is no TOML"),
        ("schema = 1\n", "limit: field required"),
        (GOOD.replace("schema = 1", "schema = 2"), "has schema 2"),
        (GOOD.replace("least", "lest"), "limit.1.lest"),
        (GOOD.replace("least = 0.2", ""), "neither least nor most"),
        (GOOD.replace("0.2", "nan"), "not a number"),
        (GOOD + "most = 0.1\n", "exchange them"),
        (GOOD.replace("0.2", '"0.2"'), "limit.1.least"),
    ],
)
def test_what_tells_no_limits_is_refused_by_its_file(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "limits.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(BadFile, match=words) as raised:
        read_limits(path)
    assert str(raised.value).startswith(f"{path}: ")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        read_limits(tmp_path / "none.toml")

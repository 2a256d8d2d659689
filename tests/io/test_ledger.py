"""What a folder remembers of the photographs that were made in it."""

from pathlib import Path

import pytest

from lichtbild.core.errors import CannotWrite
from lichtbild.io import ledger
from lichtbild.io.atomic import replacing


def test_a_torn_line_of_the_ledger_costs_nothing_else(tmp_path: Path) -> None:
    ledger.append(tmp_path, ledger.Entry("a.jpg", "key", "digest"))
    with (tmp_path / ledger.NAME).open("ab") as file:
        file.write(b'{"target": "b.jpg", "ke')
    assert ledger.read(tmp_path) == {"a.jpg": ledger.Entry("a.jpg", "key", "digest")}
    ledger.mend(tmp_path)
    ledger.append(tmp_path, ledger.Entry("c.jpg", "key", "digest"))
    assert set(ledger.read(tmp_path)) == {"a.jpg", "c.jpg"}


def test_a_photograph_is_in_the_ledger_before_it_has_its_name(tmp_path: Path) -> None:
    seen = []
    with replacing(
        tmp_path / "a.jpg", lambda draft: seen.append((draft.read_bytes(), list(tmp_path.iterdir())))
    ) as draft:
        draft.write_bytes(b"whole")
    ((content, entries),) = seen
    assert content == b"whole" and tmp_path / "a.jpg" not in entries


def test_the_last_line_about_a_name_counts_and_nonsense_does_not(tmp_path: Path) -> None:
    assert ledger.read(tmp_path) == {}
    ledger.append(tmp_path, ledger.Entry("a.jpg", "old", "1"))
    with (tmp_path / ledger.NAME).open("ab") as file:
        file.write(b'[]\n{"target": 3, "key": "k", "digest": "d"}\n\xff\n\n')
    ledger.append(tmp_path, ledger.Entry("a.jpg", "new", "2"))
    assert ledger.read(tmp_path) == {"a.jpg": ledger.Entry("a.jpg", "new", "2")}


def test_keys_tell_rows_of_texts_apart(tmp_path: Path) -> None:
    keys = {ledger.key(parts) for parts in (["ab", "c"], ["a", "bc"], ["abc"], ["ab", "c", ""])}
    assert len(keys) == 4
    (tmp_path / "x").write_bytes(b"abc")
    assert ledger.digest(tmp_path / "x").startswith("ba7816bf")  # FIPS 180-4, the digest of "abc"


def test_a_ledger_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ledger.NAME).mkdir()
    ledger.mend(tmp_path)
    with pytest.raises(CannotWrite, match="what was done cannot be noted"):
        ledger.append(tmp_path, ledger.Entry("a.jpg", "key", "digest"))

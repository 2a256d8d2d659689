"""A search's ledger: nothing that was noted is lost, whatever stopped the writer."""

from pathlib import Path

import pytest

from lichtbild.core.errors import CannotWrite
from lichtbild.io import search_ledger


def test_results_come_back_by_task(tmp_path: Path) -> None:
    path = search_ledger.ledger_of(tmp_path / "lens.toml")
    assert search_ledger.read(path, "a") == {}
    search_ledger.append(path, "a", "start 0", {"share": 0.1 + 0.2})
    search_ledger.append(path, "b", "start 0", {"share": 9.0})
    search_ledger.append(path, "a", "start 1", {"share": 0.5})
    assert search_ledger.read(path, "a") == {"start 0": {"share": 0.1 + 0.2}, "start 1": {"share": 0.5}}


def test_a_torn_line_costs_itself_only(tmp_path: Path) -> None:
    path = tmp_path / "lens.search.jsonl"
    search_ledger.append(path, "a", "start 0", {"share": 0.5})
    whole = path.read_bytes()
    for length in range(1, len(whole)):
        path.write_bytes(whole + whole[:length])
        search_ledger.append(path, "a", "start 1", {"share": 0.25})
        assert search_ledger.read(path, "a")["start 1"] == {"share": 0.25}
        assert search_ledger.read(path, "a")["start 0"] == {"share": 0.5}


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="cannot be noted"):
        search_ledger.append(tmp_path / "none" / "l.jsonl", "a", "start 0", {})

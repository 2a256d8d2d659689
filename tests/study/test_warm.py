from pathlib import Path

import pytest

from lichtbild.study import warm


def test_a_machine_is_warm_once_something_was_developed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LICHTBILD_CACHE", str(tmp_path / "cache"))
    assert not warm.is_warm()
    warm.warm()
    assert warm.is_warm()


def test_bursts_have_kernels_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LICHTBILD_CACHE", str(tmp_path / "cache"))
    warm.note_warm()
    assert warm.is_warm() and not warm.is_warm(bursts=True)
    warm.warm(bursts=True)
    assert warm.is_warm(bursts=True)


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LICHTBILD_CACHE", str(tmp_path / "file"))
    warm.note_warm()
    assert not warm.is_warm()

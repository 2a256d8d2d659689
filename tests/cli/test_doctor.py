import json
import sys
from importlib import metadata
from pathlib import Path

import pytest

from lichtbild.cli import doctor as doctor_module
from lichtbild.cli.doctor import doctor, findings


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LICHTBILD_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("LICHTBILD_SHARED", raising=False)
    monkeypatch.delenv("LICHTBILD_ADOBE_SAMPLES", raising=False)


def found(name: str) -> doctor_module.Finding:
    return next(finding for finding in findings() if finding.name == name)


def test_healthy_machine_has_no_finding(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor(True, False) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {entry["state"] for entry in listed} <= {"ok", "note"}
    assert {"machine", "packages", "extras", "formats", "cache", "test data"} == {e["group"] for e in listed}


def test_words_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor(False, False) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "numba" in captured.err


def test_each_finding_has_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is installed, nothing can be imported or written: each says what to do."""

    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(doctor_module.metadata, "version", missing)
    monkeypatch.setattr(doctor_module, "_importable", lambda module: False)
    monkeypatch.setattr(doctor_module, "_memory_gb", lambda: 0.5)
    monkeypatch.setattr("os.access", lambda path, mode: False)
    monkeypatch.setenv("LICHTBILD_SHARED", "/nowhere")
    wrong = [finding for finding in findings() if finding.state == "finding"]
    assert {finding.group for finding in wrong} == {"machine", "packages", "formats", "cache", "test data"}
    assert all(finding.remedy for finding in wrong)
    assert doctor(True, False) == 1


def test_missing_extra_names_the_exact_command(monkeypatch: pytest.MonkeyPatch) -> None:
    version = metadata.version

    def without_heif(name: str) -> str:
        if name == "pi-heif":
            raise metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(doctor_module.metadata, "version", without_heif)
    heif = found("heif")
    assert heif.state == "note"
    assert heif.remedy.startswith(f'{sys.executable} -m pip install "pi-heif>=')


@pytest.mark.parametrize(
    ("listed", "state", "says"),
    [
        (("x265", "kvazaar"), "ok", "writes, by kvazaar"),
        (("x265",), "note", "knows only x265"),
        ((), "note", "there is no heif-enc"),
    ],
)
def test_whether_heif_can_be_written(
    listed: tuple[str, ...], state: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lichtbild.io.formats.heif._listed", lambda: listed)
    encoder = found("HEIF encoder")
    assert encoder.state == state and says in encoder.says
    assert state == "ok" or encoder.remedy.startswith("install libheif's tools with Kvazaar")


def test_version_is_compared_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    version = metadata.version
    monkeypatch.setattr(
        doctor_module.metadata, "version", lambda name: "0.9.1" if name == "numba" else version(name)
    )
    assert found("numba").state == "finding"


def test_kernels_are_a_note_until_they_are_warm(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found("kernels").remedy == "lichtbild doctor --warm"
    monkeypatch.setattr("lichtbild.study.warm.is_warm", lambda: True)
    assert found("kernels").state == "ok"


def test_warm_compiles_first(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[bool] = []
    monkeypatch.setattr("lichtbild.study.warm.warm", lambda: called.append(True))
    assert doctor(True, True) == 0
    assert called == [True]

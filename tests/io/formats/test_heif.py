"""HEIF by whatever free encoder is installed, and the reason where there is none."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from lichtbild.colour import icc
from lichtbild.core.errors import BadInput, CannotWrite
from lichtbild.image.picture import ColourSpace
from lichtbild.io.export import check, save
from lichtbild.io.formats import heif
from lichtbild.io.picture_file import read_picture
from pictures import picture


@pytest.fixture(autouse=True)
def asked_anew():
    heif._listed.cache_clear()
    yield
    heif._listed.cache_clear()


def answering(monkeypatch: pytest.MonkeyPatch, listing: str, code: int = 0) -> None:
    """Let heif-enc list these encoders and fail at the rest."""
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        if "--list-encoders" in command:
            return subprocess.CompletedProcess(command, 0, listing, "")
        return subprocess.CompletedProcess(command, code, "", "no such luck\n")

    monkeypatch.setattr("subprocess.run", run)


def test_an_encoder_under_the_gpl_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(
        monkeypatch, "HEIC encoders:\n- x265 = x265 HEVC encoder [default]\nAVIF encoders:\n- aom = AV1\n"
    )
    with pytest.raises(BadInput, match=r"knows only x265 \(GPL\); install .* or write AVIF"):
        check(".heic", ColourSpace.SRGB)


def test_where_there_is_no_program_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(BadInput, match=r"there is no heif-enc; install .* or write AVIF"):
        check(".heif", ColourSpace.SRGB)


def test_a_free_encoder_is_chosen_and_its_failure_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, "HEIC encoders:\n- x265 = GPL [default]\n- kvazaar = BSD\n", code=3)
    assert check(".heic", ColourSpace.SRGB) == 8
    with pytest.raises(CannotWrite, match="no such luck"):
        save(picture(), tmp_path / "a.heic")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("height", "width"), [(48, 64), (101, 67), (1, 1)])
def test_a_heif_holds_picture_profile_and_exif(tmp_path: Path, height: int, width: int) -> None:
    try:
        heif.encoder()
    except BadInput as reason:
        pytest.skip(str(reason))
    wanted = picture(height, width, space=ColourSpace.DISPLAY_P3)
    save(wanted, tmp_path / "a.heic", quality=95)
    assert icc.profile("display-p3") in (tmp_path / "a.heic").read_bytes()
    found = read_picture(tmp_path / "a.heic")
    assert found.metadata.make == "Maker" and found.metadata.iso == 100
    assert found.space is ColourSpace.DISPLAY_P3
    # HEVC of half colour resolution: the ramps' ends are smeared over two pixels.
    assert abs(found.samples - wanted.samples).mean() < 0.02
    assert np.quantile(abs(found.samples - wanted.samples), 0.99) < 0.08

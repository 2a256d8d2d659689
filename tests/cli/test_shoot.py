"""``lichtbild shoot`` as a user meets it; what it makes is tested in the study and the camera."""

import json
import sys
from pathlib import Path

import pytest
from PIL import Image

from lichtbild.cli.main import exit_code


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shoot(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["lichtbild", "shoot", *map(str, arguments)])
    return exit_code()


def test_cameras_and_scenes_are_listed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shoot(monkeypatch, "--list") == 0
    shown = capsys.readouterr().out
    for name in ("main", "ultra_wide", "tele", "portrait", "night-street", "dead-leaves"):
        assert f"  {name}" in shown


def test_a_dry_run_names_the_files_and_makes_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert shoot(monkeypatch, "--dry-run", "--json", "--bracket=-1,1", "-o", "here") == 0
    told = json.loads(capsys.readouterr().out)
    assert [Path(file).name for file in told["files"]] == [
        "frame_01.dng", "frame_02.dng", "photo.jpg", "report.html",
    ]  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_dual_pixels_have_two_views_of_each_frame(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shoot(monkeypatch, "--dry-run", "--json", "--frames", 1, "--dual-pixels") == 0
    told = json.loads(capsys.readouterr().out)
    assert [Path(file).name for file in told["files"]] == [
        "frame_01.dng", "frame_01_left.dng", "frame_01_right.dng", "photo.jpg", "report.html",
    ]  # fmt: skip


def test_another_sensor_brings_its_own_limits_of_iso(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The camera's usual 6400 is no ISO of an IMX477, and its user did not ask for it."""
    assert shoot(monkeypatch, "--dry-run", "--sensor", "imx477") == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--camera", "mian"), "no camera 'mian'; the nearest are main"),
        (("--camera", "nowhere.toml"), "cannot be read"),
        (("--sensor", "imx4777"), "the nearest are imx477"),
        (("--lens", "7p-f1.9"), "nor a lens of the catalogue"),
        (("--lens-scale", 2), "give both"),
        (("--look", "moody"), "no look 'moody'"),
        (("--scene", "nowhere"), "no scene 'nowhere'"),
        (("--scene", "nowhere.png", "--luminance", 100), "cannot be read"),
        (("--scene", "flat-field", "--light", "D66,"), "the nearest are"),
        (("--lux", 5, "--luminance", 3), "both say how bright"),
        (("--scene", "flat-field", "--lux", -5), "0 lux or more"),
        (("--time", "-1/30"), "exposure time is -0.0333"),
        (("--time", "soon"), "seconds such as 1/60"),
        (("--iso", -100), "ISO is -100; give a number from 100 to 6400"),
        (("--sensor", "imx477", "--iso", 3200), "ISO is 3200; give a number from 100 to 2226"),
        (("--frames", 3, "--bracket=-1,1"), "both say how many frames"),
        (("--bracket", "a,b"), "EV with commas"),
        (("--time", "1/30", "--iso", 100, "--ev", 1), "leave nothing to meter"),
        (("--size", "big"), "rows and columns such as 600x800"),
        (("--shake", 90), "0 to 1 rad/s"),
        (("--seed", -1), "seed is a whole number"),
        (("--finer", 9), "1 to 4 squares"),
        (("--distances", 0), "1 to 16 distances"),
        (("--camera", "ultra_wide", "--dual-pixels"), "one photodiode in each pixel"),
        (("--depth", -3), "farther than 0 mm"),
    ],
)
def test_mistakes_get_one_sentence(
    arguments: tuple[object, ...],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    assert shoot(monkeypatch, "--dry-run", *arguments) in (2, 3)
    said = capsys.readouterr().err
    assert words in said and said.count("\n") == 1 and "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_picture_without_a_level_is_refused_and_leaves_no_folder(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    picture = tmp_path / "grey.png"
    Image.new("RGB", (8, 6), (99, 99, 99)).save(picture)
    assert shoot(monkeypatch, "--scene", picture, "-o", tmp_path / "shot") == 2
    said = capsys.readouterr().err
    assert "scene without scale" in said and said.count("\n") == 1
    assert list(tmp_path.iterdir()) == [picture]

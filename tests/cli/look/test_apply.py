"""Looks given to finished pictures, on the command line."""

import json
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from cli.test_develop import called, dng
from lichtbild.core import resources
from lichtbild.core.window import Extent, Window
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.io.export import save
from lichtbild.io.picture_file import read_picture

__all__ = ["dng"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pictures, one with EXIF and held upright, and a file that is none."""
    colours = np.random.default_rng(0).integers(0, 256, (24, 32, 3), dtype=np.uint8)
    place = tmp_path / "pictures"
    (place / "below").mkdir(parents=True)
    PIL.Image.fromarray(colours).save(place / "a.png")
    exif = PIL.Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Maker"
    PIL.Image.fromarray(colours).save(place / "b.jpg", quality=95, exif=exif)
    PIL.Image.fromarray(colours).save(place / "below" / "c.png")
    (place / "bad.jpg").write_text("no picture")
    return place


def codes(path: Path) -> np.ndarray:
    return np.asarray(PIL.Image.open(path).convert("RGB"))


def test_a_folder_is_done_but_for_a_bad_file_and_not_done_twice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    call = ("look", "apply", folder, "--look", "mono", "-j", 1, "--json")
    assert called(monkeypatch, *call) == 2
    told = {Path(one["source"]).name: one for one in map(json.loads, capsys.readouterr().out.splitlines())}
    assert {name: one["status"] for name, one in told.items()} == {
        "a.png": "done",
        "b.jpg": "done",
        "bad.jpg": "failed",
    }
    assert np.ptp(codes(folder / "a_mono.png"), axis=-1).max() <= 1
    assert not (folder / "below" / "c_mono.png").exists()
    assert called(monkeypatch, *call) == 2
    again = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sorted(one["status"] for one in again) == ["failed", "skipped", "skipped"]
    # A second look goes on the pictures themselves, not on those that have the first.
    called(monkeypatch, "look", "apply", folder, "--look", "natural", "--dry-run", "--json", "-r")
    sources = {Path(json.loads(line)["source"]).name for line in capsys.readouterr().out.splitlines()}
    assert sources == {"a.png", "b.jpg", "bad.jpg", "c.png"}


def test_natural_and_no_strength_change_no_code(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    for look, strength in (("natural", 100), ("mono", 0)):
        target = folder / "same.png"
        options = ("--look", look, "--strength", strength, "-o", target, "-q")
        assert called(monkeypatch, "look", "apply", folder / "a.png", *options) == 0
        assert np.array_equal(codes(target), codes(folder / "a.png"))


def test_strength_and_files_of_looks(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    own = folder / "mine.toml"
    own.write_bytes(resources.read("look", "catalogue", "mono.toml"))
    far = []
    for strength in (50, 100, 150):
        target = folder / f"{strength}.png"
        assert (
            called(
                monkeypatch,
                "look",
                "apply",
                folder / "a.png",
                "--look",
                own,
                "--strength",
                strength,
                "-o",
                target,
                "-q",
            )
            == 0
        )
        far.append(np.abs(codes(target).astype(int) - codes(folder / "a.png")).mean())
    assert far[0] < far[1]


def test_turned_upright_with_what_the_file_said(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    assert called(monkeypatch, "look", "apply", folder / "b.jpg", "--look", "mono", "-q") == 0
    made = read_picture(folder / "b_mono.jpg")
    assert made.samples.shape[:2] == (32, 24)
    assert made.metadata.make == "Maker"


def test_a_picture_keeps_its_space_but_where_another_is_wanted(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    wide = folder / "wide.png"
    picture = read_picture(folder / "a.png")
    save(type(picture)(picture.samples, picture.window, picture.extent, ColourSpace.DISPLAY_P3), wide)
    for options, space in (((), ColourSpace.DISPLAY_P3), (("--space", "srgb"), ColourSpace.SRGB)):
        target = folder / "out.png"
        assert (
            called(monkeypatch, "look", "apply", wide, "--look", "authentic", "-o", target, "-q", *options)
            == 0
        )
        assert read_picture(target).space is space


def test_a_picture_of_16_bits_stays_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shown = np.random.default_rng(0).random((8, 9, 3), np.float32)
    extent = Extent(8, 9)
    for bits in (8, 16):
        save(Picture(shown, Window.whole(extent), extent), tmp_path / f"{bits}.png", bits=bits)
    assert (
        called(monkeypatch, "look", "apply", tmp_path, "--look", "sepia", "--space", "display-p3", "-q") == 0
    )
    assert {bits: read_picture(tmp_path / f"{bits}_sepia.png").bits for bits in (8, 16)} == {8: 8, 16: 16}
    told = ("look", "apply", tmp_path / "16.png", "--look", "sepia", "--bits", "8", "-q", "--overwrite")
    assert called(monkeypatch, *told) == 0
    assert read_picture(tmp_path / "16_sepia.png").bits == 8


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--look", "linear"), "is no filter of finished pictures; choose one of natural"),
        (("--look", "mono", "--grain", 5), "--grain takes off or a number from 0 to 2, not '5'"),
        (("--look", "mono", "--grain", "nan"), "--grain takes off or a number from 0 to 2, not 'nan'"),
        (("--look", "mono", "--vignette", 2), "--vignette takes off or a number from 0 to 1.5, not '2'"),
        (("--look", "mono", "--quality", 101), "--quality takes 1 to 100, not 101"),
        (("--look", "velvet"), "there is no look 'velvet'"),
        (("--look", "mono", "--strength", 151), "--strength takes 0 to 150"),
        (("--look", "mono", "--format", "exr"), "'.exr' is no format of pictures"),
        (("--look", "mono", "-o", "x.exr"), "'.exr' is no format of pictures"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    folder: Path,
    options: tuple[object, ...],
    words: str,
) -> None:
    assert called(monkeypatch, "look", "apply", folder / "a.png", *options) == 2
    said = capsys.readouterr().err
    assert words in said
    assert len(said.strip().splitlines()) == 1


def test_a_raw_file_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], dng: Path
) -> None:
    target = dng.with_name("out.png")
    assert called(monkeypatch, "look", "apply", dng, "--look", "mono", "-o", target) == 2
    assert "is a raw file; give it a look with: lichtbild develop --look" in capsys.readouterr().err
    assert not target.exists()


def test_a_picture_is_done_again_where_another_space_is_wanted(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    source = folder / "a.png"
    picture = read_picture(source)
    save(type(picture)(picture.samples, picture.window, picture.extent, ColourSpace.DISPLAY_P3), source)
    call = ("look", "apply", source, "--look", "mono", "-o", folder / "out", "-q")
    spaces = []
    for options in ((), ("--space", "srgb"), ()):
        assert called(monkeypatch, *call, *options) == 0
        spaces.append(read_picture(folder / "out" / "a.png").space)
    assert spaces == [ColourSpace.DISPLAY_P3, ColourSpace.SRGB, ColourSpace.DISPLAY_P3]


def test_a_source_is_never_replaced(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    before = (folder / "a.png").read_bytes()
    assert called(monkeypatch, "look", "apply", folder, "--look", "mono", "-o", folder) == 2
    assert "would replace" in capsys.readouterr().err
    assert (folder / "a.png").read_bytes() == before
    assert called(monkeypatch, "look", "apply", folder / "none*.png", "--look", "mono") == 2
    assert "no picture in" in capsys.readouterr().err


def test_a_strength_of_what_the_look_has_not_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    call = ("look", "apply", folder / "a.png", "-o", folder / "out.png", "--look")
    for look, options, notes in (
        ("natural", ("--grain", 2), ["the look 'natural' has no grain"]),
        ("natural", ("--grain", "off"), []),
        ("mono", ("--grain", 1, "--strength", 0), ["the look 'mono' at strength 0 has no grain"]),
        ("mono", ("--grain", 1), []),
        ("heritage", ("--vignette", 1), []),
    ):
        assert called(monkeypatch, *call, look, *options) == 0
        said = capsys.readouterr().err.splitlines()[1:]
        assert [line.strip().split(",")[0] for line in said] == notes


def test_a_look_among_the_pictures_is_told_from_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    own = folder / "own.toml"
    own.write_bytes(resources.read("look", "catalogue", "mono.toml"))
    assert called(monkeypatch, "look", "apply", own, "--look", "mono") == 2
    assert "own.toml: is no picture; name pictures, and a look's file after --look" in capsys.readouterr().err

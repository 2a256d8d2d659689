"""Looks to other programs and back, on the command line."""

from pathlib import Path

import numpy as np
import pytest

from cli.test_develop import called, dng
from lichtbild.io.lut import cube, dcp, hald, xmp
from lichtbild.look.fingerprint import fingerprint
from lichtbild.look.recipe import look_named

__all__ = ["dng"]


def test_one_look_goes_into_several_files_that_agree(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, link, profile = (tmp_path / f"a.{suffix}" for suffix in ("cube", "icc", "xmp"))
    options = [word for path in (table, link, profile) for word in ("-o", path)]
    assert called(monkeypatch, "look", "export", "authentic", *options, "--size", 9) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{path}: 9 nodes an axis" for path in (table, link, profile)
    ]
    found = cube.read(table).lut
    np.testing.assert_allclose(found.table, xmp.read(profile).lut.table, atol=1.1 / 65535)
    said = f"lichtbild look authentic, numbers {fingerprint(look_named('authentic'))}, strength 100 %, srgb"
    for path in (table, link, profile):
        assert said.encode() in path.read_bytes()
    first = table.read_bytes()
    assert called(monkeypatch, "look", "export", "authentic", "-o", table, "--size", 9, "--overwrite") == 0
    assert table.read_bytes() == first


def test_natural_changes_nothing_and_strength_goes_towards_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tables = []
    for name, strength in (("natural", 100), ("authentic", 0), ("authentic", 50), ("authentic", 100)):
        path = tmp_path / f"{name}{strength}.cube"
        options = ("-o", path, "--size", 5, "--strength", strength)
        assert called(monkeypatch, "look", "export", name, *options) == 0
        tables.append(cube.read(path).lut.table)
    identity = cube.Lut.identity(5).table
    assert np.abs(tables[0] - identity).max() < 1e-4 and np.abs(tables[1] - identity).max() < 1e-4
    half, whole = (np.abs(table - identity).mean() for table in tables[2:])
    assert 0.3 * whole < half < 0.7 * whole


def test_all_formats_go_into_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, dng: Path) -> None:
    monkeypatch.setattr("lichtbild.look.bake.bake", lambda look, size, space: cube.Lut.identity(size))
    out = tmp_path / "out"
    assert called(monkeypatch, "look", "export", "authentic", "--all", out, "--camera", dng) == 0
    endings = (".cube", "-65.cube", "-hald.png", "-hald.tif", ".xmp", ".clf", ".icc", ".dcp")
    assert sorted(path.name for path in out.iterdir()) == sorted(f"authentic{ending}" for ending in endings)
    assert cube.read(out / "authentic-65.cube").lut.size == 65
    assert hald.read(out / "authentic-hald.png").lut.size == 64
    assert dcp.read(out / "authentic.dcp").name == "authentic"


def test_a_table_becomes_a_look_and_the_same_table_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], dng: Path
) -> None:
    first, own, again = tmp_path / "warm.cube", tmp_path / "warm.toml", tmp_path / "again.cube"
    table = cube.Lut((cube.nodes(9) ** np.float32(1.2)).astype(np.float32))
    cube.write(table, first, cube.Label("warm"))
    assert called(monkeypatch, "look", "import", first) == 0
    assert capsys.readouterr().out == f"{own}\n"
    assert called(monkeypatch, "look", "export", own, "-o", again, "--size", 9) == 0
    np.testing.assert_allclose(cube.read(again).lut.table, table.table, atol=1e-4)
    assert called(monkeypatch, "develop", dng, "--look", own, "-o", tmp_path / "a.png", "-q") == 0
    assert called(monkeypatch, "look", "import", first) == 2
    assert "is there already" in capsys.readouterr().err
    assert called(monkeypatch, "look", "import", first, "--overwrite") == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("authentic",), "there is nothing to write"),
        (("authentic", "-o", "a"), "a: without a suffix the format is not known; choose one of .cube"),
        (("linear", "--all", "tables"), "choose one of natural"),
        (("authentic", "-o", "a.3dl"), "a.3dl: '.3dl' is no format for a look"),
        (("authentic", "-o", "a.cube", "-o", "a.dcp"), "needs a DNG of the camera"),
        (("authentic", "-o", "a.cube", "--size", "1"), "2 to 144 nodes"),
        (("authentic", "-o", "a.cube", "--strength", "200"), "0 to 150 percent"),
        (("authentic", "-o", "a.cube", "--space", "rec2020"), "--space takes srgb or display-p3"),
        (("linear", "-o", "a.cube"), "'linear' has no numbers"),
        (("velvet", "-o", "a.cube"), "there is no look 'velvet'"),
    ],
)
def test_what_cannot_be_exported_is_refused_before_anything_is_written(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    options: tuple[str, ...],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert called(monkeypatch, "look", "export", *options) == 2
    said = capsys.readouterr().err
    assert words in said and len(said.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.cube", b"LUT_3D_SIZE 2\n0 0 0\n1 nan 1\n", "line 3 is the last colour"),
        ("a.cube", b"LUT_3D_SIZE 2\n" + 7 * b"0 0 0\n" + b"1 nan 1\n", "line 9 holds '1 nan 1'"),
        ("a.png", b"no picture", "is no PNG or TIFF"),
        ("a.xmp", b"<x", "is no XML: line 1"),
        ("a.3dl", b"", "no format with a table"),
    ],
)
def test_what_is_no_table_is_refused_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    name: str,
    content: bytes,
    words: str,
) -> None:
    (tmp_path / name).write_bytes(content)
    assert called(monkeypatch, "look", "import", tmp_path / name, "-o", tmp_path / "own.toml") == 2
    said = capsys.readouterr().err
    assert words in said and len(said.strip().splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == [name]

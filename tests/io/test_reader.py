"""Files are told apart by what is in them."""

import os
from pathlib import Path

import numpy as np
import pytest
import tifffile

from lichtbild.core.errors import BadFile
from lichtbild.image.picture import Picture
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io import reader
from lichtbild.io.export import save
from pictures import picture


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".avif"])
@pytest.mark.parametrize("name", ["right", "a.dng", "a.raw", "noname"])
def test_pictures_under_any_name(tmp_path: Path, suffix: str, name: str) -> None:
    save(picture(), tmp_path / f"a{suffix}")
    path = (tmp_path / f"a{suffix}").rename(tmp_path / name)
    assert isinstance(reader.read(path), Picture)


def test_a_tiff_of_a_camera_maker_is_still_a_picture(tmp_path: Path) -> None:
    extra = [(271, 2, 6, "Canon", True), (272, 2, 10, "EOS 5D", True)]
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((20, 30, 3), np.uint16), photometric="rgb", extratags=extra)
    assert isinstance(reader.read(tmp_path / "a.tif"), Picture)


def test_a_mosaic_in_tiff_goes_to_libraw(tmp_path: Path) -> None:
    extra = [(33421, 3, 2, (2, 2), True), (33422, 1, 4, b"\0\1\1\2", True)]
    tifffile.imwrite(tmp_path / "a.nef", np.zeros((20, 30), np.uint16), photometric=32803, extratags=extra)
    with pytest.raises(BadFile, match="LibRaw"):
        reader.read(tmp_path / "a.nef")


def test_a_dump_with_its_layout(tmp_path: Path) -> None:
    (tmp_path / "a.raw").write_bytes(bytes(range(1, 49)))
    (tmp_path / "a.toml").write_text('width = 8\nheight = 6\ndtype = "uint8"\ncfa = "RGGB"\nblack = 0\n')
    assert isinstance(reader.read(tmp_path / "a.raw"), RawFrame)
    (tmp_path / "a.toml").rename(tmp_path / "sub.txt")
    assert isinstance(reader.read(tmp_path / "a.raw", tmp_path / "sub.txt"), RawFrame)


def test_a_dng_that_lost_its_directory(tmp_path: Path) -> None:
    (tmp_path / "a.dng").write_bytes(b"II*\0" + (10**6).to_bytes(4, "little") + bytes(100))
    with pytest.raises(BadFile, match=r"a\.dng") as caught:
        reader.read(tmp_path / "a.dng")
    assert "TIFF data cannot be decoded" not in str(caught.value)


def test_a_dump_that_looks_like_text(tmp_path: Path) -> None:
    (tmp_path / "a.raw").write_bytes(b"dark" * 12)
    (tmp_path / "a.toml").write_text('width = 8\nheight = 6\ndtype = "uint8"\ncfa = "RGGB"\nblack = 0\n')
    assert isinstance(reader.read(tmp_path / "a.raw"), RawFrame)


def test_every_shared_dump(shared: Path) -> None:
    for path in [*shared.glob("data/raw/*/*.raw"), *shared.glob("data/raw/*/*.RAW")]:
        assert isinstance(reader.read(path), RawFrame)


def test_a_real_dng(shared: Path) -> None:
    assert isinstance(reader.read(shared / "data" / "raw" / "colorchart.dng"), RawFrame)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.dng", b"", "is empty"),
        ("a.dng", b"This is no photograph.\n", "is a text file"),
        ("a.exr", b"\x76\x2f\x31\x01\x02\0\0\0channels\0chlist\0", "is an OpenEXR file"),
        ("a.bin", bytes(range(256)) * 4, r"describe it in a\.toml"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(20), "is damaged: its JPEG data cannot be decoded; copy"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BadFile, match=words) as caught:
        reader.read(tmp_path / name)
    assert str(caught.value).startswith(str(tmp_path / name)) and "\n" not in str(caught.value)


def test_places_without_a_file(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="is a folder"):
        reader.read(tmp_path)
    with pytest.raises(BadFile, match="does not exist"):
        reader.read(tmp_path / "missing.dng")
    with pytest.raises(BadFile, match="cannot be read"):
        reader.read(tmp_path / ("n" * 300))


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.dng").write_bytes(b"x")

    def closed(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", closed)
    with pytest.raises(BadFile, match="may not be read"):
        reader.read(tmp_path / "a.dng")


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.dng")
    with pytest.raises(BadFile, match="a device or a pipe"):
        reader.read(tmp_path / "pipe.dng")

"""Pictures as they are shown: the same pixels, and nothing that names them."""

import io
from pathlib import Path

import numpy as np
import PIL.Image
import PIL.PngImagePlugin
import pytest

from lichtbild.core.errors import BadFile
from lichtbild.io.shown_picture import PictureStore, ShownPicture

PIXELS = np.random.default_rng(3).integers(0, 256, (20, 30, 3), np.uint8)


def written(path: Path, **options: object) -> Path:
    PIL.Image.fromarray(PIXELS).save(path, **options)
    return path


def pixels(store: PictureStore, picture: ShownPicture) -> np.ndarray:
    with PIL.Image.open(io.BytesIO(store.read(picture))) as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_keeps_its_pixels_colours_and_orientation_alone(tmp_path: Path, progressive: bool) -> None:
    exif = PIL.Image.Exif()
    exif[274], exif[271], exif[0x8825] = 6, "Maker of cameras", {1: "N"}
    options = {"exif": exif, "icc_profile": b"a profile of colours", "comment": b"condition: best"}
    path = written(tmp_path / "x.jpg", quality=90, progressive=progressive, **options)
    path.write_bytes(path.read_bytes() + b"a preview after the end")
    store = PictureStore(tmp_path / "kept")
    picture = store.add(path)
    assert (picture.width, picture.height, picture.media_type) == (20, 30, "image/jpeg")
    data = store.read(picture)
    for telling in (b"Maker", b"condition", b"preview"):
        assert telling in path.read_bytes() and telling not in data
    with PIL.Image.open(io.BytesIO(data)) as image, PIL.Image.open(path) as before:
        assert dict(image.getexif()) == {274: 6} and image.info["icc_profile"] == b"a profile of colours"
        assert np.array_equal(np.asarray(image), np.asarray(before))


def test_a_png_keeps_its_pixels_and_colours_alone(tmp_path: Path) -> None:
    words = PIL.PngImagePlugin.PngInfo()
    words.add_text("Title", "condition: worst")
    path = written(tmp_path / "x.png", pnginfo=words, icc_profile=b"a profile of colours")
    store = PictureStore(tmp_path / "kept")
    picture = store.add(path)
    assert b"condition" in path.read_bytes() and b"condition" not in store.read(picture)
    assert b"iCCP" in store.read(picture) and np.array_equal(pixels(store, picture), PIXELS)


def test_other_kinds_become_png(tmp_path: Path) -> None:
    store = PictureStore(tmp_path / "kept")
    picture = store.add(written(tmp_path / "x.tif"))
    assert picture.media_type == "image/png" and np.array_equal(pixels(store, picture), PIXELS)


def test_what_did_not_change_is_not_read_again_and_what_did_is(tmp_path: Path) -> None:
    path, store = written(tmp_path / "x.png"), PictureStore(tmp_path / "kept")
    picture = store.add(path)
    store.keep()
    again = PictureStore(tmp_path / "kept")
    assert again.add(path) == picture and [each.suffix for each in again._known.values()] == [".png"]
    PIL.Image.fromarray(PIXELS[::-1]).save(path)
    changed = again.add(path)
    assert changed.digest != picture.digest and again.place(changed).is_file()
    (tmp_path / "kept" / "pictures.json").write_text("no index")
    assert PictureStore(tmp_path / "kept").add(path) == changed


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_a_damaged_picture_is_told(tmp_path: Path, suffix: str) -> None:
    path, store = written(tmp_path / f"x{suffix}"), PictureStore(tmp_path / "kept")
    whole = path.read_bytes()
    for length in (len(whole) // 2, 40, 3):
        path.write_bytes(whole[:length])
        with pytest.raises(BadFile):
            store.add(path)
    with pytest.raises(BadFile, match="cannot be read"):
        store.add(tmp_path / "missing.png")

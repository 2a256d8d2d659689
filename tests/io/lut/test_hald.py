import numpy as np
import pytest
import tifffile
from PIL import Image

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.lut import hald
from lichtbild.io.lut.label import Label
from lichtbild.look.lut import Lut, nodes

LABEL = Label("warm", "lichtbild look warm, numbers 0123")


def warm(size: int) -> Lut:
    return Lut((nodes(size) ** np.float32(1.3) * np.array([1, 0.9, 0.7], np.float32)).astype(np.float32))


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_what_was_written_is_read_again_to_half_a_code(tmp_path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    hald.write(warm(16), path, LABEL, level=4)
    np.testing.assert_allclose(hald.read(path).lut.table, warm(16).table, rtol=0, atol=0.51 / 65535)


def test_pixels_lie_with_red_fastest_then_green_then_blue(tmp_path) -> None:
    """By the definition of the picture: pixel i is node (i mod n, i / n mod n, i / n^2)."""
    hald.write(warm(9), tmp_path / "t.tif", LABEL, level=3)
    pixels = tifffile.imread(tmp_path / "t.tif").reshape(-1, 3) / 65535
    for pixel in (0, 1, 9, 81, 500, 728):
        red, green, blue = pixel % 9, pixel // 9 % 9, pixel // 81
        np.testing.assert_allclose(pixels[pixel], warm(9).table[red, green, blue], atol=1e-5)


def test_tiff_and_png_hold_the_same_16_bit_codes(tmp_path) -> None:
    import imagecodecs

    for suffix in (".tif", ".png"):
        hald.write(warm(9), tmp_path / f"t{suffix}", LABEL, level=3)
    png = imagecodecs.png_decode((tmp_path / "t.png").read_bytes())
    assert png.dtype == np.uint16
    assert np.array_equal(png, tifffile.imread(tmp_path / "t.tif"))


def test_the_usual_file_has_512_pixels_says_its_look_and_is_the_same_every_time(tmp_path) -> None:
    data = hald.encode(warm(33), LABEL, ".png")
    assert data == hald.encode(warm(33), LABEL, ".png")
    (tmp_path / "t.png").write_bytes(data)
    with Image.open(tmp_path / "t.png") as image:
        assert image.size == (512, 512)
        assert image.text["Description"] == LABEL.description
    hald.write(warm(33), tmp_path / "t.tif", LABEL)
    with tifffile.TiffFile(tmp_path / "t.tif") as file:
        assert file.pages[0].description == LABEL.description


def test_8_bit_pictures_of_other_programs_are_read(tmp_path) -> None:
    codes = np.round(warm(4).table.transpose(2, 1, 0, 3).reshape(8, 8, 3) * 255).astype(np.uint8)
    Image.fromarray(codes).save(tmp_path / "t.png")
    np.testing.assert_allclose(hald.read(tmp_path / "t.png").lut.table, warm(4).table, atol=0.51 / 255)


@pytest.mark.parametrize("shape", [(8, 27, 3), (9, 9, 3), (1, 1, 3), (512, 256, 3), (2197, 1, 3)])
def test_what_is_no_square_of_a_level_is_refused(tmp_path, shape: tuple[int, int, int]) -> None:
    Image.fromarray(np.zeros(shape, np.uint8)).save(tmp_path / "t.png")
    with pytest.raises(BadFile, match=f"{shape[1]} x {shape[0]} pixels; a HaldCLUT of level 2, 3 ... 12"):
        hald.read(tmp_path / "t.png")


def test_damaged_files_and_other_kinds_are_refused(tmp_path) -> None:
    noise = Lut(np.random.default_rng(1).random((9, 9, 9, 3), np.float32))
    data = hald.encode(noise, LABEL, ".png", level=3)
    cases = {"cut.png": data[:2000], "other.png": b"\xff\xd8\xff" + bytes(50), "text.tif": b"hello"}
    for name, content in cases.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadFile) as error:
            hald.read(tmp_path / name)
        assert "\n" not in str(error.value)
    with pytest.raises(BadFile, match="cannot be read"):
        hald.read(tmp_path / "nowhere.png")


def test_levels_and_suffixes_that_are_not_written_are_refused() -> None:
    with pytest.raises(BadInput, match="level 2 to 12, not 13"):
        hald.encode(warm(4), LABEL, ".png", level=13)
    with pytest.raises(BadInput, match=r"not as '\.jpg'"):
        hald.encode(warm(4), LABEL, ".jpg")

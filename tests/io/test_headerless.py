"""Dumps, against arrays that the tests packed themselves."""

from pathlib import Path

import numpy as np
import pytest

from lichtbild.core.errors import BadFile
from lichtbild.image.cfa import Cfa
from lichtbild.image.metadata import Orientation
from lichtbild.io.headerless import read

CODES = np.random.default_rng(5).integers(0, 1024, (6, 8)).astype(np.uint16)
BASIC = 'width = 8\nheight = 6\ndtype = "uint16-le"\nbits = 10\ncfa = "RGGB"\nwhite = 1023\nblack = 64\n'
MATRIX = "[[0.9, -0.3, -0.1], [-0.5, 1.3, 0.2], [-0.1, 0.2, 0.6]]"


def dump(folder: Path, data: bytes, layout: str) -> Path:
    (folder / "a.raw").write_bytes(data)
    (folder / "a.toml").write_text(layout)
    return folder / "a.raw"


def test_everything_a_layout_can_say(tmp_path: Path) -> None:
    said = (
        BASIC
        + f'schema = 1\ncolour_matrix = {MATRIX}\nforward_matrix = {MATRIX}\nilluminant = "A"\n'
        + 'as_shot_neutral = [1, 2, 1.5]\norientation = 6\niso = 200\nexposure_time_s = 0.01\nmake = "M"\n'
    )
    frame = read(dump(tmp_path, CODES.tobytes(), said))
    np.testing.assert_array_equal(frame.samples[..., 0], CODES)
    assert frame.samples.dtype == np.uint16 and frame.cfa == Cfa.bayer("RGGB")
    assert frame.levels.white.tolist() == [1023] and frame.levels.black.ravel().tolist() == [64]
    assert frame.colour.as_shot_neutral == (0.5, 1.0, 0.75) and frame.colour.estimated is None
    (calibration,) = frame.colour.calibrations
    assert calibration.white_xy == (0.44758, 0.40745) and calibration.colour_matrix[1, 1] == 1.3
    assert frame.metadata.orientation is Orientation.QUARTER_TURN
    assert (frame.metadata.iso, frame.metadata.exposure_time_s, frame.metadata.make) == (200, 0.01, "M")
    assert frame.notes == () and frame.default_crop == (0, 0, 6, 8)


def test_other_bytes(tmp_path: Path) -> None:
    big = BASIC.replace("uint16-le", "uint16-be")
    np.testing.assert_array_equal(
        read(dump(tmp_path, CODES.astype(">u2").tobytes(), big)).samples[..., 0], CODES
    )
    eight = CODES.astype(np.uint8)
    layout = 'width = 8\nheight = 6\ndtype = "uint8"\ncfa = "mono"\nblack = 3\n'
    frame = read(dump(tmp_path, eight.tobytes(), layout))
    np.testing.assert_array_equal(frame.samples[..., 0], eight)
    assert frame.samples.dtype == np.uint8 and frame.cfa is None and frame.levels.white.tolist() == [255]


def test_header_and_padded_rows(tmp_path: Path) -> None:
    padded = np.zeros((6, 20), np.uint8)
    padded[:, :16] = CODES.view(np.uint8).reshape(6, 16)
    path = dump(tmp_path, b"head" + padded.tobytes(), BASIC + "header_bytes = 4\nrow_stride_bytes = 20\n")
    np.testing.assert_array_equal(read(path).samples[..., 0], CODES)


def packed(row: np.ndarray, bits: int) -> bytes:
    """A row as MIPI CSI-2 packs it, one pixel at a time."""
    pixels, low = {10: (4, 2), 12: (2, 4)}[bits]
    out = bytearray()
    for start in range(0, len(row), pixels):
        group = [int(code) for code in row[start : start + pixels]] + [0] * pixels
        out += bytes(code >> low for code in group[:pixels])
        out.append(sum((code & (1 << low) - 1) << (low * place) for place, code in enumerate(group[:pixels])))
    return bytes(out)


@pytest.mark.parametrize("bits", [10, 12])
def test_packed_rows(tmp_path: Path, bits: int) -> None:
    codes = np.random.default_rng(bits).integers(0, 1 << bits, (6, 8)).astype(np.uint16)
    data = b"".join(packed(row, bits) for row in codes)
    layout = f'width = 8\nheight = 6\npacking = "mipi{bits}"\ncfa = "GBRG"\nblack = [1, 2, 3, 4]\n'
    frame = read(dump(tmp_path, data, layout))
    np.testing.assert_array_equal(frame.samples[..., 0], codes)
    assert frame.levels.black[..., 0].tolist() == [[1, 2], [3, 4]]
    assert frame.levels.white.tolist() == [(1 << bits) - 1]


def test_quad_bayer(tmp_path: Path) -> None:
    frame = read(dump(tmp_path, CODES.tobytes(), BASIC.replace('"RGGB"', '"quad-GRBG"')))
    assert frame.cfa is not None and frame.cfa.is_quad_bayer and frame.cfa.binned() == Cfa.bayer("GRBG")


def test_black_is_estimated_from_the_darkest_pixels_and_said(tmp_path: Path) -> None:
    """At black 64 and noise 2, half of the pixels dark: the 0.1 % quantile of those is 3.1 noise below."""
    random = np.random.default_rng(2)
    codes = random.normal(64, 2, (200, 200)).round().astype(np.uint16)
    codes[100:] += 500
    codes[0, :3] = 0
    layout = (
        BASIC.replace("black = 64\n", "")
        .replace("width = 8", "width = 200")
        .replace("height = 6", "height = 200")
    )
    frame = read(dump(tmp_path, codes.tobytes(), layout))
    assert frame.levels.black.shape == (2, 2, 1)
    np.testing.assert_allclose(frame.levels.black, 64 - 3.1 * 2, atol=1.6)
    assert "estimated" in frame.notes[0] and frame.colour.estimated is not None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("width = 8\n", ""), "'width'"),
        (("width = 8", "width = 0"), "width is a whole number from 1"),
        (("width = 8", "width = 8.5"), "width is a whole number"),
        (("width = 8", "width = true"), "width is a whole number"),
        (("width = 8", "width = 65535\n#"), "bytes"),
        (("bits = 10", "bits = 17"), "bits is a whole number from 1 to 16"),
        (('"RGGB"', '"RGBG"'), "cfa is one of"),
        (('"RGGB"', "[1]"), "cfa is one of"),
        (('"uint16-le"', '"float"'), "dtype is one of"),
        (('dtype = "uint16-le"\n', ""), "'dtype'"),
        (("white = 1023", "white = 1024"), "white is a number above 0 and up to 1023"),
        (("white = 1023", "white = nan"), "white is a number"),
        (("black = 64", "black = 1023"), "black is one or four numbers"),
        (("black = 64", "black = [1, 2]"), "black is one or four numbers"),
        (("black = 64", "blackk = 64"), "unknown key 'blackk'"),
        (("black = 64", "schema = 2"), "schema"),
        (("black = 64", "iso = -1"), "iso is a number above 0"),
        (("black = 64", "orientation = 9"), "orientation"),
        (("black = 64", "illuminant = 'B'"), "illuminant is one of"),
        (("black = 64", "as_shot_neutral = [1, 0, 1]"), "as_shot_neutral"),
        (("black = 64", "colour_matrix = [[1, 2], [3, 4]]"), "colour_matrix is three lists"),
        (("black = 64", "colour_matrix = [[1,1,1],[1,1,1],[1,1,1]]"), "inverted"),
        (("black = 64", "make = 7"), "make is a text"),
        (("black = 64", "black = "), "no TOML"),
        (("height = 6", "height = 7"), "96 bytes, but a.toml describes 112"),
        (("bits = 10", "bits = 9\n#"), "above 511 of 9 bits"),
    ],
)
def test_a_layout_that_does_not_hold(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    layout = BASIC.replace(*change)
    if "bits = 9" in layout:
        layout = layout.replace("white = 1023", "white = 500")
    with pytest.raises(BadFile, match=words) as caught:
        read(dump(tmp_path, CODES.tobytes(), layout))
    assert "\n" not in caught.value.what.split("(", 1)[0]


def test_which_layout_is_taken(tmp_path: Path) -> None:
    path = dump(tmp_path, CODES.tobytes(), BASIC)
    (tmp_path / "a.toml").rename(tmp_path / "frames.toml")
    (tmp_path / "other.toml").write_text('title = "not a layout"')
    assert read(path).levels.black.ravel().tolist() == [64]
    (tmp_path / "second.toml").write_text(BASIC)
    with pytest.raises(BadFile, match=r"write a\.toml beside it"):
        read(path)
    assert read(path, tmp_path / "second.toml").extent == (6, 8)


def test_the_shared_dumps(shared: Path) -> None:
    paths = [*shared.glob("data/raw/colour_checker_frames/*.raw"), *shared.glob("data/raw/lab_chart/*.RAW")]
    assert len(paths) == 4
    for path in paths:
        frame = read(path)
        black = frame.levels.black
        assert frame.notes and black.shape == (2, 2, 1)
        # The source of the frames speaks of "about 12" of 255.
        if "checker" in str(path):
            assert black.min() >= 5 and black.max() <= 20, black.ravel()

"""Scenes and spectra from files, sound and damaged."""

import math
from pathlib import Path

import numpy as np
import OpenEXR
import PIL.Image
import pytest

from lichtbild.colour import light, observer, spaces
from lichtbild.core.errors import BadFile, BadInput
from lichtbild.image.bands import FINE
from lichtbild.io.scene_file import read_light, read_scene, read_spectrum
from lichtbild.scene.photograph import Surroundings

D65 = light.named("D65", FINE.edges)
HEADER = b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\nEXPOSURE=2\n\n-Y %d +X %d\n"


def exr(path: Path, rgb: np.ndarray, **attributes: object) -> Path:
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage, **attributes}
    OpenEXR.File(header, {"RGB": rgb.astype(np.float32)}).write(str(path))
    return path


def packed(row: np.ndarray) -> bytes:
    """A row as Radiance packs it now: each plane as runs where codes repeat."""
    out = bytes([2, 2, len(row) >> 8, len(row) & 255])
    for plane in row.T:
        at = 0
        while at < len(plane):
            run = 1
            while at + run < len(plane) and plane[at + run] == plane[at] and run < 127:
                run += 1
            out += bytes([128 + run, plane[at]]) if run > 2 else bytes([1, plane[at]])
            at += run if run > 2 else 1
    return out


CODES = np.random.default_rng(2).integers(2, 256, (3, 20, 4)).astype(np.uint8)
CODES[..., 3] = 120 + CODES[..., 3] % 20
CODES[1, 4:15] = CODES[1, 4]
CODES[2, 3] = 0


def expected_light() -> np.ndarray:
    # Real Pixels: (code + 1/2) / 256 x 2^(e - 128), 0 for e = 0; the exposure of 2 is undone.
    value = (CODES[..., :3] + 0.5) / 256 * 2.0 ** (CODES[..., 3:].astype(float) - 128) / 2
    return np.where(CODES[..., 3:] == 0, 0.0, value) @ spaces.SRGB_TO_XYZ.T


def test_radiance_packed_by_planes(tmp_path: Path) -> None:
    path = tmp_path / "new.hdr"
    path.write_bytes(HEADER % (3, 20) + b"".join(packed(row) for row in CODES))
    np.testing.assert_allclose(read_light(path).xyz, expected_light(), rtol=1e-5, atol=1e-12)


def test_radiance_flat_and_packed_by_pixels(tmp_path: Path) -> None:
    path = tmp_path / "old.hdr"
    rows = [row.tobytes() for row in CODES]
    rows[1] = CODES[1, :5].tobytes() + bytes([1, 1, 1, 10]) + CODES[1, 15:].tobytes()
    path.write_bytes(HEADER % (3, 20) + b"".join(rows))
    np.testing.assert_allclose(read_light(path).xyz, expected_light(), rtol=1e-5, atol=1e-12)


def test_radiance_cut_anywhere_is_refused(tmp_path: Path) -> None:
    content = HEADER % (3, 20) + b"".join(packed(row) for row in CODES)
    path = tmp_path / "cut.hdr"
    for length in range(10, len(content) - 1, 7):
        path.write_bytes(content[:length])
        with pytest.raises(BadFile):
            read_light(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (HEADER % (99999, 99999) + bytes(100), "claims 99999 x 99999 pixels"),
        (HEADER % (9999, 9999) + bytes(100), "too short for the 9999 x 9999"),
        (b"#?RADIANCE\n\n+X 3 -Y 4\n", "use -Y"),
        (b"#?RADIANCE\nEXPOSURE=0\n\n-Y 1 +X 1\n\x80\x80\x80\x80", "exposure"),
        (HEADER % (1, 8) + bytes([2, 2, 0, 8, 129 + 8, 7] * 4), "overrun a row"),
        (b"#?RADIANCE\nno resolution", "no Radiance header"),
        (b"GIF89a", "is no JPEG, PNG, TIFF"),
    ],
)
def test_files_that_are_no_scenes(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "bad.hdr"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=sentence):
        read_light(path)


def test_exr_brings_its_own_level_and_primaries(tmp_path: Path) -> None:
    rgb = np.random.default_rng(0).uniform(0.2, 0.4, (4, 5, 3))
    chromaticities = (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290)
    path = exr(tmp_path / "a.exr", rgb, whiteLuminance=120.0, chromaticities=chromaticities)
    result = read_scene(path, math.radians(60), Surroundings(D65))
    found = result.scene.weights @ observer.xyz_of(result.scene.spectra, FINE.edges)
    # float32 in the file, in the weights and in between.
    np.testing.assert_allclose(found, 120 * rgb @ spaces.REC2020_TO_XYZ.T, rtol=1e-5)


def test_exr_without_level_is_a_scene_without_scale(tmp_path: Path) -> None:
    path = exr(tmp_path / "b.exr", np.ones((4, 5, 3)))
    with pytest.raises(BadInput, match=r"b\.exr is a scene without scale"):
        read_scene(path, 1.0, Surroundings(D65))


def test_exr_damaged(tmp_path: Path) -> None:
    path = exr(tmp_path / "c.exr", np.random.default_rng(0).uniform(size=(40, 50, 3)))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(BadFile, match="is damaged"):
        read_light(path)
    bad = exr(tmp_path / "d.exr", np.full((4, 5, 3), np.nan))
    with pytest.raises(BadFile, match="not numbers"):
        read_light(bad)


def test_a_display_picture_is_linearised(tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    PIL.Image.fromarray(np.full((4, 6, 3), 188, np.uint8)).save(path)
    result = read_scene(path, 1.0, Surroundings(D65, 200.0))
    level = ((188 / 255 + 0.055) / 1.055) ** 2.4
    found = result.scene.weights @ observer.luminance(result.scene.spectra, FINE.edges)
    assert found == pytest.approx(np.full((4, 6), 200 * level), rel=1e-5)


def test_a_spectrum_with_heading_and_remarks(tmp_path: Path) -> None:
    path = tmp_path / "lamp.csv"
    path.write_text("# a lamp\nnm, power\n390, 1\n550;2.5\n\n710\t3\n")
    wavelength, value = read_spectrum(path)
    assert wavelength == pytest.approx([390e-6, 550e-6, 710e-6])
    assert value == pytest.approx([1.0, 2.5, 3.0])


@pytest.mark.parametrize(
    ("text", "error", "sentence"),
    [
        ("420,1\n710,2\n", BadInput, "covers 420 to 710 nm"),
        ("390,1\nred,2\n", BadFile, "line 2"),
        ("a\nb\n390,1\n", BadFile, "line 2"),
        ("390,1\n710,nan\n", BadFile, "line 2"),
        ("390,1,5\n", BadFile, "fewer than two rows"),
        ("", BadFile, "fewer than two rows"),
        ("710,1\n390,2\n", BadInput, "increase"),
    ],
)
def test_what_is_no_spectrum(tmp_path: Path, text: str, error: type[Exception], sentence: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(error, match=sentence):
        read_spectrum(path)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        read_light(tmp_path / "none.exr")
    with pytest.raises(BadFile, match="cannot be read"):
        read_spectrum(tmp_path / "none.csv")

"""Every kind of picture, against Pillow, tifffile and imagecodecs as writers."""

import io
import struct
import zlib
from pathlib import Path

import imagecodecs
import numpy as np
import PIL.Image
import PIL.ImageOps
import pytest
import tifffile

from lichtbild.colour import icc
from lichtbild.core.errors import BadFile
from lichtbild.image.metadata import Orientation
from lichtbild.image.picture import HDR_SPACES, ColourSpace
from lichtbild.io.export import save
from lichtbild.io.formats.codes import codes
from lichtbild.io.picture_file import read_picture
from pictures import picture, survives

WITH_PROFILE = set(ColourSpace) - {ColourSpace.LINEAR_REC2020, *HDR_SPACES}


@pytest.mark.parametrize("space", [s for s in ColourSpace if s in WITH_PROFILE])
@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_what_we_save_comes_back_in_its_space(tmp_path: Path, name: str, space: ColourSpace) -> None:
    wanted = picture(space=space)
    save(wanted, tmp_path / name, bits=16)
    read = read_picture(tmp_path / name)
    assert read.space is space and read.metadata.make == "Maker" and read.metadata.iso == 100
    assert read.samples.dtype == np.float32
    np.testing.assert_allclose(read.samples, wanted.samples, atol=0.51 / 65535)


@pytest.mark.parametrize(("name", "tolerance"), [("a.jpg", 6), ("a.avif", 12)])
def test_lossy_files_come_back_nearly(tmp_path: Path, name: str, tolerance: int) -> None:
    wanted = picture(space=ColourSpace.DISPLAY_P3)
    save(wanted, tmp_path / name)
    read = read_picture(tmp_path / name)
    assert read.space is ColourSpace.DISPLAY_P3 and read.metadata.model == "Model"
    assert np.abs(read.samples - wanted.samples).max() <= tolerance / 255


def test_a_wider_space_is_converted_by_colour_management(tmp_path: Path) -> None:
    """Adobe RGB, through LittleCMS's own 8-bit conversion as the second opinion."""
    adobe = imagecodecs.cms_profile("adobergb")
    data = codes(picture().samples, 8)
    PIL.Image.fromarray(data).save(tmp_path / "a.png", icc_profile=adobe)
    read = read_picture(tmp_path / "a.png")
    assert read.space is ColourSpace.REC2020
    target = icc.profile("rec2020")
    expected = imagecodecs.cms_transform(
        data.astype(np.uint16) * 257, adobe, target, colorspace="rgb", outcolorspace="rgb", intent=1
    )
    np.testing.assert_allclose(read.samples, expected / 65535, atol=2e-3)


@pytest.mark.parametrize("profile", [b"", b"not a profile", b"\0" * 200, icc.profile("srgb")[:300]])
def test_a_profile_that_cannot_be_used_is_passed_over(tmp_path: Path, profile: bytes) -> None:
    PIL.Image.fromarray(codes(picture().samples, 8)).save(tmp_path / "a.jpg", icc_profile=profile)
    assert read_picture(tmp_path / "a.jpg").space in (ColourSpace.SRGB, ColourSpace.REC2020)


@pytest.mark.parametrize("orientation", list(Orientation))
@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "avif"])
def test_pictures_are_turned_upright(tmp_path: Path, orientation: Orientation, suffix: str) -> None:
    image = PIL.Image.fromarray(codes(picture().samples, 8))
    found = PIL.Image.Exif()
    found[274] = int(orientation)
    path = tmp_path / f"a.{suffix}"
    image.save(path, exif=found)
    with PIL.Image.open(path) as stored:
        expected = np.asarray(PIL.ImageOps.exif_transpose(stored).convert("RGB")) / 255
    read = read_picture(path)
    np.testing.assert_allclose(read.samples, expected, atol=1e-6)
    assert read.metadata.orientation is Orientation.NORMAL


@pytest.mark.parametrize("planes", [1, 2, 3, 4])
@pytest.mark.parametrize("bits", [8, 16])
def test_png_of_any_planes_and_bits(tmp_path: Path, planes: int, bits: int) -> None:
    top = 2**bits - 1
    data = np.random.default_rng(planes).integers(0, top + 1, (8, 9, planes)).astype(f"u{bits // 8}")
    (tmp_path / "a.png").write_bytes(imagecodecs.png_encode(data[..., 0] if planes == 1 else data))
    unit = data / top
    colour = unit[..., :3] if planes > 2 else np.repeat(unit[..., :1], 3, axis=2)
    if planes in (2, 4):
        alpha = unit[..., -1:]
        colour = colour * alpha + 1 - alpha
    np.testing.assert_allclose(read_picture(tmp_path / "a.png").samples, colour, atol=1e-6)


def test_a_palette_is_looked_up(tmp_path: Path) -> None:
    image = PIL.Image.fromarray(codes(picture().samples, 8)).convert("P")
    image.save(tmp_path / "a.png")
    expected = np.asarray(image.convert("RGB")) / 255
    np.testing.assert_allclose(read_picture(tmp_path / "a.png").samples, expected, atol=1e-6)


@pytest.mark.parametrize("dtype", ["u1", "u2", "f2", "f4", "f8"])
@pytest.mark.parametrize("shape", [(6, 7), (6, 7, 3)])
def test_tiff_of_any_type(tmp_path: Path, dtype: str, shape: tuple[int, ...]) -> None:
    unit = np.random.default_rng(3).random(shape)
    data = (unit * np.iinfo(dtype).max).round().astype(dtype) if dtype[0] == "u" else unit.astype(dtype)
    expected = data / np.iinfo(dtype).max if dtype[0] == "u" else data
    tifffile.imwrite(tmp_path / "a.tif", data, photometric="rgb" if len(shape) == 3 else "minisblack")
    read = read_picture(tmp_path / "a.tif").samples
    np.testing.assert_allclose(read, np.broadcast_to(expected.reshape(6, 7, -1), (6, 7, 3)), atol=1e-6)


def test_tiff_in_planes_and_in_reverse(tmp_path: Path) -> None:
    data = codes(picture().samples, 8)
    tifffile.imwrite(tmp_path / "a.tif", data.transpose(2, 0, 1), photometric="rgb", planarconfig="separate")
    np.testing.assert_allclose(read_picture(tmp_path / "a.tif").samples, data / 255, atol=1e-6)
    tifffile.imwrite(tmp_path / "b.tif", data[..., 0], photometric="miniswhite")
    np.testing.assert_allclose(
        read_picture(tmp_path / "b.tif").samples[..., 1], 1 - data[..., 0] / 255, atol=1e-6
    )


def test_associated_alpha_is_not_multiplied_twice(tmp_path: Path) -> None:
    data = np.full((4, 4, 4), 0.5, np.float32)
    tifffile.imwrite(tmp_path / "a.tif", data, photometric="rgb", extrasamples=["assocalpha"])
    np.testing.assert_allclose(read_picture(tmp_path / "a.tif").samples, 1.0)
    tifffile.imwrite(tmp_path / "b.tif", data, photometric="rgb", extrasamples=["unassalpha"])
    np.testing.assert_allclose(read_picture(tmp_path / "b.tif").samples, 0.75)


def test_float_samples_that_are_no_numbers(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.full((4, 4, 3), np.nan, np.float32), photometric="rgb")
    with pytest.raises(BadFile, match="no finite numbers"):
        read_picture(tmp_path / "a.tif")


def test_cmyk_is_refused_with_the_remedy(tmp_path: Path) -> None:
    PIL.Image.new("CMYK", (4, 4)).save(tmp_path / "a.jpg")
    with pytest.raises(BadFile, match="convert it to RGB"):
        read_picture(tmp_path / "a.jpg")


def _png_that_claims(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("side", "words"), [(65535, "pixels of 1 to|pictures of 1 to"), (16000, "too short")]
)
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, side: int, words: str) -> None:
    (tmp_path / "a.png").write_bytes(_png_that_claims(side, side))
    with pytest.raises(BadFile, match=words):
        read_picture(tmp_path / "a.png")


def test_a_tiff_that_claims_four_gigapixels(tmp_path: Path) -> None:
    data = io.BytesIO()
    tifffile.imwrite(data, np.zeros((4, 4), np.uint8), photometric="minisblack")
    huge = bytearray(data.getvalue())
    with tifffile.TiffFile(io.BytesIO(bytes(huge))) as file:
        for name in ("ImageWidth", "ImageLength"):
            huge_at = file.pages[0].tags[name].valueoffset
            huge[huge_at : huge_at + 2] = struct.pack("<H", 65535)
    (tmp_path / "a.tif").write_bytes(huge)
    with pytest.raises(BadFile, match="65535"):
        read_picture(tmp_path / "a.tif")


def test_a_heif_without_a_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100))
    with pytest.raises(BadFile, match="HEIF"):
        read_picture(tmp_path / "a.heic")


@pytest.mark.parametrize(
    ("name", "bits"), [("a.jpg", 8), ("a.png", 8), ("a.png", 16), ("a.tif", 16), ("a.avif", 8)]
)
def test_damage_gives_a_picture_or_a_sentence(tmp_path: Path, name: str, bits: int) -> None:
    save(picture(), tmp_path / name, bits=bits)
    data = (tmp_path / name).read_bytes()
    refused = survives(read_picture, data, tmp_path / f"broken{Path(name).suffix}")
    # Every file cut short is refused, but for a last byte or two that a decoder may do without.
    assert refused >= 19


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"text"])
def test_what_is_no_picture(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(data)
    with pytest.raises(BadFile):
        read_picture(tmp_path / "a.jpg")


def test_a_damaged_heif_gives_a_picture_or_a_sentence(tmp_path: Path) -> None:
    data = Path(__file__).with_name("ramp.heic").read_bytes()
    assert survives(read_picture, data, tmp_path / "broken.heic") >= 19


def test_a_sound_heif_gives_its_pixels() -> None:
    v, u = np.mgrid[0:48, 0:64]
    ramp = np.stack([4 * u, 5 * v, 255 - 2 * u - 2 * v], axis=-1)
    # Written without loss by libheif's heif-enc, its matrix coefficients those of RGB.
    found = read_picture(Path(__file__).with_name("ramp.heic"))
    again = [np.full((48, 64, 3), 77.0) for _ in range(50)]  # what would take the place of freed memory
    assert found.extent == (48, 64) and len(again) == 50
    assert np.abs(found.samples * 255 - ramp).max() <= 1.001


@pytest.mark.parametrize("space", HDR_SPACES)
@pytest.mark.parametrize("suffix", [".png", ".avif"])
def test_pictures_for_hdr_displays_are_not_taken_for_others(
    tmp_path: Path, suffix: str, space: ColourSpace
) -> None:
    path = tmp_path / f"a{suffix}"
    save(picture(space=space), path)
    with pytest.raises(BadFile, match=r"holds light for HDR displays \(Rec\.2100\)"):
        read_picture(path)

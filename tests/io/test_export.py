"""What is written is read back by other programs: Pillow, tifffile and OpenEXR."""

import errno
import io
from collections.abc import Iterator
from pathlib import Path

import imagecodecs
import numpy as np
import PIL.Image
import PIL.ImageCms
import pytest
import tifffile
from PIL.ExifTags import IFD, Base

from lichtbild.colour import icc, transfer
from lichtbild.core.errors import BadInput, CannotWrite
from lichtbild.core.window import Extent, Window
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.picture import HDR_SPACES, ColourSpace, Picture
from lichtbild.io.export import check, save
from lichtbild.io.formats.codes import codes
from pictures import picture

ENCODED = [
    space for space in ColourSpace if space is not ColourSpace.LINEAR_REC2020 and space not in HDR_SPACES
]


def of(samples: np.ndarray, space: ColourSpace = ColourSpace.SRGB) -> Picture:
    extent = Extent(*samples.shape[:2])
    return Picture(samples.astype(np.float32), Window.whole(extent), extent, space)


@pytest.mark.parametrize("bits", [8, 16])
def test_codes_are_cut_and_rounded_half_up(bits: int) -> None:
    top = 2**bits - 1
    exact = np.arange(top + 1) / top
    np.testing.assert_array_equal(codes(exact, bits), np.arange(top + 1))
    assert codes(np.array([-1.0, 2.0, np.inf]), bits).tolist() == [0, top, top]
    # 127.5 of 255 is 0.5 exactly in float32, and half goes up.
    assert codes(np.array([0.5]), bits)[0] == (top + 1) // 2


@pytest.mark.parametrize("space", ENCODED)
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".avif"])
def test_profile_and_exif_are_embedded(tmp_path: Path, suffix: str, space: ColourSpace) -> None:
    path = tmp_path / f"a{suffix}"
    save(picture(space=space), path, bits=8)
    with PIL.Image.open(path) as image:
        assert image.info["icc_profile"] == icc.profile(space.value)
        PIL.ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        found = image.getexif()
        assert found[Base.Make] == "Maker" and found.get(Base.Orientation, 1) == 1
        below = found.get_ifd(IFD.Exif)
        assert float(below[Base.ExposureTime]) == 0.01 and below[Base.ISOSpeedRatings] == 100
        assert below[Base.ColorSpace] == (1 if space is ColourSpace.SRGB else 65535)


@pytest.mark.parametrize(
    ("suffix", "bits"), [(".png", 8), (".png", 16), (".tif", 8), (".tif", 16), (".tif", 32)]
)
def test_lossless_formats_keep_every_code(tmp_path: Path, suffix: str, bits: int) -> None:
    path = tmp_path / f"a{suffix}"
    wanted = picture()
    save(wanted, path, bits=bits)
    read = imagecodecs.png_decode(path.read_bytes()) if suffix == ".png" else tifffile.imread(path)
    expected = wanted.samples if bits == 32 else codes(wanted.samples, bits)
    np.testing.assert_array_equal(read, expected)
    assert read.dtype == expected.dtype


def test_a_jpeg_has_full_colour_resolution(tmp_path: Path) -> None:
    save(picture(), tmp_path / "a.jpg")
    with PIL.Image.open(tmp_path / "a.jpg") as image:
        assert [component[1:3] for component in image.layer] == [(1, 1)] * 3
        error = np.abs(np.asarray(image, int) - codes(picture().samples, 8)).max()
    assert error <= 6  # of 255: a smooth picture at quality 92


def test_quality_decides_the_size(tmp_path: Path) -> None:
    noise = of(np.random.default_rng(1).random((64, 64, 3)))
    sizes = []
    for quality in (30, 60, 95):
        save(noise, tmp_path / "a.jpg", quality=quality)
        sizes.append((tmp_path / "a.jpg").stat().st_size)
    assert sizes[0] < sizes[1] < sizes[2]


@pytest.mark.parametrize("bits", [16, 32])
def test_exr_is_linear_and_says_its_primaries(tmp_path: Path, bits: int) -> None:
    OpenEXR = pytest.importorskip("OpenEXR")
    samples = np.array([[[-0.5, 0.18, 7.25], [1e6, 0.0, 1.0]]], np.float32)
    save(of(samples, ColourSpace.LINEAR_REC2020), tmp_path / "a.exr", bits=bits)
    with OpenEXR.File(str(tmp_path / "a.exr")) as file:
        read = file.channels()["RGB"].pixels
        chromaticities = file.header()["chromaticities"]
    assert read.dtype == (np.float16 if bits == 16 else np.float32)
    # A half float has 11 significant bits and no more than 65504.
    np.testing.assert_allclose(
        read, samples.clip(None, 65504 if bits == 16 else None), rtol=2**-11 if bits == 16 else 0
    )
    np.testing.assert_allclose(
        chromaticities, (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290), atol=1e-6
    )


@pytest.mark.parametrize(
    ("name", "options", "space", "words"),
    [
        ("a.bmp", {}, ColourSpace.SRGB, "no format we write"),
        ("a", {}, ColourSpace.SRGB, "no format we write"),
        ("a.jpg", {"bits": 16}, ColourSpace.SRGB, "takes 8 bits"),
        ("a.jpg", {"quality": 0}, ColourSpace.SRGB, "quality is 1 to 100"),
        ("a.png", {"max_bytes": 1000}, ColourSpace.SRGB, "at most 1000 bytes can be had as .*not as .png"),
        ("a.jpg", {"max_bytes": 0}, ColourSpace.SRGB, "from 1 byte on"),
        ("a.jpg", {}, ColourSpace.LINEAR_REC2020, "write EXR or 32-bit TIFF"),
        ("a.exr", {}, ColourSpace.SRGB, "linear-rec2020"),
    ],
)
def test_what_cannot_be_written(
    tmp_path: Path, name: str, options: dict[str, int], space: ColourSpace, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        save(picture(space=space), tmp_path / name, **options)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
def test_samples_that_are_no_numbers_are_refused(tmp_path: Path, suffix: str, value: float) -> None:
    samples = picture().samples.copy()
    samples[3, 4, 1] = value
    with pytest.raises(BadInput, match="no finite numbers"):
        save(of(samples), tmp_path / f"a{suffix}")


def test_a_picture_of_no_pixels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no pixels"):
        save(of(np.zeros((0, 4, 3))), tmp_path / "a.png")


def test_a_part_of_a_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="the whole"):
        save(picture().crop(Window(0, 0, 5, 5)), tmp_path / "a.png")


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
def test_a_full_disk_leaves_nothing(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(CannotWrite, match="the disk is full"):
        save(picture(), tmp_path / f"a{suffix}")
    assert not list(tmp_path.iterdir())


@pytest.fixture
def little_room() -> Iterator[None]:
    """The system lets this process write files of two kilobytes only."""
    resource = pytest.importorskip("resource", reason="this system has no limits of file sizes")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("little_room")
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".avif", ".exr"])
def test_a_file_that_is_cut_short_by_the_system_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    if suffix == ".exr":
        pytest.importorskip("OpenEXR")
    space = ColourSpace.LINEAR_REC2020 if suffix == ".exr" else ColourSpace.SRGB
    samples = np.random.default_rng(1).random((64, 64, 3))
    with pytest.raises(CannotWrite, match=r"larger than the file system|is the disk full"):
        save(of(samples, space), tmp_path / f"a{suffix}")
    assert not list(tmp_path.iterdir())


def test_a_coded_picture_keeps_its_bits_where_the_format_has_them(tmp_path: Path) -> None:
    extent = Extent(5, 4)
    samples = np.random.default_rng(1).integers(0, 1 << 16, (*extent, 3)).astype(np.uint16)
    deep = CodedPicture(samples, Window.whole(extent), extent, 16)
    for suffix in (".png", ".tif"):
        save(deep, tmp_path / f"a{suffix}")
    np.testing.assert_array_equal(imagecodecs.png_decode((tmp_path / "a.png").read_bytes()), samples)
    np.testing.assert_array_equal(tifffile.imread(tmp_path / "a.tif"), samples)
    save(deep, tmp_path / "a.jpg")
    with PIL.Image.open(tmp_path / "a.jpg") as image:
        assert image.mode == "RGB"


def test_a_limit_of_bytes_is_held(tmp_path: Path) -> None:
    noise = of(np.random.default_rng(1).random((200, 200, 3)))
    save(noise, tmp_path / "a.jpg", max_bytes=60_000)
    assert 45_000 < (tmp_path / "a.jpg").stat().st_size <= 60_000
    with pytest.raises(BadInput, match=r"b.jpg: the file has \d+ bytes at quality 30.*--long-edge"):
        save(noise, tmp_path / "b.jpg", max_bytes=9_000)
    assert not (tmp_path / "b.jpg").exists()


def test_two_renditions_go_into_a_jpeg(tmp_path: Path) -> None:
    linear = transfer.SRGB.decode(picture().samples.astype(np.float64))
    high = of(3 * linear, ColourSpace.LINEAR_REC2020)
    save(picture(), tmp_path / "a.jpg", hdr=high)
    assert imagecodecs.ultrahdr_check((tmp_path / "a.jpg").read_bytes())
    with pytest.raises(BadInput, match=r"\.jpg or \.jpeg, not as \.png"):
        save(picture(), tmp_path / "a.png", hdr=high)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
def test_the_same_picture_gives_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    for name in "ab":
        save(picture(), tmp_path / f"{name}{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


@pytest.mark.parametrize("suffix", [".jpg", ".tif", ".heic", ".exr"])
def test_rec2100_goes_only_where_it_can_be_said(suffix: str) -> None:
    with pytest.raises(BadInput, match=r"rec2100-pq needs 10 bits .* write .png or .avif, not"):
        check(suffix, ColourSpace.REC2100_PQ)
    assert check(".png", ColourSpace.REC2100_PQ) == 16 and check(".avif", ColourSpace.REC2100_HLG) == 10
    with pytest.raises(BadInput, match="avif in rec2100-hlg takes 10 or 12 bits, not 8"):
        check(".avif", ColourSpace.REC2100_HLG, bits=8)

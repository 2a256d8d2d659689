"""What is written is read again, every field of it."""

import io
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rawpy
import tifffile

from lichtbild.core.errors import BadInput, CannotWrite
from lichtbild.core.window import Extent, Window
from lichtbild.image.calibration import Calibration, CameraColour
from lichtbild.image.cfa import Cfa
from lichtbild.image.levels import Levels
from lichtbild.image.metadata import Metadata, Orientation
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.opcode import FixVignetteRadial, OpcodeLists, TrimBounds
from lichtbild.image.profile import BlackRender, CameraProfile, GainTableMap, HueSatMap
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.dng.container import held
from lichtbild.io.dng.read import read, read_source
from lichtbild.io.dng.write import Method, write

RNG = np.random.default_rng(5)
QUAD = Cfa(tuple(tuple(row) for row in np.kron([[0, 1], [1, 2]], np.ones((2, 2), int)).tolist()))


def plain(dtype: str = "uint16", cfa: Cfa | None = None, planes: int = 1) -> RawFrame:
    """A frame of one and a bit tiles."""
    size = (530, 517, planes)
    kind = np.dtype(dtype)
    samples = (
        RNG.normal(900, 60, size).astype(kind) if kind != np.uint8 else RNG.integers(0, 256, size, np.uint8)
    )
    extent = Extent(*size[:2])
    matrix = np.array([[0.9, -0.3, 0.1], [-0.2, 1.1, 0.05], [0.0, 0.1, 0.7]])
    colour = CameraColour((Calibration((0.3127, 0.329), matrix),), as_shot_neutral=(0.5, 1.0, 0.625))
    one = cfa is None and planes == 1
    return RawFrame(
        samples=samples,
        window=Window.whole(extent),
        extent=extent,
        cfa=cfa,
        levels=Levels(np.zeros((1, 1, planes)), np.full(planes, 255.0 if kind == np.uint8 else 16383.0)),
        active_area=Window.whole(extent),
        default_crop=(0.0, 0.0, *map(float, extent)),
        colour=CameraColour(analog_balance=(1.0,)) if one else colour,
        profiles=(CameraProfile(calibrations=() if one else colour.calibrations),),
        metadata=Metadata(model="Camera", exif={("main", 272): "Camera"}),
    )


@pytest.mark.parametrize("compression", ["ljpeg", "none"])
@pytest.mark.parametrize(
    "size", [(30, 40), (530, 500), (504, 504), (64, 511), (64, 512), (64, 513), (37, 22)]
)
def test_libraw_reads_the_codes_of_small_and_odd_frames(size: tuple[int, int], compression: Method) -> None:
    codes = RNG.integers(0, 1024, (*size, 1), np.uint16)
    extent = Extent(*size)
    frame = replace(
        plain(cfa=Cfa.bayer("RGGB")),
        samples=codes,
        window=Window.whole(extent),
        extent=extent,
        active_area=Window.whole(extent),
        default_crop=(0.0, 0.0, float(size[0]), float(size[1])),
    )
    file = io.BytesIO()
    write(frame, file, compression=compression)
    file.seek(0)
    with rawpy.imread(file) as raw:
        np.testing.assert_array_equal(raw.raw_image, codes[..., 0])


def rich() -> RawFrame:
    """A frame with something in every field."""
    matrix = np.array([[0.9054, -0.4504, 0.0215], [-0.4751, 1.2611, 0.2388], [-0.0296, 0.0802, 0.6816]])
    # A forward matrix maps equal camera values to D50.
    forward = np.array([0.9642957, 1.0, 0.8251046])[:, None] * np.array([[4, 3, 1], [2, 6, 0], [0, 1, 7]]) / 8
    calibrations = tuple(
        Calibration(white, matrix + k / 8, forward, np.diag([1.0158, 1, 0.9698]), matrix.T)
        for k, white in enumerate([(0.44758, 0.40745), (0.3127, 0.329), (0.3, 0.33)])
    )
    tables = RNG.random((3, 1, 6, 3, 3), np.float32)
    tables[..., 0, 2] = 1  # without saturation the value stays as it is
    maps = tuple(HueSatMap(table, True) for table in tables)
    gains = GainTableMap(
        1 + RNG.random((2, 3, 4), np.float32), (0.5, 0.25), (0.125, 0.0), (0.25, 0.5, 0.25, 0, 0), 2.0
    )
    curve = np.array([[0, 0], [0.25, 0.5], [1, 1]])
    first = CameraProfile("First", calibrations, maps, maps[0], curve, gains, -0.5, BlackRender.NONE, True)
    second = CameraProfile("Second", calibrations[:1], gain_table_map=gains)
    exif = {
        ("main", 271): "Maker", ("main", 272): "Camera",
        ("exif", 33434): Fraction(1, 50), ("exif", 33437): Fraction(14, 5),
        ("exif", 34855): 400, ("exif", 37386): Fraction(24),
        ("exif", 41486): Fraction(7140), ("exif", 41487): Fraction(7140), ("exif", 41488): 3,
        ("exif", 42036): "A lens", ("exif", 36867): "2026:01:02 03:04:05",
        ("gps", 1): "N", ("gps", 2): (Fraction(52), Fraction(31), Fraction(1, 3)),
    }  # fmt: skip
    black = np.array([[512.0, 512.25], [511.5, 512.0]])[:, :, None]
    return replace(
        plain(cfa=Cfa.bayer("GRBG")),
        levels=Levels(
            black, np.array([16383.0]), np.arange(512) / 16, np.arange(520) / -8, np.arange(0.0, 16384, 4)
        ),
        active_area=Window(4, 2, 524, 514),
        masked_areas=(Window(0, 0, 4, 517), Window(0, 0, 530, 2)),
        default_crop=(8.5, 4.0, 500.0, 490.5),
        default_scale=(1.0, 2.0),
        colour=CameraColour(calibrations, (1.0, 1.25, 1.5), (0.354571, 1.0, 0.703297)),
        opcodes=OpcodeLists(
            (TrimBounds(Window(0, 0, 530, 517)),), (), (FixVignetteRadial((0.1, 0.2, 0, 0, 0), (0.5, 0.5)),)
        ),
        profiles=(first, second),
        noise=NoiseProfile((1e-5, 2e-5, 3e-5), (1e-9, 2e-9, 3e-9)),
        baseline_exposure_ev=0.35,
        shadow_scale=0.1,
        metadata=Metadata(
            "Maker",
            "Camera",
            "A lens",
            400.0,
            0.02,
            2.8,
            24.0,
            "2026:01:02 03:04:05",
            Orientation.QUARTER_TURN,
            exif,
        ),
    )


def again(frame: RawFrame, compression: Method) -> RawFrame:
    target = io.BytesIO()
    write(frame, target, compression=compression)
    return read_source(held(target.getvalue()))


def assert_same(found: Any, wanted: Any, place: str = "frame") -> None:
    """Equal in every leaf; floats to the last digit but two, because fractions of 32 bits hold no more."""
    if is_dataclass(wanted):
        assert type(found) is type(wanted), place
        for field in fields(wanted):
            assert_same(getattr(found, field.name), getattr(wanted, field.name), f"{place}.{field.name}")
    elif isinstance(wanted, np.ndarray):
        assert found is not None, place
        np.testing.assert_allclose(found, wanted, rtol=1e-13, err_msg=place)
    elif isinstance(wanted, tuple):
        assert len(found) == len(wanted), place
        for index, (one, other) in enumerate(zip(found, wanted, strict=True)):
            assert_same(one, other, f"{place}[{index}]")
    elif isinstance(wanted, float):
        assert found == pytest.approx(wanted, rel=1e-13), place
    else:
        assert found == wanted, place


@pytest.mark.parametrize("compression", ["none", "ljpeg", "jxl"])
def test_every_field_comes_back(compression: Method) -> None:
    frame = rich()
    found = again(frame, compression)
    np.testing.assert_array_equal(found.samples, frame.samples)
    assert_same(found, frame)


@pytest.mark.parametrize("cfa", [None, Cfa.bayer("RGGB"), QUAD, Cfa(((0, 1, 2),) * 6)])
@pytest.mark.parametrize(
    ("compression", "dtype"),
    [
        *(("none", kind) for kind in ("uint8", "uint16", "uint32", "float16", "float32")),
        *(("deflate", kind) for kind in ("uint32", "float16", "float32")),
        *(("ljpeg", kind) for kind in ("uint8", "uint16")),
        *(("jxl", kind) for kind in ("uint8", "uint16", "float16")),
    ],
)
def test_every_type_in_every_compression_that_holds_it(
    compression: Method, dtype: str, cfa: Cfa | None
) -> None:
    for planes in (1,) if cfa else (1, 3):
        frame = plain(dtype, cfa, planes)
        found = again(frame, compression)
        assert found.samples.dtype == frame.samples.dtype
        assert_same(found, frame)


def test_what_the_metadata_say_is_written_though_no_file_said_it() -> None:
    """A simulated frame has no EXIF that was kept, yet raw developers ask for its exposure."""
    told = Metadata("Lichtbild", "One", "6P", 200.0, 1 / 30, 1.85, 5.2, "2026:11:22 10:00:00")
    found = again(replace(rich(), metadata=told), "ljpeg").metadata
    assert (found.make, found.model, found.lens, found.taken_at) == ("Lichtbild", "One", "6P", told.taken_at)
    assert (found.iso, found.exposure_time_s) == (200.0, pytest.approx(1 / 30, rel=1e-9))
    assert (found.f_number, found.focal_length_mm) == pytest.approx((1.85, 5.2), rel=1e-9)


def test_a_white_given_as_a_chromaticity() -> None:
    frame = plain(cfa=Cfa.bayer("BGGR"))
    frame = replace(
        frame, colour=replace(frame.colour, as_shot_neutral=None, as_shot_white_xy=(0.3457, 0.3585))
    )
    assert_same(again(frame, "ljpeg"), frame)


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "frame.dng"
    write(plain(), path)
    assert read(path).extent == (530, 517)
    with pytest.raises(CannotWrite):
        write(plain(), tmp_path / "missing" / "frame.dng")
    assert [entry.name for entry in tmp_path.iterdir()] == ["frame.dng"]


@pytest.mark.parametrize(
    ("sentence", "frame", "compression"),
    [
        ("ljpeg holds uint8, uint16, not float32", plain("float32"), "ljpeg"),
        ("jxl holds uint8, uint16, float16, not uint32", plain("uint32"), "jxl"),
        ("deflate holds uint32, float16, float32, not uint16", plain("uint16"), "deflate"),
        ("jxl holds 1 or 3 planes, not 2", plain(planes=2), "jxl"),
        ("holds a whole frame", plain().crop(Window(0, 0, 5, 5)), "none"),
        ("names the filters", plain(cfa=Cfa(((0,),), ("ultraviolet",))), "none"),
        (
            "whole numbers from 0 to 65535",
            replace(plain(), levels=Levels(np.zeros((1, 1, 1)), np.ones(1), linearisation=np.array([0.5]))),
            "none",
        ),
    ],
)
def test_what_a_dng_cannot_hold_is_refused(sentence: str, frame: RawFrame, compression: Any) -> None:
    with pytest.raises(BadInput, match=sentence):
        write(frame, io.BytesIO(), compression=compression)


@pytest.mark.parametrize(
    ("white", "version", "code"), [((0.3127, 0.329), (1, 4, 0, 0), 21), ((0.3128, 0.3291), (1, 7, 1, 0), 255)]
)
def test_a_light_without_a_code_makes_a_newer_file(
    tmp_path: Path, white: tuple[float, float], version: tuple[int, ...], code: int
) -> None:
    """IlluminantData came with DNG 1.6; a reader of 1.4 does not know the light source code 255."""
    frame = plain(cfa=Cfa.bayer("RGGB"))
    calibration = replace(frame.colour.calibrations[0], white_xy=white)
    colour = replace(frame.colour, calibrations=(calibration,))
    write(replace(frame, colour=colour, profiles=()), tmp_path / "a.dng")
    with tifffile.TiffFile(tmp_path / "a.dng") as file:
        tags = file.pages.first.tags
        assert tuple(tags["DNGVersion"].value) == version
        assert tags["CalibrationIlluminant1"].value == code
        assert tuple(tags["DNGBackwardVersion"].value) == (1, 4, 0, 0)


def test_a_white_level_between_two_codes_is_a_whole_one_in_the_file(tmp_path: Path) -> None:
    """The standard knows no fractions: Adobe's SDK warns, and LibRaw takes the largest code instead."""
    frame = replace(
        plain(cfa=Cfa.bayer("RGGB")), levels=Levels(np.full((1, 1, 1), 64.25), np.array([3970.4]))
    )
    write(frame, tmp_path / "a.dng")
    with tifffile.TiffFile(tmp_path / "a.dng") as file:
        tag = file.pages.first.tags["WhiteLevel"]
        assert (tag.dtype, tag.value) == (tifffile.DATATYPE.LONG, 3970)
    with rawpy.imread(str(tmp_path / "a.dng")) as raw:
        assert raw.white_level == 3970
        assert raw.black_level_per_channel == [64] * 4
    assert read(tmp_path / "a.dng").levels.black == pytest.approx(64.25)


def test_what_is_not_compressed_has_no_byte_too_many(tmp_path: Path) -> None:
    """Tiles of 512 would fill up what lies beyond the border, of which ExifTool warns."""
    frame = plain(cfa=Cfa.bayer("RGGB"))
    write(frame, tmp_path / "a.dng", compression="none")
    with tifffile.TiffFile(tmp_path / "a.dng") as file:
        assert sum(file.pages.first.databytecounts) == frame.samples.nbytes
        np.testing.assert_array_equal(file.pages.first.asarray(), frame.samples[..., 0])

"""What a DNG says about its samples, found where it says it; and what it must not say."""

import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dng_files import (
    ASCII,
    BYTE,
    COLOUR,
    DOUBLE,
    FLOAT,
    LONG,
    RATIONAL,
    SHORT,
    SRATIONAL,
    UNDEFINED,
    Builder,
    Ifd,
    build,
    linear,
    mosaic,
    packed,
    placed,
)
from lichtbild.core.errors import BadFile
from lichtbild.core.window import Window
from lichtbild.image.metadata import Orientation
from lichtbild.image.opcode import TrimBounds
from lichtbild.image.profile import BlackRender
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.dng.colour import WHITES
from lichtbild.io.dng.container import held
from lichtbild.io.dng.read import is_dng, read, read_source
from lichtbild.io.dng.tags import Tag

ZEROS = bytes(6 * 8 * 2)
EYE = [(int(i % 4 == 0), 1) for i in range(9)]


def frame_of(ifd: Ifd, **how: Any) -> RawFrame:
    return read_source(held(build(ifd, [ZEROS * 3], **how)))


def bayer(**more: tuple[int, Any]) -> RawFrame:
    return frame_of(mosaic(6, 8, **more))


def refused(sentence: str, **more: tuple[int, Any]) -> None:
    with pytest.raises(BadFile, match=sentence) as caught:
        bayer(**more)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("pattern", [(0, 1, 1, 2), (2, 1, 1, 0), (1, 0, 2, 1), (1, 2, 0, 1)])
def test_bayer_of_every_phase(pattern: tuple[int, ...]) -> None:
    found = frame_of(mosaic(6, 8, pattern=pattern)).cfa
    assert found is not None
    assert found.is_bayer
    assert tuple(plane for row in found.pattern for plane in row) == pattern


def test_quad_bayer_and_six_by_six_patterns() -> None:
    quad = [0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 2, 2, 1, 1, 2, 2]
    found = frame_of(mosaic(6, 8, pattern=quad)).cfa
    assert found is not None
    assert found.is_quad_bayer
    found = frame_of(mosaic(6, 8, pattern=[0, 1, 2] * 12)).cfa
    assert found is not None
    assert found.extent == (6, 6)


def test_the_planes_of_a_mosaic_have_the_order_of_its_plane_colours() -> None:
    matrix = (SRATIONAL, [(1, 1)] * 12)
    neutral = (RATIONAL, [(1, 1)] * 4)
    found = frame_of(
        mosaic(
            6,
            8,
            pattern=[5, 3, 4, 1],
            CFAPlaneColor=(BYTE, [1, 3, 4, 5]),
            ColorMatrix1=matrix,
            AsShotNeutral=neutral,
        )
    )
    assert found.cfa is not None
    assert found.cfa.colours == ("green", "cyan", "magenta", "yellow")
    assert found.cfa.pattern == ((3, 1), (2, 0))
    assert found.colour.calibrations[0].colour_matrix.shape == (4, 3)


def test_monochrome_has_no_colour() -> None:
    found = frame_of(linear(6, 8, 1))
    assert found.cfa is None
    assert found.colour.calibrations == ()
    assert found.samples.shape == (6, 8, 1)


def test_levels() -> None:
    found = bayer(
        BlackLevelRepeatDim=(SHORT, [2, 2]),
        BlackLevel=(RATIONAL, [(256, 1), (513, 2), (257, 1), (0, 0)]),
        BlackLevelDeltaH=(SRATIONAL, [(k, 4) for k in range(-4, 4)]),
        BlackLevelDeltaV=(SRATIONAL, [(k, 8) for k in range(6)]),
        WhiteLevel=(LONG, [16383]),
        LinearizationTable=(SHORT, [0, 5, 900]),
    ).levels
    np.testing.assert_array_equal(found.black[:, :, 0], [[256, 256.5], [257, 0]])
    np.testing.assert_array_equal(found.black_per_column, np.arange(-4, 4) / 4)
    np.testing.assert_array_equal(found.black_per_row, np.arange(6) / 8)
    np.testing.assert_array_equal(found.white, [16383])
    np.testing.assert_array_equal(found.linearisation, [0, 5, 900])


@pytest.mark.parametrize(
    ("bits", "kind", "white"), [(16, 1, 65535), (12, 1, 4095), (16, 3, 1.0), (32, 3, 1.0)]
)
def test_white_without_a_tag(bits: int, kind: int, white: float) -> None:
    found = read_source(
        held(build(linear(6, 8, 3, bits, SampleFormat=(SHORT, [kind] * 3)), [bytes(6 * 8 * 12)]))
    )
    np.testing.assert_array_equal(found.levels.white, [white] * 3)
    np.testing.assert_array_equal(found.levels.black, np.zeros((1, 1, 3)))


def test_white_of_each_plane_and_one_for_all() -> None:
    one = frame_of(linear(6, 8, WhiteLevel=(LONG, [9]))).levels.white
    three = frame_of(linear(6, 8, WhiteLevel=(LONG, [9, 8, 7]))).levels.white
    assert (one.tolist(), three.tolist()) == ([9, 9, 9], [9, 8, 7])


def test_areas_crop_and_scale() -> None:
    found = bayer(
        ActiveArea=(LONG, [1, 2, 6, 8]),
        MaskedAreas=(LONG, [0, 0, 6, 2, 0, 2, 1, 8]),
        DefaultCropOrigin=(RATIONAL, [(1, 2), (1, 1)]),
        DefaultCropSize=(RATIONAL, [(5, 1), (7, 2)]),
        DefaultScale=(RATIONAL, [(2, 1), (1, 1)]),
    )
    assert found.active_area == Window(1, 2, 6, 8)
    assert found.masked_areas == (Window(0, 0, 6, 2), Window(0, 2, 1, 8))
    assert found.default_crop == (1.0, 0.5, 3.5, 5.0)
    assert found.default_scale == (1.0, 2.0)


def test_the_crop_is_the_active_area_and_may_be_narrowed_by_the_user() -> None:
    assert bayer(ActiveArea=(LONG, [1, 2, 6, 8])).default_crop == (0, 0, 5, 6)
    users = (RATIONAL, [(1, 4), (0, 1), (3, 4), (1, 2)])
    assert bayer(DefaultUserCrop=users).default_crop == (1.5, 0, 3, 4)


def test_a_crop_over_the_border_is_moved_in() -> None:
    found = bayer(DefaultCropOrigin=(LONG, [3, 0]), DefaultCropSize=(LONG, [6, 6]))
    assert found.default_crop == (0, 2, 6, 6)


@pytest.mark.parametrize("value", range(1, 9))
def test_orientation(value: int) -> None:
    assert bayer(Orientation=(SHORT, [value])).metadata.orientation == Orientation(value)


def test_three_calibrations_with_all_their_matrices() -> None:
    more: dict[str, tuple[int, Any]] = {
        "CalibrationIlluminant2": (SHORT, [17]),
        "CalibrationIlluminant3": (SHORT, [255]),
        "IlluminantData3": (UNDEFINED, struct.pack("<H4I", 0, 30, 100, 33, 100)),
        "ForwardMatrix2": (SRATIONAL, [(k, 9) for k in range(9)]),
        "ReductionMatrix3": (SRATIONAL, [(k, 7) for k in range(9)]),
        "CameraCalibration1": (SRATIONAL, [(2 * a, b) for a, b in EYE]),
        "AnalogBalance": (RATIONAL, [(3, 2), (1, 1), (2, 1)]),
        "ColorMatrix2": (SRATIONAL, EYE),
        "ColorMatrix3": (SRATIONAL, EYE),
    }
    first, second, third = bayer(**more).colour.calibrations
    assert [c.white_xy for c in (first, second, third)] == [(0.3127, 0.329), (0.44758, 0.40745), (0.3, 0.33)]
    assert first.camera_calibration is not None
    np.testing.assert_array_equal(first.camera_calibration, 2 * np.eye(3))
    np.testing.assert_array_equal(second.forward_matrix, np.arange(9).reshape(3, 3) / 9)
    np.testing.assert_array_equal(third.reduction_matrix, np.arange(9).reshape(3, 3) / 7)
    assert bayer(**more).colour.analog_balance == (1.5, 1.0, 2.0)
    signed = bayer(**more, CameraCalibrationSignature=(ASCII, "someone"))
    assert signed.colour.calibrations[0].camera_calibration is None
    both = bayer(
        **more, CameraCalibrationSignature=(ASCII, "someone"), ProfileCalibrationSignature=(ASCII, "someone")
    )
    assert both.colour.calibrations[0].camera_calibration is not None


def test_a_second_matrix_without_a_known_light_is_left_out() -> None:
    found = bayer(ColorMatrix2=(SRATIONAL, EYE), CalibrationIlluminant2=(SHORT, [0])).colour
    assert len(found.calibrations) == 1


@pytest.mark.parametrize("name", ["D65", "A", "FL2"])
def test_an_illuminant_given_as_a_spectrum(name: str) -> None:
    colour = pytest.importorskip("colour")
    spectrum = colour.SDS_ILLUMINANTS[name].copy().align(colour.SpectralShape(380, 780, 5))
    powers = b"".join(struct.pack("<2I", round(1000 * float(value)), 1000) for value in spectrum.values)
    data = struct.pack("<HI4I", 1, len(spectrum.values), 380, 1, 5, 1) + powers
    found = bayer(CalibrationIlluminant1=(SHORT, [255]), IlluminantData1=(UNDEFINED, data)).colour
    wanted = colour.CCS_ILLUMINANTS["CIE 1931 2 Degree Standard Observer"][name]
    # The closed form of the observer is good to 0.002 for smooth lights and 0.005 for lamps with lines.
    np.testing.assert_allclose(found.calibrations[0].white_xy, wanted, atol=0.005 if name == "FL2" else 0.002)


def test_the_illuminants_of_every_code_are_those_of_the_cie() -> None:
    colour = pytest.importorskip("colour")
    tables = colour.CCS_ILLUMINANTS["CIE 1931 2 Degree Standard Observer"]
    names = {17: "A", 18: "B", 19: "C", 20: "D55", 21: "D65", 22: "D75", 23: "D50", 12: "FL1", 14: "FL9",
             13: "FL8", 2: "FL2", 15: "FL3", 16: "FL4"}  # fmt: skip
    for code, name in names.items():
        np.testing.assert_allclose(WHITES[code], tables[name], atol=3e-4)


def test_white_balance_as_shot() -> None:
    neutral = bayer(AsShotNeutral=(RATIONAL, [(1, 1), (4, 1), (2, 1)])).colour
    assert neutral.as_shot_neutral == (0.25, 1.0, 0.5)
    ifd = mosaic(6, 8, AsShotWhiteXY=(RATIONAL, [(1, 4), (3, 8)]))
    del ifd[Tag.AsShotNeutral]
    assert frame_of(ifd).colour.as_shot_white_xy == (0.25, 0.375)


def test_noise_of_one_plane_serves_all() -> None:
    one = bayer(NoiseProfile=(DOUBLE, [1e-4, 2e-7])).noise
    assert one is not None
    assert (one.scale, one.offset) == ((1e-4,) * 3, (2e-7,) * 3)
    three = bayer(NoiseProfile=(DOUBLE, [1, 2, 3, 4, 5, 6])).noise
    assert three is not None
    assert (three.scale, three.offset) == ((1, 3, 5), (2, 4, 6))


def test_noise_that_cannot_be_is_left_out_and_said() -> None:
    found = bayer(NoiseProfile=(DOUBLE, [-1.0, 0.0]))
    assert found.noise is None
    assert "NoiseProfile" in found.notes[0]


def test_tables_that_are_not_applied_are_said() -> None:
    assert "RGBTables" in bayer(RGBTables=(UNDEFINED, bytes(16))).notes[0]
    assert bayer().notes == ()


def test_opcodes_keep_their_lists() -> None:
    trim = struct.pack(">IIIII4i", 1, 6, 0x01030000, 0, 16, 0, 0, 6, 8)
    found = bayer(OpcodeList1=(UNDEFINED, trim), OpcodeList3=(UNDEFINED, trim)).opcodes
    assert found.on_codes == found.on_colour == (TrimBounds(Window(0, 0, 6, 8)),)
    assert found.on_linear == ()


HUE_SAT = {
    Tag.ProfileHueSatMapDims: (LONG, [2, 3, 1]),
    Tag.ProfileHueSatMapData1: (FLOAT, [float(k) for k in range(18)]),
    Tag.ProfileHueSatMapEncoding: (LONG, [1]),
    Tag.ProfileName: (ASCII, "Second"),
    Tag.BaselineExposureOffset: (SRATIONAL, [(-1, 2)]),
    Tag.DefaultBlackRender: (LONG, [1]),
    Tag.ProfileDynamicRange: (UNDEFINED, struct.pack(">HHf", 1, 1, 4.0)),
    Tag.ColorMatrix1: (SRATIONAL, [(2 * a, b) for a, b in EYE]),
    Tag.CalibrationIlluminant1: (SHORT, [17]),
}


def with_extra_profile(**more: tuple[int, Any]) -> RawFrame:
    """A little-endian file in which a big-endian profile is embedded."""
    builder = Builder()
    inner = Builder(">")
    place = inner.directory(HUE_SAT)
    inner.data[:8] = b"MMCR" + struct.pack(">I", place)
    at = builder.add(bytes(inner.data))
    ifd = placed(builder, mosaic(6, 8, ProfileName=(ASCII, "First"), **more), [ZEROS])
    data = builder.finished(builder.directory({**ifd, Tag.ExtraCameraProfiles: (LONG, [at])}))
    return read_source(held(data))


def test_embedded_profiles_come_after_the_files_own() -> None:
    found = with_extra_profile()
    first, second = found.profiles
    assert (first.name, second.name) == ("First", "Second")
    assert first.hue_sat_maps == ()
    assert second.hue_sat_maps[0].srgb_encoded
    assert second.hue_sat_maps[0].table.shape == (1, 2, 3, 3)
    np.testing.assert_array_equal(second.hue_sat_maps[0].table.ravel(), np.arange(18))
    assert second.baseline_exposure_offset == -0.5
    assert second.black_render is BlackRender.NONE
    assert second.high_dynamic_range
    assert second.calibrations[0].white_xy == (0.44758, 0.40745)
    np.testing.assert_array_equal(found.colour.calibrations[0].colour_matrix, np.eye(3))


def test_the_profile_as_shot_is_the_default_and_brings_its_matrices() -> None:
    found = with_extra_profile(AsShotProfileName=(ASCII, "Second"))
    assert [profile.name for profile in found.profiles] == ["Second", "First"]
    np.testing.assert_array_equal(found.colour.calibrations[0].colour_matrix, 2 * np.eye(3))


def test_tables_and_curve_of_a_profile() -> None:
    found = bayer(
        ProfileLookTableDims=(LONG, [1, 2, 3]),
        ProfileLookTableData=(FLOAT, [float(k) for k in range(18)]),
        ProfileToneCurve=(FLOAT, [0.0, 0.0, 0.5, 0.75, 1.0, 1.0]),
    ).profiles[0]
    assert found.look_table is not None
    assert found.look_table.table.shape == (3, 1, 2, 3)
    assert not found.look_table.srgb_encoded
    np.testing.assert_array_equal(found.tone_curve, [[0, 0], [0.5, 0.75], [1, 1]])


def test_one_hue_map_serves_both_calibrations() -> None:
    found = bayer(
        ColorMatrix2=(SRATIONAL, EYE),
        CalibrationIlluminant2=(SHORT, [17]),
        ProfileHueSatMapDims=(LONG, [1, 2, 1]),
        ProfileHueSatMapData1=(FLOAT, [1.0] * 6),
    )
    assert len(found.profiles[0].hue_sat_maps) == len(found.colour.calibrations) == 2


def gain_map(kind: int, order: str = "<") -> bytes:
    head = struct.pack(order + "2I4dI5f", 2, 1, 0.5, 0.25, 0.125, 0.75, 3, 0.5, 0.25, 0.125, 0.0, 0.125)
    head += struct.pack(order + "I3f", kind, 2.0, 1.0, 3.0)
    values = [np.uint8([0, 51, 102, 153, 204, 255]), np.uint16([0, 13107, 26214, 39321, 52428, 65535])]
    floats = np.array([1, 1.4, 1.8, 2.2, 2.6, 3])
    chosen = values[kind] if kind < 2 else floats.astype(("f2", "f4")[kind - 2])
    return head + chosen.astype(chosen.dtype.newbyteorder(order)).tobytes()


OF_TYPE_9 = gain_map(3)[:64] + struct.pack("<I", 9) + gain_map(3)[68:]


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("kind", range(4))
def test_gain_table_map_of_every_type(kind: int, order: str) -> None:
    ifd = mosaic(6, 8, ProfileGainTableMap2=(UNDEFINED, gain_map(kind, order)))
    found = frame_of(ifd, order=order).profiles[0].gain_table_map
    assert found is not None
    # Half floats near 3 have steps of 2^-9.
    np.testing.assert_allclose(
        found.gains.ravel(), [1, 1.4, 1.8, 2.2, 2.6, 3], atol=2**-10 if kind == 2 else 1e-6
    )
    assert found.gains.shape == (2, 1, 3)
    assert (found.spacing, found.origin) == ((0.5, 1.0), (0.125, 0.0))
    assert (found.weights, found.gamma) == ((0.5, 0.25, 0.125, 0.0, 0.125), 2.0)


def test_the_second_gain_table_map_wins_and_the_first_is_found_beside_the_raw_image() -> None:
    old = gain_map(3)[:64] + np.full(6, 7, "<f4").tobytes()
    both = bayer(ProfileGainTableMap=(UNDEFINED, old), ProfileGainTableMap2=(UNDEFINED, gain_map(3)))
    assert both.profiles[0].gain_table_map is not None
    assert both.profiles[0].gain_table_map.gains.max() == 3
    preview = {**COLOUR, Tag.NewSubFileType: (LONG, [1])}
    raw = {tag: value for tag, value in mosaic(6, 8).items() if tag not in COLOUR}
    raw[Tag.ProfileGainTableMap] = (UNDEFINED, old)
    found = read_source(held(build(preview, [], below={Tag.SubIFDs: [(raw, [ZEROS])]})))
    assert found.profiles[0].gain_table_map is not None
    assert found.profiles[0].gain_table_map.gains.min() == 7
    assert found.profiles[0].gain_table_map.gamma == 1.0


def test_the_raw_image_is_told_from_previews_masks_and_smaller_ones() -> None:
    truth = np.arange(48, dtype=np.uint16).reshape(6, 8, 1)
    raw = {tag: value for tag, value in mosaic(6, 8).items() if tag not in COLOUR}
    small = {**{tag: value for tag, value in mosaic(2, 2).items() if tag not in COLOUR}}
    others = [
        ({**raw, Tag.NewSubFileType: (LONG, [kind])}, [ZEROS]) for kind in (1, 4, 8, 16, 0x10001, 0x10004)
    ]
    rgb = ({**raw, Tag.PhotometricInterpretation: (SHORT, [2])}, [ZEROS])
    children = [*others, rgb, (small, [ZEROS]), (raw, [packed(truth, 16)]), (small, [ZEROS])]
    preview = {**linear(6, 8), Tag.NewSubFileType: (LONG, [1])}
    found = read_source(held(build(preview, [ZEROS * 3], below={Tag.SubIFDs: children})))
    np.testing.assert_array_equal(found.samples, truth)


def test_metadata_of_the_three_directories() -> None:
    exif = {
        Tag.ExposureTime: (RATIONAL, [(1, 50)]),
        Tag.FNumber: (RATIONAL, [(14, 5)]),
        Tag.ISOSpeedRatings: (SHORT, [400]),
        Tag.FocalLength: (RATIONAL, [(0, 0)]),
        Tag.LensModel: (ASCII, "A lens"),
        Tag.DateTimeOriginal: (ASCII, "2026:01:02 03:04:05"),
        Tag.MakerNote: (UNDEFINED, b"secret"),
    }
    gps = {1: (ASCII, "N"), 2: (RATIONAL, [(52, 1), (31, 1), (0, 1)])}
    ifd = mosaic(6, 8, Make=(ASCII, "Maker"), Model=(ASCII, "Model"), Artist=(ASCII, "Ärtist"))
    data = build(ifd, [ZEROS], below={Tag.ExifIFD: [(exif, [])], Tag.GPSIFD: [(gps, [])]})
    found = read_source(held(data)).metadata
    assert (found.make, found.model, found.lens) == ("Maker", "Model", "A lens")
    assert (found.iso, found.exposure_time_s, found.f_number) == (400, 0.02, 2.8)
    assert found.focal_length_mm is None
    assert found.taken_at == "2026:01:02 03:04:05"
    assert found.exif["gps", 2] == (52, 31, 0)
    assert found.exif["main", Tag.Artist] == "Ärtist"
    assert ("exif", Tag.MakerNote) not in found.exif


def test_exif_tags_may_lie_in_the_main_directory() -> None:
    assert bayer(ExposureTime=(RATIONAL, [(1, 8)])).metadata.exposure_time_s == 0.125


def test_exposure_and_shadow_scale() -> None:
    found = bayer(BaselineExposure=(SRATIONAL, [(-7, 4)]), ShadowScale=(RATIONAL, [(1, 10)]))
    assert (found.baseline_exposure_ev, found.shadow_scale) == (-1.75, 0.1)
    assert bayer(BaselineExposure=(SRATIONAL, [(0, 0)])).baseline_exposure_ev == 0


def test_versions() -> None:
    assert bayer(DNGVersion=(BYTE, [1, 9, 0, 0]), DNGBackwardVersion=(BYTE, [1, 7, 1, 0])).extent == (6, 8)
    refused(
        "needs a reader of DNG 1.8.0.0",
        DNGVersion=(BYTE, [1, 8, 0, 0]),
        DNGBackwardVersion=(BYTE, [1, 8, 0, 0]),
    )


def hue_sat(hues: int) -> dict[str, tuple[int, Any]]:
    """A table of one number that should have more."""
    return {"ProfileHueSatMapDims": (LONG, [hues, 2, 1]), "ProfileHueSatMapData1": (FLOAT, [1.0])}


@pytest.mark.parametrize(
    ("sentence", "more"),
    [
        ("staggered pixels .CFALayout 3", {"CFALayout": (SHORT, [3])}),
        ("CFAPattern .* does not fit", {"CFAPattern": (BYTE, [0, 1, 1])}),
        ("CFAPattern .* does not fit", {"CFAPattern": (BYTE, [0, 1, 1, 6])}),
        ("CFARepeatPatternDim", {"CFARepeatPatternDim": (SHORT, [200, 200])}),
        ("white must be above black", {"WhiteLevel": (LONG, [0])}),
        ("white must be above black", {"BlackLevel": (LONG, [70000])}),
        ("BlackLevel holds 3 numbers", {"BlackLevel": (LONG, [1, 2, 3])}),
        ("BlackLevelDeltaH holds 3 numbers, but 8", {"BlackLevelDeltaH": (SRATIONAL, [(1, 1)] * 3)}),
        ("ActiveArea", {"ActiveArea": (LONG, [0, 0, 7, 8])}),
        ("MaskedAreas", {"MaskedAreas": (LONG, [0, 0, 7, 8])}),
        ("default crop", {"DefaultCropSize": (LONG, [9, 6])}),
        ("default crop", {"DefaultCropOrigin": (LONG, [8, 0])}),
        ("DefaultUserCrop", {"DefaultUserCrop": (RATIONAL, [(1, 2), (0, 1), (1, 4), (1, 1)])}),
        ("DefaultScale", {"DefaultScale": (RATIONAL, [(100, 1), (1, 1)])}),
        ("ColorMatrix1 holds 8 numbers", {"ColorMatrix1": (SRATIONAL, EYE[:8])}),
        ("ColorMatrix1 is all zero", {"ColorMatrix1": (SRATIONAL, [(0, 1)] * 9)}),
        ("AsShotNeutral", {"AsShotNeutral": (RATIONAL, [(0, 1), (1, 1), (1, 1)])}),
        ("AsShotWhiteXY", {"AsShotWhiteXY": (RATIONAL, [(9, 1), (1, 1)])}),
        ("AnalogBalance", {"AnalogBalance": (RATIONAL, [(0, 1), (1, 1), (1, 1)])}),
        ("BaselineExposure .* not finite", {"BaselineExposure": (SRATIONAL, [(1, 0)])}),
        ("BaselineExposure is 100 EV", {"BaselineExposure": (SRATIONAL, [(100, 1)])}),
        ("IlluminantData1", {"CalibrationIlluminant1": (SHORT, [255])}),
        ("ProfileHueSatMapDims", hue_sat(0)),
        ("ProfileHueSatMapData1 holds", hue_sat(9)),
        ("ProfileToneCurve", {"ProfileToneCurve": (FLOAT, [0.0, 0.0, 0.0, 1.0])}),
        ("ProfileToneCurve", {"ProfileToneCurve": (FLOAT, [0.0, 0.0, 1.0])}),
        ("ProfileGainTableMap2 claims", {"ProfileGainTableMap2": (UNDEFINED, b"\xff" * 8 + gain_map(3)[8:])}),
        ("ProfileGainTableMap2 claims", {"ProfileGainTableMap2": (UNDEFINED, gain_map(3)[:-4])}),
        ("ProfileGainTableMap2", {"ProfileGainTableMap2": (UNDEFINED, b"short")}),
        ("values of type 9", {"ProfileGainTableMap2": (UNDEFINED, OF_TYPE_9)}),
        ("BitsPerSample|planes have different types", {"BitsPerSample": (SHORT, [8, 16])}),
        ("samples of 7 bits", {"BitsPerSample": (SHORT, [7])}),
        ("samples of format 2", {"SampleFormat": (SHORT, [2])}),
        ("compressed with method 5", {"Compression": (SHORT, [5])}),
        ("whole numbers were expected", {"ImageWidth": (FLOAT, [8.0])}),
    ],
)  # fmt: skip
def test_a_contradiction_is_refused_in_one_sentence(sentence: str, more: dict[str, Any]) -> None:
    refused(sentence, **more)


def test_a_file_without_a_raw_image(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="holds no raw image"):
        bayer(PhotometricInterpretation=(SHORT, [2]))
    ifd = mosaic(6, 8)
    del ifd[Tag.DNGVersion]
    path = tmp_path / "a.dng"
    path.write_bytes(build(ifd, [ZEROS]))
    assert not is_dng(path)
    with pytest.raises(BadFile, match="is not a DNG"):
        read(path)
    path.write_bytes(build(mosaic(6, 8), [ZEROS]))
    assert is_dng(path)
    assert read(path).samples.shape == (6, 8, 1)


@pytest.mark.parametrize("number", range(1, 15))
def test_adobes_samples_open(adobe_samples: Path, number: int) -> None:
    (path,) = adobe_samples.glob(f"{number:02}_*.dng")
    found = read(path)
    assert found.samples.dtype.name == {2: "float16", 12: "uint8", 13: "uint8", 14: "float32"}.get(
        number, "uint16"
    )
    assert found.colour.calibrations
    assert replace(found).profiles[0].name

"""EXIF against Pillow's reader and writer, which know the standard by themselves."""

import io
import struct
from dataclasses import replace
from fractions import Fraction

import PIL.Image
import pytest
from PIL.ExifTags import GPS, IFD, Base

import lichtbild
from lichtbild.core.window import Extent
from lichtbild.image.metadata import Metadata, Orientation
from lichtbild.image.picture import ColourSpace
from lichtbild.io import exif
from lichtbild.io.dng.container import held, readable_directories

FULL = Metadata(
    make="Maker",
    model="Model 7",
    lens="24 mm f/1.8",
    iso=3200.0,
    exposure_time_s=1 / 60,
    f_number=1.78,
    focal_length_mm=6.86,
    taken_at="2026:11:21 04:02:42",
    orientation=Orientation.QUARTER_TURN,
    exif={
        ("main", 315): "Photographer Ünï",
        ("main", 274): 6,
        ("main", 513): 4242,
        ("exif", 37500): b"maker note",
        ("exif", 37380): Fraction(-1, 3),
        ("exif", 41486): Fraction(2817),
        ("exif", 41488): 3,
        ("exif", 42034): (Fraction(24), Fraction(24), Fraction(9, 5), Fraction(9, 5)),
        ("gps", 1): "N",
        ("gps", 2): (Fraction(52), Fraction(31), Fraction(1234, 100)),
        ("gps", 5): b"\0",
        ("gps", 6): (35, 1),
    },
)


def by_pillow(data: bytes) -> PIL.Image.Exif:
    found = PIL.Image.Exif()
    found.load(b"Exif\0\0" + data)
    return found


def test_a_merged_burst_says_of_how_many_frames() -> None:
    """Tags of EXIF 2.32 that any reader knows: 3 is a composite of images of one shot."""
    told = Metadata().merged(8, 7)
    block = exif.encode(told, Extent(4, 6), ColourSpace.SRGB)
    assert exif.decode(block).frames == 7
    seen = by_pillow(block).get_ifd(34665)
    assert (seen[42080], seen[42081]) == (3, (8, 7))
    for other in (Metadata(), Metadata(exif={("exif", 42080): 1, ("exif", 42081): (8, 7)})):
        assert other.frames == 1


@pytest.mark.parametrize("share", [1 / 64, 0.1230, 1 / 65000])
def test_a_bracket_says_where_its_reference_is_full(share: float) -> None:
    """By the exposure index, which survives rounding of the ISO; alone it makes no bracket."""
    told = Metadata(iso=99.7).merged(3, 3).with_reference_white(share)
    again = exif.decode(exif.encode(told, Extent(4, 6), ColourSpace.SRGB))
    assert again.reference_white == told.reference_white == pytest.approx(share, rel=1e-4)
    alone = replace(told, exif={place: value for place, value in told.exif.items() if place[1] == 41493})
    burst = Metadata(iso=100.0, exif=alone.exif).merged(8, 8)
    for other in (alone, burst, told.with_reference_white(1.0), replace(told, iso=None)):
        assert other.reference_white is None


def test_pillow_reads_what_we_write() -> None:
    found = by_pillow(exif.encode(FULL, Extent(30, 40), ColourSpace.SRGB))
    below, gps = found.get_ifd(IFD.Exif), found.get_ifd(IFD.GPSInfo)
    assert found[Base.Make] == "Maker" and found[Base.Model] == "Model 7"
    assert found[Base.Orientation] == 1
    assert found[Base.Software] == f"Lichtbild {lichtbild.__version__}"
    assert found[Base.DateTime] == FULL.taken_at == below[Base.DateTimeOriginal]
    assert below[Base.ISOSpeedRatings] == 3200
    assert below[Base.ExposureTime] == Fraction(1, 60)
    assert below[Base.FNumber] == Fraction(178, 100)
    assert below[Base.FocalLength] == Fraction(686, 100)
    assert below[Base.ExposureBiasValue] == Fraction(-1, 3)
    assert below[Base.LensModel] == "24 mm f/1.8"
    assert tuple(below[Base.LensSpecification]) == (24, 24, 1.8, 1.8)
    assert (below[Base.ExifImageWidth], below[Base.ExifImageHeight]) == (40, 30)
    assert below[Base.ColorSpace] == 1
    assert tuple(gps[GPS.GPSLatitude]) == (52, 31, 12.34)
    assert gps[GPS.GPSAltitude] == 35


def test_what_no_longer_holds_is_dropped() -> None:
    found = by_pillow(exif.encode(FULL, Extent(30, 40), ColourSpace.SRGB))
    assert 513 not in found
    assert not {37500, Base.FocalPlaneXResolution, Base.FocalPlaneResolutionUnit} & set(
        found.get_ifd(IFD.Exif)
    )


@pytest.mark.parametrize("space", list(ColourSpace))
def test_only_srgb_says_so(space: ColourSpace) -> None:
    found = by_pillow(exif.encode(Metadata(), Extent(1, 1), space))
    assert found.get_ifd(IFD.Exif)[Base.ColorSpace] == (1 if space is ColourSpace.SRGB else 65535)


def test_what_we_write_we_read() -> None:
    again = exif.decode(exif.encode(FULL, Extent(30, 40), ColourSpace.SRGB))
    assert (again.make, again.model, again.lens, again.taken_at) == (
        FULL.make,
        FULL.model,
        FULL.lens,
        FULL.taken_at,
    )
    assert again.iso == FULL.iso and again.f_number == FULL.f_number
    assert again.exposure_time_s == pytest.approx(FULL.exposure_time_s, rel=1e-12)
    assert again.orientation is Orientation.NORMAL
    assert again.exif["gps", 2] == FULL.exif["gps", 2]
    assert again.exif["main", 315] == "Photographer Ünï"
    assert exif.encode(again, Extent(30, 40), ColourSpace.SRGB) == exif.encode(
        FULL, Extent(30, 40), ColourSpace.SRGB
    )


@pytest.mark.parametrize("endian", ["<", ">"])
def test_we_read_what_pillow_writes(endian: str) -> None:
    written = PIL.Image.Exif()
    written.endian = endian
    written[Base.Make] = "Other"
    written[Base.Orientation] = 8
    written.get_ifd(IFD.Exif)[Base.ExposureTime] = 0.004
    written.get_ifd(IFD.Exif)[Base.ISOSpeedRatings] = 50
    found = exif.decode(written.tobytes())
    assert found.make == "Other" and found.orientation is Orientation.THREE_QUARTER_TURN
    assert found.exposure_time_s == pytest.approx(0.004) and found.iso == 50


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "text", None, (1, 0), -1.0, 10**12, object()])
def test_a_value_that_does_not_fit_is_left_out(value: object) -> None:
    data = exif.encode(Metadata(exif={("exif", 37386): value}), Extent(1, 1), ColourSpace.SRGB)
    assert Base.FocalLength not in by_pillow(data).get_ifd(IFD.Exif)


def test_a_very_high_iso_is_the_most_that_the_tag_holds() -> None:
    data = exif.encode(Metadata(iso=409600.0), Extent(1, 1), ColourSpace.SRGB)
    assert by_pillow(data).get_ifd(IFD.Exif)[Base.ISOSpeedRatings] == 65535


@pytest.mark.slow
def test_no_damage_makes_the_reader_fail() -> None:
    whole = exif.encode(FULL, Extent(30, 40), ColourSpace.SRGB)
    for length in range(len(whole)):
        assert isinstance(exif.decode(whole[:length]), Metadata)
    for bit in range(8 * len(whole)):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        assert isinstance(exif.decode(bytes(flipped)), Metadata)


def test_a_directory_that_points_to_itself_is_read_once() -> None:
    loop = b"II*\0" + struct.pack("<IHHHII", 8, 1, 330, 4, 1, 8) + struct.pack("<I", 8)
    assert len(list(readable_directories(held(loop)))) == 1


def test_pictures_without_exif_have_empty_metadata() -> None:
    assert exif.decode(b"") == Metadata() == exif.decode(io.BytesIO(b"nothing here").read())

"""A raw frame as a DNG: one directory with the raw image, and its Exif, GPS and profile directories.

Source: DNG 1.7.1.
"""

import struct
from io import SEEK_END, BufferedIOBase
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np

import lichtbild
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Window
from lichtbild.image.calibration import CameraColour
from lichtbild.image.levels import Levels
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.atomic import replacing
from lichtbild.io.dng import opcodes, structure
from lichtbild.io.dng.cfa import COLOURS
from lichtbild.io.dng.encode import coded_tiles
from lichtbild.io.dng.profile_fields import calibration_fields, has_no_code, profile_fields
from lichtbild.io.dng.structure import (
    DOUBLE,
    LONG,
    RATIONAL,
    SHORT,
    SRATIONAL,
    Field,
    numbers,
    raw,
    text,
)
from lichtbild.io.dng.tags import Photometric, Tag
from lichtbild.io.exif import OF_RAW, stated

Method = Literal["ljpeg", "none", "jxl", "deflate"]
"""How the samples may be compressed; every one keeps them exactly."""

_MOST_BYTES: Final = (1 << 31) - 1


def write(frame: RawFrame, target: Path | str | BufferedIOBase, *, compression: Method = "ljpeg") -> None:
    """Write a raw frame as a DNG; reading it gives the same frame, but for a white level between two codes.

    Args:
        frame: the whole of what a sensor stored.
        target: where to write; a file on disk appears whole or not at all; a stream must be able to seek.
        compression: "ljpeg" (8- and 16-bit codes), "jxl" (these and 16-bit floating-point numbers, for
            readers of DNG 1.7.1), "deflate" (floating-point numbers and 32-bit codes) and "none" (all types).

    Raises:
        BadInput: the frame is a part of an image, or holds what a DNG or this compression cannot.
        CannotWrite: the folder is missing or closed, or the disk is full.
    """
    if compression not in get_args(Method):
        raise BadInput(f"a DNG is compressed with {', '.join(get_args(Method))}, not '{compression}'")
    if frame.window != Window.whole(frame.extent):
        raise BadInput(f"a DNG holds a whole frame, not the part {frame.window} of {frame.extent}")
    if isinstance(target, str | Path):
        with replacing(target) as draft, draft.open("wb") as file:
            _put(frame, compression, file)
    else:
        _put(frame, compression, target)


def _put(frame: RawFrame, compression: Method, file: BufferedIOBase) -> None:
    """Write header, parts one by one, the directories below, and the main one, to which the header points."""
    begin = file.tell()
    file.write(b"II*\0" + bytes(4))
    place, offsets, sizes = 8, [], []
    tiles, coding = coded_tiles(frame.samples, frame.cfa, compression)
    for tile in tiles:
        offsets.append(place)
        sizes.append(len(tile))
        place += file.write(tile + b"\0" * (len(tile) % 2))
        if place > _MOST_BYTES:
            raise BadInput(f"the file would have more than {_MOST_BYTES} bytes; write it with compression")
    fields = (
        _image(frame)
        | coding
        | _metadata(frame, "main")
        | _colour(frame.colour)
        | _version(frame, compression)
    )
    striped = Tag.RowsPerStrip in fields
    fields[Tag.StripOffsets if striped else Tag.TileOffsets] = numbers(LONG, offsets)
    fields[Tag.StripByteCounts if striped else Tag.TileByteCounts] = numbers(LONG, sizes)
    below, more = _directories_below(frame, place)
    place += sum(map(file.write, below))
    file.write(structure.directory(fields | more, place))
    file.seek(begin + 4)
    file.write(struct.pack("<I", place))
    file.seek(0, SEEK_END)


def _directories_below(frame: RawFrame, place: int) -> tuple[list[bytes], dict[int, Field]]:
    """The Exif, GPS and profile directories that lie from ``place`` on, and the fields that say so."""
    parts: list[bytes] = []
    fields: dict[int, Field] = {}
    for tag, name in ((Tag.ExifIFD, "exif"), (Tag.GPSIFD, "gps")):
        if below := _metadata(frame, name):
            parts.append(structure.directory(below, place))
            fields[tag], place = numbers(LONG, [place]), place + len(parts[-1])
    extras = []
    for index, profile in enumerate(frame.profiles):
        calibrations = profile.calibrations or frame.colour.calibrations
        held = calibration_fields(calibrations) | profile_fields(profile)
        if index == 0:
            fields |= held
            continue
        parts.append(structure.profile(held))
        extras.append(place)
        place += len(parts[-1])
    if extras:
        fields[Tag.ExtraCameraProfiles] = numbers(LONG, extras)
    return parts, fields


def _version(frame: RawFrame, compression: Method) -> dict[int, Field]:
    """The standard's version that the file follows, and the oldest reader that can open it."""
    sets = [frame.colour.calibrations, *(profile.calibrations for profile in frame.profiles)]
    newer = compression == "jxl" or any(len(each) > 2 for each in sets)
    newer = newer or any(has_no_code(calibration) for each in sets for calibration in each)
    newer = newer or any(profile.gain_table_map or profile.high_dynamic_range for profile in frame.profiles)
    oldest = (1, 7, 1, 0) if compression == "jxl" else (1, 4, 0, 0)
    return {
        Tag.DNGVersion: raw(bytes((1, 7, 1, 0) if newer else (1, 4, 0, 0)), structure.BYTE),
        Tag.DNGBackwardVersion: raw(bytes(oldest), structure.BYTE),
        Tag.UniqueCameraModel: text(f"{frame.metadata.make} {frame.metadata.model}".strip() or "Lichtbild"),
        Tag.Software: text(f"Lichtbild {lichtbild.__version__}"),
    }


def _image(frame: RawFrame) -> dict[int, Field]:
    """Areas, levels, colour filters, opcodes and noise: what belongs to the raw image."""
    active, (top, left, height, width) = frame.active_area, frame.default_crop
    fields: dict[int, Field] = {
        Tag.NewSubFileType: numbers(LONG, [0]),
        Tag.Orientation: numbers(SHORT, [frame.metadata.orientation]),
        Tag.PhotometricInterpretation: numbers(
            SHORT, [Photometric.LINEAR_RAW if frame.cfa is None else Photometric.CFA]
        ),
        Tag.ActiveArea: numbers(LONG, (active.top, active.left, active.bottom, active.right)),
        Tag.DefaultCropOrigin: numbers(RATIONAL, (left, top)),
        Tag.DefaultCropSize: numbers(RATIONAL, (width, height)),
        Tag.DefaultScale: numbers(RATIONAL, frame.default_scale[::-1]),
        Tag.BaselineExposure: numbers(SRATIONAL, [frame.baseline_exposure_ev]),
        Tag.ShadowScale: numbers(RATIONAL, [frame.shadow_scale]),
    }
    if frame.masked_areas:
        corners = [(area.top, area.left, area.bottom, area.right) for area in frame.masked_areas]
        fields[Tag.MaskedAreas] = numbers(LONG, np.ravel(corners).tolist())
    if frame.cfa is not None:
        fields |= _cfa(frame)
    if frame.noise is not None:
        pairs = zip(frame.noise.scale, frame.noise.offset, strict=True)
        fields[Tag.NoiseProfile] = numbers(DOUBLE, [value for pair in pairs for value in pair])
    lists = (frame.opcodes.on_codes, frame.opcodes.on_linear, frame.opcodes.on_colour)
    for tag, opcode_list in zip((Tag.OpcodeList1, Tag.OpcodeList2, Tag.OpcodeList3), lists, strict=True):
        if opcode_list:
            fields[tag] = raw(opcodes.encode(opcode_list))
    return fields | _levels(frame.levels, whole=frame.samples.dtype.kind == "u")


def _cfa(frame: RawFrame) -> dict[int, Field]:
    assert frame.cfa is not None  # the caller's branch
    if unknown := set(frame.cfa.colours) - set(COLOURS):
        raise BadInput(f"a DNG names the filters {', '.join(COLOURS)}, not {', '.join(sorted(unknown))}")
    codes = [COLOURS.index(colour) for colour in frame.cfa.colours]
    return {
        Tag.CFARepeatPatternDim: numbers(SHORT, frame.cfa.extent),
        Tag.CFAPattern: raw(
            bytes(codes[plane] for row in frame.cfa.pattern for plane in row), structure.BYTE
        ),
        Tag.CFAPlaneColor: raw(bytes(codes), structure.BYTE),
        Tag.CFALayout: numbers(SHORT, [1]),
    }


def _levels(levels: Levels, *, whole: bool) -> dict[int, Field]:
    """The levels; white is a whole number, as the standard has it, unless samples are floating-point."""
    white = np.round(levels.white) if whole else levels.white
    whole = bool((white == np.round(white)).all())
    fields: dict[int, Field] = {
        Tag.BlackLevelRepeatDim: numbers(SHORT, levels.black.shape[:2]),
        Tag.BlackLevel: numbers(
            RATIONAL if (levels.black >= 0).all() else SRATIONAL, levels.black.ravel().tolist()
        ),
        Tag.WhiteLevel: numbers(LONG if whole else RATIONAL, white.tolist()),
    }
    for tag, deltas in (
        (Tag.BlackLevelDeltaH, levels.black_per_column), (Tag.BlackLevelDeltaV, levels.black_per_row),
    ):  # fmt: skip
        if deltas is not None:
            fields[tag] = numbers(SRATIONAL, deltas.tolist())
    if (table := levels.linearisation) is not None:
        if (table != np.round(table)).any() or table.min() < 0 or table.max() > 65535:
            raise BadInput(
                "a DNG's linearisation table holds whole numbers from 0 to 65535; this one does not"
            )
        fields[Tag.LinearizationTable] = numbers(SHORT, table.tolist())
    return fields


def _colour(colour: CameraColour) -> dict[int, Field]:
    fields: dict[int, Field] = dict(calibration_fields(colour.calibrations))
    if colour.calibrations:
        fields[Tag.AnalogBalance] = numbers(RATIONAL, colour.analog_balance)
    cameras = (Tag.CameraCalibration1, Tag.CameraCalibration2, Tag.CameraCalibration3)
    for tag, calibration in zip(cameras, colour.calibrations, strict=False):
        if calibration.camera_calibration is not None:
            fields[tag] = numbers(SRATIONAL, calibration.camera_calibration.ravel().tolist())
    if colour.as_shot_neutral is not None:
        fields[Tag.AsShotNeutral] = numbers(RATIONAL, colour.as_shot_neutral)
    elif colour.as_shot_white_xy is not None:
        fields[Tag.AsShotWhiteXY] = numbers(RATIONAL, colour.as_shot_white_xy)
    return fields


def _metadata(frame: RawFrame, directory: str) -> dict[int, Field]:
    """The kept tags of the main, Exif or GPS directory."""
    return {
        tag: _exif_field(OF_RAW[directory][tag][0], value)
        for (name, tag), value in (dict(frame.metadata.exif) | stated(frame.metadata)).items()
        if name == directory and tag in OF_RAW[directory]
    }


def _exif_field(kind: int, value: Any) -> Field:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, bytes):
        return raw(value, kind)
    return numbers(kind, value if isinstance(value, tuple) else (value,))

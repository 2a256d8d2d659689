"""Calibrations and profiles as fields of the main directory, or of an embedded profile's.

Source: DNG 1.7.1 chapter 4, tags ColorMatrix1 to ProfileDynamicRange.
"""

import struct
from typing import Final

from lichtbild.image.calibration import Calibration
from lichtbild.image.profile import BlackRender, CameraProfile, GainTableMap, HueSatMap
from lichtbild.io.dng import structure
from lichtbild.io.dng.colour import OTHER, WHITES
from lichtbild.io.dng.structure import FLOAT, LONG, SHORT, SRATIONAL, Field, numbers, raw, text
from lichtbild.io.dng.tags import Tag

_MOST: Final = (1 << 32) - 1
_PREFERRED: Final = (17, 21, 23, 20, 22)


def calibration_fields(calibrations: tuple[Calibration, ...]) -> dict[int, Field]:
    """Illuminants and matrices, in the main directory or a profile's."""
    fields: dict[int, Field] = {}
    for number, calibration in enumerate(calibrations, 1):
        matrices = {
            "ColorMatrix": calibration.colour_matrix,
            "ForwardMatrix": calibration.forward_matrix,
            "ReductionMatrix": calibration.reduction_matrix,
        }
        for name, matrix in matrices.items():
            if matrix is not None:
                fields[Tag[f"{name}{number}"]] = numbers(SRATIONAL, matrix.ravel().tolist())
        code = _illuminant(calibration.white_xy)
        fields[Tag[f"CalibrationIlluminant{number}"]] = numbers(SHORT, [code])
        if code == OTHER:
            pairs = [part for value in calibration.white_xy for part in structure.rational(value, _MOST)]
            fields[Tag[f"IlluminantData{number}"]] = raw(struct.pack("<H4I", 0, *pairs))
    return fields


def has_no_code(calibration: Calibration) -> bool:
    """Whether its light must be told by chromaticity, which readers before DNG 1.6 cannot read."""
    return _illuminant(calibration.white_xy) == OTHER


def _illuminant(white_xy: tuple[float, float]) -> int:
    """The light source code of a chromaticity; 255 when there is none."""
    codes = [*_PREFERRED, *WHITES]
    return next((code for code in codes if WHITES[code] == white_xy), OTHER)


def profile_fields(profile: CameraProfile) -> dict[int, Field]:
    """Name, tables and curve of a profile."""
    fields: dict[int, Field] = {
        Tag.BaselineExposureOffset: numbers(SRATIONAL, [profile.baseline_exposure_offset]),
        Tag.DefaultBlackRender: numbers(LONG, [int(profile.black_render is BlackRender.NONE)]),
    }
    if profile.name:
        fields[Tag.ProfileName] = text(profile.name)
    for number, table in enumerate(profile.hue_sat_maps, 1):
        fields |= _table(table, Tag.ProfileHueSatMapDims, Tag[f"ProfileHueSatMapData{number}"])
        fields[Tag.ProfileHueSatMapEncoding] = numbers(LONG, [int(table.srgb_encoded)])
    if (look := profile.look_table) is not None:
        fields |= _table(look, Tag.ProfileLookTableDims, Tag.ProfileLookTableData)
        fields[Tag.ProfileLookTableEncoding] = numbers(LONG, [int(look.srgb_encoded)])
    if profile.tone_curve is not None:
        fields[Tag.ProfileToneCurve] = numbers(FLOAT, profile.tone_curve.ravel().tolist())
    if profile.gain_table_map is not None:
        fields[Tag.ProfileGainTableMap2] = _gain_table_map(profile.gain_table_map)
    if profile.high_dynamic_range:
        fields[Tag.ProfileDynamicRange] = raw(struct.pack("<HHf", 1, 1, 1.0))
    return fields


def _table(table: HueSatMap, dims: Tag, data: Tag) -> dict[int, Field]:
    values, hues, saturations, _ = table.table.shape
    return {
        dims: numbers(LONG, (hues, saturations, values)),
        data: numbers(FLOAT, table.table.ravel().tolist()),
    }


def _gain_table_map(table: GainTableMap) -> Field:
    """Version 2 with float32 gains, whatever the file had that they came from."""
    rows, columns, points = table.gains.shape
    head = struct.pack("<2I4dI5f", rows, columns, *table.spacing, *table.origin, points, *table.weights)
    return raw(head + struct.pack("<I3f", 3, table.gamma, 1.0, 1.0) + table.gains.astype("<f4").tobytes())

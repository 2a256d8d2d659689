"""Camera profiles as they lie in a DNG: the file's own and those embedded beside it.

RGBTables (tag 52543, mostly applied within semantic masks) are not read; the frame's notes say so where the
default profile has them.

Source: DNG 1.7.1 chapter 4, tags ProfileName to ProfileGainTableMap2; chapter 6.
"""

import struct
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.image.profile import BlackRender, CameraProfile, GainTableMap, HueSatMap
from lichtbild.io.dng.colour import read_calibrations
from lichtbild.io.dng.container import Container, Directory
from lichtbild.io.dng.tags import Tag, name

_MAPS: Final = (Tag.ProfileHueSatMapData1, Tag.ProfileHueSatMapData2, Tag.ProfileHueSatMapData3)
_MOST_CURVE: Final = 65536
_MOST_EV: Final = 32.0


def read_profiles(
    container: Container, raw: Directory, planes: int
) -> tuple[Directory, tuple[CameraProfile, ...]]:
    """The directory of the default profile, and every profile, the default first.

    Args:
        container: the file.
        raw: the directory of the raw image, which may hold a gain table map.
        planes: colour planes of the sensor.

    Raises:
        BadFile: a table has another size than its dimensions say, or impossible values.
    """
    main = container.main
    directories = [main, *container.extra_profiles()]
    wanted = main.text(Tag.AsShotProfileName)
    if wanted:
        directories.sort(key=lambda directory: directory.text(Tag.ProfileName) != wanted)
    shared = next(
        (
            found
            for where, tag in (
                (main, Tag.ProfileGainTableMap2), (raw, Tag.ProfileGainTableMap2),
                (raw, Tag.ProfileGainTableMap), (main, Tag.ProfileGainTableMap),
            )
            if (found := _gain_table_map(where, tag)) is not None
        ),
        None,
    )  # fmt: skip
    profiles = tuple(_profile(main, directory, planes, shared) for directory in directories)
    return directories[0], profiles


def _profile(
    main: Directory, directory: Directory, planes: int, shared: GainTableMap | None
) -> CameraProfile:
    calibrations = read_calibrations(main, directory, planes)
    gains = _gain_table_map(directory, Tag.ProfileGainTableMap2)
    return CameraProfile(
        name=directory.text(Tag.ProfileName),
        calibrations=calibrations,
        hue_sat_maps=_hue_sat_maps(directory, max(1, len(calibrations))),
        look_table=_table(
            directory, Tag.ProfileLookTableDims, Tag.ProfileLookTableData, Tag.ProfileLookTableEncoding
        ),
        tone_curve=_tone_curve(directory),
        gain_table_map=gains if gains is not None else shared,
        baseline_exposure_offset=exposure(directory, Tag.BaselineExposureOffset),
        black_render=BlackRender.NONE
        if directory.integer(Tag.DefaultBlackRender, 0) == 1
        else BlackRender.AUTO,
        high_dynamic_range=_is_high_dynamic_range(directory),
    )


def _is_high_dynamic_range(directory: Directory) -> bool:
    """Whether a profile's second number (after its version) asks for values beyond white."""
    blob = directory.blob(Tag.ProfileDynamicRange)
    return len(blob) >= 4 and struct.unpack_from(directory.dialect.order + "2H", blob)[1] == 1


def exposure(directory: Directory, tag: Tag) -> float:
    """A number of exposure values; 0 when the tag is absent.

    Raises:
        BadFile: it is beyond what any picture needs.
    """
    found = directory.reals(tag, 1)
    if found is not None and abs(found[0]) > _MOST_EV:
        directory.source.refuse(f"its {name(tag)} is {found[0]:g} EV; at most {_MOST_EV:g} are read")
    return float(found[0]) if found is not None else 0.0


def _hue_sat_maps(directory: Directory, calibrations: int) -> tuple[HueSatMap, ...]:
    """A map for each calibration; a single one serves all."""
    found = []
    for tag in _MAPS[:calibrations]:
        table = _table(directory, Tag.ProfileHueSatMapDims, tag, Tag.ProfileHueSatMapEncoding)
        if table is None:
            break
        found.append(table)
    return tuple(found) if len(found) in (0, calibrations) else (found[0],) * calibrations


def _table(directory: Directory, dims: Tag, data: Tag, encoding: Tag) -> HueSatMap | None:
    """A table over hue, saturation and value."""
    if data not in directory or dims not in directory:
        return None
    sizes = directory.integers(dims)
    if len(sizes) == 2:
        sizes = (*sizes, 1)
    if len(sizes) != 3 or min(sizes) < 1 or sizes[1] < 2:
        directory.source.refuse(
            f"its {name(dims)} is {sizes[:4]}; three numbers from 1 (saturations from 2) are needed"
        )
    hues, saturations, values = sizes
    numbers = directory.reals(data, hues * saturations * values * 3)
    assert numbers is not None  # seen above
    table = numbers.reshape(values, hues, saturations, 3)
    if (table[..., 1:] < 0).any():
        directory.source.refuse(f"its {name(data)} has a negative scale; the file is damaged")
    return HueSatMap(table.astype(np.float32), directory.integer(encoding, 0) == 1)


def _tone_curve(directory: Directory) -> Float[np.ndarray, "knots 2"] | None:
    """Knots of the tone curve."""
    numbers = directory.reals(Tag.ProfileToneCurve)
    if numbers is None:
        return None
    if len(numbers) % 2 or not 4 <= len(numbers) <= 2 * _MOST_CURVE:
        directory.source.refuse(
            f"its ProfileToneCurve has {len(numbers)} numbers; pairs, at least two, are needed"
        )
    knots = numbers.reshape(-1, 2)
    if (np.diff(knots[:, 0]) <= 0).any():
        directory.source.refuse("its ProfileToneCurve does not go from left to right; the file is damaged")
    return knots


def _gain_table_map(directory: Directory, tag: Tag) -> GainTableMap | None:
    """Local gains; version 2 has a type, a gamma and a range of its own."""
    if tag not in directory:
        return None
    blob, order, refuse = directory.blob(tag), directory.dialect.order, directory.source.refuse
    size = 64 if tag == Tag.ProfileGainTableMap else 80
    if len(blob) < size:
        refuse(f"its {name(tag)} has {len(blob)} bytes; at least {size} are needed")
    rows, columns, *places, points = struct.unpack_from(order + "2I4dI", blob)
    weights = struct.unpack_from(order + "5f", blob, 44)
    kind, gamma, low, high = 3, 1.0, 0.0, 1.0
    if tag == Tag.ProfileGainTableMap2:
        kind, gamma, low, high = struct.unpack_from(order + "I3f", blob, 64)
    if kind > 3:
        refuse(f"its {name(tag)} has values of type {kind}; 0 to 3 are known")
    code = ("u1", "u2", "f2", "f4")[kind]
    count = rows * columns * points
    if count < 1 or len(blob) < size + count * np.dtype(code).itemsize:
        refuse(f"its {name(tag)} claims {rows} x {columns} x {points} gains in {len(blob)} bytes")
    with np.errstate(invalid="ignore"):  # what is no number is refused below
        gains = (
            np.frombuffer(blob, order + code, count, size).astype(np.float64).reshape(rows, columns, points)
        )
    if kind < 2:
        gains = low + gains / (255, 65535)[kind] * (high - low)
    spacing, origin = _grid(directory, tag, (rows, columns), places)
    if not (np.isfinite([*weights, *gains.ravel()]).all() and (gains >= 0).all() and 0.125 <= gamma <= 8):
        refuse(f"its {name(tag)} holds a gain, weight or gamma ({gamma:g}) out of range; the file is damaged")
    first, second, third, fourth, fifth = weights
    return GainTableMap(
        gains.astype(np.float32), spacing, origin, (first, second, third, fourth, fifth), gamma
    )


def _grid(
    directory: Directory, tag: Tag, points: tuple[int, int], places: list[float]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Spacing and origin of a map's rows and columns; a single row or column lies everywhere."""
    spacing_v, spacing_h, origin_v, origin_h = places
    if points[0] == 1:
        spacing_v, origin_v = 1.0, 0.0
    if points[1] == 1:
        spacing_h, origin_h = 1.0, 0.0
    found = (spacing_v, spacing_h, origin_v, origin_h)
    if not np.isfinite(found).all() or spacing_v <= 0 or spacing_h <= 0:
        directory.source.refuse(f"its {name(tag)} has rows or columns {spacing_v:g} and {spacing_h:g} apart")
    return (spacing_v, spacing_h), (origin_v, origin_h)

"""What a DNG says about its camera's colour: one to three calibrations, and the white balance as shot.

Source: DNG 1.7.1 chapter 6, "Mapping Camera Color Space to CIE XYZ Space"; Exif 2.32, LightSource.
"""

import struct
from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float

from lichtbild.image.calibration import Calibration, CameraColour
from lichtbild.io.dng.container import Directory
from lichtbild.io.dng.tags import Tag, name

_A, _D50, _D55, _D65, _D75 = (
    (0.44758, 0.40745), (0.3457, 0.3585), (0.33243, 0.34744), (0.3127, 0.329), (0.29903, 0.31488),
)  # fmt: skip
WHITES: Final[Mapping[int, tuple[float, float]]] = {
    1: _D55, 2: (0.37208, 0.37529), 3: _A, 4: _D55, 9: _D55, 10: _D65, 11: _D75,
    12: (0.3131, 0.33727), 13: (0.34588, 0.35875), 14: (0.37417, 0.37281), 15: (0.4091, 0.3943),
    16: (0.44018, 0.40329), 17: _A, 18: (0.34842, 0.35161), 19: (0.31006, 0.31616), 20: _D55, 21: _D65,
    22: _D75, 23: _D50, 24: (0.42336, 0.39895),
}  # fmt: skip
"""CIE 1931 chromaticity of each light source code: CIE 15:2004 tables T.3 (A, B, C, D) and T.7 (fluorescent
lamps for 2 and 12 to 16), and the Planckian radiator of 3200 K (ISO studio tungsten)."""
OTHER: Final = 255


class _Tags(NamedTuple):
    illuminant: Tag
    data: Tag
    colour: Tag
    forward: Tag
    camera: Tag
    reduction: Tag


_NUMBERED: Final = (
    _Tags(
        Tag.CalibrationIlluminant1, Tag.IlluminantData1, Tag.ColorMatrix1,
        Tag.ForwardMatrix1, Tag.CameraCalibration1, Tag.ReductionMatrix1,
    ),
    _Tags(
        Tag.CalibrationIlluminant2, Tag.IlluminantData2, Tag.ColorMatrix2,
        Tag.ForwardMatrix2, Tag.CameraCalibration2, Tag.ReductionMatrix2,
    ),
    _Tags(
        Tag.CalibrationIlluminant3, Tag.IlluminantData3, Tag.ColorMatrix3,
        Tag.ForwardMatrix3, Tag.CameraCalibration3, Tag.ReductionMatrix3,
    ),
)  # fmt: skip


def read_colour(main: Directory, profile: Directory, planes: int) -> CameraColour:
    """The colour of a camera as seen by a profile.

    Args:
        main: the file's first directory.
        profile: the directory of the profile that is used; often the same.
        planes: colour planes of the sensor.

    Raises:
        BadFile: a tag has another number of values than the planes need, or an impossible value.
    """
    if planes == 1:
        return CameraColour(analog_balance=(1.0,))  # one plane has no colour, whatever the file says of it
    balance = main.reals(Tag.AnalogBalance, planes)
    if balance is not None and (balance <= 0).any():
        main.source.refuse(f"its AnalogBalance is {_listed(balance)}; every gain must be positive")
    neutral, white = _neutral(main, planes), _white(main)
    return CameraColour(
        calibrations=read_calibrations(main, profile, planes),
        analog_balance=tuple(map(float, balance)) if balance is not None else (1.0,) * planes,
        as_shot_neutral=neutral,
        as_shot_white_xy=None if neutral is not None else white,
    )


def read_calibrations(main: Directory, profile: Directory, planes: int) -> tuple[Calibration, ...]:
    """One to three calibrations of a profile; none for a sensor with one plane or without matrices.

    A second or third one counts only where both it and the first name a light whose colour is known:
    otherwise there is nothing to interpolate by.

    Raises:
        BadFile: a matrix has another number of values than the planes need.
    """
    if planes == 1 or Tag.ColorMatrix1 not in profile:
        return ()
    signatures = (main.text(Tag.CameraCalibrationSignature), profile.text(Tag.ProfileCalibrationSignature))
    camera = main if signatures[0] == signatures[1] else None
    whites = [_illuminant(profile, tags) for tags in _NUMBERED]
    found = [
        _calibration(profile, camera, tags, white or _D50, planes)
        for tags, white in zip(_NUMBERED, whites, strict=True)
        if tags.colour in profile and (white or tags is _NUMBERED[0])
    ]
    return tuple(found) if whites[0] else tuple(found[:1])


def _calibration(
    profile: Directory, camera: Directory | None, tags: _Tags, white: tuple[float, float], planes: int
) -> Calibration:
    colour = _matrix(profile, tags.colour, planes, 3)
    assert colour is not None  # the caller has seen the tag
    return Calibration(
        white_xy=white,
        colour_matrix=colour,
        forward_matrix=_matrix(profile, tags.forward, 3, planes),
        camera_calibration=_matrix(camera, tags.camera, planes, planes) if camera is not None else None,
        reduction_matrix=_matrix(profile, tags.reduction, 3, planes),
    )


def _matrix(directory: Directory, tag: Tag, rows: int, columns: int) -> Float[np.ndarray, "r c"] | None:
    values = directory.reals(tag, rows * columns)
    if values is None:
        return None
    if not np.abs(values).max() > 0:
        directory.source.refuse(f"its {name(tag)} is all zero; the file is damaged")
    return values.reshape(rows, columns)


def _neutral(main: Directory, planes: int) -> tuple[float, ...] | None:
    """Camera planes of a neutral object, largest 1."""
    values = main.reals(Tag.AsShotNeutral, planes)
    if values is None:
        return None
    if (values <= 0).any():
        main.source.refuse(f"its AsShotNeutral is {_listed(values)}; every plane must be positive")
    return tuple(float(value) for value in values / values.max())


def _white(main: Directory) -> tuple[float, float] | None:
    values = main.reals(Tag.AsShotWhiteXY, 2)
    return (
        _chromaticity(main, "AsShotWhiteXY", float(values[0]), float(values[1]))
        if values is not None
        else None
    )


def _chromaticity(directory: Directory, what: str, x: float, y: float) -> tuple[float, float]:
    if not (0 < x < 1 and 0 < y < 1 and x + y <= 1):
        directory.source.refuse(f"its {what} is ({x:g}, {y:g}), which is no colour of a light")
    return x, y


def _listed(values: Float[np.ndarray, " n"]) -> str:
    return ", ".join(f"{value:g}" for value in values)


def _illuminant(profile: Directory, tags: _Tags) -> tuple[float, float] | None:
    """Chromaticity of a calibration's light; None where the file does not say it."""
    code = profile.integer(tags.illuminant, 0)
    if code != OTHER:
        return WHITES.get(code)
    blob, order = profile.blob(tags.data), profile.dialect.order
    kind = struct.unpack_from(order + "H", blob)[0] if len(blob) >= 2 else -1
    if kind == 0 and len(blob) >= 18:
        x, x_over, y, y_over = struct.unpack_from(order + "4I", blob, 2)
        return _chromaticity(profile, name(tags.data), x / max(x_over, 1), y / max(y_over, 1))
    if kind == 1 and len(blob) >= 22:
        return _of_spectrum(profile, tags.data, blob)
    profile.source.refuse(
        f"its {name(tags.illuminant)} is 255 (other), but {name(tags.data)} does not describe it"
    )


def _of_spectrum(profile: Directory, tag: Tag, blob: bytes) -> tuple[float, float]:
    """Chromaticity of a light given as a spectrum, by the CIE 1931 observer from 360 to 830 nm."""
    order = profile.dialect.order
    (count,) = struct.unpack_from(order + "I", blob, 2)
    if not 2 <= count <= 1000 or len(blob) < 22 + 8 * count:
        profile.source.refuse(
            f"its {name(tag)} claims {count} wavelengths in {len(blob)} bytes; 2 to 1000 are read"
        )
    numbers = np.frombuffer(blob, order + "u4", 4 + 2 * count, 6).astype(np.float64)
    first, step, *power = numbers[::2] / np.maximum(numbers[1::2], 1)
    if step <= 0 or not max(power) > 0:
        profile.source.refuse(f"its {name(tag)} is a spectrum without light or without extent")
    wavelengths = np.arange(360.0, 831.0, 5.0)
    spectrum = np.interp(wavelengths, first + step * np.arange(count), power)
    xyz = np.array([(spectrum * curve).sum() for curve in _observer(wavelengths)])
    return _chromaticity(profile, name(tag), float(xyz[0] / xyz.sum()), float(xyz[1] / xyz.sum()))


def _observer(wavelength: Float[np.ndarray, " n"]) -> tuple[Float[np.ndarray, " n"], ...]:
    """The CIE 1931 colour matching functions, in the closed form that keeps whites within 0.002 in xy.

    Source: Wyman, Sloan and Shirley, "Simple Analytic Approximations to the CIE XYZ Color Matching
    Functions", JCGT 2(2), 2013, equation 4 (multi-lobe fit).
    """

    def lobe(peak: float, below: float, above: float) -> Float[np.ndarray, " n"]:
        distance = wavelength - peak
        return np.exp(-0.5 * (distance * np.where(distance < 0, below, above)) ** 2)

    x = (
        1.056 * lobe(599.8, 0.0264, 0.0323)
        + 0.362 * lobe(442.0, 0.0624, 0.0374)
        - 0.065 * lobe(501.1, 0.0490, 0.0382)
    )
    y = 0.821 * lobe(568.8, 0.0213, 0.0247) + 0.286 * lobe(530.9, 0.0613, 0.0322)
    z = 1.217 * lobe(437.0, 0.0845, 0.0278) + 0.681 * lobe(459.0, 0.0385, 0.0725)
    return x, y, z

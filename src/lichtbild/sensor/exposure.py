"""Exposure: what the camera asks of its sensor, and what that means for the codes."""

from dataclasses import dataclass

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.sensor.readout import Merge, Mode
from lichtbild.sensor.scalar import Scalar, check, library
from lichtbild.sensor.sensor import Sensor

ROUNDING = 1 / 12
"""Variance of rounding to whole codes."""


@dataclass(frozen=True)
class Exposure:
    """Time and gain of a frame.

    Attributes:
        time_s: for which each pixel gathers light.
        iso: sensitivity; None where the gain is given.
        analogue_gain: of the amplifier; None where the ISO is given, and with neither it is the least.
        temperature_K: of the sensor.
        mode: name of a conversion mode or a merge; "auto" takes the one of the most codes per electron whose
            amplifier can reach the ISO (a gradient with regard to codes per electron needs a name).
        binned: whether blocks of 2 x 2 pixels are read as one.
    """

    time_s: Scalar
    iso: float | None = None
    analogue_gain: Scalar | None = None
    temperature_K: float = 303.15
    mode: str = "auto"
    binned: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.time_s, int | float) and not 0 < self.time_s <= 36_000:
            raise BadInput(f"the exposure time is {self.time_s:g} s; give one above 0 and up to 36000 s")
        if self.iso is not None and self.analogue_gain is not None:
            raise BadInput(f"ISO {self.iso:g} and an analogue gain are both given; leave one of them out")
        check("the sensor's temperature", self.temperature_K, 150.0, 400.0, "K")


@dataclass(frozen=True)
class Setting:
    """A sensor's readout for one exposure.

    Attributes:
        readouts: the mode; for a merge the high mode, then the low one.
        gain: analogue gain.
        iso: sensitivity.
        codes_per_electron: of the stored code, EMVA 1288's K.
        bits: of the stored code.
        knee: of a merge.
    """

    readouts: tuple[Mode, ...]
    gain: Scalar
    iso: Scalar
    codes_per_electron: Scalar
    bits: int
    knee: float = 1.0


def setting(sensor: Sensor, exposure: Exposure) -> Setting:
    """How a sensor is read for an exposure.

    Raises:
        BadInput: the sensor has no such mode, or its amplifier no such gain.
    """
    merge = next((merge for merge in sensor.merges if merge.name == exposure.mode), None)
    mode = _mode(sensor, exposure, merge)
    unity = unity_iso(sensor, mode)
    least, largest = sensor.readout.gain_range
    if exposure.iso is not None:
        gain: Scalar = exposure.iso / unity
        _check_gain(sensor, exposure.iso, mode, gain)
    else:
        gain = least if exposure.analogue_gain is None else exposure.analogue_gain
        check("the analogue gain", gain, least, largest)
    return Setting(
        readouts=(mode,) if merge is None else (mode, sensor.mode(merge.low)),
        gain=gain,
        iso=exposure.iso if exposure.iso is not None else unity * gain,
        codes_per_electron=gain / mode.electrons_per_code,
        bits=sensor.readout.bits if merge is None else merge.bits,
        knee=1.0 if merge is None else merge.knee,
    )


def _check_gain(sensor: Sensor, iso: float, mode: Mode, gain: Scalar) -> None:
    """Refuse a gain that the amplifier does not have; a traced one passes."""
    least, largest = sensor.readout.gain_range
    known = isinstance(gain, int | float | np.generic)
    if known and not least * (1 - 1e-9) <= gain <= largest * (1 + 1e-9):
        unity = unity_iso(sensor, mode)
        raise BadInput(
            f"ISO {iso:g} asks for a gain of {gain:.3g}; in mode '{mode.name}' sensor "
            f"'{sensor.name}' reaches ISO {least * unity:.4g} to {largest * unity:.4g}"
        )


def unity_iso(sensor: Sensor, mode: Mode) -> Scalar:
    """The ISO of a mode at an analogue gain of 1."""
    return sensor.readout.base_iso * sensor.modes[0].electrons_per_code / mode.electrons_per_code


def iso_range(sensor: Sensor) -> tuple[float, float]:
    """The least and the largest ISO of a sensor's modes."""
    unities = [float(unity_iso(sensor, mode)) for mode in sensor.modes]
    least, largest = sensor.readout.gain_range
    return least * min(unities), largest * max(unities)


def white(sensor: Sensor, chosen: Setting) -> Scalar:
    """The code at which a pixel is full: that of the well, or the largest one."""
    well, top = chosen.readouts[-1].full_well, 2.0**chosen.bits - 1
    if len(chosen.readouts) == 2:
        high, low = chosen.readouts
        reach = (2.0**sensor.readout.bits - 1 - sensor.readout.black) * low.electrons_per_code
        return _least(
            top, sensor.readout.black + _least(reach / high.electrons_per_code, _codes(well, chosen))
        )
    return _least(top, sensor.readout.black + _codes(well, chosen))


def dark_codes(sensor: Sensor, exposure: Exposure, chosen: Setting) -> Scalar:
    """Mean code of no light: the black level and what the dark current adds."""
    dark = sensor.dark.at(exposure.temperature_K) * exposure.time_s
    return sensor.readout.black + chosen.codes_per_electron * dark


def read_deviation(sensor: Sensor, mode: Mode, gain: Scalar) -> Scalar:
    """Standard deviation of a mode's read noise in its own codes, without rounding, rows and columns."""
    k = gain / mode.electrons_per_code
    own = (mode.read_noise**2 + mode.reset_noise**2) * k**2
    behind = sensor.readout.amplifier_noise**2 * gain + sensor.readout.converter_noise**2
    total = own + behind
    deviation: Scalar = library(total).sqrt(total)
    return deviation


def noise_profile(sensor: Sensor, exposure: Exposure) -> NoiseProfile:
    """Variance of the stored frames' temporal noise, for signals where black is 0 and white is 1.

    Rows, columns and rounding are in it; the fixed pattern is not. Of a merge it tells the high mode's,
    beyond whose knee shot noise rules.
    """
    chosen = setting(sensor, exposure)
    k, black = chosen.codes_per_electron, dark_codes(sensor, exposure, chosen)
    span = float(white(sensor, chosen) - black)
    lines = (sensor.noise.row**2 + sensor.noise.column**2) * k**2
    read = read_deviation(sensor, chosen.readouts[0], chosen.gain) ** 2
    dark = k * (black - sensor.readout.black)
    offset = float(read + lines + dark + ROUNDING) / span**2
    return NoiseProfile((float(k) / span,) * sensor.colours, (offset,) * sensor.colours)


def _mode(sensor: Sensor, exposure: Exposure, merge: Merge | None) -> Mode:
    if merge is not None:
        return sensor.mode(merge.high)
    if exposure.mode != "auto":
        return sensor.mode(exposure.mode)
    if exposure.iso is None:
        return sensor.modes[0]
    iso = exposure.iso * (1 + 1e-9)
    least = sensor.readout.gain_range[0]
    able = [mode for mode in sensor.modes if iso >= least * unity_iso(sensor, mode)]
    return max(able, key=lambda mode: unity_iso(sensor, mode), default=sensor.modes[0])


def _codes(electrons: Scalar, chosen: Setting) -> Scalar:
    return electrons * chosen.codes_per_electron


def _least(first: Scalar, second: Scalar) -> Scalar:
    lesser: Scalar = library(first, second).minimum(first, second)
    return lesser

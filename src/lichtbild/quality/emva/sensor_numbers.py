"""Sensor numbers: a sensor's gain and noise, from stacks of its own raw frames."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.image.raw_frame import RawFrame
from lichtbild.image.sensor_numbers import SensorNumber, SensorNumbers
from lichtbild.quality.emva.evaluation import Series, evaluate
from lichtbild.quality.emva.joint_fit import usable
from lichtbild.quality.emva.level import Level, level_of
from lichtbild.quality.emva.linear_fit import curve_of
from lichtbild.quality.estimate import Estimate
from lichtbild.quality.patch_samples import plane_of

Stack = Sequence[RawFrame]
"""Frames of one exposure and one light."""

ENOUGH = 5
"""Levels below saturation from which on the response is fitted along; with fewer, the standard's lines."""


def sensor_numbers(
    darks: Sequence[Stack],
    flats: Sequence[Stack],
    *,
    exposures: Sequence[float] | None = None,
    plane: int | None = None,
) -> SensorNumbers:
    """A sensor's gain and noise from stacks of dark and evenly lit frames, all of one gain.

    Two frames a stack are enough, but for nonuniformity: it is read from the largest dark stack and the
    largest flat one near half of saturation, after a surface of second order was taken from the flat one.
    Row, column and pixel noise need an even light only within that surface.

    Args:
        darks: stacks without light, of one or more exposure times.
        flats: stacks of at least four levels of light, up to saturation.
        exposures: relative light of each flat stack; the exposure times without them, where these differ.
        plane: colour to look at; green, or the only one, without it.

    Raises:
        BadInput: there are too few frames, or no level lies between dark and saturated.

    Source: EMVA Standard 1288 Release 4.0, as of `evaluation.evaluate`; with a response that is fitted along
    from five levels on.
    """
    if not darks or len(flats) < 4:
        raise BadInput(
            f"got {len(darks)} dark and {len(flats)} flat stacks; give 1 dark and 4 flat ones or more"
        )
    if exposures is not None and len(exposures) != len(flats):
        raise BadInput(
            f"there are {len(exposures)} exposures for {len(flats)} flat stacks; give one for each"
        )
    times = [_time(stack) for stack in flats]
    light = list(exposures) if exposures is not None else times if len(set(times)) > 2 else None
    series = Series(
        lit=tuple(_level(stack, plane, 1.0 if light is None else light[n]) for n, stack in enumerate(flats)),
        dark=tuple(sorted((_level(stack, plane, 0.0) for stack in darks), key=lambda level: level.time)),
        light="unknown" if light is None else "relative",
    )
    return _numbers(series)


def _numbers(series: Series) -> SensorNumbers:
    curve = curve_of(series.lit, series.dark)
    found = evaluate(series, "joint" if usable(curve).sum() >= ENOUGH else "linear")
    base = max(series.dark, key=lambda level: level.frames)
    gain = found.gain.value
    return SensorNumbers(
        electrons_per_code=_number(Estimate(1 / gain, found.gain.error / gain**2), "e-"),
        dark_noise=_number(found.dark_noise, "e-"),
        row=_lines(base, base.temporal.row, base.shape, gain),
        column=_lines(base, base.temporal.column, base.shape[::-1], gain),
        prnu=_number(found.prnu, ""),
        dsnu=_number(found.dsnu, "e-"),
        dark_current=None if found.dark_current is None else _number(found.dark_current, "e-/s"),
        saturation=_number(found.saturation, "e-"),
        linearity_error=found.linearity_error,
        black=series.dark[0].mean,
        code=curve.code,
        variance=curve.variance - curve.dark,
        notes=found.notes,
    )


def lattice(frame: RawFrame, plane: int | None) -> Float[np.ndarray, "h w"]:
    """Codes of the pixels at one place of the pattern that see a colour.

    Args:
        frame: raw frame; only what saw light is looked at.
        plane: of the colours; green, or the only one, without it.

    Raises:
        BadInput: the sensor has no such plane.
    """
    area = frame.active_area
    codes = np.asarray(frame.samples)[area.top : area.bottom, area.left : area.right, 0].astype(np.float64)
    if frame.cfa is None:
        return codes
    colours = frame.cfa.colours
    wanted = plane if plane is not None else colours.index("green") if "green" in colours else 0
    places = np.argwhere(np.asarray(frame.cfa.pattern) == wanted)
    if not len(places):
        raise BadInput(f"the sensor has no plane {wanted}; it has 0 to {len(colours) - 1}")
    (row, column), period = places[0], frame.cfa.extent
    return plane_of(codes, (int(row), int(column)), (period.height, period.width))


def _time(stack: Stack) -> float:
    return (stack[0].metadata.exposure_time_s if stack else None) or 0.0


def _level(stack: Stack, plane: int | None, light: float) -> Level:
    return level_of([lattice(frame, plane) for frame in stack], light, _time(stack))


def _number(found: Estimate, unit: str) -> SensorNumber:
    return SensorNumber(found.value, *found.interval, unit)


def _lines(base: Level, variance: float, shape: tuple[int, int], gain: float) -> SensorNumber:
    """Noise common to a line, of so many lines of so many pixels."""
    lines, pixels = shape
    value = float(np.sqrt(max(variance, 0.0)))
    whole = max(variance, 0.0) + base.temporal.pixel / pixels
    chance = whole * float(np.sqrt(2 / (lines * (base.frames - 1))))
    error = chance / (2 * max(value, float(np.sqrt(chance)))) / gain
    return _number(Estimate(value / gain, error), "e-")

"""Calibrate: a sensor's gain and noise, estimated from its own dark and flat frames."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.image.raw_frame import RawFrame
from lichtbild.sensor.exposure import ROUNDING
from lichtbild.sensor.sensor import Sensor

Stack = Sequence[RawFrame]
"""Frames of one exposure and one light."""

NORMAL_95 = 1.96
_FIT, _LINEAR_FROM, _LINEAR_TO = 0.7, 0.05, 0.95
_HALF = 0.5


@dataclass(frozen=True)
class Estimate:
    """A value with its interval of 95 %.

    Attributes:
        value: best guess.
        low: lower end.
        high: upper end.
        unit: such as "e-".
    """

    value: float
    low: float
    high: float
    unit: str


@dataclass(frozen=True, eq=False)
class Calibration:
    """What dark and flat frames say about a sensor.

    Attributes:
        electrons_per_code: inverse of the gain K.
        dark_noise: temporal noise without light, electrons, row and column noise included.
        row: temporal noise common to a row, electrons.
        column: temporal noise common to a column, electrons.
        prnu: relative deviation of the pixels' responses.
        dsnu: deviation of the pixels' offsets, electrons.
        dark_current: electrons per second; None where all dark frames have one exposure time.
        saturation: electrons at the largest temporal variance; its interval reaches to the next levels.
        linearity_error: mean deviation from a line, as a share; None where the exposures are not known.
        black: mean code without light.
        code: mean code of each level above the dark one: the photon transfer curve.
        variance: temporal variance of each level above the dark one.
    """

    electrons_per_code: Estimate
    dark_noise: Estimate
    row: Estimate
    column: Estimate
    prnu: Estimate
    dsnu: Estimate
    dark_current: Estimate | None
    saturation: Estimate
    linearity_error: float | None
    black: float
    code: Float[np.ndarray, " level"]
    variance: Float[np.ndarray, " level"]

    def estimates(self) -> dict[str, Estimate]:
        """What has an interval, by its name for readers."""
        values = {
            "electrons per code": self.electrons_per_code,
            "dark noise": self.dark_noise,
            "row noise": self.row,
            "column noise": self.column,
            "PRNU": self.prnu,
            "DSNU": self.dsnu,
            "dark current": self.dark_current,
            "saturation": self.saturation,
        }
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, eq=False)
class _Level:
    """One stack: mean of all pixels and frames, temporal variance, mean image, and so on."""

    time: float
    mean: float
    variance: float
    picture: Float[np.ndarray, "h w"]
    frames: int
    row: float
    column: float

    @property
    def pairs(self) -> float:
        """Independent numbers that the variance is a mean of."""
        return self.picture.size * (self.frames - 1.0)

    @property
    def spatial(self) -> float:
        """Variance of the mean image beyond what chance leaves in it."""
        return float(np.var(self.picture, ddof=1)) - self.variance / self.frames


def calibrate(
    darks: Sequence[Stack],
    flats: Sequence[Stack],
    *,
    exposures: Sequence[float] | None = None,
    plane: int | None = None,
) -> Calibration:
    """A sensor's gain and noise from stacks of dark and evenly lit frames, all of one gain.

    Two frames a stack are enough, but for nonuniformity: it is read from the largest dark stack and the
    largest flat one near half of saturation, after a surface of second order was taken from the flat one.
    Row, column and pixel noise need an even light only within that surface.

    Args:
        darks: stacks without light, of one or more exposure times.
        flats: stacks of at least four levels of light, up to saturation.
        exposures: relative light of each flat stack, for the linearity; the exposure times without them,
            where these differ.
        plane: colour to look at; green, or the only one, without it.

    Raises:
        BadInput: there are too few frames, or no level lies between dark and saturated.

    Source: EMVA Standard 1288 Release 4.0, sections 6 (gain, dark noise, saturation, linearity), 7 (dark
    current) and 8 (DSNU, PRNU). Intervals from the variance of a variance, 2 s^4 / n; the gain's line weighs
    levels by it, which the standard does not.
    """
    if not darks or len(flats) < 4:
        raise BadInput(
            f"got {len(darks)} dark and {len(flats)} flat stacks; give 1 dark and 4 flat ones or more"
        )
    dark = sorted((_level(stack, plane, flat=False) for stack in darks), key=lambda level: level.time)
    order = sorted(range(len(flats)), key=lambda index: _brightness(flats[index]))
    lit = [_level(flats[index], plane, flat=True) for index in order]
    own = [min(dark, key=lambda level, time=one.time: abs(level.time - time)) for one in lit]  # type: ignore[misc]
    code = np.array([one.mean - base.mean for one, base in zip(lit, own, strict=True)])
    variance = np.array([one.variance - base.variance for one, base in zip(lit, own, strict=True)])
    top = int(np.argmax(variance))
    k, spread = _gain(code, variance, lit, top)
    base = max(dark, key=lambda level: level.frames)
    given = exposures if exposures is None else [exposures[index] for index in order]
    return Calibration(
        electrons_per_code=_estimate(1 / k, spread / k**2, "e-"),
        dark_noise=_noise(base, k, spread),
        row=_lines(base, base.row, base.picture.shape, k),
        column=_lines(base, base.column, base.picture.shape[::-1], k),
        prnu=_prnu(lit, own, code, code[top], base),
        dsnu=_spatial(base.spatial, base, k),
        dark_current=_dark_current(dark, k),
        saturation=_saturation(code, top, k),
        linearity_error=_linearity(code, code[top], given or [one.time for one in lit]),
        black=dark[0].mean,
        code=code,
        variance=variance,
    )


def calibrated(sensor: Sensor, found: Calibration, source: str) -> Sensor:
    """A sensor with the numbers of its first mode measured, and marked so.

    Args:
        sensor: what is not measured is taken from it.
        found: measured at an analogue gain of 1.
        source: who measured and how, for the marks.
    """
    first, *others = sensor.modes
    rows, columns = found.row.value, found.column.value
    alone = max(found.dark_noise.value**2 - rows**2 - columns**2, 0.0)
    mode = replace(
        first,
        electrons_per_code=found.electrons_per_code.value,
        read_noise=float(np.sqrt(alone)),
        full_well=found.saturation.value,
    )
    keys = ["electrons_per_code", "read_noise_e", "full_well_e"]
    changed = [f"mode.{first.name}.{key}" for key in keys]
    changed += ["noise.row_e", "noise.column_e", "pattern.prnu", "pattern.dsnu_e", "readout.black_dn"]
    return replace(
        sensor,
        modes=(mode, *others),
        noise=replace(sensor.noise, row=rows, column=columns),
        pattern=replace(sensor.pattern, prnu=found.prnu.value, dsnu=found.dsnu.value),
        readout=replace(sensor.readout, black=found.black, amplifier_noise=0.0, converter_noise=0.0),
        marks={**sensor.marks, **dict.fromkeys(changed, f"measured: {source}")},
    )


def _brightness(stack: Stack) -> float:
    return float(np.mean(stack[0].samples)) if stack else 0.0


def _lattice(frame: RawFrame, plane: int | None) -> Float[np.ndarray, "h w"]:
    """Codes of the pixels at one place of the pattern that see a colour."""
    area = frame.active_area
    codes = np.asarray(frame.samples)[area.top : area.bottom, area.left : area.right, 0].astype(np.float64)
    if frame.cfa is None:
        return codes
    colours = frame.cfa.colours
    wanted = plane if plane is not None else colours.index("green") if "green" in colours else 0
    places = np.argwhere(np.asarray(frame.cfa.pattern) == wanted)
    if not len(places):
        raise BadInput(f"the sensor has no plane {wanted}; it has 0 to {len(colours) - 1}")
    (y, x), period = places[0], frame.cfa.extent
    return codes[y :: period.height, x :: period.width]


def _level(stack: Stack, plane: int | None, *, flat: bool) -> _Level:
    if len(stack) < 2:
        raise BadInput(f"a stack has {len(stack)} frames; take two or more of each level")
    if len({(frame.extent, frame.active_area) for frame in stack}) > 1:
        raise BadInput("frames of one stack differ in size; take them all with the same sensor and mode")
    pictures = np.stack([_lattice(frame, plane) for frame in stack])
    count, height, width = pictures.shape
    centred = pictures - pictures.mean(axis=(1, 2), keepdims=True)
    centred = centred - centred.mean(axis=0)
    variance = float((centred**2).sum() / (count - 1)) / (height * width)
    rows = float((centred.mean(axis=2) ** 2).sum() / (count - 1)) / height - variance / width
    columns = float((centred.mean(axis=1) ** 2).sum() / (count - 1)) / width - variance / height
    mean = pictures.mean(axis=0)
    time = stack[0].metadata.exposure_time_s
    level = float(mean.mean())
    return _Level(
        0.0 if time is None else time,
        level,
        variance,
        _flattened(mean) if flat else mean,
        count,
        rows,
        columns,
    )


def _flattened(picture: Float[np.ndarray, "h w"]) -> Float[np.ndarray, "h w"]:
    """The picture without its surface of second order, its mean kept."""
    y, x = (np.linspace(-1, 1, size) for size in picture.shape)
    terms = [(0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2)]
    down = np.stack([y**i for i, _ in terms])
    across = np.stack([x**j for _, j in terms])
    normal = (down @ down.T) * (across @ across.T)
    right = np.einsum("ty,yx,tx->t", down, picture, across, optimize=True)
    factors = np.linalg.lstsq(normal, right, rcond=None)[0]
    surface = np.einsum("t,ty,tx->yx", factors, down, across, optimize=True)
    return np.asarray(picture - surface + picture.mean())


def _gain(code: np.ndarray, variance: np.ndarray, lit: Sequence[_Level], top: int) -> tuple[float, float]:
    """Slope through the origin of variance against mean up to 70 % of saturation, and its standard error."""
    used = (code > 0) & (code <= _FIT * code[top]) & (np.arange(len(code)) <= top)
    if not used.any():
        raise BadInput("no flat stack lies between dark and 70 % of saturation; add levels of less light")
    weight = np.array([one.pairs / (2 * one.variance**2) for one in lit])[used]
    x, y = code[used], variance[used]
    scale = float((weight * x * x).sum())
    k = float((weight * x * y).sum()) / scale
    if k <= 0:
        raise BadInput("noise does not rise with light in the flat stacks; give frames that nobody denoised")
    return k, float(1 / np.sqrt(scale))


def _estimate(value: float, error: float, unit: str) -> Estimate:
    reach = NORMAL_95 * float(error)
    return Estimate(float(value), float(value) - reach, float(value) + reach, unit)


def _noise(base: _Level, k: float, spread: float) -> Estimate:
    alone = max(base.variance - ROUNDING, 0.0)
    value = np.sqrt(alone) / k
    own = base.variance * np.sqrt(2 / base.pairs) / (2 * max(np.sqrt(alone), 1e-12) * k)
    return _estimate(value, float(np.hypot(own, value * spread / k)), "e-")


def _lines(base: _Level, variance: float, shape: tuple[int, ...], k: float) -> Estimate:
    """Noise common to a line, of so many lines of so many pixels."""
    lines, pixels = shape
    value = np.sqrt(max(variance, 0.0))
    chance = (max(variance, 0.0) + base.variance / pixels) * np.sqrt(2 / (lines * (base.frames - 1)))
    return _estimate(float(value / k), float(chance / (2 * max(value, np.sqrt(chance))) / k), "e-")


def _spatial(variance: float, level: _Level, scale: float, unit: str = "e-") -> Estimate:
    """Square root of a variance over pixels, and the chance in it."""
    value = np.sqrt(max(variance, 0.0)) / scale
    whole = float(np.var(level.picture, ddof=1)) * np.sqrt(2 / level.picture.size)
    error = whole / (2 * max(np.sqrt(max(variance, 0.0)), np.sqrt(whole))) / scale
    return _estimate(float(value), float(error), unit)


def _prnu(
    lit: Sequence[_Level], own: Sequence[_Level], code: np.ndarray, full: float, base: _Level
) -> Estimate:
    share = code / full
    able = [index for index in range(len(lit)) if 0 < share[index] <= _FIT] or [int(np.argmax(code))]
    deep = max(lit[index].frames for index in able)
    best = min((i for i in able if lit[i].frames == deep), key=lambda i: abs(share[i] - _HALF))
    dark = own[best] if own[best].frames == base.frames else base
    return _spatial(lit[best].spatial - dark.spatial, lit[best], float(code[best]), "")


def _dark_current(dark: Sequence[_Level], k: float) -> Estimate | None:
    times = np.array([level.time for level in dark])
    if len(np.unique(times)) < 2:
        return None
    means = np.array([level.mean for level in dark]) / k
    errors = (
        np.array(
            [np.sqrt(level.variance / level.pairs + max(level.row, 0.0) / level.frames) for level in dark]
        )
        / k
    )
    centred = times - times.mean()
    weight = centred / (centred**2).sum()
    return _estimate(float(weight @ means), float(np.sqrt((weight**2) @ errors**2)), "e-/s")


def _saturation(code: np.ndarray, top: int, k: float) -> Estimate:
    before, after = code[max(top - 1, 0)], code[min(top + 1, len(code) - 1)]
    return Estimate(float(code[top] / k), float(before / k), float(after / k), "e-")


def _linearity(code: np.ndarray, full: float, exposures: Sequence[float]) -> float | None:
    """Mean deviation from the line that makes relative deviations least, 5 % to 95 % of saturation."""
    light = np.asarray(exposures, float)
    used = (code >= _LINEAR_FROM * full) & (code <= _LINEAR_TO * full)
    if len(light) != len(code):
        raise BadInput(f"there are {len(light)} exposures for {len(code)} flat stacks; give one for each")
    if used.sum() < 3 or len(np.unique(light[used])) < 3:
        return None
    x, y = light[used], code[used]
    design = np.stack([1 / y, x / y], axis=1)
    line = np.linalg.lstsq(design, np.ones(len(y)), rcond=None)[0]
    return float(np.mean(np.abs(y / (line[0] + line[1] * x) - 1)))

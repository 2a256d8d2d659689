"""Evaluation: what EMVA 1288 asks of a sensor, from the levels of a series and a fit of them."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.quality.emva import dark_current
from lichtbild.quality.emva.joint_fit import fit_joint
from lichtbild.quality.emva.level import Level
from lichtbild.quality.emva.linear_fit import FIT, LEAST_DARK, Curve, Fit, curve_of, fit_linear
from lichtbild.quality.estimate import Estimate, product

_HALF, _LINEAR_FROM, _LINEAR_TO, _MISFIT = 0.5, 0.05, 0.95, 5.0
DEEP: Final = 8
"""Frames from which on a stack serves for the spatial nonuniformity."""

Light = Literal["photons", "relative", "unknown"]


@dataclass(frozen=True)
class Series:
    """Levels of one gain and one colour.

    Attributes:
        lit: from dim to saturated.
        dark: without light, of one or more exposure times.
        light: what the levels' light means: photons on a pixel, only proportional to them, or nothing.
    """

    lit: tuple[Level, ...]
    dark: tuple[Level, ...]
    light: Light = "relative"


@dataclass(frozen=True)
class Evaluation:
    """A sensor's numbers.

    Attributes:
        fit: gain, responsivity, dark variance and response.
        model: how it was fitted.
        dark_noise: temporal noise without light, electrons.
        quantum_efficiency: electrons for each photon; None unless photons are known.
        saturation: electrons at the largest temporal variance; its interval reaches to the next levels.
        dsnu: deviation of the pixels' offsets, electrons, rows and columns included.
        prnu: relative deviation of the pixels' responses, likewise.
        dark_current: electrons per second by the mean; None where all dark levels have one time.
        dark_current_by_variance: the same by the variance.
        linearity_error: mean deviation from a line, as a share; None where light is unknown.
        notes: what a reader has to know.
    """

    fit: Fit
    model: Literal["joint", "linear"]
    dark_noise: Estimate
    quantum_efficiency: Estimate | None
    saturation: Estimate
    dsnu: Estimate
    prnu: Estimate
    dark_current: Estimate | None
    dark_current_by_variance: Estimate | None
    linearity_error: float | None
    notes: tuple[str, ...] = ()

    @property
    def gain(self) -> Estimate:
        """K, codes per electron."""
        return self.fit.gain

    @property
    def threshold(self) -> Estimate:
        """Electrons whose signal equals the temporal noise, rounding included.

        Source: EMVA Standard 1288 Release 4.0, section 2 (absolute sensitivity threshold), from memory.
        """
        rounding = 1 / 12 / self.gain.value**2
        noise = float(np.sqrt(self.dark_noise.value**2 + rounding))
        return Estimate(noise + 0.5, self.dark_noise.error * self.dark_noise.value / max(noise, 1e-12))

    @property
    def dynamic_range_db(self) -> Estimate:
        """Saturation over threshold, dB of 20 per decade."""
        return _decibels(product(self.saturation, self.threshold, power=-1.0))

    @property
    def largest_snr_db(self) -> Estimate:
        """Signal over shot noise at saturation, dB of 20 per decade."""
        top = np.sqrt(self.saturation.value)
        return _decibels(Estimate(float(top), float(self.saturation.error / (2 * top))))


def evaluate(series: Series, model: Literal["joint", "linear"] = "joint") -> Evaluation:
    """A sensor's numbers from a series.

    Args:
        series: the levels.
        model: ``joint`` fits a cubic response with gain and noise; ``linear`` is the standard's procedure.

    Raises:
        BadInput: the series has too few levels, or its noise does not rise with the light.

    Source: EMVA Standard 1288 Release 4.0, sections 6 to 8, from memory and its reference implementation;
    with ``joint`` every number in electrons goes through the fitted response first.
    """
    if model not in ("joint", "linear"):
        raise BadInput(f"the model is '{model}'; give 'joint' or 'linear'")
    curve = curve_of(series.lit, series.dark)
    lit = series.light != "unknown"
    fit = fit_joint(curve, lit=lit) if model == "joint" else fit_linear(curve, lit=lit)
    efficiency = None
    if series.light == "photons" and fit.responsivity is not None:
        efficiency = product(fit.responsivity, fit.gain, fit.gain_with_responsivity, -1.0)
    base = max(series.dark, key=lambda level: level.frames)
    return Evaluation(
        fit=fit,
        model=model,
        dark_noise=_dark_noise(fit),
        quantum_efficiency=efficiency,
        saturation=_saturation(curve, fit),
        dsnu=_pattern(base.spatial.total, base, fit.gain.value),
        prnu=_prnu(series, base, curve, fit),
        dark_current=dark_current.by_mean(series.dark, fit),
        dark_current_by_variance=dark_current.by_variance(series.dark, fit),
        linearity_error=_linearity(curve) if lit else None,
        notes=_notes(series, curve, fit),
    )


def _dark_noise(fit: Fit) -> Estimate:
    """Square root of the dark variance over the gain, errors carried on."""
    dark, gain = fit.dark_variance, fit.gain
    if dark.value <= 0:
        return Estimate(0.0, float(np.sqrt(dark.error)) / gain.value)
    root = Estimate(float(np.sqrt(dark.value)), dark.error / (2 * float(np.sqrt(dark.value))))
    return product(root, gain, fit.gain_with_dark / (2 * root.value), -1.0)


def _saturation(curve: Curve, fit: Fit) -> Estimate:
    code, top = curve.code, curve.top
    electrons = np.asarray(fit.response.linear(code)) / fit.gain.value
    last = electrons[min(top + 1, len(code) - 1)] - electrons[top]
    reach = max(abs(last), electrons[top] - electrons[max(top - 1, 0)])
    own = electrons[top] * fit.gain.error / fit.gain.value
    return Estimate(float(electrons[top]), float(np.hypot(reach / 2, own)))


def _pattern(variance: float, level: Level, scale: float) -> Estimate:
    """Deviation over the pixels by its variance, and the chance in it."""
    value = float(np.sqrt(max(variance, 0.0)))
    whole = max(variance, 0.0) + level.temporal.total / level.frames
    chance = whole * float(np.sqrt(2 / level.spatial_freedom))
    return Estimate(value / scale, chance / (2 * max(value, float(np.sqrt(chance)), 1e-12)) / scale)


def _prnu(series: Series, base: Level, curve: Curve, fit: Fit) -> Estimate:
    """Spatial deviation near half of saturation, through the response's slope, over the signal."""
    lit = sorted(series.lit, key=lambda level: level.mean)
    share = curve.code / curve.code[curve.top]
    able = [index for index in range(len(lit)) if 0 < share[index] <= FIT] or [len(lit) - 1]
    deep = max(lit[index].frames for index in able)
    best = min((i for i in able if lit[i].frames == deep), key=lambda i: abs(share[i] - _HALF))
    linear = float(fit.response.linear(curve.code[best]))
    slope = float(fit.response.slope(linear))
    variance = lit[best].spatial.total / slope**2 - base.spatial.total
    found = _pattern(variance * slope**2, lit[best], slope * linear)
    return found


def _linearity(curve: Curve) -> float | None:
    """Mean deviation from the line that makes relative deviations least, 5 % to 95 % of saturation."""
    full = curve.code[curve.top]
    used = (curve.code >= _LINEAR_FROM * full) & (curve.code <= _LINEAR_TO * full)
    if used.sum() < 3 or len(np.unique(curve.light[used])) < 3:
        return None
    x, y = curve.light[used], curve.code[used]
    line = np.linalg.lstsq(np.stack([1 / y, x / y], axis=1), np.ones(len(y)), rcond=None)[0]
    return float(np.mean(np.abs(y / (line[0] + line[1] * x) - 1)))


def _notes(series: Series, curve: Curve, fit: Fit) -> tuple[str, ...]:
    notes = []
    if curve.dark.min() < LEAST_DARK:
        notes.append(
            f"The dark variance is {curve.dark.min():.2g} codes squared, below {LEAST_DARK}: rounding is not "
            "even there, and dark noise is uncertain beyond its interval."
        )
    chance = 1 + _MISFIT * np.sqrt(2 / max(fit.levels, 1))
    if np.isfinite(fit.misfit) and fit.misfit > chance:
        notes.append(
            f"The variances scatter {fit.misfit:.2g} times as much as by chance: the model of shot noise and "
            "a cubic response does not fit."
        )
    if fit.light_jitter > 0:
        notes.append(f"The light scattered by {100 * fit.light_jitter:.2g} % from level to level.")
    if max(level.frames for level in series.lit) < DEEP:
        notes.append("PRNU stands on few frames; take 8 or more near half of saturation.")
    return tuple(notes)


def _decibels(ratio: Estimate) -> Estimate:
    return Estimate(20 * float(np.log10(ratio.value)), 20 / float(np.log(10)) * ratio.error / ratio.value)

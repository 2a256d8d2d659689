"""Dark current: electrons that heat frees in each second, from dark levels of several exposure times."""

from collections.abc import Sequence

import numpy as np

from lichtbild.quality.emva.level import Level
from lichtbild.quality.emva.linear_fit import Fit
from lichtbild.quality.estimate import Estimate, product


def by_mean(dark: Sequence[Level], fit: Fit) -> Estimate | None:
    """Electrons per second by the dark code's rise; None where all dark levels have one exposure time.

    Source: EMVA Standard 1288 Release 4.0, section 7 (dark current from the mean), from memory.
    """
    values = np.array([level.mean for level in dark])
    errors = np.array([level.mean_error for level in dark])
    slope = _slope(dark, values, errors)
    return None if slope is None else _per_gain(slope, fit.gain, -1.0)


def by_variance(dark: Sequence[Level], fit: Fit) -> Estimate | None:
    """Electrons per second by the dark variance's rise, for sensors that subtract the mean themselves.

    Source: EMVA Standard 1288 Release 4.0, section 7 (dark current from the variance), from memory.
    """
    values = np.array([level.temporal.total for level in dark])
    errors = values * np.sqrt(2 / np.array([level.freedom for level in dark]))
    slope = _slope(dark, values, errors)
    return None if slope is None else _per_gain(slope, fit.gain, -2.0)


def _per_gain(slope: Estimate, gain: Estimate, power: float) -> Estimate:
    """A slope that may be 0, times a power of the gain."""
    if slope.value == 0:
        return Estimate(0.0, slope.error * gain.value**power)
    return product(slope, gain, power=power)


def _slope(dark: Sequence[Level], values: np.ndarray, errors: np.ndarray) -> Estimate | None:
    """Slope against time of a weighted line, its error by the errors or the scatter, the larger."""
    times = np.array([level.time for level in dark])
    if len(np.unique(times)) < 2:
        return None
    weight = 1 / np.maximum(errors, 1e-12) ** 2
    middle = float(weight @ times / weight.sum())
    spread = float(weight @ (times - middle) ** 2)
    slope = float((weight * (times - middle)) @ values / spread)
    left = values - float(weight @ values / weight.sum()) - slope * (times - middle)
    scale = float(weight @ left**2) / (len(times) - 2) if len(times) > 2 else 1.0
    return Estimate(slope, float(np.sqrt(max(scale, 1.0) / spread)))

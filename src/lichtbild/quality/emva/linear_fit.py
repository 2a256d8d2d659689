"""Linear fit: gain and responsivity as lines through the origin, as the standard's linear model has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.quality.emva.level import Level
from lichtbild.quality.emva.response import Response
from lichtbild.quality.estimate import Estimate

FIT: Final = 0.7
"""Share of saturation up to which the standard fits."""

ROUNDING: Final = 1 / 12
"""Variance of rounding to whole codes."""

LEAST_DARK: Final = 0.24
"""Temporal variance in the dark below which rounding is no longer even, codes squared."""


LINE: Final = Response()
"""The response of a linear sensor."""


@dataclass(frozen=True)
class Fit:
    """Gain, responsivity and dark noise of a sensor.

    Attributes:
        gain: K, codes per electron.
        responsivity: codes per unit of light; None without light.
        dark_variance: in the dark without rounding, codes squared.
        gain_with_responsivity: covariance of the two errors.
        gain_with_dark: covariance of the errors of gain and dark variance.
        response: curve of the codes; a line where none was fitted.
        response_errors: standard errors of its quadratic and cubic terms.
        levels: that were used.
        misfit: chi-square over its degrees of freedom, of the variances.
        light_jitter: relative scatter of the light from level to level that the means show.
    """

    gain: Estimate
    responsivity: Estimate | None
    dark_variance: Estimate
    gain_with_responsivity: float = 0.0
    gain_with_dark: float = 0.0
    response: Response = LINE
    response_errors: tuple[float, float] = (0.0, 0.0)
    levels: int = 0
    misfit: float = float("nan")
    light_jitter: float = 0.0


@dataclass(frozen=True, eq=False)
class Curve:
    """The levels of a series as arrays, with the dark one of the same time taken off.

    Attributes:
        light: of each lit level, rising.
        code: mean above dark.
        code_error: its standard error.
        variance: temporal, not above dark.
        dark: temporal variance of the dark level that belongs to it.
        freedom: of the variance.
        dark_freedom: of the dark variance.
        top: index of the level of largest variance, which the standard calls saturated.
    """

    light: Float[np.ndarray, " level"]
    code: Float[np.ndarray, " level"]
    code_error: Float[np.ndarray, " level"]
    variance: Float[np.ndarray, " level"]
    dark: Float[np.ndarray, " level"]
    freedom: Float[np.ndarray, " level"]
    dark_freedom: Float[np.ndarray, " level"]
    top: int


def curve_of(lit: Sequence[Level], dark: Sequence[Level]) -> Curve:
    """Lit levels against the dark levels nearest in exposure time.

    Raises:
        BadInput: there are fewer than four lit levels or no dark one, or none gets brighter.
    """
    if len(lit) < 4 or not dark:
        raise BadInput(f"got {len(lit)} lit levels and {len(dark)} dark ones; give 4 lit and 1 dark or more")
    order = sorted(lit, key=lambda level: level.mean)
    own = [min(dark, key=lambda one: (abs(one.time - level.time), -one.freedom)) for level in order]
    code = np.array([level.mean - base.mean for level, base in zip(order, own, strict=True)])
    if code[-1] <= 0:
        raise BadInput("no lit level is brighter than the dark one; check which frames are which")
    variance = np.array([level.temporal.total for level in order])
    return Curve(
        light=np.array([level.light for level in order]),
        code=code,
        code_error=np.array(
            [np.hypot(level.mean_error, base.mean_error) for level, base in zip(order, own, strict=True)]
        ),
        variance=variance,
        dark=np.array([base.temporal.total for base in own]),
        freedom=np.array([level.freedom for level in order]),
        dark_freedom=np.array([base.freedom for base in own]),
        top=int(np.argmax(variance)),
    )


def fit_linear(curve: Curve, *, lit: bool) -> Fit:
    """Lines through the origin by plain least squares, up to 70 % of saturation.

    Args:
        curve: the levels.
        lit: whether their light is known, at least relatively.

    Raises:
        BadInput: no two levels lie in that range, or the noise does not rise with the light.

    Source: EMVA Standard 1288 Release 4.0, section 6 (gain from variance against mean; responsivity from
    mean against photons; dark noise), from memory and from its reference implementation.
    """
    used = (curve.code > 0) & (curve.code <= FIT * curve.code[curve.top])
    used &= np.arange(len(used)) <= curve.top
    if used.sum() < 2:
        raise BadInput(f"{int(used.sum())} lit levels lie up to 70 % of saturation; give more of less light")
    code = curve.code[used]
    rise = curve.variance[used] - curve.dark[used]
    scatter = 2 * curve.variance[used] ** 2 / curve.freedom[used]
    shared = 2 * float(np.mean(curve.dark[used] ** 2 / curve.dark_freedom[used]))
    square = float(code @ code)
    gain = float(code @ rise) / square
    if gain <= 0:
        raise BadInput("noise does not rise with light in the lit levels; give frames that nobody denoised")
    error = np.sqrt(float((code**2) @ scatter) + shared * float(code.sum()) ** 2) / square
    base = float(np.mean(curve.dark))
    line = _line(curve.light[used], code, curve.code_error[used]) if lit else None
    return Fit(
        gain=Estimate(gain, float(error)),
        responsivity=line,
        dark_variance=Estimate(max(base - ROUNDING, 0.0), float(np.sqrt(shared))),
        levels=int(used.sum()),
    )


def _line(light: np.ndarray, code: np.ndarray, errors: np.ndarray) -> Estimate:
    square = float(light @ light)
    slope = float(light @ code) / square
    left = code - slope * light
    scatter = np.maximum(errors**2, float(left @ left) / max(len(code) - 1, 1))
    return Estimate(slope, float(np.sqrt((light**2) @ scatter)) / square)

"""Joint fit: gain, responsivity, dark noise and the curve of the codes, from means and variances together.

With u = v / scale and v the code of a linear sensor above dark::

    v = R p                                     light p, responsivity R
    mean     = g(v) + g''(v) s2 / 2             g: cubic, slope 1 in the dark
    variance = g'(v)^2 s2 + ... + 1/12          s2 = K v + D: shot noise of gain K, and dark noise

A curved response bends both: the standard's lines then give a gain that is off by about -5 times the cubic
term times the mean square of u, since the slope enters the variance squared and the mean once.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from jaxtyping import Bool, Float

from lichtbild.core.errors import BadInput
from lichtbild.quality.emva.linear_fit import ROUNDING, Curve, Fit, fit_linear
from lichtbild.quality.emva.response import Response
from lichtbild.quality.estimate import Estimate

REACH: Final = 0.9
"""Share of saturation up to which the joint fit takes levels; beyond it wells and converters cut."""

ROOM: Final = 4.0
"""Standard deviations that a level stays below the brightest one's code, so that nothing is cut."""

_STEPS, _JITTERS = 30, 6


@dataclass(frozen=True, eq=False)
class _Problem:
    """Numbers that the model is fitted to, and what is known beside them."""

    light: Float[np.ndarray, " level"] | None
    code: Float[np.ndarray, " level"]
    code_error: Float[np.ndarray, " level"]
    variance: Float[np.ndarray, " level"]
    freedom: Float[np.ndarray, " level"]
    dark: float
    dark_freedom: float
    dark_rise: Float[np.ndarray, " level"]
    scale: float
    order: int


def fit_joint(curve: Curve, *, lit: bool, order: int = 3) -> Fit:
    """Gain, responsivity, dark noise and response in one fit of greatest likelihood.

    Means are normal with their temporal error and a relative jitter of the light, which is estimated so that
    the means' chi-square is what it should be. Variances have the relative variance 2 / freedom about the
    model's. The weights follow the model, iterated (Fisher scoring).

    Args:
        curve: the levels.
        lit: whether their light is known, at least relatively. Without it the curve shows in the variances
            alone, and the intervals grow.
        order: of the response: 1 a line, 2 or 3 a curve.

    Raises:
        BadInput: too few levels lie below saturation, or the noise does not rise with the light.

    Source: Snyder, Hammoud, White, "Image recovery from data acquired with a charge-coupled-device camera"
    (JOSA A 10, 1993), eq. 1, for the Poisson-Gauss model; Green, "Iteratively reweighted least squares for
    maximum likelihood estimation" (J. R. Stat. Soc. B 46, 1984). The combination is ours.
    """
    start = fit_linear(curve, lit=lit)
    problem = _problem(curve, lit, order)
    first = [] if start.responsivity is None else [start.responsivity.value]
    theta = np.array([start.gain.value, start.dark_variance.value, *first, *([0.0] * (order - 1))])
    jitter = 0.0
    for _ in range(_JITTERS):
        theta = _scored(problem, theta, jitter)
        before, jitter = jitter, _jitter(problem, theta)
        if abs(jitter - before) <= 1e-3 * jitter:
            break
    residuals, slopes = _linearised(problem, theta, jitter)
    covariance = np.linalg.inv(slopes.T @ slopes)
    return _worded(problem, theta, covariance, (jitter, _misfit(problem, residuals)))


def usable(curve: Curve) -> Bool[np.ndarray, " level"]:
    """Levels that the joint fit takes: lit, up to 90 % of saturation, four deviations below what is cut."""
    full, highest = curve.code[curve.top], curve.code.max()
    used = (curve.code > 0) & (curve.code <= REACH * full) & (np.arange(len(curve.code)) <= curve.top)
    return np.asarray(used & (curve.code + ROOM * np.sqrt(curve.variance) <= highest))


def _problem(curve: Curve, lit: bool, order: int) -> _Problem:
    used = usable(curve)
    if used.sum() < order + 2:
        raise BadInput(
            f"{int(used.sum())} lit levels lie up to {100 * REACH:g} % of saturation; give {order + 2} or "
            "more, evenly spread"
        )
    return _Problem(
        light=curve.light[used] if lit else None,
        code=curve.code[used],
        code_error=curve.code_error[used],
        variance=curve.variance[used],
        freedom=curve.freedom[used],
        dark=float(curve.dark[0]),
        dark_freedom=float(curve.dark_freedom[0]),
        dark_rise=curve.dark[used] - curve.dark[0],
        scale=float(curve.code[curve.top]),
        order=order,
    )


def _response(problem: _Problem, theta: np.ndarray) -> Response:
    terms = [*theta[len(theta) - problem.order + 1 :], 0.0, 0.0]
    return Response(float(terms[0]), float(terms[1]), problem.scale)


def _model(problem: _Problem, theta: np.ndarray) -> tuple[Any, Any]:
    """Mean above dark and variance of each level; without light the mean is the measured one."""
    gain, dark = theta[:2]
    response = _response(problem, theta)
    shift = response.mean(0.0, dark)
    if problem.light is not None:
        linear = theta[2] * problem.light
    else:
        linear = response.linear(problem.code)
        for _ in range(3):
            bent = response.mean(linear, gain * linear + dark) - shift - response.code(linear)
            linear = response.linear(problem.code - bent)
    spread = gain * linear + dark + problem.dark_rise
    mean = response.mean(linear, spread) - shift
    return mean, response.variance(linear, spread, gain**2 * linear) + ROUNDING


def _residuals(problem: _Problem, theta: np.ndarray, weights: np.ndarray) -> np.ndarray:
    mean, variance = _model(problem, theta)
    parts = [] if problem.light is None else [problem.code - mean]
    apart = [*parts, problem.variance - variance, np.array([problem.dark - theta[1] - ROUNDING])]
    return np.asarray(np.concatenate(apart) * weights)


def _weights(problem: _Problem, theta: np.ndarray, jitter: float) -> np.ndarray:
    mean, variance = _model(problem, theta)
    errors = np.sqrt(problem.code_error**2 + (jitter * mean) ** 2)
    parts = [] if problem.light is None else [1 / np.maximum(errors, 1e-12)]
    floor = 1e-6 * problem.dark + 1e-12
    dark = np.sqrt(problem.dark_freedom / 2) / max(theta[1] + ROUNDING, floor)
    return np.concatenate(
        [*parts, np.sqrt(problem.freedom / 2) / np.maximum(variance, floor), np.array([dark])]
    )


def _linearised(problem: _Problem, theta: np.ndarray, jitter: float) -> tuple[np.ndarray, np.ndarray]:
    """Weighted residuals, and their negative derivatives by central differences at fixed weights."""
    weights = _weights(problem, theta, jitter)
    columns = []
    for index, value in enumerate(theta):
        step = np.zeros(len(theta))
        step[index] = 1e-5 * max(abs(value), 1e-2 if index >= len(theta) - problem.order + 1 else 1e-6)
        up, down = (_residuals(problem, theta + sign * step, weights) for sign in (1, -1))
        columns.append((down - up) / (2 * step[index]))
    return _residuals(problem, theta, weights), np.stack(columns, axis=1)


def _scored(problem: _Problem, theta: np.ndarray, jitter: float) -> np.ndarray:
    """Parameters of greatest likelihood."""
    for _ in range(_STEPS):
        residuals, slopes = _linearised(problem, theta, jitter)
        size = np.linalg.norm(slopes, axis=0)
        step = np.linalg.lstsq(slopes / size, residuals, rcond=None)[0] / size
        theta = theta + step
        theta[1] = max(theta[1], 0.0)
        if theta[0] <= 0:
            raise BadInput("noise does not rise with light in the lit levels; give frames nobody denoised")
        if (np.abs(step) * size).max() < 1e-6:
            break
    return theta


def _jitter(problem: _Problem, theta: np.ndarray) -> float:
    """Relative scatter of the light that makes the means' chi-square their degrees of freedom."""
    if problem.light is None:
        return 0.0
    mean, _ = _model(problem, theta)
    left, free = (problem.code - mean) ** 2, len(mean) - problem.order

    def excess(jitter: float) -> float:
        return float(np.sum(left / (problem.code_error**2 + (jitter * mean) ** 2))) - free

    if free < 1 or excess(0.0) <= 0:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return high


def _misfit(problem: _Problem, residuals: np.ndarray) -> float:
    """Chi-square of the variances over their degrees of freedom."""
    of_means = 0 if problem.light is None else len(problem.code)
    known = 2 if of_means else problem.order + 1
    return float((residuals[of_means:] ** 2).sum() / max(len(problem.code) + 1 - known, 1))


def _worded(problem: _Problem, theta: np.ndarray, covariance: np.ndarray, fits: tuple[float, float]) -> Fit:
    errors = np.sqrt(np.diag(covariance))
    lit = problem.light is not None
    terms = [*errors[3 if lit else 2 :], 0.0, 0.0]
    found = Fit(
        gain=Estimate(float(theta[0]), float(errors[0])),
        responsivity=Estimate(float(theta[2]), float(errors[2])) if lit else None,
        dark_variance=Estimate(float(theta[1]), float(errors[1])),
        gain_with_dark=float(covariance[0, 1]),
        response=_response(problem, theta),
        response_errors=(float(terms[0]), float(terms[1])),
        levels=len(problem.code),
        light_jitter=fits[0],
        misfit=fits[1],
    )
    return replace(found, gain_with_responsivity=float(covariance[0, 2])) if lit else found

"""Cubic splines through given points: the smooth curves of tone and of tables."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class CubicSpline:
    """A curve of cubic pieces through points, given by its slope at each of them.

    Attributes:
        x: places of the points, increasing.
        y: values there.
        slopes: dy/dx there.
    """

    x: Float[np.ndarray, " points"]
    y: Float[np.ndarray, " points"]
    slopes: Float[np.ndarray, " points"]

    def __call__(self, x: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
        """Values of the curve; beyond its ends the end points' own."""
        x = np.clip(x, self.x[0], self.x[-1])
        right = np.clip(np.searchsorted(self.x, x), 1, len(self.x) - 1)
        left = right - 1
        step = self.x[right] - self.x[left]
        t = (x - self.x[left]) / step
        # Hermite's form: values and slopes at both ends of the piece.
        start = (1 + 2 * t) * self.y[left] + t * step * self.slopes[left]
        end = (3 - 2 * t) * self.y[right] - (1 - t) * step * self.slopes[right]
        return np.asarray((1 - t) ** 2 * start + t**2 * end)


def natural_spline(x: Float[np.ndarray, " points"], y: Float[np.ndarray, " points"]) -> CubicSpline:
    """The spline with continuous second derivative, which is zero at both ends.

    Args:
        x: places of two or more points, increasing.
        y: values there.

    Raises:
        ValueError: there is one point only, or the places do not increase.

    Source: Press et al., Numerical Recipes (3rd ed.) section 3.3, solved for slopes.
    """
    if len(x) < 2 or not np.all(np.diff(x) > 0):
        raise ValueError("a spline needs two or more points whose places increase")
    step = np.diff(x)
    secant = np.diff(y) / step
    below = np.append(step[1:], 1.0)
    above = np.insert(step[:-1], 0, 1.0)
    diagonal = np.concatenate([[2.0], 2 * (step[:-1] + step[1:]), [2.0]])
    inner = 3 * (step[1:] * secant[:-1] + step[:-1] * secant[1:])
    right = np.concatenate([[3 * secant[0]], inner, [3 * secant[-1]]])
    slopes = _solve_tridiagonal(below, diagonal, above, right)
    return CubicSpline(np.asarray(x, np.float64), np.asarray(y, np.float64), slopes)


def monotone_spline(x: Float[np.ndarray, " points"], y: Float[np.ndarray, " points"]) -> CubicSpline:
    """The spline that rises and falls only where its points do.

    Args:
        x: places of three or more points, increasing.
        y: values there.

    Raises:
        ValueError: there are fewer than three points, or the places do not increase.

    Source: Fritsch and Butland, SIAM Journal on Scientific and Statistical Computing 5 (1984) 300.
    """
    if len(x) < 3 or not np.all(np.diff(x) > 0):
        raise ValueError("a monotone spline needs three or more points whose places increase")
    step = np.diff(x).astype(np.float64)
    secant = np.diff(y) / step
    before, after = secant[:-1], secant[1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        near, far = 2 * step[1:] + step[:-1], step[1:] + 2 * step[:-1]
        inner = (near + far) / (near / before + far / after)
    inner = np.where(before * after > 0, inner, 0.0)
    ends = _end_slope(step[:2], secant[:2]), _end_slope(step[:-3:-1], secant[:-3:-1])
    slopes = np.concatenate([[ends[0]], inner, [ends[1]]])
    return CubicSpline(np.asarray(x, np.float64), np.asarray(y, np.float64), slopes)


def _end_slope(step: Float[np.ndarray, "2"], secant: Float[np.ndarray, "2"]) -> float:
    """Slope of the parabola through an end and its two neighbours, kept from overshooting."""
    slope = float(((2 * step[0] + step[1]) * secant[0] - step[0] * secant[1]) / step.sum())
    if slope * secant[0] <= 0:
        return 0.0
    limit = 3 * abs(float(secant[0])) if secant[0] * secant[1] <= 0 else abs(slope)
    return float(np.clip(slope, -limit, limit))


def _solve_tridiagonal(
    below: Float[np.ndarray, " others"],
    diagonal: Float[np.ndarray, " rows"],
    above: Float[np.ndarray, " others"],
    right: Float[np.ndarray, " rows"],
) -> Float[np.ndarray, " rows"]:
    """The solution of a system with three diagonals, by elimination downwards and substitution upwards."""
    diagonal, solution = diagonal.copy(), right.astype(np.float64)
    for row in range(1, len(right)):
        factor = below[row - 1] / diagonal[row - 1]
        diagonal[row] -= factor * above[row - 1]
        solution[row] -= factor * solution[row - 1]
    solution[-1] /= diagonal[-1]
    for row in range(len(right) - 2, -1, -1):
        solution[row] = (solution[row] - above[row] * solution[row + 1]) / diagonal[row]
    return np.asarray(solution)

"""Response: from the code that a linear sensor would give to the code that this one gives."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Response:
    """A cubic curve through the dark, of slope 1 there.

    With u = v / scale it is g(v) = v (1 + quadratic u + cubic u^2).

    Attributes:
        quadratic: relative deviation from the line at the scale, of the term of second order.
        cubic: that of third order.
        scale: code above dark, of the linear sensor.
    """

    quadratic: float = 0.0
    cubic: float = 0.0
    scale: float = 1.0

    def code(self, linear: Any) -> Any:
        """Code above dark for a linear one."""
        u = linear / self.scale
        return linear * (1 + u * (self.quadratic + u * self.cubic))

    def slope(self, linear: Any) -> Any:
        """First derivative."""
        u = linear / self.scale
        return 1 + u * (2 * self.quadratic + u * 3 * self.cubic)

    def bend(self, linear: Any) -> Any:
        """Second derivative, per code."""
        return (2 * self.quadratic + 6 * self.cubic * linear / self.scale) / self.scale

    @property
    def twist(self) -> float:
        """Third derivative, per code squared."""
        return 6 * self.cubic / self.scale**2

    def linear(self, code: Any) -> Any:
        """Linear code for one above dark: the inverse of `code`, by Newton's steps."""
        code = np.asarray(code, float)
        found = code
        for _ in range(30):
            step = (self.code(found) - code) / np.maximum(self.slope(found), 0.05)
            found = found - step
            if np.abs(step).max() <= 1e-13 * self.scale:
                break
        return found

    def deviation(self, linear: Any) -> Any:
        """Relative deviation from the line through the dark."""
        u = linear / self.scale
        return u * (self.quadratic + u * self.cubic)

    def mean(self, linear: Any, variance: Any) -> Any:
        """Mean code of linear codes that scatter, to second order."""
        return self.code(linear) + 0.5 * self.bend(linear) * variance

    def variance(self, linear: Any, variance: Any, skewness: Any = 0.0) -> Any:
        """Variance of the code of linear ones that scatter, to fourth order.

        Args:
            linear: mean.
            variance: of the linear codes.
            skewness: their third central moment.
        """
        slope, bend = self.slope(linear), self.bend(linear)
        fourth = (0.5 * bend**2 + slope * self.twist) * variance**2
        return slope**2 * variance + slope * bend * skewness + fourth

"""Estimate: a number with its standard error."""

from dataclasses import dataclass

import numpy as np

from lichtbild.quality.interval import NORMAL_95


@dataclass(frozen=True)
class Estimate:
    """A number that was estimated.

    Attributes:
        value: best guess.
        error: its standard error, of the same unit.
    """

    value: float
    error: float

    @property
    def interval(self) -> tuple[float, float]:
        """Ends of the 95 % interval."""
        reach = NORMAL_95 * self.error
        return self.value - reach, self.value + reach

    def covers(self, truth: float) -> bool:
        """Whether a number lies in the 95 % interval."""
        low, high = self.interval
        return bool(low <= truth <= high)


def product(first: Estimate, second: Estimate, covariance: float = 0.0, power: float = 1.0) -> Estimate:
    """A first estimate times a power of a second one, their errors carried on to first order.

    Args:
        first: not 0.
        second: not 0.
        covariance: of the two errors.
        power: of the second; -1 divides.
    """
    value = first.value * second.value**power
    a, b = first.error / first.value, power * second.error / second.value
    both = 2 * power * covariance / (first.value * second.value)
    return Estimate(value, abs(value) * float(np.sqrt(max(a * a + b * b + both, 0.0))))

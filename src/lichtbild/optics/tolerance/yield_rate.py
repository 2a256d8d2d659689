"""Yield: which builds are good, and the share of them with its uncertainty."""

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from lichtbild.optics.tolerance.budget import Budget, ContrastLimit
from lichtbild.optics.tolerance.monte_carlo import Builds
from lichtbild.optics.tolerance.prepared import Prepared

NORMAL_95 = 1.959963984540054
"""Standard deviations that 95 % of a normal distribution lie within."""


@dataclass(frozen=True)
class Yield:
    """A share of good builds.

    Args:
        good: how many.
        total: of how many.
    """

    good: int
    total: int

    @property
    def rate(self) -> float:
        """Good builds of all, 0 to 1."""
        return self.good / self.total

    @property
    def interval(self) -> tuple[float, float]:
        """Where the rate of infinitely many builds lies with 95 % confidence.

        Source: Wilson, J. Am. Stat. Assoc. 22, 209 (1927), score interval.
        """
        n, p, z = self.total, self.rate, NORMAL_95
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)


def yield_of(builds: Builds, budget: Budget, share: np.ndarray) -> Yield:
    """The share of builds that keep every limit of a budget; see `good_builds`."""
    good = good_builds(builds, budget, share)
    return Yield(int(np.sum(good)), len(builds))


def good_builds(builds: Builds, budget: Budget, share: np.ndarray) -> np.ndarray:
    """Which builds keep every limit, ``[build]``.

    Args:
        builds: with the budget's frequencies.
        budget: with the limits.
        share: of the outermost field that each field point is at, ``[field]``.
    """
    return np.asarray(np.all(field_margins(builds, budget, share) >= 0, axis=1))


def field_margins(builds: Builds, budget: Budget, share: np.ndarray) -> np.ndarray:
    """Least contrast above all limits at each of a budget's shares of the field, ``[build, share]``."""
    at_each = [
        [replace(limit, fields=(own,)) for limit in budget.contrast if own in limit.fields]
        for own in budget.shares
    ]
    margins = [[least_margins(builds, budget, limit, share) for limit in limits] for limits in at_each]
    return np.stack([np.min(each, axis=0) for each in margins], axis=1)


def least_margins(builds: Builds, budget: Budget, limit: ContrastLimit, share: np.ndarray) -> np.ndarray:
    """Least contrast above a limit over its fields and directions, ``[build]``; NaN where no light comes."""
    wanted = np.array([limit.tangential, limit.sagittal])
    number = budget.frequencies.index(limit.frequency)
    contrast = builds.contrast[..., number][:, np.isin(share, limit.fields)]
    margins: np.ndarray = np.min(contrast - wanted, axis=(1, 2))
    return margins


def estimated_yield(ready: Prepared, count: int, seed: int) -> Yield:
    """Yield of a lens and its budget, of so many builds by derivatives drawn by a seed."""
    return yield_of(ready.predicted(ready.errors(count, seed)), ready.budget, ready.share)

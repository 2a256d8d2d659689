"""Readings: what a meter shows along a scale, and how far each can be trusted."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

Scale = Float[np.ndarray, " n"]

CONFIDENCE: Final = 1.96
"""Standard errors either side of a reading between which the truth lies in 95 of 100 cases."""


@dataclass(frozen=True, eq=False)
class Readings:
    """Values along a scale.

    Attributes:
        at: places on the scale, rising.
        value: NaN where nothing could be read.
        error: standard error of each value; 0 where it is exact, NaN where there is no value.
    """

    at: Scale
    value: Scale
    error: Scale

    @staticmethod
    def exact(at: Scale, value: Scale) -> "Readings":
        """Values without an error."""
        return Readings(at, value, np.where(np.isfinite(value), 0.0, np.nan))

    def where(self, told: np.ndarray) -> "Readings":
        """The readings without those that are not to be told."""
        return Readings(self.at, np.where(told, self.value, np.nan), np.where(told, self.error, np.nan))

    def __call__(self, at: float) -> float:
        """The value at a place of the scale, by straight lines; NaN where a neighbour has none."""
        return float(np.interp(at, self.at, self.value))

    def error_at(self, at: float) -> float:
        """Standard error of the value at a place of the scale."""
        return float(np.interp(at, self.at, self.error))

    @property
    def known(self) -> np.ndarray:
        """Which places have a value."""
        return np.asarray(np.isfinite(self.value))

    @property
    def mean(self) -> float:
        """Mean of the values that there are; NaN where there is none."""
        return float(self.value[self.known].mean()) if self.known.any() else float("nan")

    @property
    def mean_error(self) -> float:
        """Standard error of the mean, the values' errors being taken as independent."""
        held = self.error[self.known]
        return float(np.sqrt((held**2).sum()) / len(held)) if len(held) else float("nan")

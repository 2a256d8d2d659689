"""View: where data lie in a rectangle of pixels."""

from dataclasses import dataclass
from math import log10

import numpy as np
from jaxtyping import Real

Numbers = Real[np.ndarray, "..."]


@dataclass(frozen=True)
class Scale:
    """A range of numbers, linear or logarithmic.

    Args:
        low: the number at one end.
        high: the number at the other; may be the lower one, for an axis that runs backward.
        log: positions go by the logarithm.
    """

    low: float
    high: float
    log: bool = False

    def part(self, values: Numbers) -> Numbers:
        """Positions between the ends: 0 at ``low``, 1 at ``high``; NaN where a logarithm has none."""
        if not self.log:
            return (np.asarray(values, dtype=float) - self.low) / (self.high - self.low)
        positive = np.where(np.asarray(values) > 0, values, np.nan)
        return (np.log10(positive) - log10(self.low)) / (log10(self.high) - log10(self.low))


@dataclass(frozen=True)
class View:
    """A rectangle of ``width`` by ``height`` pixels whose upper left corner is the origin."""

    width: float
    height: float
    x: Scale
    y: Scale

    def across(self, values: Numbers) -> Numbers:
        """Pixels from the left edge."""
        return self.x.part(values) * self.width

    def down(self, values: Numbers) -> Numbers:
        """Pixels from the upper edge; larger values are higher up."""
        return (1 - self.y.part(values)) * self.height

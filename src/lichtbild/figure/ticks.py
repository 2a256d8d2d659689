"""Ticks: round numbers along an axis, and a range that ends on them.

A step is 1, 2 or 5 times a power of ten, so that a reader can count between labels.
"""

from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

import numpy as np
from jaxtyping import Float

from lichtbild.figure.typography import signed

STEPS = (1.0, 2.0, 5.0, 10.0)
SLACK = 1e-9
"""Of a step: how far past the end of a range rounding may put a tick."""

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, eq=False)
class Ticks:
    """Places along an axis.

    Args:
        values: where a tick with a label is.
        labels: one for each.
        minor: places between them.
        power: the labels are the values divided by ten to this.
    """

    values: Float[np.ndarray, " n"]
    labels: tuple[str, ...]
    minor: Float[np.ndarray, " m"]
    power: int = 0

    @property
    def factor(self) -> str:
        """What a label is to be multiplied by, such as "×10⁻³"; empty if nothing."""
        return f"×10{str(self.power).translate(SUPERSCRIPTS)}" if self.power else ""


def round_step(span: float, count: int = 5) -> float:
    """The 1-2-5 step that divides a span into about ``count`` parts."""
    rough = span / max(count, 1)
    decade = 10.0 ** floor(log10(rough))
    return decade * min(STEPS, key=lambda step: abs(log10(step * decade / rough)))


def rounded_range(low: float, high: float, count: int = 5) -> tuple[float, float]:
    """The smallest range that holds another one and ends on ticks; a range of nothing is widened."""
    if not (isfinite(low) and isfinite(high)):
        return 0.0, 1.0
    low, high = min(low, high), max(low, high)
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        room = abs(high) * 0.1 or 1.0
        low, high = low - room, high + room
    # The wider range may ask for a wider step, and this one for a wider range.
    for _ in range(4):
        step = round_step(high - low, count)
        low, high = step * floor(low / step + SLACK), step * ceil(high / step - SLACK)
    return low, high


def round_ticks(low: float, high: float, count: int = 5) -> Ticks:
    """Ticks between two ends, both included where they are round."""
    step = round_step(high - low, count)
    first, last = ceil(low / step - SLACK), floor(high / step + SLACK)
    values = np.arange(first, last + 1) * step
    parts = 4 if f"{step:e}"[0] == "2" else 5
    fine = step / parts
    minor = np.arange(ceil(low / fine - SLACK), floor(high / fine + SLACK) + 1)
    power = _power(max(abs(low), abs(high)), step)
    return Ticks(values, _labels(values, step, power), minor[minor % parts != 0] * fine, power)


def decade_ticks(low: float, high: float) -> Ticks:
    """Ticks at powers of ten; those at 2 to 9 times one have no label."""
    first, last = ceil(log10(low) - SLACK), floor(log10(high) + SLACK)
    every = max(1, ceil((last - first) / 6))
    powers = np.arange(first, last + 1, every)
    labels = tuple(f"10{str(power).translate(SUPERSCRIPTS)}" for power in powers.tolist())
    decades = 10.0 ** np.arange(first - 1, last + 1)
    minor = (decades[:, None] * np.arange(2, 10)).ravel() if every == 1 else np.empty(0)
    return Ticks(10.0**powers, labels, minor[(minor >= low) & (minor <= high)])


def _power(largest: float, step: float) -> int:
    """Power of a thousand that keeps labels short; 0 while they are short by themselves."""
    if step >= 1e-3 and largest < 1e5:
        return 0
    return 3 * floor(log10(largest) / 3)


def _labels(values: Float[np.ndarray, " n"], step: float, power: int) -> tuple[str, ...]:
    decimals = max(0, -floor(log10(step) + SLACK) + power)
    return tuple(signed(f"{value / 10.0**power + 0.0:.{decimals}f}") for value in values.tolist())

"""Repeats: shots of one camera in one setting, whose numbers become a mean with its interval.

Source: W. S. Gosset, "The probable error of a mean", Biometrika 6 (1908): Student's t; Welch, Biometrika 34
(1947) for the difference of two means.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from lichtbild.image.measure import Measure
from lichtbild.quality.record import Record


@dataclass(frozen=True)
class Mean:
    """A number of several shots.

    Attributes:
        name: of the measure.
        where: of the measure.
        unit: of the values.
        count: shots that gave a number.
        mean: of them.
        interval: of the mean, 95 %; None of fewer than two shots.
        spread: standard deviation of a single shot; NaN of fewer than two.
    """

    name: str
    where: str
    unit: str
    count: int
    mean: float
    interval: tuple[float, float] | None
    spread: float


def quantile(freedom: float) -> float:
    """Student's t at 0.975.

    Args:
        freedom: degrees of freedom, above 0.
    """
    from scipy.special import stdtrit  # of the extra "lab"

    return float(stdtrit(freedom, 0.975))


def groups(records: Iterable[Record]) -> tuple[tuple[Record, ...], ...]:
    """Records that are repeats of one another, in their order: of one camera, setting, size and chart."""
    found: dict[tuple[object, ...], list[Record]] = {}
    for record in records:
        charts = tuple(chart.name for chart in record.charts)
        key = (record.camera, record.conditions, record.origin, record.rows, record.columns, charts)
        found.setdefault(key, []).append(record)
    return tuple(tuple(group) for group in found.values())


def means(records: Sequence[Record]) -> tuple[Mean, ...]:
    """The mean of each measure over shots, in the order of the first that has it."""
    values: dict[tuple[str, str, str, str], list[float]] = {}
    for record in records:
        for measure in record.measures:
            key = (measure.name, measure.where, measure.unit, measure.method)
            row = values.setdefault(key, [])
            if math.isfinite(measure.value):
                row.append(measure.value)
    return tuple(_mean(*key[:3], row) for key, row in values.items())


def _mean(name: str, where: str, unit: str, values: list[float]) -> Mean:
    count = len(values)
    if not count:
        return Mean(name, where, unit, 0, math.nan, None, math.nan)
    mean = float(np.mean(values))
    if count == 1:
        return Mean(name, where, unit, 1, mean, None, math.nan)
    spread = float(np.std(values, ddof=1))
    half = quantile(count - 1) * spread / math.sqrt(count)
    return Mean(name, where, unit, count, mean, (mean - half, mean + half), spread)


def difference(one: Mean, other: Mean) -> tuple[float, tuple[float, float] | None]:
    """The other's mean minus the one's, with its 95 % interval by Welch; None of fewer than two shots."""
    step = other.mean - one.mean
    if one.count < 2 or other.count < 2:
        return step, None
    parts = [each.spread**2 / each.count for each in (one, other)]
    total = sum(parts)
    if total == 0:
        return step, (step, step)
    freedom = total**2 / sum(
        part**2 / (each.count - 1) for part, each in zip(parts, (one, other), strict=True)
    )
    half = quantile(max(freedom, 1.0)) * math.sqrt(total)
    return step, (step - half, step + half)


def overall(measures: Iterable[Measure]) -> tuple[Mean, ...]:
    """The mean of each measure over the places of one picture, such as all its edges."""
    values: dict[tuple[str, str, str], list[float]] = {}
    for measure in measures:
        row = values.setdefault((measure.name, measure.unit, measure.method), [])
        if math.isfinite(measure.value):
            row.append(measure.value)
    return tuple(_mean(name, "", unit, row) for (name, unit, _), row in values.items())

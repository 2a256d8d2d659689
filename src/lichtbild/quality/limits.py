"""Limits: what a unit must reach to pass, told by hand or taken from golden units.

A measurement is never exact: a limit may ask that the whole interval lies inside (guarded acceptance), after
JCGM 106:2012, 8.3.2 (guard bands), whose text was not at hand.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure
from lichtbild.quality.record import Record
from lichtbild.quality.repeats import means

Outcome = Literal["pass", "fail", "unsure", "missing"]


@dataclass(frozen=True)
class Limit:
    """A range that a measure must lie in.

    Attributes:
        measure: its name, or a pattern such as ``mtf*``.
        where: its place, or a pattern.
        least: value that it may have at least; minus infinity for no limit.
        most: value that it may have at most; infinity for no limit.
        unit: that the limits are in; empty where it is not checked.
        guarded: the whole interval must lie inside, and not the value alone.
    """

    measure: str
    where: str = "*"
    least: float = -math.inf
    most: float = math.inf
    unit: str = ""
    guarded: bool = False

    def __post_init__(self) -> None:
        if not self.least <= self.most:
            raise BadInput(
                f"the limit of '{self.measure}' asks for at least {self.least:g} and at most {self.most:g}; "
                "exchange them"
            )


@dataclass(frozen=True)
class Check:
    """What became of a limit on one number.

    Attributes:
        record: name of the picture.
        limit: that was held against it.
        measure: the number; None where nothing fits the limit.
        outcome: "unsure" where the value lies inside and a part of its interval outside.
    """

    record: str
    limit: Limit
    measure: Measure | None
    outcome: Outcome

    @property
    def failed(self) -> bool:
        """Whether a unit with it does not pass."""
        return self.outcome in ("fail", "missing") or (self.outcome == "unsure" and self.limit.guarded)


def checked(record: Record, limits: Sequence[Limit]) -> tuple[Check, ...]:
    """Each limit against each number of a picture that it fits.

    Raises:
        BadInput: a limit is in another unit than what was measured.
    """
    found: list[Check] = []
    for limit in limits:
        fitting = [measure for measure in record.measures if _fits(limit, measure)]
        if not fitting:
            found.append(Check(record.name, limit, None, "missing"))
        found.extend(Check(record.name, limit, measure, _outcome(limit, measure)) for measure in fitting)
    return tuple(found)


def checked_together(
    pictures: Sequence[Record], series: Sequence[Record], limits: Sequence[Limit]
) -> tuple[Check, ...]:
    """Each limit against each picture, and those of what only a series tells against each series.

    Raises:
        BadInput: a limit is in another unit than what was measured.
    """
    told = [measure for record in series for measure in record.measures]
    of_series = [limit for limit in limits if any(_fits(limit, measure) for measure in told)]
    seen = [measure for record in pictures for measure in record.measures]
    alone = [limit for limit in of_series if not any(_fits(limit, measure) for measure in seen)]
    of_pictures = [limit for limit in limits if limit not in alone]
    each = [(record, of_pictures) for record in pictures] + [(record, of_series) for record in series]
    return tuple(check for record, own in each for check in checked(record, own))


def of_golden(
    pictures: Sequence[Record], tolerance: float, series: Sequence[Record] = ()
) -> tuple[Limit, ...]:
    """Limits about the mean of golden units, measure by measure and place by place.

    A limit is held against every picture of a unit, so that only a number gets one that every golden picture
    told, or that series alone tell and each series told.

    There are thousands of numbers, and each has its noise: the room about a mean is so wide that a unit as
    good as the golden ones fails any of them in one case of a hundred (Bonferroni). A number of a single shot
    that has no interval gets no limit, for nothing tells how far it may vary.

    Args:
        pictures: of the golden units, one or more shots of the same chart.
        tolerance: share of the mean by which a unit may differ, above 0; where the golden shots themselves
            spread more, three of their standard deviations, and never less than the noise of two shots.
        series: of the golden units.

    Raises:
        BadInput: the tolerance is none, or the pictures have no number in common.
    """
    if not (math.isfinite(tolerance) and tolerance > 0):
        raise BadInput(f"a tolerance is a share above 0, not {tolerance:g}; 0.1 allows ten per cent")
    golden = (*pictures, *series)
    common = _common(pictures) | (_common(series) - _told(pictures))
    if _told(golden) and not common:
        raise BadInput(
            f"{len(golden)} golden pictures have no number in common; make limits of pictures of one chart"
        )
    reach = _reaches(golden)
    found = [mean for mean in means(golden) if (mean.name, mean.where, mean.unit) in common]
    noise = math.sqrt(2) * _deviations(len(found)) / _deviations(1, 0.05)
    limits = []
    for mean in found:
        key = mean.name, mean.where, mean.unit
        if not math.isfinite(mean.mean) or (mean.count < 2 and key not in reach):
            continue
        room = max(tolerance * abs(mean.mean), noise * reach.get(key, 0.0))
        if mean.count > 1:
            room = max(room, 3 * mean.spread)
        ends = (_short(mean.mean - room), _short(mean.mean + room))
        limits.append(Limit(mean.name, _literal(mean.where), *ends, mean.unit))
    return tuple(limits)


def _deviations(count: int, risk: float = 0.01) -> float:
    """Standard deviations that none of so many normal numbers exceeds but with a risk."""
    from scipy.special import ndtri  # of the extra "lab"

    return float(ndtri(1 - risk / (2 * max(count, 1))))


def _told(records: Iterable[Record]) -> set[tuple[str, str, str]]:
    """Name, place and unit of what at least one of them told."""
    return {
        (measure.name, measure.where, measure.unit)
        for record in records
        for measure in record.measures
        if math.isfinite(measure.value)
    }


def _common(records: Sequence[Record]) -> set[tuple[str, str, str]]:
    """Name, place and unit of what each of them told."""
    return set.intersection(*(_told([record]) for record in records)) if records else set()


def _reaches(records: Sequence[Record]) -> dict[tuple[str, str, str], float]:
    """The widest half of the intervals of each measure at each place."""
    found: dict[tuple[str, str, str], float] = {}
    for measure in (measure for record in records for measure in record.measures):
        if measure.interval is not None and math.isfinite(sum(measure.interval)):
            key = measure.name, measure.where, measure.unit
            low, high = measure.interval
            found[key] = max(found.get(key, 0.0), high - measure.value, measure.value - low)
    return found


def _literal(name: str) -> str:
    """A pattern that fits this name alone."""
    return re.sub(r"([*?[])", r"[\1]", name)


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def _fits(limit: Limit, measure: Measure) -> bool:
    return fnmatchcase(measure.name, limit.measure) and fnmatchcase(measure.where, limit.where)


def _outcome(limit: Limit, measure: Measure) -> Outcome:
    if limit.unit and limit.unit != measure.unit:
        raise BadInput(
            f"the limit of '{limit.measure}' is in {limit.unit}, and it was measured in "
            f"{measure.unit or 'pure numbers'}; give the limit in that"
        )
    if not math.isfinite(measure.value):
        return "missing"
    if not limit.least <= measure.value <= limit.most:
        return "fail"
    low, high = measure.interval or (measure.value, measure.value)
    return "pass" if limit.least <= low and high <= limit.most else "unsure"

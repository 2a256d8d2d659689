"""Subject of a part of the bench, and what the part tells."""

from dataclasses import dataclass

from lichtbild.image.chart import Target
from lichtbild.image.measure import Curve, Measure
from lichtbild.image.specimen import Specimen
from lichtbild.quality.found_chart import FoundChart


@dataclass(frozen=True)
class Conditions:
    """What a laboratory knows beside the picture.

    Attributes:
        charts: names of the charts that are looked for; empty for any.
        method: of edges: "unbiased", "iso2023" or "both".
        viewing: how the picture is looked at, by its name.
    """

    charts: tuple[str, ...] = ()
    method: str = "unbiased"
    viewing: str = "monitor"


@dataclass(frozen=True, eq=False)
class Subject:
    """What is measured.

    Attributes:
        specimen: the picture.
        found: a chart in it.
        conditions: what else is known.
        several: the picture has several charts, so that places name theirs.
    """

    specimen: Specimen
    found: FoundChart
    conditions: Conditions
    several: bool = False

    def usable(self, kind: type[Target]) -> tuple[Target, ...]:
        """The chart's targets of a kind that can be measured."""
        bad = {verdict.target for verdict in self.found.verdicts if not verdict.usable}
        targets = self.found.chart.targets
        return tuple(each for each in targets if isinstance(each, kind) and _name(each) not in bad)


@dataclass(frozen=True)
class Part:
    """What a part tells.

    Attributes:
        measures: numbers.
        curves: functions.
        notes: why something could not be measured.
    """

    measures: tuple[Measure, ...] = ()
    curves: tuple[Curve, ...] = ()
    notes: tuple[str, ...] = ()


def _name(target: Target) -> str:
    return getattr(target, "name", "")

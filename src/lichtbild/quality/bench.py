"""Bench: the charts of a specimen are found, and everything that they can tell is measured."""

from dataclasses import dataclass
from typing import Final

from lichtbild.image.measure import Curve, Measure
from lichtbild.image.specimen import Specimen
from lichtbild.quality.found_chart import FoundChart
from lichtbild.quality.record import Record

VERSION: Final = 1
"""Of what is measured: a change of it makes resumed runs begin anew."""


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


def measured(specimen: Specimen, conditions: Conditions) -> tuple[Record, tuple[FoundChart, ...]]:
    """The record of a specimen, and its charts as they were found."""
    charts: tuple[FoundChart, ...] = ()
    measures: tuple[Measure, ...] = ()
    curves: tuple[Curve, ...] = ()
    return Record.of(specimen, charts, measures, curves), charts

"""Record: all that the laboratory says of one picture, as one tree of plain values.

A record is what goes into the report, into the JSON beside it and into the ledger of a long run; it comes
back from JSON as it was. Numbers that are not finite are null there, which JSON can say.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Final

from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Curve, Measure
from lichtbild.image.specimen import Specimen
from lichtbild.quality.found_chart import FoundChart, Points, Verdict

SCHEMA: Final = 1
"""Of the JSON."""

_ALWAYS: Final = frozenset(("name", "value", "unit", "clause", "method", "interval"))
_NOTHING: Final = (None, "")
_SAID: Final = (str, int)
_ROWS: Final = (list, tuple)


@dataclass(frozen=True)
class ChartRecord:
    """A chart that was found.

    Attributes:
        name: of the chart.
        title: for people.
        quarter_turns: by which it is turned in the picture, anticlockwise.
        rms: what its map leaves of the found points, px.
        distortion: radial terms of the map.
        outline: its corners in the picture, column and row, px.
        verdicts: what can be measured of it, and why not.
    """

    name: str
    title: str
    quarter_turns: int
    rms: float
    distortion: tuple[float, float]
    outline: tuple[tuple[float, float], ...]
    verdicts: tuple[Verdict, ...]

    @staticmethod
    def of(found: FoundChart) -> "ChartRecord":
        """What is kept of a found chart."""
        corners = _corners(found)
        return ChartRecord(
            found.chart.name,
            found.chart.title,
            found.quarter_turns,
            float(found.rms),
            (float(found.distortion[0]), float(found.distortion[1])),
            tuple((float(column), float(row)) for column, row in corners),
            found.verdicts,
        )


@dataclass(frozen=True)
class Record:
    """What was measured of a picture.

    Attributes:
        name: of its file.
        sha256: of its file.
        origin: "raw" or "picture".
        camera: maker and model; empty where the file does not say.
        conditions: ISO, exposure and aperture in words; pictures that agree in it can be repeats.
        rows: of the picture.
        columns: of the picture.
        charts: that were found.
        measures: the numbers.
        curves: the functions.
        notes: what a reader has to know of the whole.
    """

    name: str
    sha256: str
    origin: str
    camera: str
    conditions: str
    rows: int
    columns: int
    charts: tuple[ChartRecord, ...] = ()
    measures: tuple[Measure, ...] = ()
    curves: tuple[Curve, ...] = ()
    notes: tuple[str, ...] = ()

    @staticmethod
    def of(
        specimen: Specimen,
        charts: tuple[FoundChart, ...],
        measures: tuple[Measure, ...],
        curves: tuple[Curve, ...] = (),
        notes: tuple[str, ...] = (),
    ) -> "Record":
        """The record of a specimen."""
        rows, columns = specimen.light.shape[:2]
        facts = dict(specimen.metadata.facts())
        camera = facts.pop("camera", "")
        facts.pop("taken", None)
        return Record(
            specimen.name,
            specimen.sha256,
            specimen.origin.value,
            camera,
            ", ".join(f"{name} {value}" for name, value in facts.items()),
            int(rows),
            int(columns),
            tuple(ChartRecord.of(chart) for chart in charts),
            measures,
            curves,
            notes,
        )

    def to_table(self) -> dict[str, Any]:
        """The record as JSON takes it."""
        return {
            name: [*map(measure_table, self.measures)] if name == "measures" else plain(getattr(self, name))
            for name in _names(Record)
        }

    @staticmethod
    def of_table(table: Mapping[str, Any]) -> "Record":
        """The record that `to_table` wrote.

        Raises:
            BadInput: the table is none.
        """
        try:
            parts = {
                "charts": tuple(_chart(chart) for chart in table["charts"]),
                "measures": tuple(_measure(measure) for measure in table["measures"]),
                "curves": tuple(_curve(curve) for curve in table["curves"]),
                "notes": tuple(map(str, table["notes"])),
            }
            return Record(**{**table, **parts})
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput(f"this is no record of a measured picture ({error}); measure it again") from error


def plain(value: Any) -> Any:
    """A tree of values as JSON can say it, numbers to eight significant digits."""
    # The most frequent first, and not asdict, which copies each deeply: a picture has a hundred thousand.
    if isinstance(value, float):
        return float(f"{value:.8g}") if math.isfinite(value) else None
    if value is None or isinstance(value, _SAID):
        return value
    if isinstance(value, _ROWS):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _names(type(value))}
    return value


def measure_table(measure: Measure) -> dict[str, Any]:
    """A measure as JSON takes it, without what it does not say."""
    told = ((name, plain(getattr(measure, name))) for name in _names(Measure))
    return {name: value for name, value in told if name in _ALWAYS or value not in _NOTHING}


@cache
def _names(kind: type) -> tuple[str, ...]:
    """Of a dataclass's fields."""
    return tuple(each.name for each in fields(kind))


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _pair(value: Any) -> tuple[float, float] | None:
    return None if value is None else (_number(value[0]), _number(value[1]))


def _chart(table: Mapping[str, Any]) -> ChartRecord:
    parts = {
        "rms": _number(table["rms"]),
        "distortion": _pair(table["distortion"]),
        "outline": tuple((_number(x), _number(y)) for x, y in table["outline"]),
        "verdicts": tuple(Verdict(**verdict) for verdict in table["verdicts"]),
    }
    return ChartRecord(**{**table, **parts})


def _measure(table: Mapping[str, Any]) -> Measure:
    ends, place = _pair(table["interval"]), _pair(table.get("at"))
    parts = {"value": _number(table["value"]), "interval": ends, "at": place}
    return Measure(**{**table, **parts})


def _curve(table: Mapping[str, Any]) -> Curve:
    return Curve(**{**table, "points": tuple((_number(x), _number(y)) for x, y in table["points"])})


def _corners(found: FoundChart) -> Points:
    import numpy as np

    height, width = found.chart.size
    corners = np.array([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)])
    return np.asarray(found.to_picture(corners))

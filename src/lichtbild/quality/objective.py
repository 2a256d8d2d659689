"""Objective: the one number that tells an attribute of quality, out of all measures of a camera."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType
from typing import Final, Literal

from lichtbild.image.measure import Measure
from lichtbild.quality.viewing import Viewing

Gather = Literal["mean", "greatest"]


@dataclass(frozen=True)
class Objective:
    """A number of an attribute.

    Attributes:
        value: the number, in the attribute's unit.
        interval: 95 %; None where none is known.
        count: measures it was taken from.
        note: what a reader has to know; empty for nothing.
    """

    value: float
    interval: tuple[float, float] | None
    count: int
    note: str = ""


@dataclass(frozen=True)
class _Source:
    """Where an attribute's number comes from.

    Attributes:
        names: of measures; the first that there are is taken, those of one tuple together.
        gather: the mean of several places, or the one that is farthest from 0.
        seen: the measures depend on the viewing condition.
        angle: the number is a length in px that has to be an angle of the view.
    """

    names: tuple[tuple[str, ...], ...]
    gather: Gather
    seen: bool = False
    angle: bool = False


_SOURCES: Final[Mapping[str, _Source]] = MappingProxyType(
    {
        "edge_acutance": _Source((("acutance",),), "mean", seen=True),
        "texture_acutance": _Source(
            (("texture_acutance_cross",), ("texture_acutance_direct",)), "mean", seen=True
        ),
        "visual_noise": _Source((("visual_noise_omega",),), "mean", seen=True),
        "colour_uniformity": _Source((("colour_uniformity_max",),), "greatest"),
        "lateral_colour": _Source(
            (
                ("lateral_colour_red_max", "lateral_colour_blue_max"),
                ("lateral_colour_red_edge", "lateral_colour_blue_edge"),
            ),
            "greatest",
            angle=True,
        ),
        "distortion": _Source((("lgd_max",),), "greatest"),
        "chroma_level": _Source((("chroma_level",),), "mean"),
    }
)


def objectives(measures: Iterable[Measure], viewing: Viewing, rows: int) -> dict[str, Objective]:
    """Numbers of the attributes that the measures tell, by the attributes' names.

    Args:
        measures: of one camera in one light.
        viewing: how the picture is seen; measures that say another condition's name do not count.
        rows: height of the picture, px.
    """
    finite = [measure for measure in measures if isfinite(measure.value)]
    found = {}
    for attribute, source in _SOURCES.items():
        chosen = _chosen(finite, source, viewing)
        if chosen:
            objective = _mean(chosen) if source.gather == "mean" else _greatest(chosen)
            found[attribute] = _angle(objective, viewing, rows) if source.angle else objective
    return found


def _chosen(measures: Sequence[Measure], source: _Source, viewing: Viewing) -> list[Measure]:
    for names in source.names:
        named = [measure for measure in measures if measure.name in names]
        if source.seen:
            named = [measure for measure in named if _says(measure, viewing)]
        if named:
            return named
    return []


def _says(measure: Measure, viewing: Viewing) -> bool:
    """The measure was taken for the condition: its place ends with the name, or its note has the title."""
    return measure.where.split(", ")[-1] == viewing.name or viewing.title in measure.note


def _mean(measures: Sequence[Measure]) -> Objective:
    """Mean of several places, whose errors are independent."""
    count = len(measures)
    value = sum(measure.value for measure in measures) / count
    ends = [measure.interval for measure in measures]
    if any(end is None for end in ends):
        return Objective(value, None, count)
    pairs = [
        (measure.value - end[0], end[1] - measure.value)
        for measure, end in zip(measures, ends, strict=True)
        if end
    ]
    down, up = (sum(max(pair[side], 0.0) ** 2 for pair in pairs) ** 0.5 / count for side in range(2))
    return Objective(value, (value - down, value + up), count)


def _greatest(measures: Sequence[Measure]) -> Objective:
    """The measure farthest from 0, without its sign."""
    worst = max(measures, key=lambda measure: abs(measure.value))
    sign = 1.0 if worst.value >= 0 else -1.0
    interval = None
    if worst.interval is not None:
        low, high = sorted(sign * end for end in worst.interval)
        interval = (max(low, 0.0), high)
    return Objective(abs(worst.value), interval, len(measures), worst.where)


def _angle(objective: Objective, viewing: Viewing, rows: int) -> Objective:
    """Pixels as arc minutes of the view."""
    scale = 60 / viewing.pixels_per_degree(rows)
    ends = objective.interval
    interval = None if ends is None else (scale * ends[0], scale * ends[1])
    return Objective(scale * objective.value, interval, objective.count, objective.note)

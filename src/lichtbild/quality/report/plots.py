"""Plots of a report: curves laid over one another, and numbers at their places in the picture."""

from collections.abc import Sequence

import numpy as np

from lichtbild.figure.axes import Axes, Axis
from lichtbild.figure.marks import Line
from lichtbild.figure.page import Figure
from lichtbild.figure.plot import plot
from lichtbild.image.measure import Curve
from lichtbild.quality import field_map
from lichtbild.quality.field_figure import field_figure
from lichtbild.quality.parts.edges import field_values
from lichtbild.quality.record import Record
from lichtbild.quality.report.tables import in_words

_TOGETHER = 8
"""Curves in one plot at most; more could not be told apart."""
_UNIT = "["
_MAPS = "Dots are the edges; what lies far from them is left out."


def curves(found: Sequence[Curve]) -> tuple[Figure, ...]:
    """A plot for each kind of curve, its places together."""
    kinds = dict.fromkeys((curve.name, curve.x, curve.y) for curve in found)
    figures = []
    for kind in kinds:
        members = [curve for curve in found if (curve.name, curve.x, curve.y) == kind]
        figures.append(_together(members))
    return tuple(figures)


def maps(record: Record) -> tuple[Figure, ...]:
    """The resolution of edges over the field, of each chart by channel and direction."""
    size = record.rows, record.columns
    values = field_values(record.measures)
    channels = {each.channel for each in values}
    judged = "luminance" if "luminance" in channels else "green"
    shown = field_map.field_maps([each for each in values if each.channel == judged], size)
    if not shown:
        return ()
    return (Figure(field_figure(shown, "MTF50 [cycles/px]", "Over the field"), _MAPS, wide=True),)


def _together(members: Sequence[Curve]) -> Figure:
    first, chosen = members[0], members
    if len(members) > _TOGETHER:
        chosen = [members[round(i)] for i in np.linspace(0, len(members) - 1, _TOGETHER)]
    lines = [
        Line(np.array([x for x, _ in each.points]), np.array([y for _, y in each.points]), each.where)
        for each in chosen
        if each.points
    ]
    axes = Axes(_axis(first.x), _axis(first.y), in_words(first.name).capitalize(), 520, 340)
    words = "" if chosen is members else f"{len(chosen)} of {len(members)} curves; the JSON has all."
    return Figure(plot(axes, lines), words)


def _axis(label: str) -> Axis:
    """An axis of a label such as "frequency [cycles/px]"."""
    quantity, _, unit = label.partition(_UNIT)
    return Axis(quantity.strip(), unit.rstrip("]").strip())

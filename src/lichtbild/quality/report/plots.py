"""Plots of a report: curves laid over one another, and numbers at their places in the picture."""

from collections.abc import Sequence

import numpy as np

from lichtbild.figure.axes import Axes, Axis
from lichtbild.figure.marks import Line
from lichtbild.figure.page import Figure
from lichtbild.figure.plot import plot
from lichtbild.image.measure import Curve
from lichtbild.quality.report.tables import in_words

_TOGETHER = 8
"""Curves in one plot at most; more could not be told apart."""
_UNIT = "["


def curves(found: Sequence[Curve]) -> tuple[Figure, ...]:
    """A plot for each kind of curve, its places together."""
    kinds = dict.fromkeys((curve.name, curve.x, curve.y) for curve in found)
    figures: list[Figure] = []
    for kind in kinds:
        members = [curve for curve in found if (curve.name, curve.x, curve.y) == kind]
        figures.extend(
            _together(members[start : start + _TOGETHER]) for start in range(0, len(members), _TOGETHER)
        )
    return tuple(figures)


def _together(members: Sequence[Curve]) -> Figure:
    first = members[0]
    lines = [
        Line(np.array([x for x, _ in each.points]), np.array([y for _, y in each.points]), each.where)
        for each in members
        if each.points
    ]
    axes = Axes(_axis(first.x), _axis(first.y), in_words(first.name).capitalize(), 520, 340)
    return Figure(plot(axes, lines))


def _axis(label: str) -> Axis:
    """An axis of a label such as "frequency [cycles/px]"."""
    quantity, _, unit = label.partition(_UNIT)
    return Axis(quantity.strip(), unit.rstrip("]").strip())

"""Plots of a panel's report: conditions with their intervals, one row a condition."""

from collections.abc import Sequence
from math import isfinite
from typing import Final

import numpy as np

from lichtbild.figure.axes import (
    Axes,
    Axis,
    axis_title,
    frame,
    grid,
    label_room,
    scale,
    ticks,
    x_labels,
    y_labels,
)
from lichtbild.figure.legend import inked, legend
from lichtbild.figure.marks import Dots, Line, Mark, Rule
from lichtbild.figure.palette import Ink
from lichtbild.figure.plot import MARGIN, TITLE, UNDER, title
from lichtbild.figure.strokes import stroke
from lichtbild.figure.svg import Svg, moved, window
from lichtbild.figure.ticks import Ticks
from lichtbild.figure.typography import shortened
from lichtbild.figure.view import Scale, View
from lichtbild.panel.report.findings import Place, Scaling

MOST_ROWS: Final = 60
"""Conditions in one plot at most."""

MOST_SCENES: Final = 6
"""Scenes in one plot at most; more could not be told apart."""

_ROW: Final = 26.0
_WIDTH: Final = 720.0
_LONGEST: Final = 190.0


def scale_plot(scalings: Sequence[Scaling], heading: str, quantity: str, unit: str) -> Svg:
    """Conditions by value, best on top, with 95 % intervals; several scenes side by side in each row.

    Args:
        scalings: that share their conditions, or some of them.
        heading: above the plot.
        quantity: along the axis.
        unit: of it.
    """
    names = ordered(scalings)[:MOST_ROWS]
    marks = inked(_marks(scalings, names))
    height = _ROW * len(names) * (1 if len(scalings) == 1 else max(1.0, 0.5 * len(scalings)))
    axes = Axes(Axis(quantity.capitalize(), unit), Axis(), heading, _WIDTH)
    rows = np.arange(len(names), dtype=float)
    labels = tuple(shortened(name, _LONGEST, 11.0) for name in names)
    down = Ticks(len(names) - 1 - rows, labels, np.empty(0))
    across_scale = scale(axes.x, marks, "x")
    across = ticks(axes.x, across_scale)
    left = MARGIN + label_room(down) + 12
    inner = _WIDTH - left - MARGIN - 8
    words, words_height = legend(marks, inner)
    top = MARGIN + TITLE + (words_height + 6 if words_height else 0)
    view = View(inner, height, across_scale, Scale(-0.6, len(names) - 0.4))
    body = [
        grid(view, across, down, origin=False),
        window(0, 0, view.width, view.height, [stroke(mark, view, Ink.INK) for mark in marks]),
        frame(view),
        x_labels(view, across, axis_title(axes.x, across)),
        y_labels(view, down, ""),
    ]
    parts = [title(heading, left, MARGIN + 11, inner)]
    if words_height:
        parts.append(moved(words, left, top - words_height - 6))
    return Svg(_WIDTH, top + height + UNDER, (*parts, moved(body, left, top)), heading)


def ordered(scalings: Sequence[Scaling]) -> list[str]:
    """Conditions by the mean of their values, best first; those without any last."""
    values: dict[str, list[float]] = {}
    for scaling in scalings:
        for place in scaling.places:
            values.setdefault(place.condition, []).extend([place.value] if isfinite(place.value) else [])
    return sorted(values, key=lambda name: (-_mean(values[name]), name))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else -np.inf


def _marks(scalings: Sequence[Scaling], names: Sequence[str]) -> list[Mark]:
    """For each scene a line along every interval and a dot on every value, a little apart."""
    rows = {name: len(names) - 1.0 - k for k, name in enumerate(names)}
    found: list[Mark] = [Rule(0.0, "x", ink=Ink.RULE, dash=None)] if _crosses_zero(scalings) else []
    for k, scaling in enumerate(scalings):
        shift = (k - (len(scalings) - 1) / 2) * -0.7 / max(len(scalings), 1)
        shown = [each for each in scaling.places if each.condition in rows and isfinite(each.value)]
        y = np.array([rows[each.condition] + shift for each in shown])
        label = scaling.scene if len(scalings) > 1 else ""
        ink = Ink.ACCENT if len(scalings) == 1 else None
        found += [_intervals(shown, y, label, ink), Dots(_values(shown), y, label, ink, size=6.5)]
    return found


def _values(shown: Sequence[Place]) -> np.ndarray:
    return np.array([each.value for each in shown], float)


def _intervals(shown: Sequence[Place], y: np.ndarray, label: str, ink: Ink | None) -> Line:
    x = np.array([[each.low, each.high, np.nan] for each in shown], float).ravel()
    return Line(x, np.repeat(y, 3), label, ink, width=2.2)


def _crosses_zero(scalings: Sequence[Scaling]) -> bool:
    values = [each.value for scaling in scalings for each in scaling.places if isfinite(each.value)]
    return bool(values) and min(values) <= 0 <= max(values)

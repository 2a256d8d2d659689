"""Chart record: all that is known of a chart as plain numbers and words, for a file or a table."""

import math
from dataclasses import fields
from typing import Any

import numpy as np

from lichtbild.image.chart import Chart, Paint, Patch
from lichtbild.image.chart_print import print_colours
from lichtbild.image.charts.paints import reflectance
from lichtbild.image.picture import ColourSpace


def record(chart: Chart) -> dict[str, Any]:
    """Geometry and values of a chart, as JSON can hold them; lengths in mm, x right and y down."""
    in_srgb = print_colours(chart, ColourSpace.SRGB)
    # Rounding of the matrices apart, 1 is the most that a print can give back.
    held = [bool((colour > -1e-6).all() and (colour < 1 + 1e-6).all()) for colour in in_srgb]
    return {
        "name": chart.name,
        "title": chart.title,
        "size_mm": list(chart.size),
        "paints": [
            {**paint_record(paint), "in_srgb_of_paper": can}
            for paint, can in zip(chart.paints, held, strict=True)
        ],
        "targets": [_record(target) for target in chart.targets],
        "fiducials": [_record(mark) for mark in chart.fiducials],
    }


def paint_record(paint: Paint) -> dict[str, Any]:
    """A paint: Lab in D50, reflectance (Y of a perfect white's 1), and density; none where it is black."""
    share = reflectance(paint)
    return {
        "name": paint.name,
        "lab_d50": [round(value, 6) for value in paint.lab],
        "reflectance": float(f"{share:.6g}"),
        "density": round(-math.log10(share), 4) if share > 0 else None,
    }


def table(chart: Chart) -> str:
    """The patches of a chart as lines of text: name, role, Lab in D50, reflectance and density."""
    lines = [f"{'patch':24} {'role':7} {'L*':>7} {'a*':>7} {'b*':>7} {'reflectance':>11} {'density':>8}"]
    for target in chart.targets:
        if isinstance(target, Patch):
            paint = paint_record(chart.paints[target.paint])
            lab = " ".join(f"{value:7.2f}" for value in paint["lab_d50"])
            density = "" if paint["density"] is None else f"{paint['density']:.3f}"
            lines.append(f"{target.name:24} {target.role:7} {lab} {paint['reflectance']:11.6g} {density:>8}")
    return "\n".join(lines)


def _record(part: Any) -> dict[str, Any]:
    """A target or a mark by its type and its fields."""
    found: dict[str, Any] = {"type": type(part).__name__.lower()}
    for one in fields(part):
        value = getattr(part, one.name)
        found[one.name] = value.tolist() if isinstance(value, np.ndarray) else value
    return found

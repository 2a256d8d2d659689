"""Figures of the page on resolution, as SVG.

    python docs/make_resolution_pictures.py

Both are measured on edges known in closed form, those of `tests/exact_edge.py`: the error of the standard's
algorithm against the true MTF50, and a map over the field of a lens that falls off and is tilted.
"""

import sys
from pathlib import Path

import numpy as np

from lichtbild.figure.axes import Axes, Axis
from lichtbild.figure.marks import Line, Rule
from lichtbild.figure.plot import plot
from lichtbild.figure.svg import Svg, svg_text
from lichtbild.quality.edge.iso2023 import measure_edge
from lichtbild.quality.field_figure import field_figure
from lichtbild.quality.field_map import FieldValue, field_maps

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from exact_edge import gaussian_edge, sigma_of

PICTURES = Path(__file__).parent / "pictures"
SIZE = (3000, 4000)


def bias() -> Svg:
    """Error of MTF50 over MTF50, for windows of several widths and at a slope of one third."""
    true = np.linspace(0.05, 0.49, 23)
    marks = [Rule(0.0)]
    for width, angle, label in (
        (40, 5.0, "40 px wide, 5°"),
        (64, 5.0, "64 px wide, 5°"),
        (100, 5.0, "100 px wide, 5°"),
        (100, np.degrees(np.arctan(1 / 3)), "100 px wide, slope 1/3"),
    ):
        found = [
            measure_edge(gaussian_edge((200, width), angle, sigma_of(m, angle), shift=0.0), 1).mtf50[0] / m
            - 1
            for m in true
        ]
        marks.append(Line(true, 100 * np.array(found), label))
    return plot(Axes(Axis("true MTF50", "cycles/px"), Axis("error of iso2023", "%")), marks)


def field() -> Svg:
    """Maps of MTF50 by 70 edges, each measured with noise of 1 %."""
    rng = np.random.default_rng(5)
    values = []
    for k in range(70):
        at = rng.uniform((0.04, 0.04), (0.96, 0.96)) * (SIZE[1], SIZE[0])
        x, y = (at - [SIZE[1] / 2, SIZE[0] / 2]) / 2500
        radial = k % 2 == 0
        true = 0.34 - (0.16 if radial else 0.09) * (x * x + y * y) - 0.03 * x
        window = gaussian_edge((100, 60), 5, sigma_of(true, 5), shift=float(rng.uniform()))
        found = measure_edge(window + rng.normal(0, 0.006, window.shape), 1)
        normal = np.arctan2(y, x) + (0.0 if radial else np.pi / 2)
        mtf50, error = float(found.mtf50[0]), float(found.mtf50_error[0])
        values.append(FieldValue((float(at[0]), float(at[1])), float(normal), mtf50, error))
    return field_figure(field_maps(values, SIZE), "MTF50, cycles/px")


def main() -> None:
    """Write both figures."""
    for name, figure in (("iso2023_bias", bias()), ("field_map", field())):
        (PICTURES / f"{name}.svg").write_text(svg_text(figure), encoding="utf-8")


if __name__ == "__main__":
    main()

"""The figure of maps over the field."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.figure.svg import svg_text
from lichtbild.quality.field_figure import field_figure
from lichtbild.quality.field_map import FieldValue, field_map


def some(seed: int) -> list[FieldValue]:
    at = np.random.default_rng(seed).uniform((0, 0), (800, 600), (12, 2))
    return [FieldValue((float(x), float(y)), 0.0, 0.3 + 1e-4 * float(x), 0.01) for x, y in at]


def test_one_panel_for_each_map_and_the_same_text_each_time() -> None:
    maps = [field_map(some(i), (600, 800), "green", way) for i, way in enumerate(("tangential", "sagittal"))]
    figure = svg_text(field_figure(maps, "MTF50, cycles/px", "Green"))
    assert figure == svg_text(field_figure(maps, "MTF50, cycles/px", "Green"))
    assert figure.count("<image") == 3
    assert "tangential" in figure
    assert "sagittal" in figure


def test_maps_of_two_pictures_are_not_one_figure() -> None:
    with pytest.raises(BadInput, match="one picture"):
        field_figure([field_map(some(0), (600, 800)), field_map(some(1), (60, 80))], "x")
    with pytest.raises(BadInput, match="one map"):
        field_figure([], "x")

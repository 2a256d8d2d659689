"""Samples about an edge, and the sentences with which one is refused."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality.edge.region import classical_refusal, edge_region, refusal


def step(height: int = 60, width: int = 60, dark: float = 0.2, bright: float = 0.8) -> np.ndarray:
    return np.where(np.arange(width) < width // 2, bright, dark) * np.ones((height, 1))


def test_samples_are_the_pixels_beside_the_way() -> None:
    plane = np.arange(60.0 * 60).reshape(60, 60)
    region = edge_region(plane, (30.0, 10.0), (33.0, 50.0), 12.0)
    columns, rows, values = region.samples.T
    np.testing.assert_array_equal(values, plane[np.floor(rows).astype(int), np.floor(columns).astype(int)])
    assert len(values) == pytest.approx(2 * 12 * region.length, rel=0.02)


@pytest.mark.parametrize(
    ("plane", "end", "white", "words"),
    [
        (step(), (30.0, 9.0), None, "long"),
        (step(bright=0.21), (30.0, 50.0), None, "differ by less"),
        (step(), (30.0, 50.0), 0.8, "clipped"),
        (step() * np.nan, (30.0, 50.0), None, "not finite"),
        (step()[:, 29:], (30.0, 50.0), None, ""),
    ],
)
def test_an_edge_that_cannot_be_measured_says_why(plane, end, white, words) -> None:
    said = refusal(edge_region(plane, (30.0, 5.0), end, 20.0), white)
    assert (words in said and bool(said) == bool(words)) or words == ""


def test_only_classical_methods_refuse_the_axes() -> None:
    region = edge_region(step(), (30.0, 5.0), (30.2, 55.0), 20.0)
    assert not refusal(region) and "0.23 degrees" in classical_refusal(region)
    assert "diagonal" in classical_refusal(edge_region(step(), (5.0, 5.0), (50.0, 50.5), 20.0))


def test_ends_and_reach_must_make_sense() -> None:
    with pytest.raises(BadInput, match="no length"):
        edge_region(step(), (3.0, 3.0), (3.0, 3.0), 20.0)
    with pytest.raises(BadInput, match="reach"):
        edge_region(step(), (30.0, 3.0), (30.0, 50.0), 2.0)

"""Blocks that fade into one another."""

import numpy as np
import pytest

from lichtbild.core.window import Extent, Window
from lichtbild.numerics.blocks import blocks


@pytest.mark.parametrize(
    ("extent", "rows", "columns"),
    [
        (Extent(100, 90), (0, 50, 100), (10, 20, 80)),
        (Extent(64, 301), (32,), (7, 150, 294)),
        (Extent(7, 200), (3,), (0, 200)),
    ],
)
def test_weights_add_up_to_one_everywhere(
    extent: Extent, rows: tuple[int, ...], columns: tuple[int, ...]
) -> None:
    total = np.zeros(extent)
    for block in blocks(extent, rows, columns):
        total[Window.whole(extent).slices_of(block.window)] += block.weight
    assert total == pytest.approx(np.ones(extent), abs=1e-6)


def test_what_is_straight_comes_back() -> None:
    """Each block with its own middle's value: bilinear between the middles, and level beyond them."""
    rows, columns, extent = (6, 20, 37), (10, 45, 60), Extent(44, 66)
    found = np.zeros(extent)
    for block in blocks(extent, rows, columns):
        value = 2 * block.middle[0] - 3 * block.middle[1]
        found[Window.whole(extent).slices_of(block.window)] += value * block.weight
    y, x = np.clip(np.arange(44) + 0.5, 6, 37)[:, None], np.clip(np.arange(66) + 0.5, 10, 60)
    assert found == pytest.approx(2 * y - 3 * x, abs=2e-4)


def test_one_block_is_everything() -> None:
    (only,) = blocks(Extent(30, 40), (15,), (20,))
    assert only.window == Window(0, 0, 30, 40) and only.middle == (15, 20)
    assert (only.weight == 1).all()

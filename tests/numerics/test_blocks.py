"""Blocks that fade into one another."""

import numpy as np
import pytest

from lichtbild.core.window import Extent, Window
from lichtbild.numerics.blocks import blocks


@pytest.mark.parametrize("extent", [Extent(100, 90), Extent(64, 301), Extent(7, 200)])
def test_weights_add_up_to_one_everywhere(extent: Extent) -> None:
    total = np.zeros(extent)
    for block in blocks(extent, 64, 16):
        total[Window.whole(extent).slices_of(block.window)] += block.weight
        assert max(block.window.extent) <= 64 + 16
    assert total == pytest.approx(np.ones(extent), abs=1e-6)


def test_a_small_picture_is_one_block() -> None:
    (only,) = blocks(Extent(30, 40), 64, 16)
    assert only.window == Window(0, 0, 30, 40) and only.middle == (15, 20)
    assert (only.weight == 1).all()


def test_a_weight_falls_evenly_over_the_fade() -> None:
    left, _ = blocks(Extent(8, 100), 64, 16)
    assert left.window.right == 58
    assert left.weight[3, 42:] == pytest.approx((58 - np.arange(42, 58) - 0.5) / 16)

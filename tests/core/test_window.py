import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lichtbild.core.window import Extent, Window

sizes = st.integers(1, 60)


@given(sizes, sizes, st.integers(1, 25))
def test_tiles_cover_each_pixel_once(height: int, width: int, size: int) -> None:
    covered = np.zeros((height, width), int)
    whole = Window.whole(Extent(height, width))
    for tile in whole.tiles(size):
        covered[whole.slices_of(tile)] += 1
    assert (covered == 1).all()


@given(sizes, sizes, st.integers(0, 9), st.sampled_from([1, 2, 12]))
def test_a_grown_window_holds_its_margin_or_ends_at_the_border(
    height: int, width: int, margin: int, align: int
) -> None:
    window = Window(height // 3, width // 3, height // 3 + 1, width // 3 + 1)
    grown = window.grown(margin, Extent(height, width), align)
    assert grown.contains(window)
    assert grown.top % align == 0 and grown.left % align == 0
    assert grown.top <= max(0, window.top - margin)
    assert grown.bottom == min(height, window.bottom + margin)


def test_a_part_outside_is_refused() -> None:
    with pytest.raises(ValueError, match="does not lie inside"):
        Window(0, 0, 4, 4).slices_of(Window(2, 2, 6, 3))
    with pytest.raises(ValueError, match="ends before"):
        Window(3, 0, 2, 4)

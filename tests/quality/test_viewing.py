"""Angles of pixels as people see them."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality.viewing import PHONE, PIXELS, PRINT, VIEWINGS, Viewing, viewing_named


def test_a_picture_shown_whole_has_more_pixels_to_a_degree_the_more_it_has() -> None:
    assert PHONE.pixels_per_degree(3000) == pytest.approx(2 * PHONE.pixels_per_degree(1500))
    # 300 mm away, 1 degree is 5.236 mm of 65 mm, or 3000 rows.
    assert PHONE.pixels_per_degree(3000) == pytest.approx(300 * np.pi / 180 / 65 * 3000)


def test_pixel_by_pixel_the_picture_s_size_does_not_count() -> None:
    assert PIXELS.pixels_per_degree(100) == PIXELS.pixels_per_degree(5000) == pytest.approx(39.58, abs=0.01)


def test_the_table() -> None:
    assert {viewing_named(name) for name in VIEWINGS} == set(VIEWINGS.values())
    assert viewing_named("print") is PRINT
    with pytest.raises(BadInput, match="phone"):
        viewing_named("cinema")


@pytest.mark.parametrize(
    "lengths", [{}, {"height": 1.0, "pitch": 1.0}, {"height": 0.0}, {"pitch": float("inf")}]
)
def test_one_length_has_to_be_given(lengths: dict[str, float]) -> None:
    with pytest.raises(BadInput, match="one of the other two"):
        Viewing("x", "x", 500.0, **lengths)


def test_an_empty_picture_is_not_viewed() -> None:
    with pytest.raises(BadInput, match="rows"):
        PHONE.pixels_per_degree(0)

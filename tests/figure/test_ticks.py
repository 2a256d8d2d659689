"""Ticks are round, inside, evenly spaced and labelled with what they are."""

from math import floor, log10

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lichtbild.figure.ticks import decade_ticks, round_step, round_ticks, rounded_range

RANGES = st.tuples(st.floats(-1e6, 1e6), st.floats(1e-9, 1e7)).filter(lambda r: r[1] > 1e-9 * abs(r[0]))


@given(RANGES)
def test_ticks_are_round_and_cover(low_and_span: tuple[float, float]) -> None:
    low, span = low_and_span
    start, end = rounded_range(low, low + span)
    marked = round_ticks(start, end)
    step = round_step(end - start)
    assert f"{step:.6e}"[:8] in {"1.000000", "2.000000", "5.000000"}
    assert start <= low + 1e-6 * step
    assert end >= low + span - 1e-6 * step
    assert marked.values[0] == pytest.approx(start, abs=1e-6 * step)
    assert marked.values[-1] == pytest.approx(end, abs=1e-6 * step)
    assert 3 <= len(marked.values) <= 13
    np.testing.assert_allclose(np.diff(marked.values), step, rtol=1e-4)


@given(RANGES)
def test_labels_say_the_values(low_and_span: tuple[float, float]) -> None:
    start, end = rounded_range(low_and_span[0], sum(low_and_span))
    marked = round_ticks(start, end)
    read = [float(label.replace("−", "-")) * 10.0**marked.power for label in marked.labels]
    np.testing.assert_allclose(read, marked.values, atol=1e-3 * round_step(end - start))
    assert len(set(marked.labels)) == len(marked.labels)


def test_minor_ticks_lie_between() -> None:
    marked = round_ticks(0, 10)
    assert marked.values.tolist() == [0, 2, 4, 6, 8, 10]
    assert marked.labels == ("0", "2", "4", "6", "8", "10")
    assert marked.minor.tolist()[:4] == [0.5, 1.0, 1.5, 2.5]


def test_small_numbers_have_a_factor() -> None:
    marked = round_ticks(0, 4e-6)
    assert marked.factor == "×10⁻⁶"
    assert marked.labels == ("0", "1", "2", "3", "4")


def test_nothing_has_a_range_too() -> None:
    assert rounded_range(0.0, 0.0) == (-1.0, 1.0)
    assert rounded_range(5.0, 5.0) == pytest.approx((4.4, 5.6))
    assert rounded_range(float("nan"), 1.0) == (0.0, 1.0)


def test_decades() -> None:
    marked = decade_ticks(1e-3, 1.0)
    np.testing.assert_allclose(marked.values, [1e-3, 1e-2, 1e-1, 1], rtol=1e-12)
    assert marked.labels == ("10⁻³", "10⁻²", "10⁻¹", "10⁰")
    assert len(marked.minor) == 24
    assert floor(log10(decade_ticks(1e-20, 1.0).values[1])) > -20

"""Units of a file: what is written reads as the same double, in as few digits as that needs."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lichtbild.io.lens import exact

lengths = st.floats(1e-7, 1e3)
angles = st.floats(-3.2, 3.2)
temperatures = st.floats(1.0, 3000.0)


@pytest.mark.parametrize(
    ("write", "read", "values"),
    [
        (exact.to_nm, exact.from_nm, lengths),
        (exact.to_degrees, exact.from_degrees, angles),
        (exact.to_celsius, exact.from_celsius, temperatures),
    ],
)
def test_every_double_comes_back(
    write: Callable[[float], str], read: Callable[..., float], values: st.SearchStrategy[float]
) -> None:
    @given(values)
    def comes_back(value: float) -> None:
        assert read(exact.parse(write(value))) == value

    comes_back()


@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda r: r != 0.0))
def test_a_radius_is_written_only_where_it_is_the_curvature(radius: float) -> None:
    curvature = exact.from_radius(radius)
    text = exact.to_radius(curvature)
    if text is not None:
        assert exact.from_radius(exact.parse(text)) == curvature
    elif 1e-300 < abs(radius) < 1e300:
        pytest.fail("its own radius would have said it")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (exact.to_nm(587.5618 / 1e6), "587.5618"),
        (exact.to_nm(0.00055), "550.0"),
        (exact.to_degrees(math.radians(38.3)), "38.3"),
        (exact.to_degrees(0.0), "0.0"),
        (exact.to_celsius(293.15), "20.0"),
        (exact.to_radius(1.0 / 2.271), "2.271"),
        (exact.to_radius(-1.0 / 30.0), "-30.0"),
        (exact.to_radius(1e-20), "1e+20"),
        (exact.to_radius(0.0), None),
    ],
)
def test_in_as_few_digits_as_that_needs(text: str | None, value: str | None) -> None:
    assert text == value


def test_ordinary_numbers_are_converted_as_any_program_would() -> None:
    assert exact.from_degrees(exact.parse("38.3")) == math.radians(38.3)
    assert exact.from_nm(exact.parse("587.5618")) == 587.5618 / 1e6


@pytest.mark.parametrize("text", ["1e999999999999999999999", "-1e400", "nan", "inf", "0.0", "1e-400"])
def test_what_no_double_holds_is_said_by_a_float(text: str) -> None:
    assert isinstance(exact.parse(text), float)

"""Numbers come back bit by bit, whatever unit the file has, and nothing else is taken for a number."""

from decimal import Decimal
from math import isclose, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lichtbild.core.errors import BadInput
from lichtbild.core.units import um
from lichtbild.io.lens.zemax_number import (
    CELSIUS,
    DEGREES,
    MICROMETRES,
    MILLIMETRES,
    PLAIN,
    UNITS,
    Scale,
    decimal,
    is_zero,
    radius_text,
    whole,
)

INCHES = Scale(Decimal("25.4"))
doubles = st.floats(-1e9, 1e9, allow_subnormal=False).filter(lambda value: value == 0.0 or abs(value) > 1e-30)


@pytest.mark.parametrize("scale", [PLAIN, MICROMETRES, DEGREES, INCHES], ids=["1", "um", "deg", "in"])
@given(value=doubles)
def test_every_double_comes_back(scale: Scale, value: float) -> None:
    assert scale.read(scale.write(value)) == value


@given(value=st.floats(1.0, 5000.0))
def test_every_temperature_comes_back(value: float) -> None:
    assert CELSIUS.read(CELSIUS.write(value)) == value


@given(value=doubles)
def test_every_curvature_comes_back_from_its_radius(value: float) -> None:
    assert MILLIMETRES.curvature_of_radius(radius_text(value)) == value


@given(value=st.integers(0, 10**15))
def test_angles_and_wavelengths_are_those_that_any_program_computes(value: int) -> None:
    theirs = value / 1e12
    assert DEGREES.read(repr(theirs)) == radians(theirs)
    assert MICROMETRES.read(repr(theirs)) == um(theirs)


def test_texts_are_short() -> None:
    assert MICROMETRES.write(um(0.5875618)) == "0.5875618"
    assert DEGREES.write(radians(38.3)) == "38.3"
    assert CELSIUS.write(293.15) == "20"


@pytest.mark.parametrize("power", [1, 2, 4, 16, 40])
def test_coefficients_are_converted_by_their_power(power: int) -> None:
    inches = UNITS["IN"].coefficient("0.3", power)
    assert isclose(inches * 25.4**power, 0.3 * 25.4, rel_tol=1e-13)  # the same height at the same place


def test_coefficients_are_divided_by_the_norm_radius_once_and_exactly() -> None:
    assert MILLIMETRES.coefficient("0.3", 4, Decimal(2)) == 0.3 / 16
    assert MILLIMETRES.coefficient("1e-300", 40, Decimal("1e-8")) == 1e20


@pytest.mark.parametrize(
    "text",
    ["", "nan", "-inf", "Infinity", "1e", "1_000", "0x10", "1,5", "١", "1" * 65, "--1", "1e99999", "."],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="is no number"):
        decimal(text)


@pytest.mark.parametrize("text", ["1e309", "-1e9999"])
def test_what_no_double_holds_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="too large"):
        PLAIN.read(text)


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_what_is_not_finite_is_not_written(value: float) -> None:
    with pytest.raises(BadInput, match="a file holds finite ones"):
        PLAIN.write(value)


def test_whole_numbers() -> None:
    assert whole("3.000E+00", 0, 3) == 3
    for text in ("4", "-1", "1.5"):
        with pytest.raises(BadInput, match="no whole number from 0 to 3"):
            whole(text, 0, 3)


def test_zeros() -> None:
    assert all(map(is_zero, ("0", "0.0", "-0.000E+00", "0.")))
    assert not any(map(is_zero, ("1", "", "abc", "1e-300")))

"""Numbers between a file's units and ours, so that writing and reading give back every bit.

A number of up to seventeen digits is converted as any program would, in double precision; where no such
number leads back to the very double, more digits are written, and those are converted exactly.
"""

import math
from collections.abc import Callable
from decimal import Context, Decimal, DecimalException
from typing import Final

_CONTEXT: Final = Context(prec=60, Emax=999_999, Emin=-999_999)
_WIDE: Final = Context(prec=2000, Emax=999_999, Emin=-999_999)
_PI: Final = Decimal("3.14159265358979323846264338327950288419716939937510582097494")
_ZERO_CELSIUS: Final = Decimal("273.15")
_DOUBLE: Final = 17
"""Significant digits that tell any two doubles apart."""


def parse(text: str) -> Decimal | float:
    """The number in a text with all its digits; a float where it is none that a double could hold."""
    plain = float(text)
    if not math.isfinite(plain) or plain == 0.0:
        return plain
    try:
        return _CONTEXT.create_decimal(text.replace("_", ""))
    except DecimalException:
        return plain


def plain(value: float) -> str:
    """The shortest text that reads as this double, with a point or an exponent."""
    return repr(float(value))


def from_nm(value: Decimal | float) -> float:
    """A length given in nm, in mm."""
    return _converted(value, lambda nm: nm / 1e6, lambda nm: nm.scaleb(-6, _CONTEXT))


def to_nm(value: float) -> str:
    """A length in mm as text in nm."""
    return _shortest(value, lambda mm: mm.scaleb(6, _CONTEXT), from_nm)


def from_degrees(value: Decimal | float) -> float:
    """An angle given in degrees, in rad."""
    return _converted(value, math.radians, lambda d: _CONTEXT.divide(_CONTEXT.multiply(d, _PI), Decimal(180)))


def to_degrees(value: float) -> str:
    """An angle in rad as text in degrees."""
    return _shortest(
        value, lambda rad: _CONTEXT.divide(_CONTEXT.multiply(rad, Decimal(180)), _PI), from_degrees
    )


def from_celsius(value: Decimal | float) -> float:
    """A temperature given in degrees Celsius, in K."""
    return _converted(value, lambda c: c + 273.15, lambda c: _CONTEXT.add(c, _ZERO_CELSIUS))


def to_celsius(value: float) -> str:
    """A temperature in K as text in degrees Celsius."""
    return _shortest(value, lambda k: _CONTEXT.subtract(k, _ZERO_CELSIUS), from_celsius)


def from_torr(value: Decimal | float) -> float:
    """A pressure given in mm of mercury, in atmospheres."""
    return _converted(value, lambda torr: torr / 760.0, lambda torr: _CONTEXT.divide(torr, Decimal(760)))


def to_torr(value: float) -> str:
    """A pressure in atmospheres as text in mm of mercury."""
    return _shortest(value, lambda atm: _CONTEXT.multiply(atm, Decimal(760)), from_torr)


def sum_text(a: float, b: float) -> str:
    """The sum of two finite numbers as text, with all its digits where no double is the sum."""
    exact = _WIDE.add(Decimal(a), Decimal(b))
    if exact == Decimal(a + b):
        return plain(a + b)
    digits = max(len(exact.as_tuple().digits), _DOUBLE + 1)
    return f"{exact.quantize(Decimal(1).scaleb(exact.adjusted() - digits + 1), context=_WIDE):f}"


def middle(a: Decimal | float, b: Decimal | float) -> tuple[float, float]:
    """The middle of two finite numbers and half the way from the first to the second, each rounded once."""
    low, high = (Decimal(float(value)) if _is_double(value) else Decimal(value) for value in (a, b))
    halves = (_WIDE.add(low, high), _WIDE.subtract(high, low))
    return float(_WIDE.divide(halves[0], Decimal(2))) + 0.0, float(_WIDE.divide(halves[1], Decimal(2))) + 0.0


def from_radius(value: Decimal | float) -> float:
    """The curvature of a radius; that of an infinite one, or of 0 as other programs write it, is 0."""
    radius = float(value)
    return 1.0 / radius if radius else 0.0


def to_radius(curvature: float) -> str | None:
    """The radius as text; None where no double's reciprocal is this curvature."""
    if not math.isfinite(curvature) or curvature == 0.0 or not math.isfinite(1.0 / curvature):
        return None
    exact = _CONTEXT.divide(Decimal(1), Decimal(curvature))
    for digits in range(1, _DOUBLE + 1):
        radius = _rounded(exact, digits)
        if from_radius(radius) == curvature:
            return _text(radius)
    return None


def _converted(
    value: Decimal | float, double: Callable[[float], float], exactly: Callable[[Decimal], Decimal]
) -> float:
    if isinstance(value, Decimal) and not _is_double(value):
        return float(exactly(value))
    return double(float(value))


def _is_double(value: Decimal | float) -> bool:
    """Whether a number has so few digits that it stands for the nearest double."""
    return not isinstance(value, Decimal) or len(value.as_tuple().digits) <= _DOUBLE


def _shortest(
    value: float, outward: Callable[[Decimal], Decimal], inward: Callable[[Decimal | float], float]
) -> str:
    """The text with the fewest digits that leads back to the value."""
    if not math.isfinite(value) or value == 0.0:
        return plain(float(outward(Decimal(0))) if value == 0.0 else value)
    exact = outward(Decimal(value))
    for digits in range(1, _CONTEXT.prec):
        candidate = _rounded(exact, digits)
        if digits > _DOUBLE:  # zeros behind a short number say, too, that it is to be converted exactly
            candidate = candidate.quantize(Decimal(1).scaleb(exact.adjusted() - digits + 1), context=_WIDE)
        if inward(candidate) == value:
            return _text(candidate)
    return _text(exact)


def _rounded(value: Decimal, digits: int) -> Decimal:
    return Context(prec=digits, Emax=999_999, Emin=-999_999).plus(value)


def _text(value: Decimal) -> str:
    """A decimal number with a point or an exponent, as TOML wants a float."""
    if -8 < value.adjusted() < 18:
        text = format(value, "f")
        return text if "." in text else f"{text}.0"
    return f"{value:E}".lower()

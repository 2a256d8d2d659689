"""Numbers of Zemax files: decimals in the file's units, rounded once when they become ours.

Wavelengths, angles and temperatures of up to seventeen digits are converted as any program would, in double
precision. Where no such number leads back to the very double that is written, more digits are, and those are
converted exactly.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.core.units import um

_CONTEXT: Final = Context(prec=60, Emax=10**9, Emin=-(10**9), traps=[])
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_LONGEST: Final = 64
"""Characters of a number; no program writes more than 25."""

_DOUBLE: Final = 17
"""Significant digits that tell any two doubles apart."""

_PI: Final = Decimal("3.14159265358979323846264338327950288419716939937510582")


@dataclass(frozen=True)
class Scale:
    """How numbers of a file become ours: ``ours = theirs * factor + offset``.

    Args:
        factor: ours per theirs.
        offset: ours where theirs is 0.
        double: the same for doubles, of which others computed numbers that are to be equal; None is exact.
    """

    factor: Decimal = Decimal(1)
    offset: Decimal = Decimal(0)
    double: Callable[[float], float] | None = None

    def read(self, text: str) -> float:
        """The double that a text means.

        Raises:
            BadInput: it is no finite number.
        """
        exact = decimal(text)
        if self.double is not None and len(exact.as_tuple().digits) <= _DOUBLE:
            value = self.double(float(exact))
        else:
            value = float(_CONTEXT.fma(exact, self.factor, self.offset))
        if not math.isfinite(value):
            raise BadInput(f"{text} is too large a number; the largest is 1.7e308")
        return value

    def write(self, value: float) -> str:
        """The shortest text that `read` makes this double of.

        Raises:
            BadInput: it is not finite.
        """
        if not math.isfinite(value):
            raise BadInput(f"a number of the lens is {value}; a file holds finite ones")
        if self == PLAIN:
            return repr(float(value))
        exact = _CONTEXT.divide(_CONTEXT.subtract(Decimal(value), self.offset), self.factor)
        return _shortest(exact, lambda text: self.read(text) == value)


def _shortest(exact: Decimal, leads_back: Callable[[str], bool]) -> str:
    """The text of a number with the fewest digits that lead back to it."""
    text = "0"
    with localcontext(_CONTEXT) as context:
        for digits in range(1, 40):
            context.prec = digits
            rounded = +exact
            if digits > _DOUBLE:  # with zeros, where there are no digits left: so many are converted exactly
                text = f"{rounded:.{digits - 1}E}"
            else:
                text = f"{rounded:f}" if not rounded or -5 < rounded.adjusted() < 18 else str(rounded)
            if leads_back(text):
                break
    return text


PLAIN: Final = Scale()
MICROMETRES: Final = Scale(Decimal("0.001"), double=um)
DEGREES: Final = Scale(_CONTEXT.divide(_PI, Decimal(180)), double=math.radians)
CELSIUS: Final = Scale(offset=Decimal("273.15"), double=lambda celsius: celsius + 273.15)


def decimal(text: str) -> Decimal:
    """The number that a text means, exactly.

    Raises:
        BadInput: it is no number.
    """
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        raise BadInput(f"{text[:_LONGEST]!r} is no number; write one such as -1.25E-03")
    return _CONTEXT.create_decimal(text)


def is_zero(text: str) -> bool:
    """Whether a text is a number, and 0."""
    return len(text) <= _LONGEST and _NUMBER.fullmatch(text) is not None and not float(text)


def whole(text: str, least: int, most: int) -> int:
    """The whole number that a text means; files write it as 3, 3.0 or 3.000E+00.

    Raises:
        BadInput: it is none, or out of its range.
    """
    value = decimal(text)
    if value != value.to_integral_value(context=_CONTEXT) or not least <= value <= most:
        raise BadInput(f"{text} is no whole number from {least} to {most}")
    return int(value)


@dataclass(frozen=True)
class Unit:
    """The lens unit of a file.

    Args:
        mm: length of one.
    """

    mm: Decimal

    def length(self, text: str) -> float:
        """A length in mm."""
        return Scale(self.mm).read(text)

    def coefficient(self, text: str, power: int, norm: Decimal | None = None) -> float:
        """Coefficient of ``r^power`` in a sag, in mm^(1 - power).

        Args:
            text: as in the file.
            power: of r.
            norm: what r is divided by, in lens units; None is 1.
        """
        reach = _CONTEXT.multiply(self.mm, Decimal(1) if norm is None else norm)
        return Scale(_CONTEXT.divide(self.mm, _CONTEXT.power(reach, power))).read(text)

    def curvature(self, text: str) -> float:
        """A curvature in 1 / mm."""
        return Scale(_CONTEXT.divide(Decimal(1), self.mm)).read(text)

    def curvature_of_radius(self, text: str) -> float:
        """The curvature of a radius, in 1 / mm; that of radius 0 is 0."""
        radius = decimal(text)
        if not radius:
            return 0.0
        value = float(_CONTEXT.divide(Decimal(1), _CONTEXT.multiply(radius, self.mm)))
        if not math.isfinite(value):
            raise BadInput(f"a radius of {text} is too small")
        return value


MILLIMETRES: Final = Unit(Decimal(1))

UNITS: Final = {
    "MM": MILLIMETRES,
    "CM": Unit(Decimal(10)),
    "IN": Unit(Decimal("25.4")),
    "METER": Unit(Decimal(1000)),
}


def radius_text(curvature: float) -> str:
    """The shortest radius in mm that reads as this curvature; 0 for a plane."""
    if not curvature:
        return "0"
    exact = _CONTEXT.divide(Decimal(1), Decimal(curvature))
    return _shortest(exact, lambda text: MILLIMETRES.curvature_of_radius(text) == curvature)

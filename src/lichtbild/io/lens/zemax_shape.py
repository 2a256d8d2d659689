"""Shapes of Zemax surfaces: what each type's parameters and extra data mean.

Source: OpticStudio's help, "Surface Types"; the records PARM and XDAT as OpticStudio writes them.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.zemax_number import PLAIN, Unit, decimal, is_zero, whole
from lichtbild.io.lens.zemax_text import Block, Line
from lichtbild.optics.surface import (
    Departure,
    ForbesQbfs,
    ForbesQcon,
    PowerSeries,
    Toroid,
    XYPolynomial,
)

BREAK: Final = "COORDBRK"
HIGHEST_POWER: Final = 40
MOST_TERMS: Final = 240
"""Terms of extra data that OpticStudio knows."""


class Parameters:
    """Numbered values of a surface: PARM, and XDAT with its count and norm radius.

    Args:
        block: the surface's lines.
        unit: of the file.
    """

    def __init__(self, block: Block, unit: Unit) -> None:
        self.unit = unit
        self.parm = _numbered(block.lines, "PARM", 20)
        self.xdat = _numbered(block.lines, "XDAT", MOST_TERMS + 2)

    def terms(self) -> tuple[Decimal, list[Line | None]]:
        """The norm radius in lens units, and the lines of the terms in their order.

        Raises:
            BadInput: there are terms without a count, or the norm radius is not above 0.
        """
        count = self._count()
        if not count:
            return Decimal(1), []
        line = self.xdat.get(2)
        norm = decimal(line.word(1)) if line else Decimal(1)
        if not 0 < norm < Decimal("1e15"):
            raise BadInput(f"its norm radius (XDAT 2) is {norm:g}; it lies above 0")
        return norm, [self.xdat.get(index + 3) for index in range(count)]

    def _count(self) -> int:
        line = self.xdat.get(1)
        if line:
            with line.blamed():
                return whole(line.word(1), 0, MOST_TERMS)
        if any(decimal(term.word(1)) for index, term in self.xdat.items() if index > 2):
            raise BadInput("it has coefficients (XDAT 3 and more) without their number (XDAT 1)")
        return 0

    def refuse_beyond(self, last: int) -> None:
        """Refuse parameters that the surface's type does not have."""
        for index, line in self.parm.items():
            with line.blamed():
                if index > last and decimal(line.word(1)):
                    raise BadInput(
                        f"surfaces of this type have {last} parameters, this one has parameter {index}"
                    )


def _numbered(lines: Iterable[Line], key: str, most: int) -> dict[int, Line]:
    """Lines ``KEY number value`` by their number."""
    found = {}
    for line in lines:
        if line.key == key:
            with line.blamed():
                decimal(line.word(1))
                found[whole(line.word(0), 0, most)] = line
    return found


def departure_of(block: Block, unit: Unit) -> Departure | None:
    """What a surface adds to its base curve.

    Raises:
        BadInput: the type is not among those that are read, or a value is out of its range.
    """
    shape = _SHAPES.get(block.type)
    if shape is None:
        raise BadInput(
            f"surface {block.number} (line {block.head.number}) is of type {block.type[:16]}, which is not "
            f"read; {', '.join(name for name in _SHAPES if name != 'QTYPE')} and {BREAK} are"
        )
    try:
        return shape(Parameters(block, unit))
    except BadInput as error:
        raise type(error)(f"surface {block.number} ({block.type}): {error}") from error


def _standard(values: Parameters) -> None:
    values.refuse_beyond(0)


def _even(values: Parameters) -> PowerSeries | None:
    values.refuse_beyond(8)
    return _series(((2 * index, line) for index, line in _rising(values.parm)), values.unit)


def _odd(values: Parameters) -> PowerSeries | None:
    values.refuse_beyond(8)
    return _series(_rising(values.parm), values.unit)


def _extended_even(values: Parameters) -> PowerSeries | None:
    norm, lines = values.terms()
    return _series(((2 * index, line) for index, line in enumerate(lines, start=1)), values.unit, norm)


def _extended_odd(values: Parameters) -> PowerSeries | None:
    norm, lines = values.terms()
    return _series(enumerate(lines, start=1), values.unit, norm)


def _rising(parm: dict[int, Line]) -> list[tuple[int, Line]]:
    return sorted((index, line) for index, line in parm.items() if index > 0)


def _series(
    terms: Iterable[tuple[int, Line | None]], unit: Unit, norm: Decimal | None = None
) -> PowerSeries | None:
    found = _kept(terms, unit, norm)
    return PowerSeries(tuple(found), tuple(found.values())) if found else None


def _kept(
    terms: Iterable[tuple[int, Line | None]], unit: Unit, norm: Decimal | None = None
) -> dict[int, float]:
    """Coefficients by power, without those that are 0: files hold every one."""
    found = {}
    for power, line in terms:
        if line is None or not decimal(line.word(1)):
            continue
        with line.blamed():
            if power > HIGHEST_POWER:
                raise BadInput(
                    f"a term in r^{power} lies beyond r^{HIGHEST_POWER}, the highest that is traced"
                )
            found[power] = unit.coefficient(line.word(1), power, norm)
    return found


def _forbes(values: Parameters) -> ForbesQcon | ForbesQbfs | None:
    line = values.parm.get(1)
    strong = whole(line.word(1), 0, 1) if line else 0
    values.refuse_beyond(1)
    norm, lines = values.terms()
    if not lines:
        return None
    unit = values.unit
    coefficients = tuple(unit.length(term.word(1)) if term else 0.0 for term in lines)
    return (ForbesQcon if strong else ForbesQbfs)(unit.length(str(norm)), coefficients)


def _toroid(values: Parameters) -> Toroid:
    values.refuse_beyond(8)
    if values.terms()[1]:
        raise BadInput(
            "its Zernike terms (XDAT) are not read; only its radius of rotation and powers of y are"
        )
    radius = values.parm.get(1)
    found = _kept(((2 * index - 2, line) for index, line in _rising(values.parm) if index > 1), values.unit)
    curvature = values.unit.curvature_of_radius(radius.word(1)) if radius else 0.0
    return Toroid(curvature, tuple(found), tuple(found.values()))


def _polynomial(values: Parameters) -> XYPolynomial | None:
    norm, lines = values.terms()
    unit = values.unit
    found = {
        powers: unit.length(line.word(1))
        for powers, line in zip(xy_powers(len(lines)), lines, strict=True)
        if line is not None and decimal(line.word(1))
    }
    return XYPolynomial(unit.length(str(norm)), tuple(found), tuple(found.values())) if found else None


def xy_powers(count: int) -> list[tuple[int, int]]:
    """Exponents of x and y of an extended polynomial's first terms: x, y, x^2, x y, y^2, x^3 ...

    >>> xy_powers(5)
    [(1, 0), (0, 1), (2, 0), (1, 1), (0, 2)]
    """
    powers: list[tuple[int, int]] = []
    degree = 1
    while len(powers) < count:
        powers.extend((degree - j, j) for j in range(degree + 1))
        degree += 1
    return powers[:count]


_SHAPES: Final[dict[str, Callable[[Parameters], Departure | None]]] = {
    "STANDARD": _standard,
    "EVENASPH": _even,
    "XASPHERE": _extended_even,
    "ODDASPHE": _odd,
    "XOSPHERE": _extended_odd,
    "QED_TYPE": _forbes,
    "QTYPE": _forbes,
    "TOROIDAL": _toroid,
    "XPOLYNOM": _polynomial,
}


def ignores_conic(block: Block) -> bool:
    """Whether the surface is a Qbfs asphere, whose base is a sphere whatever conic constant is written."""
    kind = next((line.word(1) for line in block.lines if line.key == "PARM" and line.word(0) == "1"), "0")
    return _SHAPES.get(block.type) is _forbes and is_zero(kind)


def conic_of(block: Block) -> float:
    """The conic constant."""
    line = block.line("CONI")
    if line is None or ignores_conic(block):
        return 0.0
    with line.blamed():
        return PLAIN.read(line.word(0))

"""Shapes of surfaces by CODE V's names for their coefficients.

Sources: CODE V, Lens System Setup Reference Manual: ASP (A to J are r^4 to r^20, without I), SPS ODD (AR1 to
AR30 with a normalisation radius), SPS XYP (term C_j of x^m y^n has j = ((m + n)^2 + m + 3 n) / 2 + 1). The
names of the coefficients of SPS QBF and QCN were found in no public source; ours are read back by ourselves.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.optics.surface import (
    Departure,
    ForbesQbfs,
    ForbesQcon,
    PowerSeries,
    Toroid,
    XYPolynomial,
)

LETTERS: Final = dict(zip("ABCDEFGHJ", range(4, 21, 2), strict=True))
"""Powers of r by the letters of an ASP surface."""

SPECIAL: Final = ("ODD", "XYP", "QBF", "QCN")
MOST_TERMS: Final = 30
"""Highest power of SPS ODD; SPS XYP and the Q aspheres end below."""

XY_DEGREE: Final = 10
_XY_NAME: Final = re.compile(r"(?:X(\d*))?(?:Y(\d*))?")


@dataclass
class Shape:
    """What a surface's commands have said of its shape so far.

    Args:
        kind: ASP, CYL, YTO, or the name of an SPS surface; empty for a sphere or conic.
        conic: K.
        across: curvature in the xz plane, of a toroid.
        letters: coefficients of ASP by letter.
        terms: coefficients of SPS by name.
        norm_radius: 0 where the coefficients are not normalised.
    """

    kind: str = ""
    conic: float = 0.0
    across: float = 0.0
    letters: dict[str, float] = field(default_factory=dict)
    terms: dict[str, float] = field(default_factory=dict)
    norm_radius: float = 0.0

    def set_term(self, name: str, value: float) -> None:
        """Take a coefficient of an SPS surface."""
        if name == "K" or (name == "C1" and self.kind in ("ODD", "XYP")):
            self.conic = value
        elif name == "NRADIUS" or (self.kind, name) in (("ODD", "C33"), ("XYP", "C67")):
            self.norm_radius = value
        else:
            self.terms[name] = value

    def departure(self) -> Departure | None:
        """What the coefficients add to the base curve.

        Raises:
            BadInput: a coefficient has a name that the surface does not have.
        """
        match self.kind:
            case "ODD":
                return _odd(self.terms, self.norm_radius)
            case "XYP":
                return _xy(self.terms, self.norm_radius)
            case "QBF" | "QCN":
                return self._forbes()
            case "YTO" | "CYL":
                return Toroid(self.across, *self._series())
            case _:
                return PowerSeries(*self._series()) if self.letters else None

    def _series(self) -> tuple[tuple[int, ...], tuple[float, ...]]:
        given = sorted((LETTERS[letter], value) for letter, value in self.letters.items())
        return tuple(power for power, _ in given), tuple(value for _, value in given)

    def _forbes(self) -> Departure:
        names = {name: forbes_order(self.kind, name) for name in self.terms}
        count = max(names.values(), default=-1) + 1
        coefficients = [0.0] * count
        for name, order in names.items():
            coefficients[order] = self.terms[name]
        if self.norm_radius <= 0.0:
            raise BadInput(f"SPS {self.kind} needs a normalisation radius (SCO NRADIUS)")
        kind = ForbesQbfs if self.kind == "QBF" else ForbesQcon
        return kind(self.norm_radius, tuple(coefficients))


def forbes_name(kind: str, order: int) -> str:
    """The name of a Forbes coefficient: QC4, QC6 ... of Qcon, QB4, QB6 ... of Qbfs."""
    return f"{kind[:2]}{2 * order + 4}"


def forbes_order(kind: str, name: str) -> int:
    """The order m of a Forbes coefficient.

    Raises:
        BadInput: the surface has no such coefficient.
    """
    match = re.fullmatch(rf"{kind[:2]}(\d{{1,2}})", name)
    power = int(match[1]) if match else 0
    if power < 4 or power % 2 or power > 2 * MOST_TERMS:
        raise BadInput(
            f"SPS {kind} has no coefficient '{name[:20]}'; it has {kind[:2]}4, {kind[:2]}6 and so on"
        )
    return power // 2 - 2


def xy_number(m: int, n: int) -> int:
    """The number j of the term x^m y^n."""
    return ((m + n) ** 2 + m + 3 * n) // 2 + 1


_XY_TERMS: Final = {
    xy_number(total - n, n): (total - n, n) for total in range(1, XY_DEGREE + 1) for n in range(total + 1)
}


def _odd(terms: Mapping[str, float], norm_radius: float) -> PowerSeries | None:
    given = {}
    for name, value in terms.items():
        match = re.fullmatch(r"(AR|C)(\d{1,2})", name)
        power = int(match[2]) - (match[1] == "C") if match else 0
        if not 1 <= power <= MOST_TERMS:
            raise BadInput(f"SPS ODD has no coefficient '{name[:20]}'; it has AR1 to AR{MOST_TERMS}")
        given[power] = value / norm_radius**power if norm_radius else value
    return (
        PowerSeries(tuple(sorted(given)), tuple(given[power] for power in sorted(given))) if given else None
    )


def _xy(terms: Mapping[str, float], norm_radius: float) -> XYPolynomial:
    powers = {_xy_powers(name): value for name, value in terms.items()}
    return XYPolynomial(norm_radius or 1.0, tuple(powers), tuple(powers.values()))


def _xy_powers(name: str) -> tuple[int, int]:
    if match := re.fullmatch(r"C(\d{1,2})", name):
        if (pair := _XY_TERMS.get(int(match[1]))) is not None:
            return pair
    elif (match := _XY_NAME.fullmatch(name)) and name:
        m, n = (0 if power is None else int(power or 1) for power in match.groups())
        if 0 < m + n <= XY_DEGREE:
            return m, n
    raise BadInput(f"SPS XYP has no coefficient '{name[:20]}'; it has C2 to C66, and names such as X2Y")

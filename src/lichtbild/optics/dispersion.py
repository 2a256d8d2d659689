"""Dispersion formulas: index against wavelength, numbered as in AGF catalogues.

Wavelengths are in micrometres here, because the coefficients of every maker are; `lichtbild.optics.glass`
converts. NumPy in, NumPy out; JAX in, JAX out. s is the wavelength squared.

Sources: Schott, TIE-29 "Refractive index and dispersion" (formulas 1 and 2); Herzberger and Salzberg,
J. Opt. Soc. Am. 52, 420 (1962) (3); Conrady, Applied Optics and Optical Design, part 2, page 659 (5);
Handbook of Optics, volume 2, chapter 33 (7 and 8); OpticStudio's help, "The Glass Dispersion Formulas" (the
numbers and the other forms).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType, ModuleType
from typing import Any, Final

import numpy as np

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput


def library(*values: Any) -> ModuleType:
    """The library that fits all of the numbers: jax.numpy if one of them is JAX's, else NumPy."""
    for value in values:
        if (found := namespace(value)) is not np:
            return found
    return np


def _power_series(coefficients: Sequence[Any], powers: Sequence[int], s: Any) -> Any:
    """Sum of ``coefficient * s^power``."""
    return sum(c * s**power for c, power in zip(coefficients, powers, strict=True))


def _sellmeier(coefficients: Sequence[Any], s: Any) -> Any:
    """1 + sum of ``K s / (s - L)`` over pairs (K, L)."""
    strengths, resonances = coefficients[::2], coefficients[1::2]
    return 1.0 + sum(k * s / (s - at) for k, at in zip(strengths, resonances, strict=True))


def _schott(c: Sequence[Any], s: Any) -> Any:
    return _power_series(c, (0, 1, -1, -2, -3, -4), s)


def _herzberger(c: Sequence[Any], s: Any) -> Any:
    bump = 1.0 / (s - 0.028)
    return c[0] + c[1] * bump + c[2] * bump**2 + _power_series(c[3:], (1, 2, 3), s)


def _sellmeier_2(c: Sequence[Any], s: Any) -> Any:
    return 1.0 + c[0] + c[1] * s / (s - c[2] ** 2) + c[3] / (s - c[4] ** 2)


def _conrady(c: Sequence[Any], s: Any) -> Any:
    return c[0] + c[1] * s**-0.5 + c[2] * s**-1.75


def _handbook_1(c: Sequence[Any], s: Any) -> Any:
    return c[0] + c[1] / (s - c[2]) - c[3] * s


def _handbook_2(c: Sequence[Any], s: Any) -> Any:
    return c[0] + c[1] * s / (s - c[2]) - c[3] * s


def _sellmeier_4(c: Sequence[Any], s: Any) -> Any:
    return c[0] + c[1] * s / (s - c[2]) + c[3] * s / (s - c[4])


def _extended_1(c: Sequence[Any], s: Any) -> Any:
    return _power_series(c, (0, 1, -1, -2, -3, -4, -5, -6), s)


def _extended_2(c: Sequence[Any], s: Any) -> Any:
    return _power_series(c, (0, 1, -1, -2, -3, -4, 2, 3), s)


def _extended_3(c: Sequence[Any], s: Any) -> Any:
    return _power_series(c, (0, 1, 2, -1, -2, -3, -4, -5, -6), s)


@dataclass(frozen=True)
class Formula:
    """One dispersion formula.

    Args:
        name: as designers call it.
        coefficients: how many it has.
        value: the index, or its square, of coefficients and s.
        squared: whether ``value`` is the square of the index.
    """

    name: str
    coefficients: int
    value: Callable[[Sequence[Any], Any], Any]
    squared: bool = True


FORMULAS: Final[Mapping[int, Formula]] = MappingProxyType(
    {
        1: Formula("Schott", 6, _schott),
        2: Formula("Sellmeier 1", 6, _sellmeier),
        3: Formula("Herzberger", 6, _herzberger, squared=False),
        4: Formula("Sellmeier 2", 5, _sellmeier_2),
        5: Formula("Conrady", 3, _conrady, squared=False),
        6: Formula("Sellmeier 3", 8, _sellmeier),
        7: Formula("Handbook of Optics 1", 4, _handbook_1),
        8: Formula("Handbook of Optics 2", 4, _handbook_2),
        9: Formula("Sellmeier 4", 5, _sellmeier_4),
        10: Formula("Extended", 8, _extended_1),
        11: Formula("Sellmeier 5", 10, _sellmeier),
        12: Formula("Extended 2", 8, _extended_2),
        13: Formula("Extended 3", 9, _extended_3),
    }
)
"""The formulas by their numbers in AGF files."""


def formula_index(formula: int, coefficients: Sequence[Any], microns: Any) -> Any:
    """Index by a numbered formula; NaN where the formula's square is negative.

    Args:
        formula: its number in AGF files.
        coefficients: those that are left out at the end are 0, those beyond the formula's own do not count.
        microns: wavelengths in micrometres.

    Raises:
        BadInput: no formula has that number.
    """
    if (law := FORMULAS.get(formula)) is None:
        raise BadInput(
            f"dispersion formula {formula} is unknown; AGF files number them from 1 to {len(FORMULAS)}"
        )
    padded = (*coefficients[: law.coefficients], *(0.0,) * (law.coefficients - len(coefficients)))
    value = law.value(padded, microns * microns)
    return library(value).sqrt(value) if law.squared else value

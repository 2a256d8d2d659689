"""Medium: what light travels through, by its dispersion formula or by an index and an Abbe number.

These are the nouns; `lichtbild.optics.glass` computes indices from them. Indices are relative to air at the
same temperature and pressure, and wavelengths are those in that air, as in AGF catalogues and in Zemax.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from lichtbild.optics.scalar import Scalar
from lichtbild.optics.surface import STATIC


@dataclass(frozen=True)
class Air:
    """The air around: its relative index is 1 by definition."""


@dataclass(frozen=True)
class ModelGlass:
    """A medium of which only the index and the Abbe number are known, as patents give them.

    Args:
        index: n_d, at 587.5618 nm.
        abbe: v_d = (n_d - 1) / (n_F - n_C); 0 is no dispersion at all.
        partial: deviation of the relative partial dispersion P_gF from the normal line.
    """

    index: Scalar
    abbe: Scalar
    partial: Scalar = 0.0
    name: str = field(default="", metadata=STATIC)


@dataclass(frozen=True)
class Thermal:
    """How an index moves with temperature: the Schott formula's constants of AGF's TD line.

    Args:
        d: D0, D1, D2 (1/K, 1/K^2, 1/K^3).
        e: E0, E1 (um^2/K, um^2/K^2).
        wavelength: lambda_tk, mm.
        reference: temperature at which the dispersion formula holds, K.
        expansion: linear thermal expansion, 1/K.
    """

    d: tuple[Scalar, Scalar, Scalar] = (0.0, 0.0, 0.0)
    e: tuple[Scalar, Scalar] = (0.0, 0.0)
    wavelength: Scalar = 0.0
    reference: Scalar = 293.15
    expansion: Scalar = 0.0


@dataclass(frozen=True)
class Transmission:
    """Internal transmission of a sample, by wavelength.

    Args:
        wavelengths: mm, rising.
        values: 0 to 1, through the sample.
        thicknesses: of the sample at each wavelength, mm.
    """

    wavelengths: tuple[Scalar, ...]
    values: tuple[Scalar, ...]
    thicknesses: tuple[Scalar, ...]


@dataclass(frozen=True)
class Glass:
    """A medium of a catalogue: glass, plastic or crystal.

    Args:
        name: as in the catalogue, upper case.
        formula: number of the dispersion formula in AGF files, 1 to 13.
        coefficients: as in the file's CD line (wavelengths in um there).
        catalogue: the maker.
        thermal: None where nothing is known.
        transmission: None where nothing is known.
        band: shortest and longest wavelength of the formula, mm.
    """

    name: str = field(metadata=STATIC)
    formula: int = field(metadata=STATIC)
    coefficients: tuple[Scalar, ...]
    catalogue: str = field(default="", metadata=STATIC)
    thermal: Thermal | None = None
    transmission: Transmission | None = None
    band: tuple[float, float] | None = field(default=None, metadata=STATIC)


@dataclass(frozen=True)
class MeasuredGlass:
    """A medium known by its index at a few wavelengths; a smooth dispersion formula is laid through them.

    Args:
        wavelengths: mm, rising.
        indices: one for each.
    """

    wavelengths: tuple[Scalar, ...]
    indices: tuple[Scalar, ...]
    name: str = field(default="", metadata=STATIC)


Medium: TypeAlias = Air | ModelGlass | Glass | MeasuredGlass

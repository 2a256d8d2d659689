"""Media and coatings in a lens's TOML."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.exact import from_celsius, from_nm
from lichtbild.io.lens.toml_table import Table
from lichtbild.optics.media import find
from lichtbild.optics.medium import (
    Glass,
    MeasuredGlass,
    Medium,
    ModelGlass,
    Thermal,
    Transmission,
)
from lichtbild.optics.surface import Coating

AIR = "air"


@dataclass(frozen=True)
class Known:
    """What names in a file may stand for.

    Args:
        media: those that the file describes itself.
        coatings: those that the file describes itself.
        extra: further media, which go before the built-in ones.
    """

    media: Mapping[str, Medium]
    coatings: Mapping[str, Coating]
    extra: Iterable[Medium]


def medium_of(row: Table, known: Known) -> Medium:
    """The medium that a table's key ``medium`` names or describes; air without it.

    Raises:
        BadInput: a name that neither the file nor the built-in table has.
    """
    value: Any = row.take("medium", AIR)
    if isinstance(value, str):
        try:
            return known.media[value] if value in known.media else find(value, known.extra)
        except BadInput as error:
            raise BadInput(f"{row.place('medium')}: {error}") from error
    with Table(value, row.place("medium")) as table:
        return _model(table, "")


def coating_of(row: Table, key: str = "") -> Coating:
    """The coating of a table, called by the key that it stands under unless it has a name itself.

    Raises:
        BadInput: wavelengths and reflectances do not pair.
    """
    with row:
        wavelengths = row.numbers("wavelengths_nm", from_nm)
        reflectances = row.numbers("reflectances", count=len(wavelengths))
        return Coating(wavelengths, reflectances, row.text("name", key))


def described_medium(row: Table, key: str) -> Medium:
    """A medium by what its table holds: a dispersion formula, measured indices, or index and Abbe number."""
    with row:
        if "formula" in row:
            return _glass(row, key)
        if "indices" in row:
            wavelengths = row.numbers("wavelengths_nm", from_nm)
            indices = row.numbers("indices", count=len(wavelengths))
            return MeasuredGlass(wavelengths, indices, row.text("name", key))
        return _model(row, key)


def _model(row: Table, key: str) -> ModelGlass:
    return ModelGlass(
        row.number("index"), row.number("abbe", 0.0), row.number("partial", 0.0), row.text("name", key)
    )


def _glass(row: Table, key: str) -> Glass:
    formula = row.take("formula")
    if isinstance(formula, bool) or not isinstance(formula, int) or not 1 <= formula <= 13:
        raise BadInput(f"{row.place('formula')} is the number of an AGF dispersion formula, 1 to 13")
    return Glass(
        name=row.text("name", key),
        formula=formula,
        coefficients=row.numbers("coefficients"),
        catalogue=row.text("catalogue"),
        thermal=_thermal(row.table("thermal")) if "thermal" in row else None,
        transmission=_transmission(row.table("transmission")) if "transmission" in row else None,
        band=_band(row),
    )


def _band(row: Table) -> tuple[float, float] | None:
    if "band_nm" not in row:
        return None
    shortest, longest = row.numbers("band_nm", from_nm, 2)
    return shortest, longest


def _thermal(row: Table) -> Thermal:
    with row:
        d0, d1, d2 = row.numbers("d", count=3)
        e0, e1 = row.numbers("e", count=2)
        return Thermal(
            d=(d0, d1, d2),
            e=(e0, e1),
            wavelength=row.number("wavelength_nm", 0.0, from_nm),
            reference=row.number("reference_c", 293.15, from_celsius),
            expansion=row.number("expansion", 0.0),
        )


def _transmission(row: Table) -> Transmission:
    with row:
        wavelengths = row.numbers("wavelengths_nm", from_nm)
        count = len(wavelengths)
        return Transmission(
            wavelengths, row.numbers("values", count=count), row.numbers("thicknesses", count=count)
        )

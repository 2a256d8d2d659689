"""Media: the built-in table of plastics, glasses and crystals, and finding one by its name.

The table (``catalogue/media_*.toml``) holds what phone and classic lenses are made of, each medium with the
source of its numbers; makers' whole catalogues are read from their AGF files (`lichtbild.io.lens.agf`).
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from lichtbild.core.errors import BadInput
from lichtbild.core.resources import names, read
from lichtbild.core.units import nm, um
from lichtbild.optics.medium import Air, Glass, Medium, ModelGlass, Thermal, Transmission

_CODE: Final = re.compile(r"(\d{3})(\d{3})|(\d{3,6})[.:](\d{3,6})", re.ASCII)
_LEAST_INDEX: Final = "3"
"""No medium of a lens has an index below 1.3: a code that begins with less is of one above 2."""

_SHOWN: Final = 40
"""So many characters of an unknown name are quoted back."""


@cache
def media() -> Mapping[str, Glass]:
    """The built-in media by their names in upper case."""
    return MappingProxyType({entry["name"].upper(): _glass(entry) for entry in _entries()})


@cache
def sources() -> Mapping[str, str]:
    """Where the numbers of each built-in medium come from."""
    return MappingProxyType({entry["name"].upper(): entry["source"] for entry in _entries()})


def find(name: str, extra: Iterable[Medium] = ()) -> Medium:
    """The medium of that name.

    Letters may be small or capital, and hyphens, blanks and underscores may be left out, as CODE V does. The
    maker may be named as in ``SCHOTT:N-BK7`` or ``NBK7_SCHOTT``. Where no medium has that name, digits of a
    glass code (MIL-G-174: ``517642``; CODE V: ``516800.641700``) give a model glass.

    Args:
        name: of a medium.
        extra: media that come before the built-in ones, such as those of an AGF file.

    Raises:
        BadInput: there is none; the sentence has the three nearest names.
    """
    if name.strip().upper() in ("", "AIR"):
        return Air()
    known: dict[str, Medium] = {}
    for medium in (*extra, *media().values()):
        for spelling in _spellings(medium):
            known.setdefault(spelling, medium)
    known |= {alias: known[of] for alias, of in _aliases().items() if alias not in known}
    wanted = name.strip().upper()
    found = known.get(wanted) or {_squeezed(spelling): known[spelling] for spelling in reversed(known)}.get(
        _squeezed(wanted)
    )
    if found is None and (found := _coded(wanted)) is None:
        raise BadInput(_unknown(wanted, known))
    return found


def _coded(name: str) -> ModelGlass | None:
    """The model glass of a code: the decimals of n_d, then v_d with its point after two digits."""
    if (digits := _CODE.fullmatch(name)) is None:
        return None
    index, abbe = (part for part in digits.groups() if part)
    whole = 1 if index >= _LEAST_INDEX else 2
    return ModelGlass(float(f"{whole}.{index}"), float(f"{abbe[:2]}.{abbe[2:]}"), name=name)


def _unknown(wanted: str, known: Mapping[str, Medium]) -> str:
    near: dict[int, str] = {}
    for spelling in get_close_matches(wanted[:_SHOWN], known, n=12, cutoff=0.0):
        near.setdefault(id(known[spelling]), spelling)
    proposed = ", ".join(list(near.values())[:3])
    return (
        f"no medium is called {wanted[:_SHOWN]!r}; the nearest names are {proposed}; read its maker's AGF "
        "catalogue, or give its index and Abbe number"
    )


def _spellings(medium: Medium) -> Iterator[str]:
    """What a medium may be called, the plainest first."""
    if isinstance(medium, Air) or not medium.name:
        return
    name = medium.name.upper()
    yield name
    if isinstance(medium, Glass) and medium.catalogue:
        yield f"{medium.catalogue.upper()}:{name}"
        yield f"{name}_{medium.catalogue.upper()}"


def _squeezed(name: str) -> str:
    return "".join(letter for letter in name if letter.isalnum() or letter == ":")


@cache
def _entries() -> tuple[Mapping[str, Any], ...]:
    files = (
        file for file in names("optics", "catalogue") if file.startswith("media") and file.endswith(".toml")
    )
    tables = (tomllib.loads(read("optics", "catalogue", file).decode()) for file in files)
    return tuple(entry for table in tables for entry in table["medium"])


@cache
def _aliases() -> Mapping[str, str]:
    return {
        alias.upper(): entry["name"].upper() for entry in _entries() for alias in entry.get("aliases", ())
    }


def _glass(entry: Mapping[str, Any]) -> Glass:
    shortest, longest = entry["band_nm"]
    return Glass(
        name=entry["name"].upper(),
        formula=entry["formula"],
        coefficients=tuple(entry["coefficients"]),
        catalogue=entry["catalogue"],
        thermal=_thermal(entry),
        transmission=_transmission(entry),
        band=(nm(shortest), nm(longest)),
    )


def _thermal(entry: Mapping[str, Any]) -> Thermal | None:
    """Thermal constants; where the expansion alone is known, the index in vacuum keeps its value."""
    if "dn_dt_d" not in entry and "expansion_per_k" not in entry:
        return None
    d0, d1, d2 = entry.get("dn_dt_d", (0.0, 0.0, 0.0))
    e0, e1 = entry.get("dn_dt_e_um2", (0.0, 0.0))
    return Thermal(
        d=(d0, d1, d2),
        e=(e0, e1),
        wavelength=um(entry.get("dn_dt_wavelength_um", 0.0)),
        reference=entry["reference_celsius"] + 273.15,
        expansion=entry.get("expansion_per_k", 0.0),
    )


def _transmission(entry: Mapping[str, Any]) -> Transmission | None:
    if "transmission" not in entry:
        return None
    samples = entry["transmission"]
    return Transmission(
        wavelengths=tuple(nm(value) for value in samples["nm"]),
        values=tuple(samples["value"]),
        thicknesses=(samples["thickness_mm"],) * len(samples["nm"]),
    )

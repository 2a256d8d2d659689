"""AGF: makers' catalogues of glasses, as Zemax reads them.

A catalogue is lines of text, each with a tag: ``NM`` begins a glass (its name and the number of its
dispersion formula), ``CD`` has the formula's coefficients, ``TD`` the thermal constants and the reference
temperature, ``ED`` the thermal expansion, ``LD`` the band of wavelengths, ``IT`` a sample of internal
transmission. Makers write UTF-16, UTF-8 and Latin-1, break lines within CD and TD, and leave fields empty.
Lengths in the file are um, temperatures degrees Celsius, expansions 1e-6 / K.

Source: OpticStudio's help, "Using Material Catalogs".
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import numpy as np

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.atomic import replacing
from lichtbild.io.lens.agf_lines import Line, entries
from lichtbild.optics.dispersion import FORMULAS
from lichtbild.optics.glass import abbe_number, refractive_index
from lichtbild.optics.medium import Glass, Thermal, Transmission
from lichtbild.optics.model_glass import normal_partial
from lichtbild.optics.spectral_line import C_LINE, D_LINE, F_LINE, G_LINE

_MOST_COEFFICIENTS: Final = 20
_THERMAL_CONSTANTS: Final = 7
_FORMULA_NUMBERS: Final = frozenset(str(number) for number in FORMULAS)
_ZERO_CELSIUS: Final = Decimal("273.15")
_TRANSMITTED: Final = 1.01
"""Makers print measured transmissions of up to so much; those above 1 count as 1."""


def read_agf(path: Path | str) -> tuple[Glass, ...]:
    """The glasses of a catalogue, in its order; the file's name is their maker.

    A sample of transmission that cannot be (below 0, well above 1, of no thickness) is left out, for makers
    mark unknown ones so; of two samples at one wavelength the first counts.

    Raises:
        BadFile: the file cannot be read or is no catalogue, or one of its lines has no sense; the sentence
            names the line.
    """
    path = Path(path)
    glasses = tuple(_glass(entry) for entry in entries(path))
    if not glasses:
        raise BadFile(path, "has no line that begins with NM; name a glass catalogue in AGF form")
    return glasses


def write_agf(glasses: Iterable[Glass], path: Path | str) -> None:
    """Write a catalogue with every digit of the glasses.

    The maker's name is not in such a file. n_d, v_d and the deviation of P_gF are computed from the formula.

    Raises:
        BadInput: a glass has no name, a name with blanks, or a number that is not finite.
        CannotWrite: the file cannot be put there.
    """
    text = "\n".join(
        ["CC Written by Lichtbild", *(line for glass in glasses for line in _written(glass)), ""]
    )
    encoded = text.encode("ascii") if text.isascii() else text.encode("utf-16")
    with replacing(path) as draft:
        draft.write_bytes(encoded)


def _glass(entry: Sequence[Line]) -> Glass:
    head = entry[0]
    if len(head.fields) < 2:
        raise head.bad("needs a name and the number of a dispersion formula; complete it")
    name, number = head.fields[:2]
    if number not in _FORMULA_NUMBERS:
        raise head.bad(f"dispersion formula {number[:40]!r} is unknown; its number is 1 to {len(FORMULAS)}")
    by_tag = {line.tag: line for line in reversed(entry)}
    return Glass(
        name=name.upper(),
        formula=int(number),
        coefficients=_coefficients(head, by_tag.get("CD")),
        catalogue=head.path.stem.upper(),
        thermal=_thermal(by_tag.get("TD"), by_tag.get("ED")),
        transmission=_transmission([line for line in entry if line.tag == "IT"]),
        band=_band(by_tag.get("LD")),
    )


def _coefficients(head: Line, line: Line | None) -> tuple[float, ...]:
    if line is None or not line.fields:
        raise head.bad(f"the glass {head.fields[0][:40]!r} has no coefficients (line CD); add or remove it")
    if len(line.fields) > _MOST_COEFFICIENTS:
        raise line.bad(f"has {len(line.fields)} coefficients, and no formula more than {_MOST_COEFFICIENTS}")
    return line.numbers(*(0,) * len(line.fields))


def _thermal(line: Line | None, expansion: Line | None) -> Thermal | None:
    """Thermal constants; where the expansion alone is known, the index in vacuum keeps its value."""
    expands = expansion.numbers(-6)[0] if expansion is not None and expansion.known(1) else 0.0
    if line is None or not line.fields:
        return Thermal(expansion=expands) if expands else None
    d0, d1, d2, e0, e1, resonance, _ = line.numbers(0, 0, 0, 0, 0, -3, 0)
    reference = float(line.decimals(_THERMAL_CONSTANTS)[-1] + _ZERO_CELSIUS)
    if reference <= 0.0:
        raise line.bad("the reference temperature lies below absolute zero; correct the seventh value")
    return Thermal((d0, d1, d2), (e0, e1), resonance, reference, expands)


def _band(line: Line | None) -> tuple[float, float] | None:
    if line is None or not line.fields:
        return None
    shortest, longest = line.numbers(-3, -3)
    if shortest == longest == 0.0:
        return None
    if not 0.0 < shortest < longest:
        raise line.bad("its two wavelengths must be positive and rise; correct them")
    return shortest, longest


def _transmission(lines: Sequence[Line]) -> Transmission | None:
    samples: dict[float, tuple[float, float]] = {}
    for line in lines:
        if not line.known(3):
            continue
        wavelength, value, thickness = line.numbers(-3, 0, 0)
        if wavelength > 0.0 and 0.0 <= value <= _TRANSMITTED and thickness > 0.0:
            samples.setdefault(wavelength, (min(value, 1.0), thickness))
    if not samples:
        return None
    rising = sorted(samples)
    return Transmission(
        tuple(rising), tuple(samples[at][0] for at in rising), tuple(samples[at][1] for at in rising)
    )


def _written(glass: Glass) -> list[str]:
    """The lines of one glass."""
    if glass.name.split() != [glass.name]:
        raise BadInput(f"{glass.name!r} cannot be a glass in a catalogue; give it a name without blanks")
    index, abbe, deviation = _printed(glass)
    expansion = glass.thermal.expansion if glass.thermal else 0.0
    lines = [
        f"NM {glass.name} {glass.formula} 0 {index:.6f} {abbe:.6f} 0 0 0",
        f"{_line('ED', (expansion,), (6,))} 0 0 {deviation:.6f} 0",
        _line("CD", glass.coefficients, (0,) * len(glass.coefficients)),
    ]
    if glass.thermal is not None:
        lines.append(_thermal_line(glass.thermal))
    if glass.band is not None:
        lines.append(_line("LD", glass.band, (3, 3)))
    if glass.transmission is not None:
        samples = glass.transmission
        rows = zip(samples.wavelengths, samples.values, samples.thicknesses, strict=True)
        lines += [_line("IT", row, (3, 0, 0)) for row in rows]
    return lines


def _thermal_line(thermal: Thermal) -> str:
    celsius = _decimal(thermal.reference) - _ZERO_CELSIUS
    constants = _line("TD", (*thermal.d, *thermal.e, thermal.wavelength), (0, 0, 0, 0, 0, 3))
    return f"{constants} {celsius}"


def _line(tag: str, values: Sequence[float], powers: Sequence[int]) -> str:
    """A line of numbers, each times its power of ten, exactly."""
    return " ".join([tag, *[str(_decimal(v).scaleb(p)) for v, p in zip(values, powers, strict=True)]])


def _decimal(value: float) -> Decimal:
    """The shortest decimal number that is read as this double."""
    if not np.isfinite(value):
        raise BadInput(f"a glass with the number {value} cannot be written; every number must be finite")
    return Decimal(repr(float(value)))


def _printed(glass: Glass) -> tuple[float, float, float]:
    """n_d, v_d and the deviation of P_gF from the normal line; 1, 0, 0 where the formula has no index."""
    with np.errstate(all="ignore"):
        index, violet, blue, red = (
            float(refractive_index(glass, np.float64(line), None))
            for line in (D_LINE, G_LINE, F_LINE, C_LINE)
        )
        abbe = float(abbe_number(glass))
        deviation = float(np.float64(violet - blue) / (blue - red) - normal_partial(abbe))
    if not np.isfinite([index, abbe]).all():
        return 1.0, 0.0, 0.0
    return index, abbe, deviation if np.isfinite(deviation) else 0.0

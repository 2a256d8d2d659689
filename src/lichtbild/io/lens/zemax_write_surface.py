"""Surfaces as blocks of a Zemax file: the inverse of `lichtbild.io.lens.zemax_surface`."""

from math import isfinite
from typing import Any, Final, assert_never

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.zemax_glass import MIRROR, UNNAMED
from lichtbild.io.lens.zemax_number import DEGREES, PLAIN, radius_text
from lichtbild.io.lens.zemax_shape import BREAK, HIGHEST_POWER, xy_powers
from lichtbild.optics.medium import Air, Glass, MeasuredGlass, Medium, ModelGlass
from lichtbild.optics.surface import (
    Departure,
    ForbesQbfs,
    ForbesQcon,
    Pose,
    PowerSeries,
    Surface,
    Toroid,
    XYPolynomial,
)

MOST_XY_TERMS: Final = 230
"""Terms of an extended polynomial that OpticStudio knows: up to the 20th degree."""

_UNKNOWN_INDEX: Final = "1.5 40"
"""What Zemax itself writes after a catalogue's name where it wrote no index."""


def surface_lines(surface: Surface, place: str) -> list[str]:
    """Type, shape, label and coating of a surface.

    Args:
        surface: any.
        place: how a sentence calls it.

    Raises:
        BadInput: its shape has no place in a Zemax file.
    """
    try:
        kind, terms = _shape_lines(surface.departure)
        if isinstance(surface.departure, ForbesQbfs) and surface.conic:
            raise BadInput("a Qbfs asphere has no conic constant in a .zmx file; make it 0, or write TOML")
        lines = [f"TYPE {kind}", f'CURV {number(surface.curvature)} 0 0 0 0 ""', *terms]
        if surface.conic:
            lines.append(f"CONI {number(surface.conic)}")
    except BadInput as error:
        raise BadInput(f"{place}: {error}") from error
    if surface.coating is not None and surface.coating.name:
        lines.append(f"COAT {_token(surface.coating.name)}")
    return lines + label_lines(surface.label)


def label_lines(label: str) -> list[str]:
    """The comment of a surface; none where there is nothing to say."""
    text = " ".join(label.split())
    return [f"COMM {text}"] if text else []


def extent_lines(surface: Surface, floating: Any | None) -> list[str]:
    """Semi-diameters and aperture of a surface.

    Args:
        surface: any.
        floating: radius of the stop that gives the lens its aperture; None for any other surface.
    """
    clear, edge = surface.semi_aperture, surface.edge
    if floating is not None:
        lines = [f'DIAM {number(floating)} 1 0 0 1 ""']
        if clear is not None:
            lines.append(f"CLAP 0 {number(clear)} 0")
    elif clear is not None:
        lines = [f'DIAM {number(clear)} 1 0 0 1 ""', f"FLAP 0 {number(clear)} 0"]
    else:
        lines = ['DIAM 0 0 0 0 1 ""']
    return lines if edge is None else [*lines, f'MEMA {number(edge)} 1 0 0 1 ""']


def break_lines(pose: Pose) -> list[str]:
    """A coordinate break; a shift along the axis is left to thicknesses."""
    x, y, _ = pose.decentre
    tilts = (DEGREES.write(float(angle)) for angle in pose.tilt)
    values = (number(x), number(y), *tilts, "1" if pose.tilt_first else "0")
    return [
        f"TYPE {BREAK}",
        'CURV 0.0 0 0 0 0 ""',
        *(f"PARM {place} {value}" for place, value in enumerate(values, start=1)),
    ]


def medium_lines(medium: Medium, place: str) -> list[str]:
    """The glass of a gap; none for air.

    Raises:
        BadInput: it has no place in a Zemax file.
    """
    match medium:
        case Air():
            return []
        case ModelGlass():
            numbers = (number(value) for value in (medium.index, medium.abbe, medium.partial))
            return [f"GLAS {_token(medium.name) or UNNAMED} 1 0 {' '.join(numbers)} 0 0 0 0 0"]
        case Glass():
            return [f"GLAS {_token(medium.name)} 0 0 {_index_and_abbe(medium)} 0 0 0 0 0 0"]
        case MeasuredGlass():
            raise BadInput(
                f"{place}: a medium known by indices at some wavelengths has no place in a .zmx file; write "
                "the lens as TOML, or give the medium an index and an Abbe number"
            )
        case _:
            assert_never(medium)


def mirror_lines() -> list[str]:
    """The record that makes a surface a mirror."""
    return [f"GLAS {MIRROR} 0 0 {_UNKNOWN_INDEX} 0 0 0 0 0 0"]


def number(value: Any) -> str:
    """A number with all its digits.

    Raises:
        BadInput: it is not finite.
    """
    return PLAIN.write(float(value))


def _token(name: str) -> str:
    """A name as one word."""
    return "_".join(name.replace('"', "").split())


def _index_and_abbe(glass: Glass) -> str:
    """n_d and v_d of a catalogue's glass, which programs without the catalogue fall back upon."""
    from lichtbild.optics.glass import abbe_number, refractive_index
    from lichtbild.optics.spectral_line import D_LINE

    index, abbe = float(refractive_index(glass, D_LINE, None)), float(abbe_number(glass))
    return f"{index:.9g} {abbe:.9g}" if isfinite(index) and isfinite(abbe) else _UNKNOWN_INDEX


def _shape_lines(departure: Departure | None) -> tuple[str, list[str]]:
    """Type and parameters of a shape."""
    match departure:
        case None:
            return "STANDARD", []
        case PowerSeries():
            return _series_lines(departure)
        case ForbesQcon() | ForbesQbfs():
            strong = isinstance(departure, ForbesQcon)
            terms = dict(enumerate(departure.coefficients, start=1))
            return "QED_TYPE", [f"PARM 1 {strong:d}", *_extra_lines(departure.norm_radius, terms)]
        case XYPolynomial():
            return "XPOLYNOM", _polynomial_lines(departure)
        case Toroid():
            return "TOROIDAL", _toroid_lines(departure)
        case _:
            assert_never(departure)


def _series_lines(series: PowerSeries) -> tuple[str, list[str]]:
    """The plainest type that holds every term."""
    terms = dict(zip(series.powers, series.coefficients, strict=True))
    if not terms:
        return "STANDARD", []
    least, most = min(terms), max(terms)
    if least < 1 or most > HIGHEST_POWER:
        raise BadInput(
            f"a .zmx file holds terms in r^1 to r^{HIGHEST_POWER}, not r^{least if least < 1 else most}"
        )
    even = all(power % 2 == 0 for power in terms)
    halved = {power // 2: value for power, value in terms.items()} if even else terms
    if max(halved) <= 8:
        lines = [f"PARM {index} {number(halved.get(index, 0.0))}" for index in range(1, 9)]
        return "EVENASPH" if even else "ODDASPHE", lines
    return "XASPHERE" if even else "XOSPHERE", _extra_lines(1.0, halved)


def _extra_lines(norm: Any, terms: dict[int, Any]) -> list[str]:
    """Extra data: the number of terms, the norm radius, every term."""
    count = max(terms, default=0)
    values = [str(count), number(norm), *(number(terms.get(index, 0.0)) for index in range(1, count + 1))]
    return [f'XDAT {place} {value} 0 0 1 0 0 ""' for place, value in enumerate(values, start=1)]


def _polynomial_lines(polynomial: XYPolynomial) -> list[str]:
    places = {powers: place for place, powers in enumerate(xy_powers(MOST_XY_TERMS), start=1)}
    terms = {}
    for powers, coefficient in zip(polynomial.powers, polynomial.coefficients, strict=True):
        if powers not in places:
            raise BadInput(
                f"a .zmx file holds no term x^{powers[0]} y^{powers[1]}; it goes to the 20th degree"
            )
        terms[places[powers]] = coefficient
    return _extra_lines(polynomial.norm_radius, terms)


def _toroid_lines(toroid: Toroid) -> list[str]:
    terms = dict(zip(toroid.powers, toroid.coefficients, strict=True))
    lines = [f"PARM 1 {radius_text(float(toroid.curvature))}"]
    for power, coefficient in terms.items():
        if power % 2 or not 2 <= power <= 14:
            raise BadInput(f"a .zmx file holds even powers of y from 2 to 14 of a toroid, not y^{power}")
        lines.append(f"PARM {power // 2 + 1} {number(coefficient)}")
    return lines

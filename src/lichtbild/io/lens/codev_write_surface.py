"""What a CODE V sequence says of one surface."""

from collections.abc import Iterator
from math import inf
from typing import Final, assert_never

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.codev_shape import LETTERS, MOST_TERMS, XY_DEGREE, forbes_name, xy_number
from lichtbild.io.lens.exact import plain, to_degrees, to_radius
from lichtbild.io.lens.pose_order import moved_first
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

INFINITE: Final = 1e10
"""An object at this distance, in mm, is at infinity to CODE V."""


def radius_word(surface: Surface) -> str:
    """The radius, 0 for a plane and where no radius says the curvature exactly."""
    return to_radius(surface.curvature) or "0.0"


def text_word(text: str) -> str:
    """A text in quotes; what a line cannot hold becomes a blank."""
    line = "".join(letter if letter.isprintable() else " " for letter in text).strip()
    quote = "'" if "'" not in line else '"'
    return f"{quote}{line.replace(quote, ' ')}{quote}"


def surface_lines(surface: Surface, place: str) -> Iterator[str]:
    """The commands behind a surface's own line.

    Args:
        surface: which.
        place: how a sentence calls it.

    Raises:
        BadInput: something of it has no place in a .seq file.
    """
    if surface.label:
        yield f"  SLB {text_word(surface.label)}"
    if surface.curvature != 0.0 and to_radius(surface.curvature) is None:
        yield f"  CUY {plain(surface.curvature)}"
    try:
        yield from (f"  {line}" for line in (*_shape(surface), *_place(surface)))
    except BadInput as error:
        raise BadInput(f"{place}: {error}") from error
    if surface.semi_aperture is not None and surface.semi_aperture != inf:
        yield f"  CIR {plain(surface.semi_aperture)}"
    if surface.edge is not None and surface.edge != inf:
        yield f"  CIR EDG {plain(surface.edge)}"
    if surface.coating is not None:
        yield f"  ! coating {' '.join(surface.coating.name.splitlines()) or 'without a name'}"


def _shape(surface: Surface) -> Iterator[str]:
    """Conic constant and coefficients."""
    conic, departure = plain(surface.conic), surface.departure
    match departure:
        case None:
            if surface.conic != 0.0:
                yield from ("CON", f"K {conic}")
        case PowerSeries(powers=powers) if set(powers) <= set(LETTERS.values()):
            yield from ("ASP", f"K {conic}", *_letters(departure))
        case Toroid():
            yield from ("YTO", f"CUX {plain(departure.curvature)}", f"K {conic}", *_letters(departure))
        case ForbesQbfs() if surface.conic != 0.0:
            raise BadInput("a Qbfs asphere has no conic constant in a .seq file; make it 0, or write TOML")
        case _:
            kind, norm_radius, terms = _special(departure)
            yield from (f"SPS {kind} {plain(norm_radius)}", f"SCO K {conic}")
            yield from (f"SCO {name} {plain(value)}" for name, value in terms)


def _letters(departure: PowerSeries | Toroid) -> Iterator[str]:
    letter_of = {power: letter for letter, power in LETTERS.items()}
    for power, value in zip(departure.powers, departure.coefficients, strict=True):
        if power not in letter_of:
            raise BadInput(
                f"a toroid's term in r^{power} has no place in a .seq file; it holds r^4 to r^20, even"
            )
        yield f"{letter_of[power]} {plain(value)}"


def _special(departure: Departure) -> tuple[str, float, list[tuple[str, float]]]:
    """Type, normalisation radius and named coefficients of an SPS surface."""
    values = departure.coefficients
    match departure:
        case PowerSeries(powers=powers):
            if min(powers) < 1 or max(powers) > MOST_TERMS:
                raise BadInput(f"a .seq file holds terms in r^1 to r^{MOST_TERMS}, not r^{max(powers)}")
            return "ODD", 0.0, [(f"AR{power}", value) for power, value in zip(powers, values, strict=True)]
        case XYPolynomial(norm_radius=norm_radius, powers=pairs):
            if any(m + n > XY_DEGREE for m, n in pairs):
                raise BadInput(f"a .seq file holds terms in x and y up to degree {XY_DEGREE}")
            return "XYP", norm_radius, [(f"C{xy_number(*p)}", v) for p, v in zip(pairs, values, strict=True)]
        case ForbesQcon(norm_radius=norm_radius) | ForbesQbfs(norm_radius=norm_radius):
            kind = "QCN" if isinstance(departure, ForbesQcon) else "QBF"
            if len(values) > MOST_TERMS - 1:
                raise BadInput(
                    f"a .seq file holds {MOST_TERMS - 1} coefficients of Forbes, not {len(values)}"
                )
            return kind, norm_radius, [(forbes_name(kind, m), value) for m, value in enumerate(values)]
        case Toroid():
            raise BadInput("a toroid is no SPS surface")
        case _:
            assert_never(departure)


def _place(surface: Surface) -> Iterator[str]:
    """Moves and tilts: for all later surfaces too, or for this one alone (DAR)."""
    if surface.pose is not None and surface.turn is not None:
        raise BadInput(
            "a surface that is out of its place where the axis turns, too, has no place in a .seq file; give "
            "the turn to a plane before it"
        )
    pose = surface.turn if surface.pose is None else surface.pose
    if pose is None:
        return
    yield from _move(moved_first(pose))
    if surface.pose is not None:
        yield "DAR"


def _move(pose: Pose) -> Iterator[str]:
    for name, value in zip(("XDE", "YDE", "ZDE"), pose.decentre, strict=True):
        if value != 0.0:
            yield f"{name} {plain(value)}"
    a, b, c = pose.tilt
    for name, angle in (("ADE", -a), ("BDE", -b), ("CDE", c)):
        if angle != 0.0:
            yield f"{name} {to_degrees(angle)}"

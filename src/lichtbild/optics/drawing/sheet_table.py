"""Sheet table: what a sheet says of a surface and of a material, row by row.

Source: ISO 10110-10 for the rows and their order; the parts that each code comes from are named at its row.
"""

from lichtbild.figure.page import quantity
from lichtbild.figure.typography import signed
from lichtbild.optics.drawing.elements import LensElement, index_and_abbe
from lichtbild.optics.lens import Lens
from lichtbild.optics.medium import ModelGlass
from lichtbild.optics.surface import ForbesQbfs, ForbesQcon, PowerSeries, Surface, Toroid, XYPolynomial

UNKNOWN = "–"

Row = tuple[str, str]
"""A symbol and its value."""


def surface_rows(surface: Surface, sense: int, semi_aperture: float) -> tuple[Row, ...]:
    """What is known of a surface.

    Args:
        surface: whichever.
        sense: 1 for the left surface of an element, -1 for the right one: a convex one (CX) bulges out of the
            element.
        semi_aperture: mm.
    """
    coated = surface.coating
    return (
        ("R", radius_text(surface, sense)),
        *shape_rows(surface),
        ("⌀_e", quantity(2 * semi_aperture, 5)),
        ("Chamfer", UNKNOWN),
        ("λ", UNKNOWN if coated is None else coated.name or "coated"),
        ("3/", UNKNOWN),
        ("4/", UNKNOWN),
        ("5/", UNKNOWN),
    )


def radius_text(surface: Surface, sense: int) -> str:
    """Radius at the vertex with CX or CC; ∞ for a plane."""
    curvature = float(surface.curvature)
    if curvature == 0:
        return "∞"
    return f"{exact(1 / curvature)} {'CX' if sense * curvature > 0 else 'CC'}"


def shape_rows(surface: Surface) -> tuple[Row, ...]:
    """The conic constant and coefficients of a surface; none for a sphere or a plane."""
    conic = float(surface.conic)
    kappa = [("κ", exact(conic))] if conic else []
    return (*kappa, *((name, exact(value)) for name, value in coefficients(surface) if value != 0))


def coefficients(surface: Surface) -> tuple[tuple[str, float], ...]:
    """The numbers of a surface's departure with their symbols, in its own order."""
    match surface.departure:
        case PowerSeries(powers, values):
            terms = [(f"A_{power}", value) for power, value in zip(powers, values, strict=True)]
        case ForbesQcon(norm, values) | ForbesQbfs(norm, values):
            kind = "Qcon" if isinstance(surface.departure, ForbesQcon) else "Qbfs"
            terms = [("r_norm", norm), *((f"{kind}_{order}", value) for order, value in enumerate(values))]
        case XYPolynomial(norm, pairs, values):
            named = [(f"x{i} y{j}", value) for (i, j), value in zip(pairs, values, strict=True)]
            terms = [("r_norm", norm), *named]
        case Toroid(curvature, powers, values):
            named = [(f"A_{power} y", value) for power, value in zip(powers, values, strict=True)]
            terms = [("1/Rx", curvature), *named]
        case _:
            terms = []
    return tuple((name, float(value)) for name, value in terms)


def exact(value: float) -> str:
    """A number with the digits that a prescription gives it.

    >>> exact(-0.0859750), exact(1.5898e-5)
    ('−0.085975', '1.5898e−5')
    """
    mantissa, _, power = f"{value:.10g}".partition("e")
    return signed(f"{mantissa}e{int(power)}" if power else mantissa)


def material_rows(lens: Lens, element: LensElement) -> tuple[Row, ...]:
    """What is known of a material."""
    medium = element.medium
    index, abbe = index_and_abbe(lens, medium)
    name = getattr(medium, "name", "")
    if isinstance(medium, ModelGlass) and not name:
        name = "model"
    maker = getattr(medium, "catalogue", "")
    return (
        ("Material", " ".join(part for part in (maker, name) if part) or UNKNOWN),
        ("n_d", f"{index:.6f}"),
        ("ν_d", quantity(abbe, 5)),
        ("0/", UNKNOWN),
        ("1/", UNKNOWN),
        ("2/", UNKNOWN),
    )

"""Prescription part: surfaces, media and aspheric coefficients, as a designer writes them down."""

from lichtbild.figure.page import Block
from lichtbild.optics.drawing.sheet_table import coefficients, exact
from lichtbild.optics.glass import refractive_index
from lichtbild.optics.lens import Lens
from lichtbild.optics.medium import Medium, ModelGlass
from lichtbild.optics.report.part import Cell, Part, Rows, table
from lichtbild.optics.report.subject import Subject
from lichtbild.optics.surface import Surface

KINDS = {
    "PowerSeries": "power series",
    "ForbesQcon": "Forbes Qcon",
    "ForbesQbfs": "Forbes Qbfs",
    "XYPolynomial": "XY polynomial",
    "Toroid": "toroid",
}
"""What designers call departures."""

ABREAST = 6
"""Surfaces side by side in a table of coefficients, as patents print them."""


def prescription_part(subject: Subject) -> Part:
    """The prescription as tables."""
    lens = subject.lens
    rows: Rows = [_surface_row(lens, number) for number in range(len(lens.surfaces))]
    image = lens.image
    rows.append(("image", _radius(float(image.curvature)), None, None, "", None, float(image.conic), ""))
    header = ("Surface", "Radius", "Thickness", "Index", "Medium", "Semi-aperture", "Conic", "Departure")
    return Part(
        "Prescription",
        (table(header, rows, "Lengths in mm; the index is the primary one's."), *_coefficient_tables(lens)),
        {"surfaces": lens.surfaces, "gaps": lens.gaps, "image": lens.image, "stop": lens.stop},
    )


def _surface_row(lens: Lens, number: int) -> tuple[Cell, ...]:
    surface, gap = lens.surfaces[number], lens.gaps[number + 1]
    name = f"{number} stop" if number == lens.stop else str(number)
    wave = lens.wavelengths[lens.primary]
    index = float(refractive_index(gap.medium, wave, lens.temperature, lens.pressure))
    departure = "" if surface.departure is None else KINDS[type(surface.departure).__name__]
    semi = None if surface.semi_aperture is None else float(surface.semi_aperture)
    radius = _radius(float(surface.curvature))
    shown = "mirror" if surface.mirror else _medium(gap.medium)
    return (name, radius, float(gap.thickness), index, shown, semi, float(surface.conic), departure)


def _medium(medium: Medium) -> str:
    """Its name; of a glass without one, its index and Abbe number."""
    name = getattr(medium, "name", "")
    if isinstance(medium, ModelGlass) and not name:
        return f"nd {float(medium.index):.6g}, νd {float(medium.abbe):.4g}"
    return name or type(medium).__name__


def _radius(curvature: float) -> str | float:
    return "plane" if curvature == 0 else 1 / curvature


def _coefficient_tables(lens: Lens) -> tuple[Block, ...]:
    """Conic constants and coefficients of all aspheres, a column for each, with all their digits."""
    named = [*((str(number), surface) for number, surface in enumerate(lens.surfaces)), ("image", lens.image)]
    aspheres = [(name, surface) for name, surface in named if surface.departure is not None]
    groups = (aspheres[first : first + ABREAST] for first in range(0, len(aspheres), ABREAST))
    return tuple(_coefficient_table(group) for group in groups)


def _coefficient_table(aspheres: list[tuple[str, Surface]]) -> Block:
    columns = [dict(coefficients(surface)) for _, surface in aspheres]
    terms = dict.fromkeys(term for column in columns for term in column)
    rows: Rows = [("k", *(exact(float(surface.conic)) for _, surface in aspheres))]
    for term in terms:
        cells = (exact(column[term]) if term in column else "" for column in columns)
        rows.append((term.replace("A_", "A").replace("_", " "), *cells))
    return table(("Coefficient", *(name for name, _ in aspheres)), rows)

"""Parts that show the lens itself: its section with rays, and a sheet for each element."""

from lichtbild.figure.page import Figure
from lichtbild.optics.drawing.drawn_rays import of_bundle
from lichtbild.optics.drawing.layout import RayBundle, layout
from lichtbild.optics.drawing.sheet import TitleBlock, sheets
from lichtbild.optics.drawing.solid import solid
from lichtbild.optics.report.part import Part
from lichtbild.optics.report.subject import Subject

FIELDS = 6
"""Most fields of which rays are drawn."""


def drawn_rays(subject: Subject) -> tuple[RayBundle, ...]:
    """The rays of a drawing: a fan over the stop for each field, at the primary wavelength."""
    lens = subject.lens
    return of_bundle(lens, subject.rays("drawing"), subject.fields, lens.primary)[:FIELDS]


def layout_part(subject: Subject) -> Part:
    """The section of the lens, in proportion, with rays."""
    rays = drawn_rays(subject)
    figure = layout(subject.lens, rays).svg
    return Part("Layout", (Figure(figure, "Section in the yz plane; the same scale both ways.", wide=True),))


def sheets_part(subject: Subject) -> Part:
    """A sheet for each element, in the manner of ISO 10110."""
    block = TitleBlock(date=subject.settings.date) if subject.settings.date else None
    drawn = sheets(subject.lens, block)
    blocks = tuple(Figure(sheet, f"Element {i + 1}", wide=True) for i, sheet in enumerate(drawn))
    return Part("Element sheets", blocks)


def solid_of(subject: Subject) -> bytes:
    """The lens in space with its rays, as a binary glTF file."""
    return solid(subject.lens, drawn_rays(subject))

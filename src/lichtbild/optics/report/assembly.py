"""Assembly: parts become one page, and one table of numbers for other programs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from lichtbild.core.errors import BadInput
from lichtbild.figure.page import Block, Paragraph, Section, page
from lichtbild.optics.report.drawings import layout_part, sheets_part
from lichtbild.optics.report.field import (
    chief_ray_part,
    colour_part,
    distortion_part,
    field_curvature_part,
)
from lichtbild.optics.report.light import ghosts_part, illumination_part
from lichtbild.optics.report.overview import (
    axial_colour_part,
    depth_part,
    first_order_part,
    rays_part,
    seidel_part,
    temperature_part,
)
from lichtbild.optics.report.part import Part, plain
from lichtbild.optics.report.points import encircled_part, spot_part, spread_part
from lichtbild.optics.report.prescription import prescription_part
from lichtbild.optics.report.ray_fans import fans_part
from lichtbild.optics.report.subject import Subject
from lichtbild.optics.report.transfer import mtf_part
from lichtbild.optics.report.wavefront import wavefront_part

ANALYSES: Final[Mapping[str, Callable[[Subject], Part]]] = MappingProxyType(
    {
        "layout": layout_part,
        "first-order": first_order_part,
        "prescription": prescription_part,
        "paraxial": rays_part,
        "spot": spot_part,
        "mtf": mtf_part,
        "wavefront": wavefront_part,
        "psf": spread_part,
        "fans": fans_part,
        "distortion": distortion_part,
        "field-curvature": field_curvature_part,
        "colour": colour_part,
        "axial-colour": axial_colour_part,
        "illumination": illumination_part,
        "chief-ray": chief_ray_part,
        "encircled-energy": encircled_part,
        "seidel": seidel_part,
        "ghosts": ghosts_part,
        "temperature": temperature_part,
        "depth": depth_part,
        "sheets": sheets_part,
    }
)
"""Every analysis by the name that a user types, in the order of the report."""


@dataclass(frozen=True, eq=False)
class Report:
    """The parts of a lens's report, by the analysis's name."""

    subject: Subject
    parts: Mapping[str, Part]


def report(
    subject: Subject,
    analyses: Iterable[str] = (),
    told: Callable[[str, int, int], None] = lambda name, done, total: None,
) -> Report:
    """The report of a lens.

    Args:
        subject: the lens made ready.
        analyses: names out of `ANALYSES`; none is all of them.
        told: called before each analysis with its name, how many are done and how many there are.

    Raises:
        BadInput: there is no analysis of that name.
    """
    wanted = tuple(analyses) or tuple(ANALYSES)
    check_names(wanted)
    parts = {}
    for done, name in enumerate(name for name in ANALYSES if name in wanted):
        told(name, done, len(wanted))
        parts[name] = ANALYSES[name](subject)
    return Report(subject, parts)


def check_names(names: Iterable[str]) -> None:
    """Refuse names that no analysis has.

    Raises:
        BadInput: there is no analysis of that name.
    """
    for name in names:
        if name not in ANALYSES:
            raise BadInput(f"there is no analysis '{name[:80]}'; there are {', '.join(ANALYSES)}")


def numbers(report: Report) -> dict[str, Any]:
    """All numbers of a report, in JSON's own types; lengths in mm."""
    lens = report.subject.lens
    return {
        "lens": lens.name,
        "source": lens.source,
        "wavelengths_mm": plain(lens.wavelengths),
        "fields": plain(report.subject.fields),
        "field_kind": lens.field_kind,
        "doubts": list(report.subject.doubts),
        "analyses": {
            name: {**plain(part.numbers), **({"rays": dict(part.lost)} if part.lost else {})}
            for name, part in report.parts.items()
        },
    }


def html(report: Report, footer: str = "") -> str:
    """The report as one self-contained page."""
    lens = report.subject.lens
    sections = [Section(part.heading, _blocks(part)) for part in report.parts.values()]
    if report.subject.doubts:
        doubtful = tuple(Paragraph(doubt) for doubt in report.subject.doubts)
        sections.insert(0, Section("Doubtful", doubtful))
    return page(lens.name or "Lens", sections, subtitle=lens.source, data=numbers(report), footer=footer)


def _blocks(part: Part) -> tuple[Block, ...]:
    if not part.lost:
        return part.blocks
    total = sum(part.lost.values())
    ends = ", ".join(f"{count} {end}" for end, count in part.lost.items())
    return (*part.blocks, Paragraph(f"Of {total} rays: {ends}."))

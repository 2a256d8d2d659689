"""Bench: the charts of a specimen are found, and everything that they can tell is measured."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Area, Edge, Grid, Leaves, Patch, Star
from lichtbild.image.chart_catalogue import chart_names
from lichtbild.image.specimen import Specimen
from lichtbild.quality import no_reference
from lichtbild.quality.found_chart import FoundChart
from lichtbild.quality.full_reference import encoded_luma
from lichtbild.quality.parts.colours import colours
from lichtbild.quality.parts.edges import edges
from lichtbild.quality.parts.fields import fields, traps
from lichtbild.quality.parts.greys import greys
from lichtbild.quality.parts.grids import grids
from lichtbild.quality.parts.leaves import leaves
from lichtbild.quality.parts.stars import stars
from lichtbild.quality.parts.subject import Conditions, Part, Subject
from lichtbild.quality.record import Record

DEFECT: Final = "this is a defect of Lichtbild"
"""How a note begins of what should not have happened."""

_NO_CHART: Final = "No chart was found; what follows is told by the picture alone, without a reference."

VERSION: Final = 2
"""Of what is measured: a change of it makes stopped runs begin anew."""

PARTS: Final[tuple[tuple[type, Callable[[Subject], Part]], ...]] = (
    (Edge, edges),
    (Star, stars),
    (Leaves, leaves),
    (Patch, colours),
    (Patch, greys),
    (Patch, traps),
    (Area, fields),
    (Grid, grids),
)
"""What is asked of a chart that has a usable target of a kind, in the order of the report."""


OF_OTHERS: Final = (
    *("x-rite-classic", "x-rite-passport", "camera-trax", "slanted-edges"),
    *("grey-scale-*", "dynamic-range-ring-*", "oecf-ring-*"),
)
"""Names of charts that are found beside those of the catalogue; a star stands for the count of patches."""


def check_chart(name: str) -> None:
    """Nothing, if there are charts of a name or of a pattern.

    Raises:
        BadInput: there are none.
    """
    known = (*chart_names(), *OF_OTHERS)
    if not any(fnmatchcase(each, name) or fnmatchcase(name, each) for each in known):
        raise BadInput(f"there is no chart '{name[:40]}'; there are {', '.join(known)}")


def measured(specimen: Specimen, conditions: Conditions) -> tuple[Record, tuple[FoundChart, ...]]:
    """The record of a specimen, and its charts as they were found.

    A part that cannot measure what it was asked for says so in the record's notes.

    Raises:
        BadInput: what finds charts is not installed.
    """
    charts, refused = find(specimen, conditions)
    subjects = (Subject(specimen, chart, conditions, len(charts) > 1) for chart in charts)
    told = [_told(subject, kind, part) for subject in subjects for kind, part in PARTS]
    whole = Part.of(told if charts else (_alone(specimen),))
    notes = tuple(dict.fromkeys((*refused, *whole.notes)))
    record = Record.of(specimen, charts, whole.measures, whole.curves, notes)
    return record, charts


def _alone(specimen: Specimen) -> Part:
    """What a picture without a chart tells of itself."""
    luma = encoded_luma(specimen.light)
    try:
        return Part(no_reference.measures(luma), notes=(_NO_CHART,))
    except BadInput as error:
        return Part(notes=(_NO_CHART, str(error)))


def find(specimen: Specimen, conditions: Conditions) -> tuple[tuple[FoundChart, ...], tuple[str, ...]]:
    """The charts of a specimen, those alone that were asked for, and why others that were seen are not used.

    Raises:
        BadInput: what finds charts is not installed.
    """
    from lichtbild.quality.detect.find import search_charts

    finding = search_charts(specimen.light)
    wanted = conditions.charts or ("*",)
    kept = (each for each in finding.found if any(fnmatchcase(each.chart.name, name) for name in wanted))
    return tuple(kept), finding.refused


def _told(subject: Subject, kind: type, part: Callable[[Subject], Part]) -> Part:
    if not subject.usable(kind):
        return Part()
    try:
        return part(subject)
    except BadInput as error:
        return Part(notes=(f"{subject.found.chart.title}: {error}",))
    except Exception as error:  # a defect of ours costs one part of one picture, not the run
        what = f"{DEFECT} ({type(error).__name__}: {error}); please report it with the file"
        return Part(notes=(f"{subject.found.chart.title}, {part.__name__}: {what}",))

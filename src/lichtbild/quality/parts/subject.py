"""Subject of a part of the bench, and what the part tells."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from lichtbild.colour.spaces import SRGB_TO_XYZ
from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Target
from lichtbild.image.measure import Curve, Measure
from lichtbild.image.specimen import Specimen
from lichtbild.quality.colour_plane import Planes, planes_of, planes_of_mosaic
from lichtbild.quality.found_chart import FoundChart
from lichtbild.quality.viewing import Viewing, viewing_named

_BAND = 16
"""Rows of a picture that are computed at a time."""


@dataclass(frozen=True)
class Conditions:
    """What a laboratory knows beside the picture.

    Attributes:
        charts: names of the charts that are looked for; empty for any.
        method: of edges: "unbiased", "iso2023" or "both".
        white: luminance of the chart's white, cd/m2; None where it was not measured.
        viewings: how the picture is looked at, by their names.
    """

    charts: tuple[str, ...] = ()
    method: str = "unbiased"
    viewings: tuple[str, ...] = ("monitor",)
    white: float | None = None


@dataclass(frozen=True, eq=False)
class Subject:
    """What is measured.

    Attributes:
        specimen: the picture.
        found: a chart in it.
        conditions: what else is known.
        several: the picture has several charts, so that places name theirs.
    """

    specimen: Specimen
    found: FoundChart
    conditions: Conditions
    several: bool = False

    def usable(self, kind: type[Target]) -> tuple[Target, ...]:
        """The chart's targets of a kind that can be measured."""
        return self.found.usable(kind)

    @property
    def planes(self) -> Planes:
        """The picture by colours: the sensor's own samples of a mosaic, else the picture's."""
        raw, mosaic = self.specimen.raw, self.specimen.mosaic
        if raw is None or raw.cfa is None or mosaic is None:
            return planes_of(self.specimen.light)
        return planes_of_mosaic(mosaic, raw.cfa)

    @property
    def viewings(self) -> tuple[Viewing, ...]:
        """How the picture is looked at."""
        return tuple(viewing_named(name) for name in self.conditions.viewings)

    @cached_property
    def luminance(self) -> Float[np.ndarray, "row column"]:
        """Of the picture's light, white at 1; computed once for all parts that ask."""
        return luminance(self.specimen)

    def placed(self, words: str) -> str:
        """Words for a place, with the chart's name where there are several."""
        return f"{self.found.chart.name}: {words}" if self.several else words


@dataclass(frozen=True)
class Part:
    """What a part tells.

    Attributes:
        measures: numbers.
        curves: functions.
        notes: why something could not be measured.
    """

    measures: tuple[Measure, ...] = ()
    curves: tuple[Curve, ...] = ()
    notes: tuple[str, ...] = ()

    @staticmethod
    def of(parts: "Iterable[Part]") -> "Part":
        """Several parts as one, in their order."""
        told = tuple(parts)
        return Part(
            tuple(measure for part in told for measure in part.measures),
            tuple(curve for part in told for curve in part.curves),
            tuple(note for part in told for note in part.notes),
        )

    @staticmethod
    def each(asked: Iterable[Callable[[], tuple[Measure, ...]]]) -> "Part":
        """What several questions are answered; one that cannot be says so in a note."""
        measures: list[Measure] = []
        notes: list[str] = []
        for question in asked:
            try:
                measures.extend(question())
            except BadInput as error:
                notes.append(str(error))
        return Part(tuple(measures), notes=tuple(notes))


def luminance(specimen: Specimen) -> Float[np.ndarray, "row column"]:
    """Luminance of a specimen's light, white at 1, in double precision."""
    light = specimen.light
    sums = np.empty(light.shape[:2], np.float64)
    # Some rows at a time, so that what lies between stays in the processor's memory.
    for top in range(0, len(light), _BAND):
        band = light[top : top + _BAND]
        red, green, blue = (band[..., channel] * float(SRGB_TO_XYZ[1][channel]) for channel in range(3))
        sums[top : top + _BAND] = red + green + blue
    return sums

"""Measure: one number of a laboratory, with all that is needed to trust or to doubt it."""

import math
from dataclasses import dataclass

from lichtbild.core.errors import BadInput


@dataclass(frozen=True)
class Measure:
    """A measured number.

    Attributes:
        name: what was measured, in the field's words and in the form of a key: ``mtf50``, ``visual_noise``.
        value: the number; NaN where it could not be had, and the note says why.
        unit: of the value and of its interval, such as ``cycles/px``; empty for a pure number.
        clause: the standard and clause, paper or definition that it follows; "after" a standard whose text
            was not at hand.
        method: name and version of our method, such as ``unbiased-esf 3``.
        interval: lower and upper end of the 95 % interval; None where none can be told (the note says why).
        where: the place on the chart or in the picture, such as ``edge 7, green``; empty for the whole.
        at: column and row of the place in the picture, px; None for the whole.
        note: what a reader has to know, a sentence; empty for nothing.
        azimuth: direction in the picture along which the light varies, rad from right to down; None where it
            has none.
    """

    name: str
    value: float
    unit: str
    clause: str
    method: str
    interval: tuple[float, float] | None = None
    where: str = ""
    at: tuple[float, float] | None = None
    note: str = ""
    azimuth: float | None = None

    def __post_init__(self) -> None:
        if self.interval is not None and not self.interval[0] <= self.interval[1]:
            raise BadInput(f"the interval of {self.name} ends below its beginning: {self.interval}")
        if not math.isfinite(self.value) and not self.note:
            raise BadInput(f"{self.name} is not a number, and no note says why")


@dataclass(frozen=True)
class Curve:
    """A measured function, such as contrast against frequency.

    Attributes:
        name: in the form of a key: ``mtf``, ``oecf``.
        x: what runs along, with its unit in brackets.
        y: what was measured, likewise.
        points: pairs of both, in the order of the first.
        where: as of a measure.
    """

    name: str
    x: str
    y: str
    points: tuple[tuple[float, float], ...]
    where: str = ""

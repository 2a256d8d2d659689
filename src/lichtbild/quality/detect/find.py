"""Find: all charts in a picture, by their marks and by what they show."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.image.chart import Chart
from lichtbild.quality.detect import fiducials
from lichtbild.quality.detect.candidate import Candidate, area
from lichtbild.quality.detect.preview import Preview, preview
from lichtbild.quality.detect.verdicts import verdicts
from lichtbild.quality.found_chart import FoundChart

_FINEST: Final = 4200
"""Pixels of the finer preview's longer side, in which marks are looked for that the first one is too small for."""


def find_charts(
    light: Float[np.ndarray, "row column 3"], known: Sequence[Chart] | None = None
) -> tuple[FoundChart, ...]:
    """All charts in a picture, the largest first.

    Args:
        light: linear sRGB, 1 where the picture clips.
        known: charts with marks that are looked for; None for the catalogue's.

    Raises:
        BadInput: it is no picture of three colours, or OpenCV or SciPy are not installed.
    """
    view = preview(light)
    if view is None:
        return ()
    charts = _catalogue() if known is None else tuple(known)
    found = fiducials.by_fiducials(view, charts)
    return tuple(_judged(light, one) for one in found)


def _judged(light: Float[np.ndarray, "row column 3"], found: Candidate) -> FoundChart:
    """A candidate with the verdicts on its targets."""
    return FoundChart(
        found.chart,
        found.map,
        found.quarter_turns,
        found.rms,
        verdicts(light, found.chart, found.map),
        found.map.distortion,
    )


def _catalogue() -> tuple[Chart, ...]:
    """Charts that we make ourselves."""
    from lichtbild.image import chart_catalogue

    return tuple(chart_catalogue.chart_named(name) for name in chart_catalogue.chart_names())

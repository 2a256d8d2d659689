"""Catalogue of charts: every test target of our own by its name, on paper of any size.

A chart is laid out once, on a landscape A3, and is made larger or smaller as a whole, so that a picture of it
tells which chart it is and all but its size.
"""

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Chart
from lichtbild.image.charts import bench, colours, edges, fields, greys, grids, marks, textures
from lichtbild.image.charts.fit import fitted
from lichtbild.image.charts.sheet import SIZE

CHARTS: Final[Mapping[str, Callable[[int], Chart]]] = MappingProxyType(
    {
        "bench": bench.bench,
        "esfr-grid": edges.esfr_grid,
        "iso12233": edges.iso12233,
        "checkerboard": grids.checkerboard,
        "colour-checker-classic": colours.classic,
        "colour-checker-classic-before-2014": colours.classic_before_2014,
        "colour-checker-sg": colours.sg,
        "grey-scale": greys.grey_scale,
        "dynamic-range-ring": greys.dynamic_range_ring,
        "dead-leaves": textures.dead_leaves,
        "siemens-star": textures.siemens_star,
        "dot-grid": grids.dot_grid,
        "flat-field": fields.flat_field,
        "flare-target": fields.flare_target,
    }
)
"""Every chart by its name. Their order tells the numbers of their marks: new charts come last."""

PAPERS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "A4": (210.0, 297.0),
        "A3": (297.0, 420.0),
        "A2": (420.0, 594.0),
        "A1": (594.0, 841.0),
        "A0": (841.0, 1189.0),
    }
)
"""Height and width of papers lying down, mm (ISO 216)."""

_LEAST_SIDE: Final = 50.0
_LONGEST_SIDE: Final = 5000.0


def chart_names() -> tuple[str, ...]:
    """Names of all charts."""
    return tuple(CHARTS)


def chart_named(name: str, size: tuple[float, float] = SIZE) -> Chart:
    """A chart by its name, as large as its paper allows and in its middle.

    Args:
        name: one of `chart_names`.
        size: height and width of the paper, mm.

    Raises:
        BadInput: there is no chart of that name, or no such paper.
    """
    if name not in CHARTS:
        raise BadInput(f"there is no chart '{name[:40]}'; there are {', '.join(CHARTS)}")
    if not all(_LEAST_SIDE <= side <= _LONGEST_SIDE for side in size):
        raise BadInput(
            f"a chart's paper has sides of {_LEAST_SIDE:g} to {_LONGEST_SIDE:g} mm, not {size[1]:g} and "
            f"{size[0]:g}; name a paper such as A3"
        )
    return fitted(_laid_out(name), (float(size[0]), float(size[1])))


@cache
def _laid_out(name: str) -> Chart:
    return CHARTS[name](list(CHARTS).index(name))


def chart_of_mark(number: int) -> str | None:
    """Name of the chart that a mark's number belongs to; None where no chart has it."""
    place, names = marks.chart_of(number), chart_names()
    return None if place is None or place >= len(names) else names[place]

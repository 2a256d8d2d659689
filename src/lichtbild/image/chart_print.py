"""Chart print: a chart as a picture for a printer, in which the paper itself is white.

What is printed is told in parts of the paper's own reflectance, so that bare paper takes no ink. A printer's
paints are not the chart's: what a print really gives back has to be measured.

Source: CIE 15:2018 section 8.2.1 (CIELAB); Bradford's adaptation from D50 to D65.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from jaxtyping import Float, UInt16

from lichtbild.colour import spaces
from lichtbild.colour.transfer import SRGB
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.chart import Chart, Leaves, Paint, Star
from lichtbild.image.chart_raster import Canvas, drawn
from lichtbild.image.charts.paints import reflectance
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.metadata import Metadata
from lichtbild.image.picture import ColourSpace

INCH: Final = 25.4
"""Millimetres."""
MOST_PIXELS: Final = 120_000_000
"""Of a chart's picture: A3 at 780 dots an inch; they take 1.3 GB of memory."""

FROM_XYZ: Final[Mapping[ColourSpace, spaces.Matrix]] = MappingProxyType(
    {
        ColourSpace.SRGB: np.linalg.inv(spaces.SRGB_TO_XYZ),
        ColourSpace.DISPLAY_P3: np.linalg.inv(spaces.P3_TO_XYZ),
    }
)
"""Spaces that charts are printed in; both have the curve of sRGB."""

_ROWS: Final = 512
_TOP: Final = 65535


def xyz_d50(paint: Paint) -> Float[np.ndarray, "3"]:
    """XYZ of a paint in D50, of a perfect white's Y = 1."""
    y = (paint.lab[0] + 16) / 116
    root = np.array([y + paint.lab[1] / 500, y, y - paint.lab[2] / 200])
    relative = np.where(root > 6 / 29, root**3, 3 * (6 / 29) ** 2 * (root - 4 / 29))
    relative[1] = reflectance(paint)
    return np.asarray(relative * spaces.xyz_of(spaces.D50_XY))


def print_colours(chart: Chart, space: ColourSpace = ColourSpace.SRGB) -> Float[np.ndarray, "paint 3"]:
    """Linear RGB of each paint, 1 on bare paper; what the space cannot hold lies outside of 0 to 1.

    Args:
        chart: whose paints are asked for.
        space: one of `FROM_XYZ`.
    """
    xyz = np.stack([xyz_d50(paint) for paint in chart.paints]) / reflectance(chart.paints[0])
    rgb = xyz @ (FROM_XYZ[space] @ spaces.adaptation(spaces.D50_XY, spaces.D65_XY)).T
    # A grey is three equal numbers, without the last digits of the matrices.
    grey = np.array([paint.lab[1] == paint.lab[2] == 0 for paint in chart.paints])
    return np.asarray(np.where(grey[:, None], xyz[:, 1:2], rgb))


def printed(chart: Chart, dpi: float, space: ColourSpace = ColourSpace.SRGB) -> CodedPicture:
    """The whole chart in 16 bits; a colour that the space cannot hold is cut to it.

    Args:
        chart: which.
        dpi: dots an inch, which the picture's metadata tell.
        space: one of `FROM_XYZ`.

    Raises:
        BadInput: the space is no space of prints, or the picture has too many pixels or none.
    """
    if space not in FROM_XYZ:
        names = " or ".join(one.value for one in FROM_XYZ)
        raise BadInput(f"charts are printed in {names}, not in {space.value}")
    rows, columns = (round(side / INCH * dpi) for side in chart.size)
    if not 0 < rows * columns <= MOST_PIXELS:
        raise BadInput(
            f"the chart would have {columns} x {rows} pixels and can have {MOST_PIXELS // 10**6} million; "
            "choose another --dpi or --size, or write PDF"
        )
    # Exactly so many dots an inch: the last ones may reach beyond the paper, or leave a part of one out.
    x_edges, y_edges = (INCH / dpi * np.arange(count + 1) for count in (columns, rows))
    codes = _codes(chart, x_edges, y_edges, space)
    extent = Extent(rows, columns)
    return CodedPicture(codes, Window.whole(extent), extent, 16, space, Metadata(dots_per_inch=dpi))


def texture(chart: Chart, shape: Star | Leaves, dpi: float) -> Float[np.ndarray, "row column 3"]:
    """The part of a chart about a star or leaves, encoded in sRGB, for a drawing that knows but even areas.

    Args:
        chart: which.
        shape: one of its own.
        dpi: dots an inch, or a little more, so that whole pixels fill the part.
    """
    left, top, right, bottom = borders(shape)
    rows, columns = int(np.ceil((bottom - top) / INCH * dpi)), int(np.ceil((right - left) / INCH * dpi))
    if rows * columns > MOST_PIXELS:
        raise BadInput(f"a part of the chart would have {columns} x {rows} pixels; choose a lower --dpi")
    x_edges, y_edges = np.linspace(left, right, columns + 1), np.linspace(top, bottom, rows + 1)
    return _codes(chart, x_edges, y_edges, ColourSpace.SRGB) / np.float32(_TOP)


def borders(shape: Star | Leaves) -> tuple[float, float, float, float]:
    """Left, upper, right and lower border of a shape, mm."""
    if isinstance(shape, Star):
        (x, y), radius = shape.centre, shape.radius
        return x - radius, y - radius, x + radius, y + radius
    return *shape.corner, shape.corner[0] + shape.size[1], shape.corner[1] + shape.size[0]


def _codes(
    chart: Chart, x_edges: Float[np.ndarray, " x"], y_edges: Float[np.ndarray, " y"], space: ColourSpace
) -> UInt16[np.ndarray, "row column 3"]:
    """Encoded codes of pixels, drawn some rows at a time, so that no more light is held."""
    colours = print_colours(chart, space)
    white = np.full(3, 1 / reflectance(chart.paints[0]))
    codes = np.empty((len(y_edges) - 1, len(x_edges) - 1, 3), np.uint16)
    for top in range(0, len(codes), _ROWS):
        band = y_edges[top : top + _ROWS + 1]
        light = drawn(chart, Canvas(x_edges, band, colours, white, colours[0]))
        codes[top : top + _ROWS] = np.round(SRGB.encode(light.clip(0.0, 1.0)) * _TOP)
    return codes

"""Chart as PDF: even areas as outlines, a star and leaves as pictures, in sRGB numbers.

The same chart gives the same bytes: the file holds no time and no random name.

Source: ISO 32000-1:2008; written with reportlab.
"""

import importlib
import io
from typing import Any, Final

import numpy as np
from jaxtyping import Float
from PIL import Image

from lichtbild.colour.transfer import SRGB
from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Chart, Disc, Leaves, Polygon, Star
from lichtbild.image.chart_print import INCH, borders, print_colours, texture

_POINT: Final = 72 / INCH
"""Points of a millimetre."""


def pdf_bytes(chart: Chart, dpi: float) -> bytes:
    """A page of the chart's own size.

    Args:
        chart: which.
        dpi: dots an inch of its pictures.

    Raises:
        BadInput: reportlab is not installed.
    """
    height, width = (_POINT * side for side in chart.size)
    buffer = io.BytesIO()
    canvas = _reportlab("pdfgen.canvas").Canvas(
        buffer, pagesize=(width, height), invariant=1, pageCompression=1
    )
    canvas.setTitle(f"{chart.title} ({chart.name})")
    canvas.setSubject(f"Print at 100 %: {chart.size[1]:g} x {chart.size[0]:g} mm")
    canvas.setAuthor("Lichtbild")
    canvas.setViewerPreference("PrintScaling", "None")
    # From here on millimetres, y down as on the chart.
    canvas.transform(_POINT, 0, 0, -_POINT, 0, height)
    colours = SRGB.encode(print_colours(chart).clip(0.0, 1.0))
    for shape in chart.shapes:
        match shape:
            case Polygon() | Disc():
                canvas.setFillColorRGB(*(round(float(value), 6) for value in colours[shape.paint]))
                canvas.drawPath(_outline(canvas, shape), stroke=0, fill=1)
            case Star() | Leaves():
                _place(canvas, shape, texture(chart, shape, dpi))
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _outline(canvas: Any, shape: Polygon | Disc) -> Any:
    path = canvas.beginPath()
    if isinstance(shape, Disc):
        path.circle(*shape.centre, shape.radius)
        return path
    path.moveTo(*shape.corners[0])
    for corner in shape.corners[1:]:
        path.lineTo(*corner)
    path.close()
    return path


def _place(canvas: Any, shape: Star | Leaves, samples: Float[np.ndarray, "row column 3"]) -> None:
    """Draw a picture in its place, a star within its circle."""
    left, top, right, bottom = borders(shape)
    codes = np.round(samples * 255).astype(np.uint8)
    grey = bool((codes == codes[..., :1]).all())
    picture = Image.fromarray(codes[..., 0] if grey else codes)
    canvas.saveState()
    if isinstance(shape, Star):
        canvas.clipPath(_outline(canvas, Disc(shape.centre, shape.radius, 0)), stroke=0, fill=0)
    # A picture stands upright where y goes up.
    canvas.translate(left, bottom)
    canvas.scale(1, -1)
    reader = _reportlab("lib.utils").ImageReader(picture)
    canvas.drawImage(reader, 0, 0, right - left, bottom - top)
    canvas.restoreState()


def _reportlab(part: str) -> Any:
    try:
        return importlib.import_module(f"reportlab.{part}")
    except ImportError as error:
        raise BadInput(
            "a chart as PDF needs: pip install 'lichtbild[lab]'; PNG, TIFF and SVG do not"
        ) from error

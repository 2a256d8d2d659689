"""Chart as SVG: even areas as outlines to a tenth of a micrometre, a star and leaves as pictures.

Source: W3C Scalable Vector Graphics (SVG) 1.1, second edition.
"""

import base64
from html import escape
from typing import Final

from lichtbild.colour.transfer import SRGB
from lichtbild.figure.png import png_bytes
from lichtbild.image.chart import Chart, Disc, Leaves, Polygon, Star
from lichtbild.image.chart_print import borders, print_colours, texture

_WIDEST: Final = 1 << 20


def svg_text(chart: Chart, dpi: float) -> str:
    """A drawing of the chart's own size, in millimetres.

    Args:
        chart: which.
        dpi: dots an inch of its pictures.
    """
    height, width = (_number(side) for side in chart.size)
    colours = SRGB.encode(print_colours(chart).clip(0.0, 1.0))
    names = ["#" + "".join(f"{round(255 * float(value)):02x}" for value in colour) for colour in colours]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}">',
        f"<title>{escape(chart.title)}</title>",
        f'<rect width="{width}" height="{height}" fill="{names[0]}"/>',
    ]
    for index, shape in enumerate(chart.shapes):
        match shape:
            case Polygon():
                points = " ".join(f"{_number(x)},{_number(y)}" for x, y in shape.corners)
                lines.append(f'<polygon points="{points}" fill="{names[shape.paint]}"/>')
            case Disc():
                lines.append(f'<circle {_circle(shape)} fill="{names[shape.paint]}"/>')
            case Star() | Leaves():
                lines += _picture(chart, shape, index, dpi)
    return "\n".join([*lines, "</svg>", ""])


def _picture(chart: Chart, shape: Star | Leaves, index: int, dpi: float) -> list[str]:
    """A picture in its place, a star within its circle."""
    left, top, right, bottom = borders(shape)
    data = base64.b64encode(png_bytes(texture(chart, shape, dpi), width_limit=_WIDEST)).decode("ascii")
    image = (
        f'<image x="{_number(left)}" y="{_number(top)}" width="{_number(right - left)}" '
        f'height="{_number(bottom - top)}" preserveAspectRatio="none" href="data:image/png;base64,{data}"'
    )
    if not isinstance(shape, Star):
        return [image + "/>"]
    clip = f'<clipPath id="star{index}"><circle {_circle(shape)}/></clipPath>'
    return [clip, f'{image} clip-path="url(#star{index})"/>']


def _circle(shape: Disc | Star) -> str:
    x, y = shape.centre
    return f'cx="{_number(x)}" cy="{_number(y)}" r="{_number(shape.radius)}"'


def _number(value: float) -> str:
    """Millimetres to a tenth of a micrometre."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text

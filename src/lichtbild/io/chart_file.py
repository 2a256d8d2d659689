"""Charts as files to be printed: the suffix names the format; the same chart gives the same bytes."""

import json
from pathlib import Path
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Chart
from lichtbild.image.chart_print import printed
from lichtbild.image.chart_record import record
from lichtbild.image.picture import ColourSpace
from lichtbild.io.atomic import put_text, replacing
from lichtbild.io.export import save
from lichtbild.io.formats.chart_pdf import pdf_bytes
from lichtbild.io.formats.chart_svg import svg_text

DRAWINGS: Final = (".pdf", ".svg")
"""Formats that hold outlines, in sRGB; a star and leaves are pictures in them."""
PICTURES: Final = (".png", ".tif", ".tiff")
"""Formats of pixels, 16 bits each."""
DPI: Final = 300.0
"""Dots an inch."""
_DPI: Final = (10.0, 4800.0)


def write_chart(
    chart: Chart, path: Path | str, *, dpi: float = DPI, space: ColourSpace = ColourSpace.SRGB
) -> None:
    """Write a chart as a drawing or as a picture.

    Args:
        chart: which.
        path: ends in .pdf, .svg, .png, .tif or .tiff.
        dpi: dots an inch of a picture, and of those in a drawing.
        space: sRGB or Display P3; drawings have sRGB.

    Raises:
        BadInput: it cannot be written so.
        CannotWrite: the file cannot be put there.
    """
    path = Path(path)
    check(path.suffix, dpi, space)
    match path.suffix.lower():
        case ".pdf":
            data = pdf_bytes(chart, dpi)
            with replacing(path) as draft:
                draft.write_bytes(data)
        case ".svg":
            text = svg_text(chart, dpi)
            with replacing(path) as draft:
                put_text(text, draft)
        case _:
            save(printed(chart, dpi, space), path, bits=16)


def check(suffix: str, dpi: float, space: ColourSpace) -> None:
    """Nothing, if a chart can be written so; asked before long work, it spares a late refusal.

    Args:
        suffix: of the file.
        dpi: dots an inch.
        space: of the colours.

    Raises:
        BadInput: there is no such format, the dots are too few or too many, or a drawing is asked for in
            another space than sRGB.
    """
    if suffix.lower() not in (*DRAWINGS, *PICTURES):
        raise BadInput(f"'{suffix}' is no format of charts; choose {', '.join((*DRAWINGS, *PICTURES))}")
    if not _DPI[0] <= dpi <= _DPI[1]:
        raise BadInput(f"charts have {_DPI[0]:g} to {_DPI[1]:g} dots an inch, not {dpi:g}")
    if suffix.lower() in DRAWINGS and space is not ColourSpace.SRGB:
        raise BadInput(f"drawings have colours in srgb, not in {space.value}; write PNG or TIFF")


def write_record(chart: Chart, path: Path | str) -> None:
    """Write geometry and values of a chart as JSON.

    Raises:
        CannotWrite: the file cannot be put there.
    """
    text = json.dumps(record(chart), indent=1, ensure_ascii=False) + "\n"
    with replacing(path) as draft:
        put_text(text, draft)

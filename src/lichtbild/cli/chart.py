"""``lichtbild chart``: a test target to be printed, with the values of its patches."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lichtbild.cli.destination import PANEL, Overwrite
from lichtbild.cli.options import option

if TYPE_CHECKING:
    from lichtbild.image.chart import Chart
    from lichtbild.image.picture import ColourSpace

Name = Annotated[
    str, typer.Argument(help="A chart of the catalogue (--list).", metavar="NAME", show_default=False)
]


def chart(  # noqa: PLR0913  a command's options are its arguments
    name: Name = "",
    output: Annotated[
        Path | None, option(PANEL, "-o --output", "FILE", "PDF, SVG, PNG or TIFF to write.", "NAME.pdf")
    ] = None,
    size: Annotated[
        str, option(PANEL, "--size", "PAPER", "A4 to A0, or width and height in mm such as 420x297.", "A3")
    ] = "A3",
    dpi: Annotated[
        float, option(PANEL, "--dpi", "DOTS", "Of a picture, and of star and leaves in a drawing.", "300")
    ] = 300.0,
    space: Annotated[str, option(PANEL, "--space", "NAME", "srgb, or p3 for a picture.", "srgb")] = "srgb",
    reference: Annotated[
        bool, option(PANEL, "--reference", "", "Geometry and values as .json beside the file.")
    ] = False,
    overwrite: Overwrite = False,
    as_json: Annotated[
        bool, option(PANEL, "--json", "", "Only geometry and values as JSON on stdout.")
    ] = False,
    table: Annotated[bool, option(PANEL, "--table", "", "Only the patches' values on stdout.")] = False,
    show: Annotated[bool, option(PANEL, "--list", "", "Name all charts.")] = False,
) -> None:
    """Make a chart to be printed: at 100 %, on matt paper, with the printer's own corrections off."""
    if show:
        _show(as_json)
        return
    found = _chart(name, size)
    if as_json or table:
        _say_values(found, as_json)
        return
    place = output or Path(f"{name}.pdf")
    _write(found, place, dpi, _space(space), overwrite=overwrite, reference=reference)


def _chart(name: str, size: str) -> "Chart":
    from lichtbild.core.errors import BadInput
    from lichtbild.image.chart_catalogue import chart_named

    if not name:
        raise BadInput("name a chart, such as bench; --list names all")
    return chart_named(name, _size(size))


def _size(text: str) -> tuple[float, float]:
    """Height and width of a paper in mm.

    Raises:
        BadInput: it is neither a paper's name nor two numbers.
    """
    from lichtbild.core.errors import BadInput
    from lichtbild.image.chart_catalogue import PAPERS

    if text.upper() in PAPERS:
        return PAPERS[text.upper()]
    try:
        width, height = map(float, text.lower().removesuffix("mm").split("x"))
    except ValueError:
        names = ", ".join(PAPERS)
        raise BadInput(
            f"--size takes {names}, or width and height in mm such as 420x297, not '{text[:40]}'"
        ) from None
    return height, width


def _space(text: str) -> "ColourSpace":
    from lichtbild.core.errors import BadInput
    from lichtbild.image.picture import ColourSpace

    spaces = {"srgb": ColourSpace.SRGB, "p3": ColourSpace.DISPLAY_P3}
    if text not in spaces:
        raise BadInput(f"--space takes {' or '.join(spaces)}, not '{text[:40]}'")
    return spaces[text]


def _show(as_json: bool) -> None:
    from lichtbild.image.chart_catalogue import chart_named, chart_names

    charts = [chart_named(name) for name in chart_names()]
    if as_json:
        typer.echo(json.dumps([{"name": one.name, "title": one.title} for one in charts]))
        return
    for one in charts:
        typer.echo(f"{one.name:36} {one.title}")


def _say_values(found: "Chart", as_json: bool) -> None:
    from lichtbild.image.chart_record import record, table

    typer.echo(json.dumps(record(found), ensure_ascii=False) if as_json else table(found))


def _write(
    found: "Chart", place: Path, dpi: float, space: "ColourSpace", *, overwrite: bool, reference: bool
) -> None:
    from lichtbild.cli.destination import make_parent, refuse_existing
    from lichtbild.io.chart_file import check, write_chart, write_record

    check(place.suffix, dpi, space)
    beside = place.with_suffix(".json")
    for path in (place, beside) if reference else (place,):
        refuse_existing(path, overwrite)
    make_parent(place)
    write_chart(found, place, dpi=dpi, space=space)
    typer.echo(f"{place}: print it at 100 %, {found.size[1]:g} x {found.size[0]:g} mm", err=True)
    if reference:
        write_record(found, beside)
        typer.echo(f"{beside}", err=True)

"""``lichtbild trace``: a lens becomes a report of all that it does to light."""

import json
import os
from collections.abc import Sequence
from math import radians
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lichtbild.cli.options import option

if TYPE_CHECKING:
    from lichtbild.io.lens import Reading
    from lichtbild.optics.lens import Lens
    from lichtbild.optics.report.subject import Settings, Subject

WIDE = 110
"""Least width of a table of rays, in characters: where it goes to a file, nothing may be cut off."""

KELVIN = 273.15
"""0 degrees Celsius in K."""

MELTING = 1000.0
"""Degrees Celsius at which no lens is one any more."""

LENS_SUFFIXES = (".toml", ".zmx", ".seq", ".json")
"""Of files that hold a lens."""

_LENS, _REPORT, _SETTING, _FILES = "The lens", "Report", "Conditions", "Other files"


LensName = Annotated[
    str,
    typer.Argument(
        help="A lens file (.toml, .zmx, .seq, Optiland's .json) or a lens of the catalogue.",
        metavar="LENS",
        show_default=False,
    ),
]
"""The argument of commands on a lens."""

Glasses = Annotated[
    list[Path] | None,
    option(_LENS, "--glasses", "AGF", "A glass catalogue; may be given several times."),
]


def trace(  # noqa: PLR0913  a command's options are its arguments
    lens: LensName = "",
    output: Annotated[
        Path | None,
        option(
            _REPORT, "-o --output", "HTML", "Report to write; its numbers go beside it as .json.", "LENS.html"
        ),
    ] = None,
    analysis: Annotated[
        list[str] | None,
        option(_REPORT, "--analysis", "NAMES", "Which, by commas: spot,mtf... (--list names them).", "all"),
    ] = None,
    as_json: Annotated[bool, option(_REPORT, "--json", "", "All numbers as JSON on stdout.")] = False,
    rays: Annotated[
        str | None, option(_REPORT, "--rays", "WHICH", "Table of a real ray on stdout: chief or marginal.")
    ] = None,
    glasses: Glasses = None,
    configuration: Annotated[
        str | None,
        option(_LENS, "--configuration", "NAME", "Focus or zoom position to trace.", "as written"),
    ] = None,
    show: Annotated[
        bool, option(_LENS, "--list", "", "Name the catalogue's lenses and all analyses.")
    ] = False,
    distance: Annotated[
        float | None,
        option(_SETTING, "--distance", "MM", "Focus on an object this far from the first surface."),
    ] = None,
    temperature: Annotated[
        float | None, option(_SETTING, "--temperature", "C", "Trace the lens at this temperature.")
    ] = None,
    pitch: Annotated[float, option(_SETTING, "--pitch", "UM", "Of the sensor's pixels.", "1.0")] = 1.0,
    reflectance: Annotated[
        float, option(_SETTING, "--sensor-reflectance", "PART", "For ghosts, 0 to 1.", "0.1")
    ] = 0.1,
    chief_limit: Annotated[
        float | None, option(_SETTING, "--chief-limit", "DEGREES", "Steepest chief ray the sensor bears.")
    ] = None,
    layout: Annotated[Path | None, option(_FILES, "--layout", "SVG", "Section drawing to write.")] = None,
    solid: Annotated[
        Path | None, option(_FILES, "--solid", "GLB", "Lens in space to write, as glTF.")
    ] = None,
    sag_table: Annotated[
        Path | None, option(_FILES, "--sag-table", "CSV", "Sags and slopes of every surface to write.")
    ] = None,
    save: Annotated[
        Path | None, option(_FILES, "--save", "FILE", "Write the lens as .toml, .zmx or .seq.")
    ] = None,
    overwrite: Annotated[bool, option(_FILES, "--overwrite", "", "Let --save replace a file.")] = False,
) -> None:
    """Trace a lens: drawings, aberrations, wavefront, MTF, illumination, ghosts, in one report."""
    from lichtbild.core.errors import BadInput

    if show:
        _show()
        return
    if not lens:
        raise BadInput("no lens was named; give a file or a name of the catalogue (--list names them)")
    _check(rays, pitch, reflectance, distance, temperature)
    from lichtbild.io.lens import read_lens

    keep_compiled()
    names = _names(analysis)
    reading = read_lens(lens, glasses or ())
    settings = _settings(pitch, reflectance, chief_limit)
    subject = _ready(reading, configuration, distance, temperature, settings)
    _other_files(subject, layout, solid, sag_table)
    if save is not None:
        _save(subject.lens, save, overwrite)
    if rays is not None:
        _print_rays(subject, rays)
    only_files = any(value is not None for value in (layout, solid, sag_table, save, rays))
    if output or analysis or as_json or not only_files:
        place = output or (None if as_json else Path(f"{stem(lens)}.html"))
        _report(subject, names, place, as_json)
    if subject.doubts:
        raise typer.Exit(1)


def _check(
    rays: str | None, pitch: float, reflectance: float, distance: float | None, temperature: float | None
) -> None:
    """Options that a lens need not be read for.

    Raises:
        BadInput: one of them is out of its range.
    """
    from lichtbild.core.errors import BadInput

    if rays not in (None, "chief", "marginal"):
        raise BadInput(f"--rays can be chief or marginal, not '{rays}'")
    if not pitch > 0 or not 0 <= reflectance <= 1:
        raise BadInput("--pitch must be above 0, and --sensor-reflectance between 0 and 1")
    if distance is not None and not distance > 0:
        raise BadInput(f"--distance must be above 0, not {distance:g} mm")
    if temperature is not None and not -KELVIN < temperature < MELTING:
        raise BadInput(f"--temperature must lie between {-KELVIN} and {MELTING:g} C, not at {temperature:g}")


def _show() -> None:
    from lichtbild.io.lens import catalogue_names
    from lichtbild.optics.report.assembly import ANALYSES

    typer.echo("Lenses of the catalogue:\n  " + "\n  ".join(catalogue_names()))
    typer.echo("Analyses:\n  " + "\n  ".join(ANALYSES))


def keep_compiled() -> None:
    """Let JAX keep what it compiles, so that the next lens of the same structure does not wait."""
    from lichtbild.io import compiled

    # Half the time to compile, for kernels a little slower than the library's own.
    os.environ.setdefault(
        "XLA_FLAGS", "--xla_cpu_use_fusion_emitters=false --xla_backend_optimization_level=1"
    )
    compiled.keep_compiled()


def _settings(pitch: float, reflectance: float, chief_limit: float | None) -> "Settings":
    from lichtbild.core.units import um
    from lichtbild.optics.report.subject import Settings

    limit = None if chief_limit is None else radians(chief_limit)
    return Settings(pitch=um(pitch), reflectance=reflectance, chief_limit=limit)


def _ready(
    reading: "Reading",
    configuration: str | None,
    distance: float | None,
    temperature: float | None,
    settings: "Settings",
) -> "Subject":
    """The lens as it shall be traced: configured, focused, warmed, checked and with apertures."""
    from lichtbild.optics.apertures import with_semi_apertures
    from lichtbild.optics.check import check_lens
    from lichtbild.optics.configuration import configured
    from lichtbild.optics.focusing import at_distance
    from lichtbild.optics.report.subject import subject
    from lichtbild.optics.thermal import at_temperature

    for finding in reading.findings:
        typer.echo(f"note: {finding}", err=True)
    lens = reading.lens if configuration is None else configured(reading.lens, configuration)
    doubts = check_lens(lens)
    if distance is not None:
        lens = at_distance(lens, distance)
    if temperature is not None:
        lens = at_temperature(lens, temperature + KELVIN)
    for doubt in doubts:
        typer.echo(f"doubtful: {doubt}", err=True)
    return subject(with_semi_apertures(lens), doubts, settings)


def _other_files(subject: "Subject", layout: Path | None, solid: Path | None, sag_table: Path | None) -> None:
    from lichtbild.figure.svg import svg_text
    from lichtbild.io.atomic import replacing
    from lichtbild.optics.drawing.layout import layout as drawn
    from lichtbild.optics.drawing.sag_table import csv
    from lichtbild.optics.drawing.sag_table import sag_table as table
    from lichtbild.optics.report.drawings import drawn_rays, solid_of

    if layout is not None:
        with replacing(layout) as draft:
            draft.write_text(svg_text(drawn(subject.lens, drawn_rays(subject)).svg), encoding="utf-8")
    if solid is not None:
        with replacing(solid) as draft:
            draft.write_bytes(solid_of(subject))
    if sag_table is not None:
        with replacing(sag_table) as draft:
            parts = (f"# surface {i}\n{csv(table(s))}" for i, s in enumerate(subject.lens.surfaces))
            draft.write_text("".join(parts), encoding="utf-8")


def _save(lens: "Lens", path: Path, overwrite: bool) -> None:
    from lichtbild.core.errors import CannotWrite
    from lichtbild.io.lens import write_lens

    if path.exists() and not overwrite:
        raise CannotWrite(f"{path}: is there already; name another file or add --overwrite")
    write_lens(lens, path)


def _print_rays(subject: "Subject", which: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    from lichtbild.optics.report.ray_table import HEAD, ray_table

    table = Table(*HEAD, title=f"{which} ray, primary wavelength")
    for row in ray_table(subject, which):
        table.add_row(*(value if isinstance(value, str) else f"{value:.6f}" for value in row))
    Console(width=max(Console().width, WIDE)).print(table)


def _report(subject: "Subject", names: Sequence[str], place: Path | None, as_json: bool) -> None:
    from lichtbild import __version__
    from lichtbild.cli.report import on_terminal
    from lichtbild.io.atomic import replacing
    from lichtbild.optics.report.assembly import html, numbers, report

    def told(name: str, done: int, total: int) -> None:
        if on_terminal():
            typer.echo(f"\r\x1b[K{done}/{total} {name}", err=True, nl=False)

    found = report(subject, names, told)
    if on_terminal():
        typer.echo("\r\x1b[K", err=True, nl=False)
    if as_json:
        typer.echo(json.dumps(numbers(found), indent=1))
    if place is not None:
        with replacing(place) as draft:
            draft.write_text(html(found, f"Lichtbild {__version__}"), encoding="utf-8")
        beside = place.with_suffix(".json")
        with replacing(beside) as draft:
            draft.write_text(json.dumps(numbers(found), indent=1), encoding="utf-8")
        typer.echo(f"{place} and {beside.name}", err=True)


def stem(lens: str) -> str:
    """What files of a lens are called after: its own file's name without the suffix, or the catalogue's name.

    A catalogue's name, such as 6p-f1.85, may have a point of its own.
    """
    return Path(lens).stem if Path(lens).suffix.lower() in LENS_SUFFIXES else lens


def _names(analysis: list[str] | None) -> tuple[str, ...]:
    """Names of analyses as they were typed.

    Raises:
        BadInput: there is no analysis of that name.
    """
    from lichtbild.optics.report.assembly import check_names

    listed = (name.strip().replace("_", "-") for names in analysis or () for name in names.split(","))
    names = tuple(name for name in listed if name)
    check_names(names)
    return names

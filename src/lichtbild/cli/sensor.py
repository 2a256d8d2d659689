"""``lichtbild sensor``: a sensor's model as a report, or estimated from a user's own dark and flat frames."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lichtbild.cli.options import option

if TYPE_CHECKING:
    from lichtbild.image.raw_frame import RawFrame
    from lichtbild.image.sensor_numbers import SensorNumbers
    from lichtbild.sensor.sensor import Sensor

app = typer.Typer(
    name="sensor",
    help="A sensor's noise curve and numbers, or its model from your own dark and flat frames.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

_FRAMES, _OUT = "Frames", "Output"

SensorName = Annotated[
    str,
    typer.Argument(
        help="A sensor file (.toml) or a sensor of the catalogue.", metavar="SENSOR", show_default=False
    ),
]
Overwrite = Annotated[bool, option(_OUT, "--overwrite", "", "Replace files that are there.")]


@app.command("list")
def list_sensors() -> None:
    """Name the sensors of the catalogue."""
    from lichtbild.io.sensor_file import catalogue_sensor, sensor_names

    for name in sensor_names():
        pixels = catalogue_sensor(name).pixels
        size = f"{pixels.columns} x {pixels.rows}, {float(pixels.pitch) * 1e3:g} um"
        typer.echo(f"{name:22} {size:22} {catalogue_sensor(name).name}")


@app.command("report")
def report(
    sensor: SensorName,
    output: Annotated[
        Path | None, option(_OUT, "-o --output", "HTML", "Page to write.", "SENSOR.html")
    ] = None,
) -> None:
    """Write a sensor's photon transfer curve, SNR, dynamic range, colours and sources as a page."""
    found = _sensor(sensor)
    _write_page(found, None, output or Path(f"{Path(sensor).stem}.html"))


@app.command("fit")
def fit(
    dark: Annotated[
        list[str] | None,
        option(
            _FRAMES, "--dark", "FILES", "Frames without light, two or more of each exposure time; repeatable."
        ),
    ] = None,
    flat: Annotated[
        list[str] | None,
        option(_FRAMES, "--flat", "FILES", "Evenly lit frames, two or more of each of four or more levels."),
    ] = None,
    like: Annotated[
        str, option(_FRAMES, "--like", "SENSOR", "What frames do not tell comes from this one.")
    ] = "",
    output: Annotated[
        Path | None, option(_OUT, "-o --output", "TOML", "Sensor to write; its page goes beside it.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Estimate gain, read noise, PRNU, DSNU, dark current, saturation and linearity from raw frames."""
    from lichtbild.core.errors import BadInput, CannotWrite

    if not like:
        raise BadInput("--like names a sensor (a file or one of the catalogue) with what frames do not tell")
    base = _sensor(like)
    place = output or Path("sensor.toml")
    for path in (place, place.with_suffix(".html")):
        if path.exists() and not overwrite:
            raise CannotWrite(f"{path}: is there already; name another with -o or give --overwrite")
    from lichtbild.io.sensor_file import write_sensor
    from lichtbild.quality.emva.sensor_numbers import sensor_numbers
    from lichtbild.quality.emva.stacks import stacks
    from lichtbild.sensor.calibrated import calibrated

    found = sensor_numbers(
        stacks(_frames(dark, "--dark"), "dark", lit=False), stacks(_frames(flat, "--flat"), "flat", lit=True)
    )
    count = len(dark or ()) + len(flat or ())
    made = calibrated(base, found, f"lichtbild sensor fit, {count} names of frames")
    write_sensor(made, place)
    typer.echo(f"{place}", err=True)
    _say(found)
    _write_page(made, found, place.with_suffix(".html"))


def _sensor(name: str) -> "Sensor":
    from lichtbild.io.sensor_file import catalogue_sensor, read_sensor

    return read_sensor(name) if Path(name).suffix else catalogue_sensor(name)


def _frames(names: list[str] | None, option_name: str) -> "list[RawFrame]":
    """The raw frames that names, folders and patterns stand for.

    Raises:
        BadInput: one of them is a finished picture.
    """
    from lichtbild.core.errors import BadInput
    from lichtbild.image.raw_frame import RawFrame
    from lichtbild.io.files import expand
    from lichtbild.io.reader import read

    frames = []
    for path in (path for name in names or () for path in expand(name)):
        frame = read(path)
        if not isinstance(frame, RawFrame):
            raise BadInput(f"{path}: is a finished picture; {option_name} takes raw frames")
        frames.append(frame)
    return frames


def _say(found: "SensorNumbers") -> None:
    for name, value in found.named().items():
        typer.echo(f"{name:20} {value.value:.4g} {value.unit} ({value.low:.4g} to {value.high:.4g})")
    if found.linearity_error is not None:
        typer.echo(f"{'linearity error':20} {found.linearity_error:.3%}")


def _write_page(sensor: "Sensor", found: "SensorNumbers | None", place: Path) -> None:
    from lichtbild.io.atomic import replacing
    from lichtbild.sensor.report import report as page

    text = page(sensor, found)
    with replacing(place) as draft:
        draft.write_text(text, encoding="utf-8")
    typer.echo(f"{place}", err=True)

"""``lichtbild shoot``: a simulated camera photographs a scene: raw frames, a photograph and a report."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from math import inf, isfinite, radians
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lichtbild.cli.options import option

if TYPE_CHECKING:
    from lichtbild.camera.camera import Camera
    from lichtbild.study.shooting import Order, Outcome

_CAMERA, _SCENE, _EXPOSURE, _OUT = "The camera", "The scene", "Exposure", "Output"


def shoot(  # noqa: PLR0913  a command's options are its arguments
    camera: Annotated[
        str, option(_CAMERA, "--camera", "NAME", "A camera of the catalogue, or its file (.toml).", "main")
    ] = "main",
    lens: Annotated[
        str | None, option(_CAMERA, "--lens", "LENS", "Another lens: a file or one of the catalogue.")
    ] = None,
    lens_scale: Annotated[
        float | None, option(_CAMERA, "--lens-scale", "X", "Times as large as it is written.", "1")
    ] = None,
    sensor: Annotated[
        str | None, option(_CAMERA, "--sensor", "SENSOR", "Another sensor: a file or one of the catalogue.")
    ] = None,
    look: Annotated[str | None, option(_CAMERA, "--look", "NAME", "Look of the photograph.")] = None,
    size: Annotated[
        str | None, option(_CAMERA, "--size", "ROWSxCOLUMNS", "Only the middle of the sensor.", "all of it")
    ] = None,
    scene: Annotated[
        str, option(_SCENE, "--scene", "NAME", "A scene by name (--list), or a picture file.", "night-street")
    ] = "night-street",
    light: Annotated[
        str | None,
        option(_SCENE, "--light", "LIGHT", "D65, 3200K, a table of a spectrum; A+D65 mixes two.", "D65"),
    ] = None,
    lux: Annotated[
        float | None, option(_SCENE, "--lux", "LUX", "Illuminance; of the street's road.", "1000 on charts")
    ] = None,
    luminance: Annotated[
        float | None, option(_SCENE, "--luminance", "CD/M2", "Of white: for pictures, which have no level.")
    ] = None,
    depth: Annotated[
        float | None, option(_SCENE, "--depth", "MM", "Where a flat scene lies.", "in focus")
    ] = None,
    focus: Annotated[
        float | None, option(_EXPOSURE, "--focus", "MM", "Distance that the lens is focused on.", "far")
    ] = None,
    time: Annotated[
        str | None, option(_EXPOSURE, "--time", "S", "Exposure time, such as 1/60.", "metered")
    ] = None,
    iso: Annotated[float | None, option(_EXPOSURE, "--iso", "ISO", "Sensitivity.", "metered")] = None,
    ev: Annotated[
        float | None, option(_EXPOSURE, "--ev", "EV", "Brighter or darker than metered.", "the camera's")
    ] = None,
    frames: Annotated[int | None, option(_EXPOSURE, "--frames", "N", "Of the burst.", "the camera's")] = None,
    bracket: Annotated[
        str | None, option(_EXPOSURE, "--bracket", "EV,EV", "A frame for each, such as -2,0,2.")
    ] = None,
    shake: Annotated[
        float | None,
        option(_EXPOSURE, "--shake", "DEG/S", "Angular speed of the hand, rms; 0: tripod.", "the camera's"),
    ] = None,
    finer: Annotated[
        int, option(_EXPOSURE, "--finer", "N", "Squares of light along a pixel, 1 to 4.", "1")
    ] = 1,
    distances: Annotated[
        int, option(_EXPOSURE, "--distances", "N", "At which depth is told, at most; 1: all in focus.", "1")
    ] = 1,
    dual_pixels: Annotated[
        bool, option(_EXPOSURE, "--dual-pixels", "", "Also what left and right photodiodes see.")
    ] = False,
    seed: Annotated[int, option(_EXPOSURE, "--seed", "N", "Of noise, hand and scene.", "0")] = 0,
    output: Annotated[Path, option(_OUT, "-o --output", "FOLDER", "To write to.", "shot")] = Path("shot"),
    overwrite: Annotated[bool, option(_OUT, "--overwrite", "", "Replace files that are there.")] = False,
    as_json: Annotated[bool, option(_OUT, "--json", "", "What was taken as JSON on stdout.")] = False,
    dry_run: Annotated[bool, option(_OUT, "--dry-run", "", "Only say what would be done.")] = False,
    threads: Annotated[int, option(_OUT, "-j --threads", "N", "Cores to use.", "all")] = 0,
    quiet: Annotated[bool, option(_OUT, "-q --quiet", "", "Say nothing but what went wrong.")] = False,
    show: Annotated[bool, option(_OUT, "--list", "", "Name all cameras and scenes.")] = False,
) -> None:
    """Photograph a scene with a camera that need not exist: raw frames, photo.jpg and report.html."""
    if show:
        _show()
        return
    from lichtbild.cli.choices import count
    from lichtbild.study.batch import thread_count
    from lichtbild.study.scene_order import SceneOrder
    from lichtbild.study.shooting import Order, shooting

    chosen = _automatic(_look(_camera(camera, lens, lens_scale, sensor), look), ev, shake)
    far = inf if focus is None else focus
    order = Order(
        camera=chosen,
        scene=SceneOrder(scene, light, lux, luminance, far if depth is None else depth, seed),
        focus=far,
        time_s=None if time is None else _seconds(time),
        iso=iso,
        frames=frames,
        bracket=_bracket(bracket),
        size=_size(size),
        finer=finer,
        distances=distances,
        dual_pixels=dual_pixels,
        seed=seed,
        threads=thread_count(count(threads, "-j")),
    )
    _refuse_contradictions(order, ev)
    if dry_run:
        order.scene.loaded()
        order.key()
        _say_plan(order, output, as_json)
        return
    from lichtbild.cli.trace import keep_compiled

    keep_compiled()
    with _progress(quiet) as told:
        outcome = shooting(order, output, overwrite=overwrite, told=told)
    _say(outcome, as_json, quiet)


def _camera(name: str, lens: str | None, lens_scale: float | None, sensor: str | None) -> "Camera":
    """The camera of a name, with another lens or sensor if asked for.

    Raises:
        BadInput: one of them is not known, or a scale is given for a lens that is not named.
    """
    from lichtbild.camera.camera import LensSource
    from lichtbild.core.errors import BadInput
    from lichtbild.io.camera_file import read_camera
    from lichtbild.io.lens import read_lens
    from lichtbild.io.sensor_file import catalogue_sensor, read_sensor
    from lichtbild.optics.scaled import scaled
    from lichtbild.sensor.metering import limits_for

    found = read_camera(name)
    if lens_scale is not None and lens is None:
        raise BadInput("--lens-scale is for the lens that --lens names; give both")
    if lens is not None:
        scale = 1.0 if lens_scale is None else lens_scale
        made = scaled(read_lens(lens).lens, scale)
        found = replace(found, lens=made, lens_from=LensSource(lens, scale))
    if sensor is not None:
        made_sensor = read_sensor(sensor) if Path(sensor).suffix else catalogue_sensor(sensor)
        cfa = made_sensor.cfa
        binned = found.binned and cfa is not None and cfa.is_quad_bayer
        limits = limits_for(made_sensor, found.automatic.limits)
        automatic = replace(found.automatic, limits=limits)
        found = replace(found, sensor=made_sensor, sensor_from=sensor, binned=binned, automatic=automatic)
    return found


def _look(camera: "Camera", look: str | None) -> "Camera":
    if look is None:
        return camera
    from lichtbild.cli import choices

    changed = choices.changed(camera.recipe, choices.look(look))
    changed.look.look  # noqa: B018  refuses what is no look before a scene is rendered
    return replace(camera, recipe=changed)


def _automatic(camera: "Camera", ev: float | None, shake: float | None) -> "Camera":
    automatic = camera.automatic
    if ev is not None:
        automatic = replace(automatic, ev=ev)
    if shake is not None:
        automatic = replace(automatic, shake=radians(shake))
    return replace(camera, automatic=automatic)


def _seconds(text: str) -> float:
    """A time such as 1/60 or 0.5.

    Raises:
        BadInput: it is none.
    """
    from lichtbild.core.errors import BadInput

    above, _, below = text.partition("/")
    try:
        value = float(above) / float(below or 1)
    except (ValueError, ZeroDivisionError):
        value = inf
    if not isfinite(value):
        raise BadInput(f"--time takes seconds such as 1/60 or 0.5, not '{text[:40]}'")
    return value


def _bracket(text: str | None) -> tuple[float, ...]:
    from lichtbild.core.errors import BadInput

    if text is None:
        return ()
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise BadInput(f"--bracket takes EV with commas between them, such as -2,0,2, not '{text}'") from None


def _size(text: str | None) -> tuple[int, int] | None:
    from lichtbild.core.errors import BadInput

    if text is None:
        return None
    rows, _, columns = text.lower().partition("x")
    if not (rows.isdecimal() and columns.isdecimal()):
        raise BadInput(f"--size takes rows and columns such as 600x800, not '{text[:40]}'")
    return int(rows), int(columns)


def _refuse_contradictions(order: "Order", ev: float | None) -> None:
    """Refuse what cannot both be.

    Raises:
        BadInput: metering is moved where nothing is metered.
    """
    from lichtbild.core.errors import BadInput

    if ev is not None and order.time_s is not None and order.iso is not None:
        raise BadInput("--ev moves what is metered, and --time and --iso leave nothing to meter; drop one")


def _show() -> None:
    from lichtbild.io.camera_file import camera_names, catalogue_camera
    from lichtbild.scene.catalogue import SCENES

    typer.echo("Cameras of the catalogue:")
    for name in camera_names():
        found = catalogue_camera(name)
        typer.echo(f"  {name:12} {found.name}: {found.lens.name}; {found.sensor.name}")
    typer.echo("Scenes:\n  " + "\n  ".join(SCENES))


def _say_plan(order: "Order", output: Path, as_json: bool) -> None:
    names = [str(output / name) for name in (*order.names, "photo.jpg", "report.html")]
    if as_json:
        typer.echo(json.dumps({"camera": order.camera.name, "scene": order.scene.name, "files": names}))
        return
    typer.echo(f"{order.camera.name} photographs {order.scene.name}: {', '.join(names)}", err=True)


def _say(outcome: "Outcome", as_json: bool, quiet: bool) -> None:
    files = [*outcome.frames, "photo.jpg", "report.html"]
    if as_json:
        taken = [{"time_s": float(one.time_s), "iso": one.iso} for one in outcome.exposures]
        typer.echo(json.dumps({"folder": str(outcome.folder), "files": files, "exposures": taken}))
    if quiet:
        return
    if outcome.kept == len(files):
        typer.echo(f"{outcome.folder}: is already done; --seed or another choice makes another", err=True)
        return
    typer.echo(f"{outcome.folder}: {', '.join(files)}", err=True)


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """A bar on a terminal, a line for each step elsewhere."""
    from lichtbild.cli.report import on_terminal

    if quiet:
        yield lambda what, share: None
    elif on_terminal():
        with _bar() as told:
            yield told
    else:
        yield _lines()


@contextmanager
def _bar() -> Iterator[Callable[[str, float], None]]:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("lens", total=1.0)
        yield lambda what, share: bar.update(task, completed=share, description=what)


def _lines() -> Callable[[str, float], None]:
    seen: list[Any] = []

    def told(what: str, share: float) -> None:
        if not seen or seen[-1] != what:
            seen.append(what)
            typer.echo(f"lichtbild: {what}", err=True)

    return told

"""Cameras as TOML: one file is a camera; lens and sensor are named, or written out in full.

::

    schema = 1
    name = "Main 27 mm"
    [lens]
    from = "7p-f1.85"      # of the catalogue, or a file beside this one
    scale = 2.09
    semi_apertures = [2.8133, 2.8318]  # of every surface, mm, if the lens says none; else they are found
    [sensor]
    from = "one_inch"
    binned = true
    [automatic]
    frames = 4
    [calibration]          # and [lens.measured]: what lichtbild calibrate wrote
    [develop.denoise]      # and [look], [geometry], [output]: as in a recipe
    method = "best"

What Lichtbild wrote it reads and writes again to the same bytes.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from math import degrees, inf, radians
from pathlib import Path
from typing import Any, Final

from lichtbild.camera.camera import Automatic, Camera, LensSource
from lichtbild.camera.recipe import Recipe
from lichtbild.core.errors import BadFile, BadInput
from lichtbild.image.frame_calibration import FrameCalibration
from lichtbild.image.measured_lens import MeasuredLens
from lichtbild.io import recipe as recipes
from lichtbild.io import sensor_file
from lichtbild.io.atomic import replacing
from lichtbild.io.calibration_file import (
    calibration_of,
    calibration_table,
    measured_lens_of,
    measured_lens_table,
)
from lichtbild.io.catalogue import entry_names, entry_text
from lichtbild.io.lens import read_lens
from lichtbild.io.lens import toml as lens_file
from lichtbild.io.lens.content import parsed, toml_values
from lichtbild.io.lens.exact import parse
from lichtbild.io.lens.toml_read import lens_of
from lichtbild.io.lens.toml_table import Table, shown
from lichtbild.optics.lens import Lens
from lichtbild.optics.scaled import scaled
from lichtbild.sensor.metering import Limits
from lichtbild.sensor.sensor import Sensor

SCHEMA: Final = 1
"""Version of the keys; a file of a later version is refused."""

_FOLDER = ("camera", "catalogue")
_RECIPE: Final = ("develop", "look", "geometry", "output")
_METERINGS: Final = ("mean", "centre", "highlights")
_FORM: Final = "docs/camera.md"


def read_camera(name: Path | str) -> Camera:
    """The camera of a TOML file, or of the catalogue, told by a bare name such as ``main``.

    Raises:
        BadFile: the file cannot be read, is no TOML, is of a later schema, has a key or value that a camera
            does not have, or names a lens or sensor that cannot be read.
        BadInput: the catalogue has no such camera.
    """
    path = Path(name)
    if path.suffix.lower() != ".toml":
        return catalogue_camera(str(name))
    return parsed(path, lambda text: loads(text, path.parent), "camera")


@cache
def camera_names() -> tuple[str, ...]:
    """The names of the cameras in the catalogue, in order."""
    return entry_names(*_FOLDER)


@cache
def catalogue_camera(name: str) -> Camera:
    """A camera of the catalogue.

    Raises:
        BadInput: there is none of that name; the sentence has the nearest ones.
    """
    return loads(entry_text("camera", name, *_FOLDER))


def loads(text: str, folder: Path | None = None) -> Camera:
    """The camera in a TOML text.

    Args:
        text: of the file.
        folder: beside whose files relative names are looked for; None where only catalogues may be named.

    Raises:
        BadInput: it is no TOML, or has a key or value that a camera does not have.
    """
    values = toml_values(text, _FORM)
    if (schema := values.pop("schema", None)) != SCHEMA:
        raise BadInput(f"a camera begins with 'schema = {SCHEMA}', this one has {shown(schema)}")
    # What a lens prescribes keeps each digit.
    exact = toml_values(text, _FORM, parse).get("lens", {})
    told, lacking = values.pop("calibration", None), [key for key in ("lens", "sensor") if key not in values]
    known = None if told is None else calibration_of(told)
    if known is not None and lacking:
        raise BadInput(
            f"it has a [calibration] and no [{lacking[0]}], so that develop can use it and nothing else can; "
            "calibrate with a card, edges, dark and even frames to have a whole camera"
        )
    with Table(values, "") as table:
        lens, lens_from = _lens(table.table("lens"), exact, folder)
        with table.table("sensor") as part:
            sensor, sensor_from = _sensor(part, folder)
            binned, matched = part.switch("binned"), part.switch("matched")
        return Camera(
            name=table.text("name"),
            notes=table.text("notes"),
            lens=lens,
            lens_from=lens_from,
            sensor=sensor,
            sensor_from=sensor_from,
            binned=binned,
            matched=matched,
            automatic=_automatic(table.table("automatic")),
            calibration=known,
            recipe=recipes.from_table({key: table.take(key, {}) for key in _RECIPE}),
        )


def write_camera(camera: Camera, path: Path | str) -> None:
    """Write a camera as TOML; a lens or sensor is named only where that name still stands for it.

    Raises:
        CannotWrite: the file cannot be written there.
        BadInput: the lens has something that a TOML file has no place for.
    """
    text = dumps(camera, Path(path).parent)
    with replacing(Path(path)) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")


def write_calibration(known: FrameCalibration, name: str, path: Path | str, notes: str = "") -> None:
    """Write what is known of a camera of which too little is for a whole one.

    Raises:
        CannotWrite: the file cannot be written there.
    """
    import tomlkit

    document = tomlkit.document()
    document.update({"schema": SCHEMA, "name": name} | ({"notes": notes} if notes else {}))
    document["calibration"] = calibration_table(known)
    with replacing(Path(path)) as beside:
        beside.write_text(tomlkit.dumps(document), encoding="utf-8", newline="\n")


def dumps(camera: Camera, folder: Path | None = None) -> str:
    """The camera as TOML text.

    Args:
        camera: the camera.
        folder: that the file will lie in; None where only catalogues may be named.
    """
    import tomlkit

    document = tomlkit.document()
    document.update({"schema": SCHEMA, "name": camera.name})
    if camera.notes:
        document["notes"] = camera.notes
    document["lens"] = _lens_table(camera, folder)
    document["sensor"] = _sensor_table(camera, folder)
    if automatic := _automatic_table(camera.automatic):
        document["automatic"] = automatic
    if camera.calibration is not None:
        document["calibration"] = calibration_table(camera.calibration)
    document.update(_changes(recipes.to_table(camera.recipe), recipes.to_table(Recipe())))
    return tomlkit.dumps(document)


def _lens(
    table: Table, exact: Mapping[str, Any], folder: Path | None
) -> tuple[Lens | MeasuredLens, LensSource | None]:
    with table:
        if "measured" in table:
            return measured_lens_of(table.take("measured")), None
        name, scale = table.text("from"), table.number("scale", 1.0)
        if bool(name) == (table.take("prescription") is not None):
            raise BadInput("[lens] has either 'from', a name, or 'prescription', a whole lens; give one")
        source = LensSource(name, scale, _radii(table.take("semi_apertures", [])))
        if name:
            return _sourced(source, folder), source
        if source.semi_apertures:
            raise BadInput("[lens] has semi_apertures and a prescription, whose surfaces have their own")
    return scaled(lens_of(exact["prescription"], ()), scale), None


def _radii(found: object) -> tuple[float, ...]:
    numbers = tuple(found) if isinstance(found, list) else (found,)
    if not all(
        isinstance(one, int | float) and not isinstance(one, bool) and 0 < one < inf for one in numbers
    ):
        raise BadInput(f"lens.semi_apertures is a list of mm above 0, not {shown(found)}")
    return tuple(map(float, numbers))


def _sourced(source: LensSource, folder: Path | None) -> Lens:
    """The lens of a name, as large and as open as a camera says."""
    lens = scaled(_named_lens(source.name, folder), source.scale)
    if not source.semi_apertures:
        return lens
    if len(source.semi_apertures) != len(lens.surfaces):
        raise BadInput(
            f"[lens] has {len(source.semi_apertures)} semi_apertures and {shown(source.name)} has "
            f"{len(lens.surfaces)} surfaces; give one for each, or none"
        )
    surfaces = tuple(
        replace(surface, semi_aperture=semi) if surface.semi_aperture is None else surface
        for surface, semi in zip(lens.surfaces, source.semi_apertures, strict=True)
    )
    return replace(lens, surfaces=surfaces)


def _named_lens(name: str, folder: Path | None) -> Lens:
    is_file = Path(name).suffix.lower() in (".toml", ".zmx", ".seq", ".json")
    if is_file and folder is None:
        raise BadInput(f"[lens] from = {shown(name)}: a file can be named only in a camera's file")
    try:
        return read_lens(folder / name if is_file and folder is not None else name).lens
    except BadFile as error:
        raise BadInput(f"[lens]: {error}") from error


def _sensor(table: Table, folder: Path | None) -> tuple[Sensor, str]:
    name, model = table.text("from"), table.take("model")
    if bool(name) == (model is not None):
        raise BadInput("[sensor] has either 'from', a name, or 'model', a whole sensor; give one")
    if not name:
        if not isinstance(model, Mapping):
            raise BadInput(f"sensor.model is a table of keys, not {shown(model)}")
        return sensor_file.sensor_of(model), ""
    return _named_sensor(name, folder), name


def _named_sensor(name: str, folder: Path | None) -> Sensor:
    if Path(name).suffix.lower() != ".toml":
        return sensor_file.catalogue_sensor(name)
    if folder is None:
        raise BadInput(f"[sensor] from = {shown(name)}: a file can be named only in a camera's file")
    try:
        return sensor_file.read_sensor(folder / name)
    except BadFile as error:
        raise BadInput(f"[sensor]: {error}") from error


def _automatic(table: Table) -> Automatic:
    usual = Automatic()
    with table as row:
        metering = row.text("metering", usual.metering)
        if metering not in _METERINGS:
            raise BadInput(f"automatic.metering is {', '.join(_METERINGS)}, not {shown(metering)}")
        limits = Limits(
            row.number("longest_s", usual.limits.longest_s),
            row.number("shortest_s", usual.limits.shortest_s),
            row.number("least_iso") if "least_iso" in row else None,
            row.number("largest_iso") if "largest_iso" in row else None,
        )
        frames = row.take("frames", usual.frames)
        if isinstance(frames, bool) or not isinstance(frames, int):
            raise BadInput(f"automatic.frames is a whole number, not {shown(frames)}")
        shake = radians(row.number("shake_deg_per_s", 0.0))
        return Automatic(metering, row.number("ev", usual.ev), limits, frames, shake)  # type: ignore[arg-type]


def _lens_table(camera: Camera, folder: Path | None) -> dict[str, Any]:
    import tomlkit

    if isinstance(camera.lens, MeasuredLens):
        return {"measured": measured_lens_table(camera.lens)}
    source, text = camera.lens_from, lens_file.dumps(camera.lens)
    if source is not None:
        try:
            again = _sourced(source, folder)
        except BadInput:
            again = None
        if again is not None and lens_file.dumps(again) == text:
            scale = {"scale": source.scale} if source.scale != 1 else {}
            radii = {"semi_apertures": list(source.semi_apertures)} if source.semi_apertures else {}
            return {"from": source.name} | scale | radii
    return {"prescription": tomlkit.parse(text)}


def _sensor_table(camera: Camera, folder: Path | None) -> dict[str, Any]:
    import tomlkit

    text, table = sensor_file.dumps(camera.sensor), dict[str, Any]()
    if camera.sensor_from:
        try:
            again = sensor_file.dumps(_named_sensor(camera.sensor_from, folder))
        except BadInput:
            again = ""
        if again == text:
            table["from"] = camera.sensor_from
    table |= {key: True for key in ("binned", "matched") if getattr(camera, key)}
    if "from" not in table:
        table["model"] = tomlkit.parse(text)
    return table


def _automatic_table(automatic: Automatic) -> dict[str, Any]:
    """What differs from the usual."""
    usual, limits = Automatic(), automatic.limits
    every = {
        "metering": (automatic.metering, usual.metering),
        "ev": (automatic.ev, usual.ev),
        "longest_s": (limits.longest_s, usual.limits.longest_s),
        "shortest_s": (limits.shortest_s, usual.limits.shortest_s),
        "least_iso": (limits.least_iso, None),
        "largest_iso": (limits.largest_iso, None),
        "frames": (automatic.frames, usual.frames),
        "shake_deg_per_s": (round(degrees(automatic.shake), 12), 0.0),
    }
    return {key: value for key, (value, default) in every.items() if value != default}


def _changes(table: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    """What differs from the usual, table by table."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            if inner := _changes(value, usual.get(key, {})):
                found[key] = inner
        elif value != usual.get(key):
            found[key] = value
    return found

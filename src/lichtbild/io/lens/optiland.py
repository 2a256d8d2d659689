"""Optiland's JSON files as lenses."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import inf, isfinite
from pathlib import Path
from typing import Any, Final

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.core.units import um
from lichtbild.io.lens.content import content
from lichtbild.io.lens.exact import from_degrees, from_radius
from lichtbild.io.lens.reading import Reading
from lichtbild.io.lens.toml_table import number, shown
from lichtbild.optics.lens import Aperture, ApertureKind, FieldKind, FieldPoint, Gap, Lens, Vignetting
from lichtbild.optics.media import find
from lichtbild.optics.medium import Air, Medium, ModelGlass
from lichtbild.optics.surface import Departure, Pose, PowerSeries, Surface

_APERTURES: Final[dict[str, tuple[ApertureKind, float]]] = {
    "EPD": ("entrance pupil diameter", 1.0),
    "imageFNO": ("f-number", 1.0),
    "objectNA": ("object na", 1.0),
    "float_by_stop_size": ("stop semi-aperture", 0.5),
}
"""Kinds of aperture, and what of the file's value ours is."""

_FIELDS: Final[dict[str, FieldKind]] = {
    "AngleField": "angle",
    "ObjectHeightField": "object height",
    "ParaxialImageHeightField": "image height",
    "RealImageHeightField": "real image height",
}

_SERIES: Final = {"EvenAsphere": 2, "OddAsphere": 1}
"""Step of the powers of r, from the first coefficient on."""

_SURFACES: Final = 1000
_TERMS: Final = 40


def read_optiland(path: Path | str, media: Iterable[Medium] = ()) -> Reading:
    """The lens of a JSON file that Optiland has saved, in mm, and what of the file it does not hold.

    Args:
        path: of the file.
        media: glasses that come before those that are built in.

    Raises:
        BadFile: it cannot be read, is no such file, or holds what a lens here cannot have; the sentence names
            the surface.
    """
    path = Path(path)
    data = content(path)
    try:
        return reading_of(json.loads(data.decode("utf-8")), tuple(media))
    except BadInput as error:
        raise BadFile(path, str(error)) from error
    except (ValueError, RecursionError) as error:
        raise BadFile(path, f"is not JSON ({str(error)[:200]}); save the lens again") from error


def reading_of(file: Any, media: tuple[Medium, ...] = ()) -> Reading:
    """The lens of a parsed file.

    Raises:
        BadInput: it is none of Optiland's, or holds what a lens here cannot have.
    """
    if not isinstance(file, Mapping) or "surface_group" not in file:
        raise BadInput("is no lens of Optiland's (it has no 'surface_group'); only those are read from JSON")
    rows = _list(_table(file, "surface_group"), "surfaces")
    if not 3 <= len(rows) <= _SURFACES:
        raise BadInput(f"has {len(rows)} surfaces; a lens has 3 to {_SURFACES}, with object and image")
    findings: list[str] = []
    surfaces, media_behind = _surfaces(rows, media, findings)
    kind, points = _fields(_table(file, "fields"))
    wavelengths, weights, primary = _wavelengths(_list(_table(file, "wavelengths"), "wavelengths"))
    findings += [f"'{key}' are not held" for key in ("pickups", "apodization") if file.get(key)]
    if isinstance(solves := file.get("solves"), Mapping) and solves.get("solves"):
        findings.append("'solves' are not held")
    lens = Lens(
        surfaces=surfaces[:-1],
        gaps=tuple(Gap(way, medium) for way, medium in zip(_ways(rows), media_behind, strict=True)),
        stop=_stop(rows),
        aperture=_aperture(_table(file, "aperture")),
        field_kind=kind,
        fields=points,
        wavelengths=wavelengths,
        weights=weights,
        primary=primary,
        image=surfaces[-1],
        name=file["name"] if isinstance(file.get("name"), str) else "",
    )
    return Reading(lens, tuple(findings))


def _surfaces(
    rows: Sequence[Any], extra: tuple[Medium, ...], findings: list[str]
) -> tuple[tuple[Surface, ...], tuple[Medium, ...]]:
    """The surfaces from the first one to the image, and the medium behind each row but the image."""
    surfaces: list[Surface] = []
    media: list[Medium] = []
    for index, row in enumerate(rows):
        try:
            mirror = index > 0 and _reflects(row)
            if index < len(rows) - 1:
                media.append(media[-1] if mirror else _medium(_table(row, "material_post"), extra, findings))
            if index:
                surfaces.append(_surface(row, mirror, findings))
        except BadInput as error:
            raise BadInput(f"surface {index}: {error}") from error
    return tuple(surfaces), tuple(media)


def _surface(row: Mapping[str, Any], mirror: bool, findings: list[str]) -> Surface:
    geometry = _table(row, "geometry")
    kind = geometry.get("type")
    if kind not in ("Plane", "StandardGeometry", *_SERIES):
        raise BadInput(f"its shape is {shown(kind)}, which is not read; a plane, a conic and aspheres are")
    radius = geometry.get("radius", inf)
    if isinstance(model := row.get("interaction_model"), Mapping) and model.get("coating"):
        findings.append("coatings are not held")
    return Surface(
        curvature=0.0 if radius in (inf, -inf) else number(radius, "its radius", from_radius),
        conic=number(geometry.get("conic", 0.0), "its conic constant"),
        departure=_departure(geometry),
        semi_aperture=_semi_aperture(row.get("aperture"), findings),
        pose=_pose(_table(geometry, "cs")),
        mirror=mirror,
        label=row["comment"] if isinstance(row.get("comment"), str) else "",
    )


def _departure(geometry: Mapping[str, Any]) -> Departure | None:
    step = _SERIES.get(str(geometry.get("type")), 0)
    values = _list(geometry, "coefficients") if step and "coefficients" in geometry else []
    if len(values) * step > _TERMS:
        raise BadInput(f"it has {len(values)} coefficients; powers end at {_TERMS}")
    powers = tuple(range(step, step * len(values) + 1, step)) if values else ()
    given = [
        (power, number(value, f"its coefficient of r^{power}"))
        for power, value in zip(powers, values, strict=True)
    ]
    kept = [(power, value) for power, value in given if value != 0.0]
    return PowerSeries(tuple(power for power, _ in kept), tuple(value for _, value in kept)) if kept else None


def _semi_aperture(aperture: Any, findings: list[str]) -> float | None:
    if aperture is None:
        return None
    if (
        isinstance(aperture, Mapping)
        and aperture.get("type") == "RadialAperture"
        and not aperture.get("r_min")
    ):
        radius = aperture.get("r_max")
        return None if radius == inf else number(radius, "its aperture's radius")
    findings.append("apertures that are no circles about the axis are not held")
    return None


def _pose(place: Mapping[str, Any]) -> Pose | None:
    """The surface out of its place; turned ones are not read."""
    if any(number(place.get(angle, 0.0), f"its '{angle}'") != 0.0 for angle in ("rx", "ry", "rz")):
        raise BadInput("it is tilted, which is not read; write the lens as CODE V .seq or as Zemax .zmx")
    if place.get("reference_cs") is not None:
        raise BadInput("its place refers to another surface's, which is not read")
    x, y = (number(place.get(axis, 0.0), f"its '{axis}'") for axis in "xy")
    return Pose((x, y, 0.0)) if x or y else None


def _ways(rows: Sequence[Any]) -> tuple[float, ...]:
    """Thicknesses, from the places along the axis; the object may be infinitely far.

    A row's own thickness has the digits that its designer gave; it counts where it agrees with the places.
    """
    places = []
    for index, row in enumerate(rows):
        z = _table(_table(row, "geometry"), "cs").get("z")
        places.append(-inf if index == 0 and z == -inf else number(z, f"surface {index}: its place 'z'"))
    return tuple(_way(row, *ends) for row, ends in zip(rows, pairwise(places), strict=False))


def _way(row: Mapping[str, Any], before: float, after: float) -> float:
    said = row.get("thickness")
    if isinstance(said, float) and abs(said - (after - before)) <= 1e-9 * (1.0 + abs(after)):
        return said
    return after - before


def _reflects(row: Any) -> bool:
    model = row.get("interaction_model") if isinstance(row, Mapping) else None
    material = row.get("material_post") if isinstance(row, Mapping) else None
    mirror = isinstance(material, Mapping) and material.get("type") == "Mirror"
    return mirror or (isinstance(model, Mapping) and model.get("is_reflective") is True)


def _medium(material: Mapping[str, Any], extra: tuple[Medium, ...], findings: list[str]) -> Medium:
    kind = material.get("type")
    if kind in ("IdealMaterial", "AbbeMaterial"):
        index = number(material.get("index"), "its material's index")
        abbe = number(material.get("abbe", 0.0), "its material's Abbe number")
        if not 0.5 <= index <= 10.0:
            raise BadInput(f"an index of {index:g} is no medium's; it lies between 0.5 and 10")
        return Air() if index == 1.0 else ModelGlass(index, abbe)
    if kind == "Material" and isinstance(name := material.get("name"), str):
        return _called(name, material.get("reference"), extra, findings)
    raise BadInput(
        f"its material is {shown(kind)}, which is not read; glasses by name or by index and Abbe number are"
    )


def _called(name: str, maker: Any, extra: tuple[Medium, ...], findings: list[str]) -> Medium:
    """The glass of a maker, or of another one where that one's is not known."""
    if not isinstance(maker, str) or not maker:
        return find(name, extra)
    try:
        return find(f"{maker}:{name}", extra)
    except BadInput:
        glass = find(name, extra)
    findings.append(f"the glass '{name[:40]}' of '{maker[:40]}' is not known; that of another maker is taken")
    return glass


def _stop(rows: Sequence[Any]) -> int:
    stops = [index for index, row in enumerate(rows) if row.get("is_stop") is True]
    if len(stops) != 1 or not 0 < stops[0] < len(rows) - 1:
        raise BadInput(f"exactly one surface between object and image is the stop, not {stops[:5]}")
    return stops[0] - 1


def _aperture(table: Mapping[str, Any]) -> Aperture:
    kind, factor = _APERTURES.get(str(table.get("type")), (None, 1.0))
    if kind is None:
        raise BadInput(
            f"the aperture is of type {shown(table.get('type'))}; {', '.join(_APERTURES)} are read"
        )
    return Aperture(kind, number(table.get("value"), "the aperture") * factor)


def _fields(table: Mapping[str, Any]) -> tuple[FieldKind, tuple[FieldPoint, ...]]:
    definition = table.get("field_definition")
    name = definition.get("field_type") if isinstance(definition, Mapping) else None
    kind = _FIELDS.get(str(name))
    if kind is None:
        raise BadInput(f"fields are of type {shown(name)}; {', '.join(_FIELDS)} are read")
    return kind, tuple(_point(row, kind, index) for index, row in enumerate(_list(table, "fields"))) or (
        FieldPoint(),
    )


def _point(row: Any, kind: FieldKind, index: int) -> FieldPoint:
    if not isinstance(row, Mapping):
        raise BadInput(f"field {index} is a table, not {shown(row)}")
    place = f"field {index}"
    convert = from_degrees if kind == "angle" else float
    x, y = (number(row.get(axis, 0.0), f"{place}: '{axis}'", convert) for axis in "xy")
    cx, cy = (number(row.get(f"v{axis}", 0.0), f"{place}: 'v{axis}'") for axis in "xy")
    weight = number(row.get("weight", 1.0), f"{place}: 'weight'")
    return FieldPoint(x, y, weight, Vignetting(cx=cx, cy=cy) if cx or cy else None)


def _wavelengths(rows: Sequence[Any]) -> tuple[tuple[float, ...], tuple[float, ...], int]:
    values, weights, primary = [], [], []
    for index, row in enumerate(rows):
        if not isinstance(row, Mapping) or row.get("unit", "um") != "um":
            raise BadInput(f"wavelength {index} is a table with its value in um, not {shown(row)}")
        values.append(um(number(row.get("value"), f"wavelength {index}")))
        weights.append(number(row.get("weight", 1.0), f"wavelength {index}: 'weight'"))
        if row.get("is_primary") is True:
            primary.append(index)
    if len(primary) != 1 or not all(isfinite(value) and value > 0.0 for value in values):
        raise BadInput("exactly one of the wavelengths is primary, and all are larger than 0")
    return tuple(values), tuple(weights), primary[0]


def _table(table: Any, key: str) -> Mapping[str, Any]:
    value = table.get(key) if isinstance(table, Mapping) else None
    if not isinstance(value, Mapping):
        raise BadInput(f"'{key}' is a table, not {shown(value)}")
    return value


def _list(table: Mapping[str, Any], key: str) -> Sequence[Any]:
    value = table.get(key)
    if not isinstance(value, list):
        raise BadInput(f"'{key}' is a list, not {shown(value)}")
    return value

"""The lens of a TOML text's tables."""

import re
from collections.abc import Iterable, Mapping, Sequence
from math import inf
from typing import Any, Final, get_args

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.exact import from_celsius, from_degrees, from_nm, from_radius
from lichtbild.io.lens.toml_media import Known, coating_of, described_medium, medium_of
from lichtbild.io.lens.toml_table import Table, number, shown
from lichtbild.optics.lens import (
    Aperture,
    ApertureKind,
    Change,
    Configuration,
    FieldKind,
    FieldPoint,
    Gap,
    Lens,
    Vignetting,
)
from lichtbild.optics.medium import Medium
from lichtbild.optics.surface import (
    Coating,
    Departure,
    ForbesQbfs,
    ForbesQcon,
    Pose,
    PowerSeries,
    Surface,
    Toroid,
    XYPolynomial,
)

SCHEMA: Final = 1
"""Version of the keys; a file of a later version is refused."""

SURFACES: Final = 1000
"""More surfaces than any lens has."""

APERTURE_KEYS: Final[dict[str, ApertureKind]] = {
    "f_number": "f-number",
    "entrance_pupil_diameter": "entrance pupil diameter",
    "stop_semi_aperture": "stop semi-aperture",
    "object_na": "object na",
}

DEPARTURE_KEYS: Final = ("asphere", "qcon", "qbfs", "xy", "toroid")


def lens_of(values: Mapping[str, Any], extra: Iterable[Medium]) -> Lens:
    """The lens of a file's tables.

    Args:
        values: as tomllib gives them, with floats as `lichtbild.io.lens.exact.parse` reads them.
        extra: media that go before the built-in ones.

    Raises:
        BadInput: a key or value that a lens does not have.
    """
    with Table(values, "") as table:
        if (schema := table.take("schema")) != SCHEMA:
            raise BadInput(f"a lens begins with 'schema = {SCHEMA}', this one has {shown(schema)}")
        known = Known(_media(table), _coatings(table), extra)
        surfaces, gaps, stop = _train(table, known)
        kind = _field_kind(table)
        wavelengths, weights, primary = _wavelengths(table)
        with table.table("image") as last:
            image = _surface(last, known)
        return Lens(
            surfaces=surfaces,
            gaps=gaps,
            stop=stop,
            aperture=_aperture(table),
            field_kind=kind,
            fields=tuple(_field(point, kind) for point in table.tables("fields")) or (FieldPoint(),),
            wavelengths=wavelengths,
            weights=weights,
            primary=primary,
            image=image,
            configurations=tuple(_configuration(entry) for entry in table.tables("configuration")),
            temperature=(
                table.number("temperature_c", convert=from_celsius) if "temperature_c" in table else None
            ),
            pressure=table.number("pressure_atm", 1.0),
            name=table.text("name"),
            source=table.text("source"),
            notes=table.text("notes"),
        )


def _train(table: Table, known: Known) -> tuple[tuple[Surface, ...], tuple[Gap, ...], int]:
    """Surfaces, the gaps around them, and which surface is the stop."""
    with table.table("object") as front:
        gaps = [Gap(_distance(front), medium_of(front, known))]
    surfaces: list[Surface] = []
    stops: list[int] = []
    rows = table.tables("surface")
    if not 0 < len(rows) <= SURFACES:
        raise BadInput(f"a lens has from one to {SURFACES} [[surface]], this one {len(rows)}")
    for index, row in enumerate(rows):
        with row:
            if row.switch("stop"):
                stops.append(index)
            gaps.append(Gap(row.number("thickness", 0.0), medium_of(row, known)))
            surfaces.append(_surface(row, known))
    if len(stops) != 1:
        found = "none" if not stops else f"surfaces {', '.join(str(index) for index in stops[:5])}"
        raise BadInput(f"exactly one surface has 'stop = true', in this lens {found}")
    return tuple(surfaces), tuple(gaps), stops[0]


def _media(table: Table) -> dict[str, Medium]:
    """The media that the file describes itself, by name."""
    with table.table("media") as named:
        return {name: described_medium(named.table(name), name) for name in named.given()}


def _coatings(table: Table) -> dict[str, Coating]:
    """The coatings that the file describes itself, by name."""
    with table.table("coatings") as named:
        return {name: coating_of(named.table(name), name) for name in named.given()}


def _distance(front: Table) -> float:
    """From the object to the first surface; infinite where nothing is said."""
    value = front.take("distance", inf)
    return inf if value == inf else number(value, front.place("distance"))


def _aperture(table: Table) -> Aperture:
    with table.table("aperture") as row:
        given = row.given()
        values = [(kind, row.number(key, inf)) for key, kind in APERTURE_KEYS.items()]
    if len(given) != 1:
        raise BadInput(f"a lens needs [aperture] with one of {', '.join(APERTURE_KEYS)}")
    return next(Aperture(kind, value) for kind, value in values if value != inf)


def _field_kind(table: Table) -> FieldKind:
    text = table.text("field_kind", "angle")
    for kind in get_args(FieldKind):
        if text == kind:
            found: FieldKind = kind
            return found
    raise BadInput(f"'field_kind' is one of {', '.join(get_args(FieldKind))}, not {shown(text)}")


def _field(row: Table, kind: FieldKind) -> FieldPoint:
    unit, convert = ("deg", from_degrees) if kind == "angle" else ("mm", float)
    with row:
        return FieldPoint(
            x=row.number(f"x_{unit}", 0.0, convert),
            y=row.number(f"y_{unit}", 0.0, convert),
            weight=row.number("weight", 1.0),
            vignetting=_vignetting(row.table("vignetting")) if "vignetting" in row else None,
        )


def _vignetting(row: Table) -> Vignetting:
    with row:
        return Vignetting(
            dx=row.number("dx", 0.0),
            dy=row.number("dy", 0.0),
            cx=row.number("cx", 0.0),
            cy=row.number("cy", 0.0),
            angle=row.number("angle_deg", 0.0, from_degrees),
        )


def _wavelengths(table: Table) -> tuple[tuple[float, ...], tuple[float, ...], int]:
    """Wavelengths, their weights, and which one first-order data are for."""
    rows = table.tables("wavelengths")
    if not rows:
        raise BadInput("a lens needs 'wavelengths', such as [{nm = 587.5618}]")
    values, weights, primary = [], [], []
    for index, row in enumerate(rows):
        with row:
            values.append(row.number("nm", convert=from_nm))
            weights.append(row.number("weight", 1.0))
            if row.switch("primary"):
                primary.append(index)
    if len(rows) == 1:
        primary = [0]
    if len(primary) != 1:
        raise BadInput("exactly one of the wavelengths has 'primary = true'")
    return tuple(values), tuple(weights), primary[0]


def _surface(row: Table, known: Known) -> Surface:
    """The surface of a table, whose other keys are left to the caller."""
    return Surface(
        curvature=_curvature(row),
        conic=row.number("conic", 0.0),
        departure=_departure(row),
        semi_aperture=row.number("semi_aperture") if "semi_aperture" in row else None,
        edge=row.number("edge") if "edge" in row else None,
        pose=_pose(row.table("pose")) if "pose" in row else None,
        turn=_pose(row.table("turn")) if "turn" in row else None,
        coating=_coating(row, known.coatings),
        mirror=row.switch("mirror"),
        label=row.text("label"),
    )


def _curvature(row: Table) -> float:
    """The curvature, which may be given as a radius; an infinite radius is a plane."""
    if "radius" in row and "curvature" in row:
        raise BadInput(f"{row.where} has a radius and a curvature; leave one out")
    curvature = row.number("curvature", 0.0)
    radius = row.take("radius")
    if radius is None or radius in (inf, -inf):
        return curvature
    if number(radius, row.place("radius")) == 0.0:
        raise BadInput(f"{row.place('radius')} cannot be 0; leave it out for a plane")
    return number(radius, row.place("radius"), from_radius)


def _departure(row: Table) -> Departure | None:
    given = [key for key in DEPARTURE_KEYS if key in row]
    if len(given) > 1:
        raise BadInput(f"{row.where} has {given[0]} and {given[1]}; a surface has one of {DEPARTURE_KEYS}")
    values = {key: row.take(key) for key in DEPARTURE_KEYS}
    if not given:
        return None
    key = given[0]
    with Table(values[key], row.place(key)) as inner:
        if key == "asphere":
            return PowerSeries(*_powers(inner, r"r([1-9][0-9]?)"))
        if key == "toroid":
            return _toroid(inner)
        if key == "xy":
            return _xy(inner)
        return (ForbesQcon if key == "qcon" else ForbesQbfs)(
            inner.number("norm_radius"), inner.numbers("coefficients")
        )


def _powers(table: Table, pattern: str) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Powers and coefficients of keys such as r4, in rising order."""
    found: list[tuple[int, float]] = []
    for key in table.given():
        if (match := re.fullmatch(pattern, key)) is None:
            raise BadInput(
                f"{table.where} has no key '{key[:100]}'; a coefficient of the fourth power is {pattern[0]}4"
            )
        found.append((int(match[1]), table.number(key)))
    found.sort()
    return tuple(power for power, _ in found), tuple(value for _, value in found)


def _toroid(table: Table) -> Toroid:
    curvature = _curvature(table)
    powers, coefficients = _powers(table, r"y([1-9][0-9]?)")
    return Toroid(curvature, powers, coefficients)


def _xy(table: Table) -> XYPolynomial:
    norm_radius = table.number("norm_radius")
    powers: list[tuple[int, int]] = []
    coefficients: list[float] = []
    for key in table.given():
        match = re.fullmatch(r"(?:x([1-9][0-9]?))?(?:y([1-9][0-9]?))?", key)
        if match is None or not key:
            raise BadInput(f"{table.where} has no key '{key[:100]}'; a coefficient of x^2 y is x2y1")
        powers.append((int(match[1] or 0), int(match[2] or 0)))
        coefficients.append(table.number(key))
    return XYPolynomial(norm_radius, tuple(powers), tuple(coefficients))


def _pose(row: Table) -> Pose:
    with row:
        return Pose(
            decentre=_triple(row.numbers("decentre", count=3 if "decentre" in row else 0)),
            tilt=_triple(row.numbers("tilt_deg", from_degrees, 3 if "tilt_deg" in row else 0)),
            tilt_first=row.switch("tilt_first"),
        )


def _triple(values: Sequence[float]) -> tuple[float, float, float]:
    x, y, z = values or (0.0, 0.0, 0.0)
    return x, y, z


def _coating(row: Table, coatings: Mapping[str, Coating]) -> Coating | None:
    """A coating of the file's own table by name, or one written in its place."""
    value = row.take("coating")
    if value is None:
        return None
    if not isinstance(value, str):
        return coating_of(Table(value, row.place("coating")))
    if value not in coatings:
        there = f"it has {', '.join(coatings)}" if coatings else "it has none"
        raise BadInput(
            f"{row.place('coating')}: the file's [coatings] have no '{value[:100]}'; {there[:300]}"
        )
    return coatings[value]


def _configuration(row: Table) -> Configuration:
    with row:
        with row.table("changes") as changes:
            changed = tuple(Change(path, changes.number(path)) for path in changes.given())
        return Configuration(row.text("name"), changed)

"""The TOML text of a lens: always the same text for the same lens, and every bit of every number."""

from collections.abc import Sequence
from math import inf

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.exact import plain, to_celsius, to_degrees, to_nm, to_radius
from lichtbild.io.lens.toml_names import Names, named_coatings, named_media
from lichtbild.io.lens.toml_read import APERTURE_KEYS, SCHEMA
from lichtbild.io.lens.toml_text import Pairs, array, block, inline, key_of, lines_of, quoted
from lichtbild.io.lens.toml_write_media import coating_pairs, medium_pairs
from lichtbild.optics.lens import Configuration, FieldPoint, Lens, Vignetting
from lichtbild.optics.medium import Air, Medium
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


def text_of(lens: Lens) -> str:
    """The lens as TOML text.

    Raises:
        BadInput: something of the lens has no place in the file.
    """
    media = named_media(lens)
    coatings = named_coatings(lens)
    blocks = [_head(lens)]
    if front := tuple(_object(lens, media)):
        blocks.append(block("[object]", front))
    indices = range(len(lens.surfaces))
    blocks += [block("[[surface]]", _row(lens, index, media, coatings)) for index in indices]
    if last := tuple(_surface(lens.image, coatings)):
        blocks.append(block("[image]", last))
    blocks += [block("[[configuration]]", _configuration(entry)) for entry in lens.configurations]
    blocks += [block(f"[media.{key_of(name)}]", medium_pairs(medium, name)) for name, medium in media.own()]
    blocks += [
        block(f"[coatings.{key_of(name)}]", coating_pairs(entry, name)) for name, entry in coatings.own()
    ]
    return "\n".join(blocks)


def _head(lens: Lens) -> str:
    pairs = [("schema", str(SCHEMA))]
    pairs += [(key, quoted(text)) for key in ("name", "source", "notes") if (text := getattr(lens, key))]
    pairs.append(("aperture", inline(_aperture(lens))))
    if lens.field_kind != "angle":
        pairs.append(("field_kind", quoted(lens.field_kind)))
    unit = "deg" if lens.field_kind == "angle" else "mm"
    pairs.append(("fields", lines_of([inline(_field(point, unit)) for point in lens.fields])))
    pairs.append(
        ("wavelengths", lines_of([inline(_wavelength(lens, i)) for i in range(len(lens.wavelengths))]))
    )
    if lens.temperature is not None:
        pairs.append(("temperature_c", to_celsius(lens.temperature)))
    if lens.pressure != 1.0:
        pairs.append(("pressure_atm", plain(lens.pressure)))
    return "".join(f"{key} = {value}\n" for key, value in pairs)


def _aperture(lens: Lens) -> Pairs:
    for key, kind in APERTURE_KEYS.items():
        if kind == lens.aperture.kind:
            yield key, plain(lens.aperture.value)


def _field(point: FieldPoint, unit: str) -> Pairs:
    write = to_degrees if unit == "deg" else plain
    if point.x != 0.0:
        yield f"x_{unit}", write(point.x)
    yield f"y_{unit}", write(point.y)
    if point.weight != 1.0:
        yield "weight", plain(point.weight)
    if point.vignetting is not None:
        yield "vignetting", inline(_vignetting(point.vignetting))


def _vignetting(factors: Vignetting) -> Pairs:
    for key in ("dx", "dy", "cx", "cy"):
        if (value := getattr(factors, key)) != 0.0:
            yield key, plain(value)
    if factors.angle != 0.0:
        yield "angle_deg", to_degrees(factors.angle)


def _wavelength(lens: Lens, index: int) -> Pairs:
    yield "nm", to_nm(lens.wavelengths[index])
    if lens.weights[index] != 1.0:
        yield "weight", plain(lens.weights[index])
    if index == lens.primary and len(lens.wavelengths) > 1:
        yield "primary", "true"


def _object(lens: Lens, media: Names[Medium]) -> Pairs:
    if lens.gaps[0].thickness != inf:
        yield "distance", plain(lens.gaps[0].thickness)
    yield from _medium_key(lens.gaps[0].medium, media)


def _row(lens: Lens, index: int, media: Names[Medium], coatings: Names[Coating]) -> Pairs:
    """A surface and what follows it."""
    if index == lens.stop:
        yield "stop", "true"
    yield from _surface(lens.surfaces[index], coatings)
    gap = lens.gaps[index + 1]
    yield "thickness", plain(gap.thickness)
    yield from _medium_key(gap.medium, media)


def _surface(surface: Surface, coatings: Names[Coating]) -> Pairs:
    if surface.label:
        yield "label", quoted(surface.label)
    if surface.mirror:
        yield "mirror", "true"
    yield from _curvature(surface.curvature)
    if surface.conic != 0.0:
        yield "conic", plain(surface.conic)
    if surface.departure is not None:
        key, pairs = _departure(surface.departure)
        yield key, inline(pairs)
    if surface.semi_aperture is not None:
        yield "semi_aperture", plain(surface.semi_aperture)
    if surface.edge is not None:
        yield "edge", plain(surface.edge)
    for key in ("pose", "turn"):
        if (pose := getattr(surface, key)) is not None:
            yield key, inline(_pose(pose))
    if surface.coating is not None:
        name = coatings.of(surface.coating)
        yield "coating", inline(coating_pairs(surface.coating, "")) if name is None else quoted(name)


def _curvature(curvature: float) -> Pairs:
    """As a radius where that says it exactly."""
    if curvature != 0.0:
        radius = to_radius(curvature)
        yield ("curvature", plain(curvature)) if radius is None else ("radius", radius)


def _departure(departure: Departure) -> tuple[str, Pairs]:
    values = [plain(value) for value in departure.coefficients]
    match departure:
        case PowerSeries(powers=powers):
            return "asphere", _coefficients([f"r{power}" for power in powers], values)
        case ForbesQcon() | ForbesQbfs():
            key = "qcon" if isinstance(departure, ForbesQcon) else "qbfs"
            series = f"[{', '.join(values)}]"
            return key, iter((("norm_radius", plain(departure.norm_radius)), ("coefficients", series)))
        case XYPolynomial(norm_radius=norm, powers=pairs):
            keys = [f"x{i}" * (i > 0) + f"y{j}" * (j > 0) for i, j in pairs]
            return "xy", _coefficients(keys, values, ("norm_radius", plain(norm)))
        case Toroid(curvature=curvature, powers=powers):
            keys = [f"y{power}" for power in powers]
            return "toroid", _coefficients(keys, values, *_curvature(curvature))


def _coefficients(keys: Sequence[str], values: Sequence[str], *before: tuple[str, str]) -> Pairs:
    if len(set(keys)) < len(keys):
        raise BadInput(f"a power comes twice among {', '.join(keys)[:200]}; add up its coefficients")
    yield from before
    yield from zip(keys, values, strict=True)


def _pose(pose: Pose) -> Pairs:
    if any(value != 0.0 for value in pose.decentre):
        yield "decentre", array(pose.decentre)
    if any(value != 0.0 for value in pose.tilt):
        yield "tilt_deg", array(pose.tilt, to_degrees)
    if pose.tilt_first:
        yield "tilt_first", "true"


def _configuration(configuration: Configuration) -> Pairs:
    if configuration.name:
        yield "name", quoted(configuration.name)
    keys = [key_of(change.path) for change in configuration.changes]
    values = [plain(change.value) for change in configuration.changes]
    if len(set(keys)) < len(keys):
        raise BadInput(f"configuration '{configuration.name}' changes a number twice; leave one out")
    yield "changes", inline(zip(keys, values, strict=True))


def _medium_key(medium: Medium, media: Names[Medium]) -> Pairs:
    if not isinstance(medium, Air):
        name = media.of(medium)
        yield "medium", inline(medium_pairs(medium, "")) if name is None else quoted(name)

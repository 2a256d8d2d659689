"""Specifications of lenses as TOML; docs/lens_design.md shows the keys.

A number may be an array of several: the specification is then a front, one lens for each combination.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from math import isfinite, radians
from pathlib import Path
from typing import Any, Final

from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm, um
from lichtbild.io.lens.content import parsed, toml_values
from lichtbild.io.lens.toml_table import Table
from lichtbild.optics.specification import Limits, Specification, check_specification, field_of

VARIED: Final = ("elements", "f_number", "track_mm")
"""Keys that may be arrays."""

MOST: Final = 1000
"""Most lenses of a front."""


def read_specification(path: Path | str) -> tuple[Specification, ...]:
    """The specifications of a TOML file: one, or all of a front in the order of its arrays.

    Raises:
        BadFile: the file cannot be read, is no TOML, or asks for what cannot be; the sentence says what.
    """
    return parsed(Path(path), specifications, "specification")


def specifications(text: str) -> tuple[Specification, ...]:
    """The specifications of a TOML text.

    Raises:
        BadInput: it is no TOML, or asks for what cannot be.
    """
    values = toml_values(text, "docs/lens_design.md")
    with Table(values, "") as whole:
        lens, limits = whole.take("specification"), whole.take("limits", {})
    if lens is None:
        raise BadInput("has no table [specification]; see docs/lens_design.md for the form")
    found = tuple(_one(each, limits) for each in _combinations(lens))
    for each in found:
        check_specification(each)
    return found


def _combinations(values: Any) -> list[Mapping[str, Any]]:
    """The tables that a table with arrays stands for."""
    if not isinstance(values, Mapping):
        raise BadInput("[specification] is a table of keys")
    arrays = {key: values[key] for key in VARIED if isinstance(values.get(key), list)}
    count = 1
    for key, array in arrays.items():
        if not array:
            raise BadInput(f"specification.{key} is an empty array; give at least one number")
        count *= len(array)
    if count > MOST:
        raise BadInput(f"the front has {count} lenses; at most {MOST} can be asked for at once")
    return [{**values, **dict(zip(arrays, choice, strict=True))} for choice in product(*arrays.values())]


def _one(values: Mapping[str, Any], limits: Any) -> Specification:
    with Table(values, "specification") as table:
        height = table.number("image_height_mm", convert=float)
        plain = Specification(
            elements=_count(table, "elements"),
            f_number=table.number("f_number"),
            image_height=height,
            half_field=_field(table, height),
            track=table.number("track_mm"),
            limits=_limits(limits),
            name=table.text("name"),
        )
        found = replace(
            plain,
            back_focus=table.number("back_focus_mm", plain.back_focus),
            chief_angle=table.number("chief_angle_deg", plain.chief_angle, _from_degrees),
            distortion=table.number("distortion_percent", plain.distortion, _from_percent),
            illumination=table.number("relative_illumination", plain.illumination),
            unvignetted=table.number("unvignetted_field", plain.unvignetted),
            spot=table.number("rms_spot_um", plain.spot, _from_um),
            plate=table.number("plate_mm", plain.plate),
            plate_medium=table.text("plate_medium", plain.plate_medium),
            pitch=table.number("pitch_um", plain.pitch, _from_um),
            wavelengths=table.numbers("wavelengths_nm", _from_nm) or plain.wavelengths,
            materials=_names(table, "materials") or plain.materials,
        )
    return found


def _field(table: Table, height: float) -> float:
    """Half the field of view, from itself or from the focal length."""
    full, focal = table.take("field_of_view_deg"), table.take("focal_length_mm")
    if (full is None) == (focal is None):
        raise BadInput("specification needs one of field_of_view_deg and focal_length_mm")
    key, value = ("field_of_view_deg", full) if focal is None else ("focal_length_mm", focal)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or value <= 0:
        raise BadInput(f"specification.{key} is a number above 0")
    return radians(value) / 2 if focal is None else field_of(height, value)


def _count(table: Table, key: str) -> int:
    value = table.take(key)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput(f"specification needs the whole number '{key}'")
    return value


def _names(table: Table, key: str) -> tuple[str, ...]:
    values = table.array(key)
    if not all(isinstance(value, str) for value in values):
        raise BadInput(f"{table.place(key)} is an array of names in quotes")
    return tuple(values)


def _limits(values: Any) -> Limits:
    plain = Limits()
    with Table(values, "limits") as table:
        return Limits(
            centre=table.number("centre_thickness_mm", plain.centre),
            edge=table.number("element_thickness_mm", plain.edge),
            thickest=table.number("thickest_mm", plain.thickest),
            gap=table.number("air_gap_mm", plain.gap),
            slope=table.number("slope_deg", plain.slope, _from_degrees),
            margin=table.number("margin_percent", plain.margin, _from_percent),
        )


def _from_degrees(value: Any) -> float:
    return radians(float(value))


def _from_percent(value: Any) -> float:
    return float(value) / 100


def _from_um(value: Any) -> float:
    return um(float(value))


def _from_nm(value: Any) -> float:
    return nm(float(value))

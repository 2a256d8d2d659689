"""Sensors as TOML, to be read and written by hand; each number may have a mark that says how it is known.

::

    schema = 1
    name = "One inch"
    [pixels]
    rows = 6144 ...
    [marks]
    "pixels.pitch_um" = "published: the maker's brief"

What Lichtbild wrote it reads and writes again to the same bytes.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm
from lichtbild.image.bands import Bands
from lichtbild.image.cfa import Cfa
from lichtbild.image.optical_image import ChiefAngles
from lichtbild.io.atomic import replacing
from lichtbild.io.catalogue import entry_names, entry_text
from lichtbild.io.lens.content import parsed, toml_values
from lichtbild.io.lens.toml_table import Table, shown
from lichtbild.io.nearest import nearest
from lichtbild.io.sensor_text import QUAD, text_of
from lichtbild.sensor.crosstalk import Crosstalk
from lichtbild.sensor.microlens import Microlens
from lichtbild.sensor.noise import DarkCurrent, FixedPattern, TemporalNoise
from lichtbild.sensor.pixel import Pixels
from lichtbild.sensor.readout import Merge, Mode, Readout
from lichtbild.sensor.sensor import Sensor
from lichtbild.sensor.spectral_response import FilterCurves, Peak, ResponseTable, SpectralResponse

SCHEMA: Final = 1
"""Version of the keys; a file of a later version is refused."""

KINDS: Final = ("measured", "published", "estimated")
"""How a number may be known; a mark is one of these, a colon and the source."""

_FOLDER = ("sensor", "catalogue")
_PEAKS: Final = 16
_ZERO_CELSIUS: Final = 273.15


def read_sensor(path: Path | str) -> Sensor:
    """The sensor in a TOML file.

    Raises:
        BadFile: the file cannot be read, is no TOML, is of a later schema, or has a key or value that a
            sensor does not have.
    """
    return parsed(Path(path), loads, "sensor")


def write_sensor(sensor: Sensor, path: Path | str) -> None:
    """Write a sensor as TOML.

    Raises:
        CannotWrite: the file cannot be written there.
    """
    text = dumps(sensor)
    with replacing(Path(path)) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")


def dumps(sensor: Sensor) -> str:
    """The sensor as TOML text."""
    return text_of(sensor, SCHEMA)


def loads(text: str) -> Sensor:
    """The sensor in a TOML text.

    Raises:
        BadInput: it is no TOML, or has a key or value that a sensor does not have.
    """
    return sensor_of(toml_values(text, "the sensor catalogue"))


def sensor_of(tables: Mapping[str, Any]) -> Sensor:
    """The sensor of a TOML file's tables.

    Raises:
        BadInput: they have a key or value that a sensor does not have.
    """
    values = dict(tables)
    if (schema := values.pop("schema", None)) != SCHEMA:
        raise BadInput(f"a sensor begins with 'schema = {SCHEMA}', this one has {shown(schema)}")
    keys = tuple(_keys(values))
    with Table(values, "") as table:
        cfa = _cfa(table.table("cfa"))
        return Sensor(
            name=table.text("name"),
            notes=table.text("notes"),
            serial=_whole(table, "serial", 0),
            pixels=_pixels(table.table("pixels")),
            cfa=cfa,
            response=_response(table.table("response"), ("mono",) if cfa is None else cfa.colours),
            modes=tuple(_mode(entry) for entry in table.tables("mode")),
            merges=tuple(_merge(entry) for entry in table.tables("merge")),
            readout=_readout(table.table("readout")),
            microlens=_microlens(table.table("microlens")),
            crosstalk=_crosstalk(table.table("crosstalk")),
            noise=_noise(table.table("noise")),
            pattern=_pattern(table.table("pattern")),
            dark=_dark(table.table("dark")),
            marks=_marks(table.take("marks", {}), keys),
        )


@cache
def sensor_names() -> tuple[str, ...]:
    """The names of the sensors in the catalogue, in order."""
    return entry_names(*_FOLDER)


@cache
def catalogue_sensor(name: str) -> Sensor:
    """A sensor of the catalogue.

    Raises:
        BadInput: there is none of that name; the sentence has the nearest ones.
    """
    return loads(entry_text("sensor", name, *_FOLDER))


@contextmanager
def _within(row: Table) -> Iterator[Table]:
    """A table whose errors begin with its place."""
    try:
        with row:
            yield row
    except BadInput as error:
        text = str(error)
        raise BadInput(text if text.startswith(row.where) else f"{row.where}: {text}") from error


def _whole(row: Table, key: str, default: int | None = None) -> int:
    value = row.take(key, default)
    if isinstance(value, bool) or not isinstance(value, int):
        found = "nothing" if value is None else shown(value)
        raise BadInput(f"{row.place(key)} is a whole number, not {found}; write it without a point")
    return value


def _pixels(table: Table) -> Pixels:
    with _within(table) as row:
        return Pixels(
            _whole(row, "rows"), _whole(row, "columns"), row.number("pitch_um") / 1e3, row.switch("dual")
        )


def _cfa(table: Table) -> Cfa | None:
    with _within(table) as row:
        kind, phase = row.text("kind", "mono"), row.text("phase", "RGGB")
        if kind not in ("mono", "bayer", QUAD):
            raise BadInput(f"cfa.kind is 'mono', 'bayer' or '{QUAD}', not {shown(kind)}")
        if kind == "mono":
            return None
        try:
            cfa = Cfa.bayer(phase)
        except ValueError as error:
            raise BadInput(f"cfa.phase: {error}") from error
    if kind == "bayer":
        return cfa
    rows = [tuple(plane for plane in row for _ in range(2)) for row in cfa.pattern for _ in range(2)]
    return Cfa(tuple(rows), cfa.colours)


def _response(table: Table, colours: tuple[str, ...]) -> SpectralResponse:
    with _within(table) as row:
        if "edges_nm" in row:
            edges = np.array(row.numbers("edges_nm", nm_of))
            values = [row.numbers(colour, count=max(len(edges) - 1, 0)) for colour in colours]
            try:
                return ResponseTable(np.array(values), Bands(edges))
            except ValueError as error:
                raise BadInput(str(error)) from error
        peaks = tuple(_peaks(row, colour) for colour in colours)
        cuts = {
            f"{name}_{key}": nm(row.number(f"{name}_{key}_nm", usual))
            for name, key, usual in (
                ("infrared", "cut", 655.0),
                ("infrared", "slope", 6.0),
                ("ultraviolet", "cut", 405.0),
                ("ultraviolet", "slope", 5.0),
            )
        }
        return FilterCurves(peaks, **cuts)


def nm_of(value: Any) -> float:
    """A length given in nm, in mm."""
    return nm(float(value))


def _peaks(row: Table, colour: str) -> tuple[Peak, ...]:
    entries = row.tables(colour)
    if not 1 <= len(entries) <= _PEAKS:
        raise BadInput(f"{row.place(colour)} has from 1 to {_PEAKS} peaks, not {len(entries)}")
    peaks = []
    for entry in entries:
        with _within(entry) as one:
            peaks.append(Peak(one.number("height"), nm(one.number("at_nm")), nm(one.number("width_nm"))))
    return tuple(peaks)


def _microlens(table: Table) -> Microlens:
    with _within(table) as row:
        heights, angles = row.numbers("heights_mm"), row.numbers("angles_deg")
        acceptance = tuple(float(np.deg2rad(value)) for value in row.numbers("acceptance_deg"))
        if not heights and not angles:
            return Microlens(acceptance=acceptance)
        return Microlens(ChiefAngles(np.array(heights), np.deg2rad(np.array(angles))), acceptance)


def _crosstalk(table: Table) -> Crosstalk:
    with _within(table) as row:
        return Crosstalk(
            row.number("optical", 0.0), row.number("growth_per_rad2", 0.0), row.number("electrical", 0.0)
        )


def _noise(table: Table) -> TemporalNoise:
    with _within(table) as row:
        tail = row.number("tail_shape") if "tail_shape" in row else None
        return TemporalNoise(row.number("row_e", 0.0), row.number("column_e", 0.0), tail)


def _pattern(table: Table) -> FixedPattern:
    with _within(table) as row:
        return FixedPattern(
            row.number("prnu", 0.0),
            row.number("dsnu_e", 0.0),
            row.number("column_e", 0.0),
            row.number("hot_share", 0.0),
            row.number("hot_factor", 1.0),
        )


def _dark(table: Table) -> DarkCurrent:
    with _within(table) as row:
        return DarkCurrent(
            row.number("current_e_per_s", 0.0),
            row.number("temperature_c", 60.0) + _ZERO_CELSIUS,
            row.number("doubling_k", 8.0),
        )


def _readout(table: Table) -> Readout:
    with _within(table) as row:
        usual = Readout()
        gains = row.numbers("gain_range", count=2) if "gain_range" in row else usual.gain_range
        return Readout(
            bits=_whole(row, "bits", usual.bits),
            black=row.number("black_dn", usual.black),
            gain_range=(gains[0], gains[1]),
            base_iso=row.number("base_iso", usual.base_iso),
            row_time=row.number("row_time_us", usual.row_time * 1e6) / 1e6,
            amplifier_noise=row.number("amplifier_noise_dn", 0.0),
            converter_noise=row.number("converter_noise_dn", 0.0),
        )


def _mode(table: Table) -> Mode:
    with _within(table) as row:
        return Mode(
            row.text("name"),
            row.number("electrons_per_code"),
            row.number("full_well_e"),
            row.number("read_noise_e"),
            row.number("reset_noise_e", 0.0),
            row.number("conversion_gain_uv_per_e", 0.0),
        )


def _merge(table: Table) -> Merge:
    with _within(table) as row:
        return Merge(
            row.text("name"),
            row.text("high"),
            row.text("low"),
            row.number("knee", 0.9),
            _whole(row, "bits", 14),
        )


def _marks(values: Any, keys: tuple[str, ...]) -> Mapping[str, str]:
    """The marks, each of a key or of a table that the file has."""
    if not isinstance(values, Mapping):
        raise BadInput(f"marks is a table of keys, not {shown(values)}")
    for key, text in values.items():
        if key not in keys:
            raise BadInput(f"marks names '{key[:80]}', which this file does not have; {nearest(key, keys)}")
        if not isinstance(text, str) or text.partition(":")[0] not in KINDS:
            raise BadInput(f"marks.{key} is {shown(text)}; begin it with {', '.join(KINDS)} and a colon")
    return dict(values)


def _keys(values: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """Dotted keys of all values and tables; an entry of an array of tables is called by its name."""
    for key, value in values.items():
        if key == "marks" and not before:
            continue
        yield before + key
        if isinstance(value, Mapping):
            yield from _keys(value, f"{before}{key}.")
        elif key in ("mode", "merge") and isinstance(value, list):
            for entry in value:
                if isinstance(entry, Mapping) and isinstance(entry.get("name"), str):
                    yield f"{key}.{entry['name']}"
                    yield from _keys(entry, f"{key}.{entry['name']}.")

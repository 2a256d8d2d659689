"""The TOML text of a sensor: always the same text for the same sensor, and every bit of every number."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm, um
from lichtbild.io.lens.toml_text import Pairs, array, block, inline, key_of, lines_of, quoted
from lichtbild.sensor.sensor import Sensor
from lichtbild.sensor.spectral_response import FilterCurves, ResponseTable

QUAD: Final = "quad-bayer"

Convert = Callable[[float], float]


def text_of(sensor: Sensor, schema: int) -> str:
    """The sensor as TOML text."""
    head = [("schema", str(schema)), ("name", quoted(sensor.name))]
    head += [("notes", quoted(sensor.notes))] if sensor.notes else []
    head += [("serial", str(sensor.serial))] if sensor.serial else []
    blocks = ["".join(f"{key} = {value}\n" for key, value in head)]
    tables = [
        ("[pixels]", _pixels(sensor)),
        ("[cfa]", _cfa(sensor)),
        ("[response]", _response(sensor)),
        ("[microlens]", _microlens(sensor)),
        ("[crosstalk]", _crosstalk(sensor)),
        *(("[[mode]]", _mode(sensor, index)) for index in range(len(sensor.modes))),
        *(("[[merge]]", _merge(sensor, index)) for index in range(len(sensor.merges))),
        ("[readout]", _readout(sensor)),
        ("[noise]", _noise(sensor)),
        ("[pattern]", _pattern(sensor)),
        ("[dark]", _dark(sensor)),
        ("[marks]", ((key_of(key), quoted(text)) for key, text in sensor.marks.items())),
    ]
    for heading, pairs in tables:
        if lines := tuple(pairs):
            blocks.append(block(heading, lines))
    return "\n".join(blocks)


def _number(value: float, back: Convert = float, scale: float = 1.0) -> str:
    """The shortest text that reads as this number: `back` takes it from the file's unit to ours."""
    for digits in range(1, 18):
        text = f"{value * scale:.{digits}g}"
        if back(float(text)) == value:
            return repr(float(text))
    for step in (-3, -2, -1, 1, 2, 3):  # the product may have been rounded away from what leads back
        near = value * scale + step * float(np.spacing(value * scale))
        if back(near) == value:
            return repr(near)
    raise BadInput(f"{value!r} cannot be written in its unit to the last bit; round it")


def _pixels(sensor: Sensor) -> Pairs:
    pixels = sensor.pixels
    yield "rows", str(pixels.rows)
    yield "columns", str(pixels.columns)
    yield "pitch_um", _number(pixels.pitch, um, 1e3)
    if pixels.dual:
        yield "dual", "true"


def _cfa(sensor: Sensor) -> Pairs:
    if sensor.cfa is None:
        return
    quad = sensor.cfa.is_quad_bayer
    bayer = sensor.cfa.binned() if quad else sensor.cfa
    if not bayer.is_bayer:
        raise BadInput(
            f"sensor '{sensor.name}' has a pattern of no known kind; write Bayer or quad-Bayer ones"
        )
    yield "kind", quoted(QUAD if quad else "bayer")
    yield "phase", quoted("".join("RGB"[plane] for row in bayer.pattern for plane in row))


def _response(sensor: Sensor) -> Pairs:
    colours = ("mono",) if sensor.cfa is None else sensor.cfa.colours
    match sensor.response:
        case ResponseTable(values=values, bands=bands):
            yield "edges_nm", _array(bands.edges, nm, 1e6)
            for colour, row in zip(colours, values, strict=True):
                yield colour, array([float(value) for value in row])
        case FilterCurves() as curves:
            for kind in ("infrared", "ultraviolet"):
                for part in ("cut", "slope"):
                    yield f"{kind}_{part}_nm", _number(getattr(curves, f"{kind}_{part}"), nm, 1e6)
            for colour, peaks in zip(colours, curves.peaks, strict=True):
                rows = [
                    inline(
                        (
                            ("height", _number(peak.height)),
                            ("at_nm", _number(peak.centre, nm, 1e6)),
                            ("width_nm", _number(peak.width, nm, 1e6)),
                        )
                    )
                    for peak in peaks
                ]
                yield colour, lines_of(rows)


def _microlens(sensor: Sensor) -> Pairs:
    lens, degrees = sensor.microlens, float(np.rad2deg(1.0))
    if lens.design.angle.any() or len(lens.design.height) > 1:
        yield "heights_mm", array(lens.design.height.tolist())
        yield "angles_deg", _array(lens.design.angle, _radians, degrees)
    if lens.acceptance:
        yield "acceptance_deg", _array(lens.acceptance, _radians, degrees)


def _crosstalk(sensor: Sensor) -> Pairs:
    yield "optical", _number(sensor.crosstalk.optical)
    yield "growth_per_rad2", _number(sensor.crosstalk.growth)
    yield "electrical", _number(sensor.crosstalk.electrical)


def _mode(sensor: Sensor, index: int) -> Pairs:
    mode = sensor.modes[index]
    yield "name", quoted(mode.name)
    yield "electrons_per_code", _number(mode.electrons_per_code)
    yield "full_well_e", _number(mode.full_well)
    yield "read_noise_e", _number(mode.read_noise)
    if mode.reset_noise:
        yield "reset_noise_e", _number(mode.reset_noise)
    if mode.conversion_gain:
        yield "conversion_gain_uv_per_e", _number(mode.conversion_gain)


def _merge(sensor: Sensor, index: int) -> Pairs:
    merge = sensor.merges[index]
    for key in ("name", "high", "low"):
        yield key, quoted(getattr(merge, key))
    yield "knee", _number(merge.knee)
    yield "bits", str(merge.bits)


def _readout(sensor: Sensor) -> Pairs:
    readout = sensor.readout
    yield "bits", str(readout.bits)
    yield "black_dn", _number(readout.black)
    yield "gain_range", array(readout.gain_range)
    yield "base_iso", _number(readout.base_iso)
    yield "row_time_us", _number(readout.row_time, lambda us: us / 1e6, 1e6)
    yield "amplifier_noise_dn", _number(readout.amplifier_noise)
    yield "converter_noise_dn", _number(readout.converter_noise)


def _noise(sensor: Sensor) -> Pairs:
    yield "row_e", _number(sensor.noise.row)
    yield "column_e", _number(sensor.noise.column)
    if sensor.noise.tail_shape is not None:
        yield "tail_shape", _number(sensor.noise.tail_shape)


def _pattern(sensor: Sensor) -> Pairs:
    pattern = sensor.pattern
    yield "prnu", _number(pattern.prnu)
    yield "dsnu_e", _number(pattern.dsnu)
    yield "column_e", _number(pattern.column)
    yield "hot_share", _number(pattern.hot_share)
    yield "hot_factor", _number(pattern.hot_factor)


def _dark(sensor: Sensor) -> Pairs:
    dark = sensor.dark
    yield "current_e_per_s", _number(dark.rate)
    yield "temperature_c", _celsius(dark.temperature)
    yield "doubling_k", _number(dark.doubling)


def _celsius(kelvin: float) -> str:
    for digits in range(1, 18):
        text = f"{kelvin - 273.15:.{digits}g}"
        if float(text) + 273.15 == kelvin:
            return repr(float(text))
    return repr(kelvin - 273.15)


def _radians(degrees: float) -> float:
    return float(np.deg2rad(degrees))


def _array(values: Sequence[float] | np.ndarray, back: Convert, scale: float) -> str:
    return f"[{', '.join(_number(float(value), back, scale) for value in values)}]"

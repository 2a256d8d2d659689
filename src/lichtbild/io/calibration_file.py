"""Calibrations in a camera's TOML: the table ``[calibration]``, and ``[lens.measured]``.

::

    [calibration]
    model = "Phone"
    rows = 3024
    columns = 4032
    [[calibration.light]]
    white_xy = [0.44758, 0.40745]
    colour_matrix = [[...], [...], [...]]
    forward_matrix = [[...], [...], [...]]
    [calibration.shading]          # gains of each place of the filters' period, row by row
    [calibration.warp]             # as DNG's WarpRectilinear2 has it
    [[calibration.noise]]          # variance = scale mean + offset, black 0 and white 1
"""

from pathlib import Path
from typing import Any

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm
from lichtbild.core.window import Extent
from lichtbild.image.calibration import Calibration
from lichtbild.image.frame_calibration import FrameCalibration, NoiseAt
from lichtbild.image.measured_lens import SPREAD_TERMS, MeasuredLens, SpreadField
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.opcode import WarpRectilinear
from lichtbild.io.lens.content import parsed, toml_values
from lichtbild.io.lens.toml_table import Table, shown

_COLOURS = ("red", "green", "blue")
_FORM = "docs/camera.md"
_TERMS = 4
"""Of a warp, as of DNG's WarpRectilinear."""
_MORE_TERMS = 15
"""The same of WarpRectilinear2."""


def read_calibration(path: Path | str) -> FrameCalibration:
    """The calibration in a camera's TOML file, which need hold nothing else.

    Raises:
        BadFile: the file cannot be read, is no TOML, or its table has a key or value that none has.
    """
    return parsed(Path(path), _loads, "camera")


def _loads(text: str) -> FrameCalibration:
    values = toml_values(text, _FORM)
    if "calibration" not in values:
        raise BadInput("it has no table [calibration]; name a file that lichtbild calibrate wrote")
    return calibration_of(values["calibration"])


def calibration_of(values: Any) -> FrameCalibration:
    """The calibration of a table.

    Raises:
        BadInput: it has a key or value that a calibration does not have.
    """
    with Table(values, "calibration") as table:
        rows, columns = (_count(table, key) for key in ("rows", "columns"))
        shading, warp = table.take("shading"), table.take("warp")
        period, gains = (2, 2), None
        if shading is not None:
            with Table(shading, "calibration.shading") as part:
                first, second = part.numbers("period", count=2)
                period, gains = (int(first), int(second)), _array(part, "gains", (-1, -1, -1))
                if len(gains) != period[0] * period[1] or min(gains.shape[1:]) < 2 or not (gains > 0).all():
                    raise BadInput(
                        "calibration.shading.gains is a map above 0 for each place of the period, of 2 x 2 "
                        f"points or more, not {gains.shape}"
                    )
        return FrameCalibration(
            model=table.text("model"),
            extent=Extent(rows, columns),
            calibrations=tuple(_light(one) for one in table.tables("light")),
            gains=gains,
            period=period,
            warp=None if warp is None else _warp(warp),
            noise=tuple(_noise(one) for one in table.tables("noise")),
        )


def _count(table: Table, key: str) -> int:
    value = table.take(key)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadInput(f"{table.place(key)} is a whole number from 1 on, not {shown(value)}")
    return value


def _array(table: Table, key: str, shape: tuple[int, ...]) -> np.ndarray:
    """Numbers in rows; -1 stands for any length."""
    value = table.take(key)
    try:
        found = np.array(value, float)
    except (TypeError, ValueError):
        found = np.zeros(0)
    fits = found.ndim == len(shape) and all(
        want in (-1, have) for want, have in zip(shape, found.shape, strict=True)
    )
    if not fits or not np.isfinite(found).all():
        wanted = " x ".join("n" if want < 0 else str(want) for want in shape)
        raise BadInput(f"{table.place(key)} is {wanted} numbers, not {shown(value)}")
    return found


def _light(entry: Table) -> Calibration:
    with entry as row:
        x, y = row.numbers("white_xy", count=2)
        forward = _array(row, "forward_matrix", (3, 3)) if "forward_matrix" in row else None
        return Calibration((float(x), float(y)), _array(row, "colour_matrix", (3, 3)), forward)


def _warp(values: Any) -> WarpRectilinear:
    with Table(values, "calibration.warp") as row:
        radial, tangential = _array(row, "radial", (3, -1)), _array(row, "tangential", (3, 2))
        x, y = row.numbers("centre", count=2)
        if radial.shape[1] not in (_TERMS, _MORE_TERMS):
            raise BadInput(f"{row.where}.radial has {_TERMS} or {_MORE_TERMS} terms, not {radial.shape[1]}")
        # Many terms are told by where they hold: as far as the picture goes.
        holds = np.tile([0.0, 1.0], (3, 1)) if radial.shape[1] == _MORE_TERMS else None
        return WarpRectilinear(radial, tangential, (float(x), float(y)), holds)


def _noise(entry: Table) -> NoiseAt:
    with entry as row:
        iso = row.number("iso")
        scale, offset = row.numbers("scale", count=3), row.numbers("offset", count=3)
        if not (iso > 0 and min(scale) > 0 and min(offset) >= 0):
            raise BadInput(f"{row.where} has an ISO and a scale above 0, and an offset of 0 or more")
        return NoiseAt(iso, NoiseProfile(tuple(map(float, scale)), tuple(map(float, offset))))


def calibration_table(known: FrameCalibration) -> dict[str, Any]:
    """A calibration as a table of TOML."""
    table: dict[str, Any] = {
        "model": known.model,
        "rows": known.extent.height,
        "columns": known.extent.width,
    }
    if known.calibrations:
        table["light"] = [_light_table(one) for one in known.calibrations]
    if known.gains is not None:
        table["shading"] = {"period": list(known.period), "gains": _listed(known.gains)}
    if known.warp is not None:
        table["warp"] = {
            "radial": _listed(known.warp.radial),
            "tangential": _listed(known.warp.tangential),
            "centre": list(known.warp.centre),
        }
    if known.noise:
        table["noise"] = [
            {"iso": one.iso, "scale": _listed(one.profile.scale), "offset": _listed(one.profile.offset)}
            for one in known.noise
        ]
    return table


def _light_table(one: Calibration) -> dict[str, Any]:
    table = {"white_xy": list(one.white_xy), "colour_matrix": _listed(one.colour_matrix)}
    if one.forward_matrix is not None:
        table["forward_matrix"] = _listed(one.forward_matrix)
    return table


def _listed(values: Any) -> Any:
    """Numbers of nine digits, more than anything was measured to."""
    if isinstance(values, np.ndarray | tuple | list):
        return [_listed(one) for one in values]
    return float(f"{float(values):.9g}")


def measured_lens_of(values: Any) -> MeasuredLens:
    """The lens of a table.

    Raises:
        BadInput: it has a key or value that a measured lens does not have.
    """
    with Table(values, "lens.measured") as table:
        heights = _array(table, "heights", (-1,))
        lens = MeasuredLens(
            name=table.text("name"),
            focal_length=table.number("focal_length_mm"),
            f_number=table.number("f_number"),
            heights=heights,
            fall=np.stack([_array(table, f"fall_{colour}", (len(heights),)) for colour in _COLOURS]),
            distortion=tuple(_array(table, "distortion", (-1,)).tolist()),
            lateral=np.stack([_array(table, f"lateral_{colour}", (4,)) for colour in ("red", "blue")]),
            spreads=(_spread(table, "red"), _spread(table, "green"), _spread(table, "blue")),
        )
    if not (
        lens.focal_length > 0 and lens.f_number > 0 and len(heights) > 1 and (np.diff(heights) > 0).all()
    ):
        raise BadInput("lens.measured has a focal length and an f-number above 0, and heights that rise")
    if not (lens.fall >= 0).all():
        raise BadInput("lens.measured has light of 0 or more at each height")
    return lens


def _spread(table: Table, colour: str) -> SpreadField:
    """The spread of a colour; its width in um on the axis instead of a logarithm of mm."""
    with Table(table.take(f"spread_{colour}", {}), f"lens.measured.spread_{colour}") as row:
        width = row.number("width_um")
        if not width > 0:
            raise BadInput(f"{row.where}.width_um lies above 0, not {width:g}")
        others = tuple(row.number(name) for name in SPREAD_TERMS[1:])
    return SpreadField((float(np.log(nm(1000) * width)), *others))


def measured_lens_table(lens: MeasuredLens) -> dict[str, Any]:
    """A lens as a table of TOML."""
    table: dict[str, Any] = {
        "name": lens.name,
        "focal_length_mm": lens.focal_length,
        "f_number": lens.f_number,
        "heights": _listed(lens.heights),
    }
    table |= {f"fall_{name}": _listed(fall) for name, fall in zip(_COLOURS, lens.fall, strict=True)}
    table["distortion"] = _listed(lens.distortion)
    table |= {
        f"lateral_{name}": _listed(one) for name, one in zip(("red", "blue"), lens.lateral, strict=True)
    }
    for name, spread in zip(_COLOURS, lens.spreads, strict=True):
        width = {"width_um": _listed(np.exp(spread.terms[0]) / nm(1000))}
        others = zip(SPREAD_TERMS[1:], _listed(spread.terms[1:]), strict=True)
        table[f"spread_{name}"] = width | dict(others)
    return table

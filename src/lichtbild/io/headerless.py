"""Headerless dumps of a sensor, read as a small TOML beside them says (see `lichtbild.io.layout`)."""

from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, UInt

from lichtbild.core.errors import BadFile
from lichtbild.core.window import Extent, Window
from lichtbild.image.calibration import Calibration, CameraColour
from lichtbild.image.levels import Levels
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io import layout as layouts
from lichtbild.io.layout import Layout

DARKEST = 0.001
"""Share of each plane's pixels that are taken for black where nobody states it."""


def layout_beside(path: Path) -> Path | None:
    """The TOML of the same name, else the folder's only TOML that describes a dump; None without either."""
    own = path.with_suffix(".toml")
    if own.is_file():
        return own
    found = [entry for entry in sorted(path.parent.glob("*.toml")) if layouts.describes(entry)]
    return found[0] if len(found) == 1 else None


def read(path: Path | str, layout: Path | str | None = None) -> RawFrame:
    """The raw frame in a dump.

    Args:
        path: the dump.
        layout: the TOML that describes it; None looks for it beside the dump.

    Raises:
        BadFile: there is no layout, it does not hold, or the dump does not fit it.
    """
    path = Path(path)
    described = layout_beside(path) if layout is None else Path(layout)
    if described is None:
        raise BadFile(
            path, f"needs a layout: write {path.with_suffix('.toml').name} beside it (width, height, ...)"
        )
    plan = layouts.load(described)
    codes = _codes(path, plan)
    black, notes = _black(codes, plan)
    extent = Extent(plan.height, plan.width)
    whole = Window.whole(extent)
    return RawFrame(
        codes[..., None],
        whole,
        extent,
        plan.cfa,
        Levels(black[..., None], np.array([plan.white])),
        whole,
        (0.0, 0.0, float(plan.height), float(plan.width)),
        colour=_colour(plan),
        metadata=plan.metadata,
        notes=notes,
    )


def _codes(path: Path, plan: Layout) -> UInt[np.ndarray, "h w"]:
    """The codes, one for each pixel."""
    try:
        size = path.stat().st_size
        if size != plan.file_size:
            raise BadFile(
                path,
                f"has {size} bytes, but {plan.path.name} describes {plan.file_size} "
                f"({plan.header_bytes} + {plan.height} rows of {plan.stride}); correct one of the two",
            )
        data = np.fromfile(path, np.uint8, offset=plan.header_bytes)
    except OSError as error:
        raise BadFile(path, f"cannot be read ({error.strerror or error})") from error
    rows = data.reshape(plan.height, plan.stride)
    codes = _unpacked(rows, plan) if plan.packing else _plain(rows, plan)
    top = int(codes.max())
    if top >= 1 << plan.bits:
        raise BadFile(
            path,
            f"holds the code {top}, above {(1 << plan.bits) - 1} of {plan.bits} bits; "
            f"correct dtype (the order of bytes) or bits in {plan.path.name}",
        )
    return codes


def _plain(rows: Any, plan: Layout) -> UInt[np.ndarray, "h w"]:
    used = np.ascontiguousarray(rows[:, : plan.width * int(plan.dtype[-1])])
    return np.asarray(used.view(plan.dtype).astype(np.uint8 if plan.dtype == "u1" else np.uint16, copy=False))


def _unpacked(rows: Any, plan: Layout) -> UInt[np.ndarray, "h w"]:
    """Codes of packed rows: the high bytes of a group of pixels, then a byte with their low bits.

    Source: MIPI CSI-2 v3.0, RAW10 and RAW12: the low bits of the first pixel come first.
    """
    pixels = {10: 4, 12: 2}[plan.packing]
    low_bits = plan.packing - 8
    groups = -(-plan.width // pixels)
    used = np.zeros((plan.height, groups * (pixels + 1)), np.uint8)
    present = min(rows.shape[1], used.shape[1])
    used[:, :present] = rows[:, :present]
    bytes_ = used.reshape(plan.height, groups, pixels + 1).astype(np.uint16)
    shifts = np.arange(pixels, dtype=np.uint16) * np.uint16(low_bits)
    low = (bytes_[..., -1:] >> shifts) & np.uint16((1 << low_bits) - 1)
    codes = (bytes_[..., :-1] << np.uint16(low_bits)) | low
    return np.ascontiguousarray(codes.reshape(plan.height, groups * pixels)[:, : plan.width])


def _black(codes: Any, plan: Layout) -> tuple[Float[np.ndarray, "rows columns"], tuple[str, ...]]:
    """Black level of each place of the pattern, and what there is to say about it."""
    if plan.black is not None:
        side = 1 if len(plan.black) == 1 else 2
        return np.array(plan.black).reshape(side, side), ()
    rows, columns = (1, 1) if plan.cfa is None else plan.cfa.extent
    black = np.array(
        [[_darkest(codes[row::rows, column::columns]) for column in range(columns)] for row in range(rows)]
    )
    if not black.max() < plan.white:
        return np.zeros((1, 1)), ("no black level is stated and none can be seen; 0 was taken",)
    levels = ", ".join(f"{level:g}" for level in np.unique(black))
    return black, (
        f"the black level ({levels}) was estimated from the darkest {DARKEST:.1%} of each plane; "
        f"state 'black' in {plan.path.name}",
    )


def _darkest(plane: Any) -> float:
    """The median of the darkest pixels: a few dead ones do not move it."""
    if plane.size == 0:
        return 0.0
    return float(np.quantile(plane, DARKEST / 2, method="lower"))


def _colour(plan: Layout) -> CameraColour:
    if plan.cfa is None:
        return CameraColour(analog_balance=(1.0,))
    if plan.colour_matrix is None:
        return CameraColour(
            as_shot_neutral=plan.as_shot_neutral,
            estimated=f"{plan.path.name} states no colour_matrix, so the camera's colours are not known",
        )
    return CameraColour(
        (Calibration(plan.illuminant, plan.colour_matrix, plan.forward_matrix),),
        as_shot_neutral=plan.as_shot_neutral,
    )

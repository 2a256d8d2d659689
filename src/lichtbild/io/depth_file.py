"""Depth files: distances beside a photograph, as pictures of one plane.

PNG and TIFF hold whole numbers without a unit. By "inverse", as most programs write them, the lightest is the
nearest, and reciprocal distances are evenly spaced between the range's ends; by "distance" the darkest is the
nearest and distances are evenly spaced; 0 there is what was not measured. An EXR holds metres along the axis.
"""

from math import inf
from pathlib import Path
from typing import Any, Final

import numpy as np

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.develop.sheets import filled
from lichtbild.image.depth_map import NEAREST, DepthMap, DepthRange

MOST_PIXELS: Final = 1 << 28
_NO_RANGE: Final = "the depth map has no range: 600 mm to infinity was assumed; --depth-range tells it"
USUAL: Final = (600.0, inf)
"""Nearest and farthest distance that are assumed where nobody says, mm."""


def read_depth(path: Path, scale: DepthRange | None = None) -> DepthMap:
    """The distances in a file.

    Args:
        path: PNG, TIFF or EXR of one plane, or of planes that are all the same.
        scale: what its numbers mean; None takes them for "inverse" from 600 mm to infinity, and says so.

    Raises:
        BadFile: it cannot be read, or is no picture of one plane.
    """
    if path.suffix.lower() == ".exr":
        metres, known = _exr(path)
        found = np.maximum(metres * 1000, NEAREST)
        note = ""
    else:
        share, known = _whole(path)
        note = (
            ""
            if scale
            else "the depth map has no range: 600 mm to infinity was assumed; --depth-range tells it"
        )
        scale = scale or DepthRange(*USUAL)
        if scale.kind == "inverse":
            known = np.ones_like(known)
        found = scale.distances(share)
    if not known.any():
        raise BadFile(path, "tells no distance at all; give another depth map")
    vergence = filled((1 / found).astype(np.float32)[..., None], known.astype(np.float32))[..., 0]
    distance = np.maximum(1 / np.maximum(vergence, np.float32(1e-12)), NEAREST).astype(np.float32)
    return DepthMap(distance, known.astype(np.float32), "file", note)


def read_mask(path: Path) -> Any:
    """A mask in a picture file, float64 ``[row, column]`` from 0 to 1.

    Raises:
        BadFile: it cannot be read, or is no picture of one plane.
    """
    return _whole(path)[0]


def _whole(path: Path) -> tuple[Any, Any]:
    """Shares of white, and whether anything was measured."""
    import cv2

    try:
        data = np.fromfile(path, np.uint8)
    except OSError as error:
        raise BadFile(path, f"cannot be read ({error.strerror}); name a picture of depth") from error
    codes: Any = (
        cv2.imdecode(data, cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION) if data.size else None
    )
    if codes is None:
        raise BadFile(path, "is no picture that can be read; give depth as PNG, TIFF or EXR")
    if codes.size > MOST_PIXELS:
        raise BadFile(path, f"has more than {MOST_PIXELS} samples; reduce it")
    if codes.dtype.kind == "f":
        raise BadFile(path, "holds floats, whose unit nobody knows; give whole numbers, or metres in an EXR")
    if codes.ndim == 3:
        colours = codes[..., :3]
        if np.ptp(colours.astype(np.int64), axis=2).max() > np.iinfo(codes.dtype).max * 0.02:
            raise BadFile(path, "is in colour; a depth map or mask has one plane of grey")
        codes = colours[..., 1]
    return codes / float(np.iinfo(codes.dtype).max), codes > 0


def _exr(path: Path) -> tuple[Any, Any]:
    """Metres, and where there are any."""
    try:
        import OpenEXR
    except ImportError as error:
        raise BadInput("EXR files need a library: pip install 'lichtbild[exr]'") from error
    try:
        with OpenEXR.File(str(path), separate_channels=True) as file:
            channels = file.channels()
            name = next((name for name in ("Z", "Y", *channels) if name in channels), None)
            if name is None:
                raise BadFile(path, "has no channel; a depth map has Z, in metres")
            metres = np.asarray(channels[name].pixels, np.float64)
    except (OSError, RuntimeError, ValueError) as error:
        raise BadFile(path, "cannot be read as an EXR; write it again") from error
    if metres.ndim != 2:
        raise BadFile(path, f"has a channel {name} that is no plane; write it again")
    known = np.isfinite(metres) & (metres > 0)
    return np.where(known, metres, 1.0), known

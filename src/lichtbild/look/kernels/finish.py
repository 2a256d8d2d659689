"""Sharpening, grain, gamut, transfer curve and whole codes of a picture in one pass, row by row."""

from typing import Any, Final

import numpy as np

from lichtbild.colour.oklab import CONES_TO_REC2020, LAB_TO_ROOTS, REC2020_TO_CONES, ROOTS_TO_LAB
from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.look.kernels.gamut import clip, to_gamut
from lichtbild.look.kernels.grain import NO_GRAIN, GrainNumbers, grow, room
from lichtbild.look.kernels.rows import Planes, join, scale, split, transform
from lichtbild.look.kernels.sharpen import lightness, sharpening_gain
from lichtbild.look.kernels.transfer import encode
from lichtbild.numerics.kernel import kernel

_f = np.float32

Steps = tuple[np.ndarray, GrainNumbers, np.ndarray, np.ndarray]
"""Numbers of the sharpening and of the grain, matrices of the gamut, numbers of the transfer curve."""

DARKEST: Final = 1e-6
"""Luminance below which sharpening sees no differences."""
NO_SHARPENING: Final = np.zeros(0, np.float32)
NO_MATRICES: Final = np.zeros((0, 3, 3), np.float32)
NO_CURVE: Final = np.zeros(0, np.float32)

_LUMINANCE: Final = REC2020_TO_XYZ[1].astype(np.float32)
_EMPTY: Final = {kind: np.zeros((0, 0, 3), kind) for kind in (np.float32, np.uint8, np.uint16)}


def gamut_matrices(to_target: Any, *, keeps_hue: bool, peak: float = 1.0) -> Any:
    """What `finish` needs to bring colours into a space; one matrix alone cuts each plane.

    Args:
        to_target: from linear Rec.2020 to the space's linear planes.
        keeps_hue: whether Oklab hue and lightness are kept.
        peak: the brightest light of the space, which comes out as 1. Oklab is the cube root of light, so that
            its hues are the same at any peak.
    """
    dimmed = to_target / peak
    if not keeps_hue:
        return np.asarray(dimmed, np.float32)[None]
    from_cones, to_cones = to_target @ CONES_TO_REC2020, REC2020_TO_CONES / peak
    return np.stack([to_cones, ROOTS_TO_LAB, LAB_TO_ROOTS, from_cones, dimmed]).astype(np.float32)


def finished(
    samples: Any,
    sharpening: Any,
    matrices: Any,
    curve: Any,
    bits: int | None,
    *,
    grain: GrainNumbers = NO_GRAIN,
) -> Any:
    """The picture of float32 samples ``[row, column, plane]``: floats, or codes of so many bits.

    Args:
        samples: display-linear Rec.2020.
        sharpening: numbers of the sharpening, or `NO_SHARPENING`.
        matrices: by `gamut_matrices`, or `NO_MATRICES`.
        curve: numbers of the transfer curve, by `curve_numbers`, or `NO_CURVE`.
        bits: of a code, 8 to 16; None for floats.
        grain: numbers of the grain, or `NO_GRAIN`.
    """
    kind: Any = np.float32 if bits is None else np.uint8 if bits == 8 else np.uint16
    result = np.empty(samples.shape, kind)
    outputs: Any = tuple(result if one is kind else _EMPTY[one] for one in _EMPTY)
    top = 0.0 if bits is None else (1 << bits) - 1
    steps = (sharpening, grain, matrices, curve)
    finish(np.ascontiguousarray(samples), steps, _LUMINANCE, _f(top), outputs)
    return result


@kernel
def finish(
    samples: np.ndarray,
    steps: Steps,
    luminance: np.ndarray,
    top: Any,
    outputs: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Write the picture into the output that is not empty; steps whose numbers are empty are left out."""
    sharpening, grain, matrices, curve = steps
    height, width, _ = samples.shape
    planes, more = np.empty((3, width), np.float32), np.empty((18, width), np.float32)
    ring, ends = np.empty((5, width + 4), np.float32), np.empty((3, width + 4), np.float32)
    marked, held = np.empty(width, np.int32), room(grain, width)
    for y in range(height):
        split(samples[y], planes)
        if sharpening.size:
            for r in range(y + 2 if y else 0, min(y + 3, height)):
                lightness(samples[r], luminance, _f(DARKEST), ring[r % 5])
            sharpening_gain(ring, y, height, sharpening, ends, more[0])
            scale(planes, more[0])
        if grain[0].size:
            grow(planes, luminance, y, grain, held)
        if matrices.shape[0] > 1:
            to_gamut(planes, matrices, more, marked)
        elif matrices.shape[0]:
            transform(planes, matrices[0])
            clip(planes)
        if curve.size:
            encode(planes, curve, more[0])
        write(planes, y, top, outputs)


@kernel
def write(planes: Planes, y: int, top: Any, outputs: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    """The planes as a row of floats, or as whole codes, rounded half up."""
    if outputs[0].size:
        join(planes, outputs[0][y])
        return
    half = _f(0.5)
    for p in range(3):
        plane = planes[p]
        for i in range(plane.shape[0]):
            plane[i] = plane[i] * top + half
    red, green, blue = planes[0], planes[1], planes[2]
    if outputs[1].size:
        row = outputs[1][y]
        for i in range(row.shape[0]):
            row[i, 0] = np.uint8(red[i])
            row[i, 1] = np.uint8(green[i])
            row[i, 2] = np.uint8(blue[i])
    else:
        wide = outputs[2][y]
        for i in range(wide.shape[0]):
            wide[i, 0] = np.uint16(red[i])
            wide[i, 1] = np.uint16(green[i])
            wide[i, 2] = np.uint16(blue[i])

"""Merged light: planes of light beyond one frame's white become a raw frame.

The frame's white is that of the shortest exposure, so that nothing above the reference's is lost; its codes
have 24 bits, which single precision holds exactly; baseline exposure makes up for the difference, as if one
long exposure had been taken by a sensor of as many stops more. Time, ISO and f-number are the shortest
frame's, by which its white was full; an exposure index says where that of the reference lies.

Its noise profile is one line for each colour, as the standard has it. The variance of a merged bracket is no
line: it bends where the longer frames are full. The line is that which errs least, in shares of the variance,
over the cells of the picture: right where most of it lies, too low above the whites of longer frames.
"""

from dataclasses import dataclass, replace
from math import log2
from typing import Final

import numpy as np
from jaxtyping import Float, Float32, UInt32

from lichtbild.develop.mosaic_planes import Camera, all_linear
from lichtbild.image.levels import Levels
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.raw_frame import RawFrame

BLACK, TOP = 1 << 19, (1 << 24) - 1
"""Codes of a merged frame; a step is 6e-8 of white."""
_SAMPLED: Final = 50_000
"""Cells by which the noise is fitted, about."""


@dataclass(frozen=True, eq=False)
class MergedLight:
    """Light of a bracket, white balanced, where the reference's white is 1.

    Attributes:
        planes: of its mosaic.
        light: their means around each cell.
        variance: of each sample.
        camera: whose gains they have.
        exposure: of the shortest frame, from that of the reference: at most 1.
    """

    planes: Float32[np.ndarray, "4 h w"]
    light: Float32[np.ndarray, "4 h w"]
    variance: Float32[np.ndarray, "4 h w"]
    camera: Camera
    exposure: float


def stored(
    reference: RawFrame, shortest: RawFrame, merged: MergedLight, noise: Float32[np.ndarray, "4 2"]
) -> tuple[RawFrame, tuple[float, ...]]:
    """The merged frame, and the variance of each colour in most cells, of that of the reference.

    Args:
        reference: frame in whose place the light lies.
        shortest: that of the least exposure.
        merged: the light.
        noise: slope and offset of the variance of the reference's planes.
    """
    area, exposure = reference.active_area, merged.exposure
    codes = np.full((*reference.extent, 1), BLACK, np.uint32)
    part = codes[area.top : area.bottom, area.left : area.right, 0]
    if area.height % 2 or area.width % 2:  # a row or column that is no whole cell stays as it is
        part[:] = _coded(all_linear(reference), exposure)
    gains = merged.camera.gains.ravel()
    height, width = merged.planes.shape[1:]
    for p in range(4):
        place = part[p // 2 : 2 * height : 2, p % 2 : 2 * width : 2]
        place[:] = _coded(merged.planes[p], exposure / float(gains[p]))
    profile, kept = _noise(merged, noise)
    told = shortest.metadata
    frame = replace(
        reference,
        samples=codes,
        levels=Levels(np.full((1, 1, 1), float(BLACK)), np.array([float(TOP)])),
        masked_areas=(),
        opcodes=replace(reference.opcodes, on_codes=()),
        noise=profile,
        baseline_exposure_ev=reference.baseline_exposure_ev - log2(exposure),
        shadow_scale=reference.shadow_scale * exposure,
        metadata=replace(
            reference.metadata,
            exposure_time_s=told.exposure_time_s,
            iso=told.iso,
            f_number=told.f_number,
        ),
    )
    return frame, kept


def _coded(light: Float32[np.ndarray, "h w"], factor: float) -> UInt32[np.ndarray, "h w"]:
    codes = light * np.float32(factor * (TOP - BLACK)) + np.float32(BLACK)
    return np.asarray(np.rint(codes).clip(0, TOP), np.uint32)


def _noise(merged: MergedLight, noise: Float32[np.ndarray, "4 2"]) -> tuple[NoiseProfile, tuple[float, ...]]:
    """The line of each colour in the frame's codes, and its variance in most cells, of the reference's."""
    camera, exposure = merged.camera, merged.exposure
    step = max(1, round((merged.light[0].size / _SAMPLED) ** 0.5))
    light, variance = (
        every[:, ::step, ::step].astype(np.float64) for every in (merged.light, merged.variance)
    )
    of_one = np.maximum(light, 0) * noise[:, 0, None, None] + noise[:, 1, None, None]
    gains, colours = camera.gains.ravel()[:, None, None] / exposure, np.ravel(camera.pattern)
    scales, offsets, kept = [], [], []
    for colour in range(len(camera.profile.scale)):
        own = colours == colour
        line = fitted((light / gains)[own].ravel(), (variance / gains**2)[own].ravel())
        scales.append(line[0])
        offsets.append(line[1])
        kept.append(float(np.median(variance[own] / of_one[own])))
    return NoiseProfile(tuple(scales), tuple(offsets)), tuple(kept)


def fitted(mean: Float[np.ndarray, " n"], variance: Float[np.ndarray, " n"]) -> tuple[float, float]:
    """Slope and offset of the line that errs least in shares of the variance; neither is negative.

    A place whose variance is far above the line, as that of what moves, counts little by this measure.
    """
    x, y = np.maximum(mean, 0) / variance, 1 / variance
    xx, xy, yy, x1, y1 = (float(part.mean()) for part in (x * x, x * y, y * y, x, y))
    determinant = xx * yy - xy * xy
    if determinant > 1e-9 * xx * yy:
        slope, offset = (x1 * yy - y1 * xy) / determinant, (y1 * xx - x1 * xy) / determinant
        if slope >= 0 and offset >= 0:
            return slope, offset
    flat, steep = (0.0, y1 / yy), (x1 / xx if xx > 0 else 0.0, 0.0)
    gains = y1 * y1 / yy, x1 * x1 / xx if xx > 0 else 0.0
    return flat if gains[0] >= gains[1] else steep

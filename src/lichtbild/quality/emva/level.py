"""Level: what a stack of raw frames of one light and one exposure time says, in a few numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float, Shaped

from lichtbild.core.errors import BadInput
from lichtbild.quality.finite import checked_finite
from lichtbild.quality.noise_parts import Parts, parts_of
from lichtbild.quality.noise_spectrum import without_surface

LEAST: Final = 8
"""Rows and columns below which a frame has no row and column noise of its own."""


@dataclass(frozen=True)
class Level:
    """One stack of frames.

    Attributes:
        light: photons on a pixel, or relative exposure; 0 in the dark.
        time: exposure time, s.
        frames: in the stack.
        shape: rows and columns of a frame.
        mean: code over all pixels and frames.
        mean_error: its standard error by the temporal noise.
        temporal: variance from frame to frame, the flicker of whole frames taken out.
        spatial: variance of the mean frame over the pixels, what temporal noise leaves in it taken out.
        freedom: independent numbers that the temporal variance stands on.
        spatial_freedom: those of the spatial one.
    """

    light: float
    time: float
    frames: int
    shape: tuple[int, int]
    mean: float
    mean_error: float
    temporal: Parts
    spatial: Parts
    freedom: float
    spatial_freedom: float


def level_of(
    frames: Sequence[Shaped[np.ndarray, "h w"]], light: float, time: float = 0.0, *, order: int = 2
) -> Level:
    """The numbers of one stack.

    Args:
        frames: codes of one colour's pixels (`patch_samples.plane_of` takes them from a mosaic), two frames
            or more of the same light.
        light: photons on a pixel, or relative exposure; 0 in the dark.
        time: exposure time, s.
        order: of the surface of light that is taken from the mean frame, the largest power of row and of
            column; 0 for none. In the dark none is.

    Raises:
        BadInput: there are fewer than two frames, they differ in size, are smaller than 8 x 8, or not finite.

    Source: EMVA Standard 1288 Release 4.0, sections 6 and 8 (temporal variance from differences, spatial
    variance of pixels, rows and columns), from memory of the literature.
    """
    shapes = {np.shape(frame) for frame in frames}
    if len(frames) < 2 or len(shapes) > 1 or min(min(shapes), default=0) < LEAST:
        raise BadInput(
            f"a stack has {len(frames)} frames of sizes {sorted(shapes)}; give two or more of one size, "
            f"{LEAST} x {LEAST} pixels or larger"
        )
    if not (light >= 0 and time >= 0 and np.isfinite([light, time]).all()):
        raise BadInput(f"a stack has light {light:g} and time {time:g} s; both are at least 0")
    checked_finite("a stack of frames", *map(np.asarray, frames))
    stack = np.stack([np.asarray(frame, np.float64) for frame in frames])
    count, height, width = stack.shape
    mean = stack.mean(axis=0)
    temporal = _temporal(stack - mean)
    flat = mean - mean.mean() if light == 0 or order == 0 else without_surface(mean[..., None], order)[..., 0]
    whole = parts_of(flat)
    spatial = whole.without(temporal, 1 / count)
    error = (temporal.pixel / mean.size + temporal.row / height + temporal.column / width) / count
    return Level(
        light=float(light),
        time=float(time),
        frames=count,
        shape=(height, width),
        mean=float(mean.mean()),
        mean_error=float(np.sqrt(max(error, 0.0))),
        temporal=temporal,
        spatial=spatial,
        freedom=(count - 1) * temporal.freedom(height, width),
        spatial_freedom=whole.freedom(height, width),
    )


def _temporal(deviations: Float[np.ndarray, "n h w"]) -> Parts:
    """Variance of pixels, rows and columns from frame to frame."""
    count = len(deviations) - 1.0
    still = deviations - deviations.mean(axis=(1, 2), keepdims=True)
    found = [parts_of(one) for one in still]
    sums = (sum(getattr(one, name) for one in found) / count for name in ("pixel", "row", "column"))
    return Parts(*(float(value) for value in sums))

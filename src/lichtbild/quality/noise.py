"""Noise: how an even patch scatters, from frame to frame and from pixel to pixel."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure
from lichtbild.quality.interval import of_deviation, of_ratio
from lichtbild.quality.noise_spectrum import freedom, surface_count, without_surface

METHOD: Final = "patch-noise 1"
CLAUSE: Final = "after ISO 15739:2023"

LUMINANCE: Final = (0.2125, 0.7154, 0.0721)
"""Weights of R, G and B in the luminance of noise (from memory of ISO 15739's literature)."""

CHROMA: Final = (0.279, 0.088)
"""Weights of the variances of R - Y and B - Y (from memory, likewise)."""

ADVISED: Final = 8
"""Frames that the standard asks for."""


@dataclass(frozen=True, eq=False)
class PatchNoise:
    """Noise of one patch, by channel.

    Attributes:
        frames: that it stands on.
        mean: signal.
        total: standard deviation within a frame.
        temporal: that from frame to frame; None from one frame.
        pattern: that of the mean frame, what temporal noise leaves in it taken out; None from one frame.
        flicker: relative deviation of the frames' means; None from one frame.
        freedom: independent numbers in the total.
        temporal_freedom: in the temporal noise.
    """

    frames: int
    mean: Float[np.ndarray, " channel"]
    total: Float[np.ndarray, " channel"]
    temporal: Float[np.ndarray, " channel"] | None
    pattern: Float[np.ndarray, " channel"] | None
    flicker: Float[np.ndarray, " channel"] | None
    freedom: Float[np.ndarray, " channel"]
    temporal_freedom: Float[np.ndarray, " channel"] | None

    @property
    def snr(self) -> Float[np.ndarray, " channel"]:
        """Signal over the total noise."""
        return np.asarray(self.mean / np.maximum(self.total, 1e-300))

    @property
    def temporal_snr(self) -> Float[np.ndarray, " channel"] | None:
        """Signal over the temporal noise."""
        return None if self.temporal is None else np.asarray(self.mean / np.maximum(self.temporal, 1e-300))


def spatial_noise(patch: Any, order: int = 2) -> Any:
    """Standard deviation of each channel about a polynomial surface, of NumPy or JAX.

    Args:
        patch: ``[row, column, channel]``.
        order: largest power of row and of column in the surface.
    """
    xp = namespace(patch)
    flat = without_surface(patch, order)
    count = patch.shape[0] * patch.shape[1] - surface_count(order)
    return xp.sqrt((flat**2).sum(axis=(0, 1)) / count)


def luminance_noise(patch: Any, order: int = 2) -> Any:
    """One deviation for the three channels, by the eye's weights, of NumPy or JAX.

    Args:
        patch: ``[row, column, RGB]``.
        order: as of `spatial_noise`.

    Source: ISO 15739:2013, weighted noise of luminance and colour differences, from memory of literature:
    the square root of var(Y) + 0.279 var(R - Y) + 0.088 var(B - Y).
    """
    xp = namespace(patch)
    flat = without_surface(patch, order)
    red, green, blue = flat[..., 0], flat[..., 1], flat[..., 2]
    y = LUMINANCE[0] * red + LUMINANCE[1] * green + LUMINANCE[2] * blue
    weighted = y**2 + CHROMA[0] * (red - y) ** 2 + CHROMA[1] * (blue - y) ** 2
    return xp.sqrt(weighted.sum() / (patch.shape[0] * patch.shape[1] - surface_count(order)))


def noise_of_frame(patch: Float[np.ndarray, "h w channel"], order: int = 2) -> PatchNoise:
    """Noise of one frame: temporal and fixed pattern together, slow changes of the light taken out.

    Args:
        patch: linear light or codes of an even patch.
        order: of the light's surface.

    Raises:
        BadInput: the patch has fewer pixels than the surface leaves.
    """
    return noise_of_frames(np.asarray(patch)[None], order)


def noise_of_frames(frames: Float[np.ndarray, "n h w channel"], order: int = 2) -> PatchNoise:
    """Temporal noise and fixed pattern of several frames of the same patch.

    With s2_diff the mean square of a frame's difference from the mean frame, the temporal variance is
    n / (n - 1) s2_diff, and the pattern's that of the mean frame less s2_diff / (n - 1). Each frame's own
    mean is taken out first, so that a flickering lamp does not count as noise of the pixels.

    Args:
        frames: linear light or codes of an even patch; 8 frames are advised.
        order: of the light's surface that is taken from each frame's own picture.

    Raises:
        BadInput: the patch has fewer pixels than the surface leaves.

    Source: ISO 15739:2023, temporal and fixed pattern noise, from memory of literature.
    """
    count, height, width, channels = frames.shape
    if height * width < 4 * surface_count(order) or min(height, width) <= order:
        raise BadInput(
            f"a patch of {width} x {height} px is too small for a surface of order {order}; take a larger one"
        )
    stack = np.asarray(frames, np.float64)
    levels = stack.mean(axis=(1, 2))
    still = stack - (levels - levels.mean(axis=0))[:, None, None]
    flat = np.stack([without_surface(one, order) for one in still])
    each = height * width - surface_count(order)
    total = (flat**2).sum(axis=(0, 1, 2)) / (count * each)
    mean = flat.mean(axis=0)
    deviations = still - still.mean(axis=0)
    numbers = [freedom(flat[0, ..., one]) for one in range(channels)]
    if count == 1:
        return PatchNoise(1, levels[0], np.sqrt(total), None, None, None, np.array(numbers), None)
    # Two unknowns of one equation are lost a frame: the frame's own mean.
    temporal = (deviations**2).sum(axis=(0, 1, 2)) / ((count - 1) * (height * width - 1))
    pattern = (mean**2).sum(axis=(0, 1)) / each - temporal / count
    of_differences = [freedom(deviations[0, ..., one]) for one in range(channels)]
    return PatchNoise(
        frames=count,
        mean=levels.mean(axis=0),
        total=np.sqrt(total),
        temporal=np.sqrt(temporal),
        pattern=np.sqrt(np.maximum(pattern, 0.0)),
        flicker=levels.std(axis=0, ddof=1) / np.maximum(np.abs(levels.mean(axis=0)), 1e-300),
        freedom=np.array(numbers),
        temporal_freedom=np.array(of_differences) * (count - 1),
    )


def measures(
    found: PatchNoise,
    channels: tuple[str, ...],
    where: str = "",
    at: tuple[float, float] | None = None,
    unit: str = "",
) -> tuple[Measure, ...]:
    """The noise and the signal-to-noise ratio of a patch, by channel.

    Args:
        found: the noise.
        channels: names, such as red, green and blue.
        where: the patch.
        at: its place in the picture, px.
        unit: of the samples: empty for linear light whose 1 is the clip, or "codes".
    """
    return tuple(
        Measure(name, value, its, CLAUSE, METHOD, ends, ", ".join(filter(None, (where, channel))), at, note)
        for index, channel in enumerate(channels)
        for name, value, its, ends, note in _rows(found, index, unit)
    )


_Row = tuple[str, float, str, tuple[float, float] | None, str]


def _rows(found: PatchNoise, index: int, unit: str) -> list[_Row]:
    """Name, value, unit, interval and note of each measure of a channel."""
    note = "" if found.frames >= ADVISED else f"from {found.frames} frames; {ADVISED} are advised"
    note = "one frame: temporal noise and fixed pattern together" if found.frames == 1 else note
    total, free = float(found.total[index]), float(found.freedom[index])
    rows: list[_Row] = [
        ("noise", total, unit, of_deviation(total, free), note),
        _snr("snr", float(found.snr[index]), free, note),
    ]
    if found.temporal is None or found.temporal_freedom is None or found.pattern is None:
        return rows
    temporal, numbers = float(found.temporal[index]), float(found.temporal_freedom[index])
    ratio = float(found.mean[index]) / max(temporal, 1e-300)
    return [
        *rows,
        ("temporal_noise", temporal, unit, of_deviation(temporal, numbers), note),
        ("fixed_pattern_noise", float(found.pattern[index]), unit, _of_pattern(found, index), note),
        _snr("temporal_snr", ratio, numbers, note),
    ]


def _snr(name: str, ratio: float, numbers: float, note: str) -> _Row:
    """A ratio in dB of 20 per decade; none where the signal is not above black."""
    if not 0 < ratio < 1e100:
        why = "the patch has no noise" if ratio > 0 else "the signal is not above black"
        return name, float("nan"), "dB", None, why
    low, high = of_ratio(ratio, float(np.sqrt(0.5 / numbers)))
    ends = (20 * float(np.log10(low)), 20 * float(np.log10(high)))
    return name, 20 * float(np.log10(ratio)), "dB", ends, note


def _of_pattern(found: PatchNoise, index: int) -> tuple[float, float]:
    """Interval of the fixed pattern: that of its variance, cut at 0, and its root."""
    if found.pattern is None or found.temporal is None:
        raise BadInput("one frame has no fixed pattern of its own; give two or more")
    variance = float(found.pattern[index]) ** 2
    left = float(found.temporal[index]) ** 2 / found.frames
    error = (variance + left) * np.sqrt(2 / float(found.freedom[index]))
    low, high = (max(variance + sign * 1.96 * float(error), 0.0) for sign in (-1, 1))
    return float(np.sqrt(low)), float(np.sqrt(high))

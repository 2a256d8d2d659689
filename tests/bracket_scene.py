"""Brackets of a street's range of light: waves in the dark, and lamps that only short exposures can show."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lichtbild.core.window import Extent
from lichtbild.image.burst import Burst
from lichtbild.image.levels import Levels
from lichtbild.image.metadata import Metadata
from lichtbild.image.raw_frame import RawFrame
from moving_scene import GAINS, RGGB, framed, light, mosaicked, places, waves

BLACK, WHITE = 1024.0, 16383.0
NOISE = (1.0e-4, 3.0e-7)
"""Slope and offset of a phone's variance at a low ISO, of full scale, with that of rounding to 14 bits."""
LAMPS = ((-60, -70, 20, 8.0), (60, 60, 16, 20.0), (40, -90, 14, 40.0))
"""Row and column from the middle, radius in pixels, and light."""
Pose = tuple[float, float, float]


def street(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Light at places of a scene: 0.002 to 0.15, and lamps with a glow around them."""
    grey = 0.4 * light(waves(1), y, x) * 10 ** (-0.75 * (1 + np.sin(y / 90)))
    for row, column, radius, bright in LAMPS:
        away = np.hypot(y - row, x - column)
        # An edge as soft as a lens makes it.
        grey = grey + bright / (1 + np.exp((away - radius) / 0.7)) + 0.005 * np.exp(-away / 12)
    return np.asarray(grey)


def means_of(size: tuple[int, int], poses: Sequence[Pose]) -> list[np.ndarray]:
    """What the mosaic of a camera that moves sees of the street, without noise."""
    return [mosaicked(street(*places(size, pose)), RGGB) for pose in poses]


def balanced(mosaic: np.ndarray) -> np.ndarray:
    """A mosaic's samples times their gains."""
    return np.asarray(mosaic * GAINS[RGGB.planes(Extent(*mosaic.shape))])


def exposed(
    mean: np.ndarray, exposure: float, key: int, *, iso: float = 100.0, noise: tuple[float, float] = NOISE
) -> RawFrame:
    """A frame of this exposure, with noise; it says its time, of 1/60 s for an exposure of 1 at ISO 100."""
    told = Metadata("Maker", "One", iso=iso, exposure_time_s=exposure / 60 * 100 / iso, f_number=1.8)
    plain = framed(mean, key, noise)
    rng = np.random.default_rng(key)
    slope, offset = noise
    samples = rng.poisson(np.maximum(mean, 0) * exposure / slope) * slope
    samples = samples + rng.normal(0, np.sqrt(offset - (1 / (WHITE - BLACK)) ** 2 / 12), mean.shape)
    codes = np.clip(np.rint(samples * (WHITE - BLACK) + BLACK), 0, WHITE).astype(np.uint16)
    levels = Levels(np.full((1, 1, 1), BLACK), np.array([WHITE]))
    return replace(plain, samples=codes[..., None], levels=levels, metadata=told)


def named(frames: Sequence[RawFrame]) -> Burst:
    return Burst(tuple(frames), tuple(f"frame {number}" for number in range(len(frames))))

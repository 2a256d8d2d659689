"""A scene of waves that a moving camera sees: exact at every place, so that shifts of it are exact too."""

from dataclasses import replace

import numpy as np

from lichtbild.core.window import Extent, Window
from lichtbild.image.calibration import CameraColour
from lichtbild.image.cfa import Cfa
from lichtbild.image.levels import Levels
from lichtbild.image.metadata import Metadata
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.raw_frame import RawFrame

RGGB = Cfa.bayer("RGGB")
BLACK, WHITE = 64.0, 1023.0
GAINS = np.array([2.0, 1.0, 1.6])
PHONE = (1.0e-3, 3.2e-6)
"""Slope and offset of an OPPO Reno10x at ISO 1600, of full scale (MegEngine/PMRID)."""


def waves(seed: int, most: float = 0.12, count: int = 60) -> tuple[np.ndarray, ...]:
    """Frequencies down and right in cycles per pixel up to ``most``, phases and amplitudes of grey waves."""
    rng = np.random.default_rng(seed)
    angle, radius = rng.uniform(0, np.pi, count), rng.uniform(0.005, most, count)
    phase, height = rng.uniform(0, 2 * np.pi, count), rng.uniform(0.5, 1.0, count) * 0.25 / np.sqrt(count)
    return radius * np.sin(angle), radius * np.cos(angle), phase, height


def light(scene: tuple[np.ndarray, ...], y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The scene's grey light at places ``[h w]``."""
    total = np.full(y.shape, 0.3)
    for down, right, phase, height in zip(*scene, strict=True):
        total += height * np.sin(2 * np.pi * (down * y + right * x) + phase)
    return np.maximum(total, 0.02)


def places(
    size: tuple[int, int], pose: tuple[float, float, float] = (0, 0, 0)
) -> tuple[np.ndarray, np.ndarray]:
    """Where in the scene the pixels of a camera look that has moved (down, right, clockwise)."""
    y, x = np.meshgrid(np.arange(size[0]) - size[0] / 2, np.arange(size[1]) - size[1] / 2, indexing="ij")
    cosine, sine = np.cos(pose[2]), np.sin(pose[2])
    return cosine * y - sine * x + pose[0], sine * y + cosine * x + pose[1]


def mosaicked(grey: np.ndarray, cfa: Cfa) -> np.ndarray:
    """A grey picture as the filters of a mosaic see it."""
    return grey / GAINS[cfa.planes(Extent(*grey.shape))]


def framed(mean: np.ndarray, key: int, noise: tuple[float, float] = PHONE, cfa: Cfa = RGGB) -> RawFrame:
    """The raw frame of a mosaic's means, with the noise of their photons and of reading them."""
    rng = np.random.default_rng(key)
    slope, offset = noise
    samples = rng.poisson(mean / slope) * slope if slope else mean
    samples = samples + rng.normal(0, np.sqrt(offset), mean.shape)
    codes = np.clip(np.rint(samples * (WHITE - BLACK) + BLACK), 0, WHITE).astype(np.uint16)
    extent = Extent(*mean.shape)
    neutral = tuple((1 / GAINS / (1 / GAINS).max()).tolist())
    return RawFrame(
        samples=codes[..., None],
        window=Window.whole(extent),
        extent=extent,
        cfa=cfa,
        levels=Levels(np.full((1, 1, 1), BLACK), np.array([WHITE])),
        active_area=Window.whole(extent),
        default_crop=(0.0, 0.0, float(extent.height), float(extent.width)),
        colour=CameraColour(as_shot_neutral=neutral),
        noise=NoiseProfile((slope,) * 3, (offset,) * 3),
        metadata=replace(Metadata(), make="Maker", model="One"),
    )

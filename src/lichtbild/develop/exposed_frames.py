"""Exposed frames: what is known of a bracket's frames before they are laid on one another.

How bright their white is, how far samples are trusted to lie below it, and how much each frame shows.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float32

from lichtbild.develop.align import GreyPyramid, grey_pyramid, sharpness
from lichtbild.develop.kernels import bracket as kernels
from lichtbild.develop.mosaic_planes import Camera, sound_frames
from lichtbild.image.burst import Burst
from lichtbild.image.metadata import relative_exposures

NEAR_FULL: Final = (1.0, 4.0)
"""Sigmas of the noise below white from which a sample is not trusted, and up to which it is."""
_UNEVEN_WHITE: Final = 0.005
"""Standard deviation of the pixels' whites."""
_SEEN: Final = 10.0
"""Sigmas of the noise from which a cell of a smooth grey picture is well exposed: two of a pixel."""
_ALIKE: Final = 0.02
"""Share of well exposed pixels by which frames are as good a reference as one another."""


@dataclass(frozen=True, eq=False)
class ExposedFrames:
    """What is known of a bracket before frames are laid on one another.

    Attributes:
        burst: the frames.
        cameras: what holds for each.
        samples: gives the linear samples of each, by its number.
        exposures: of each, by what it says.
    """

    burst: Burst
    cameras: tuple[Camera, ...]
    samples: Callable[[int], Float32[np.ndarray, "H W"]]
    exposures: tuple[float, ...]

    @staticmethod
    def of(burst: Burst, pool: ThreadPoolExecutor) -> "ExposedFrames":
        """The frames of a bracket, with the sensor's defects filled."""
        cameras = tuple(pool.map(Camera.of, burst))
        noise = np.max([camera.noise for camera in cameras], axis=0)
        exposures = tuple(one or 1.0 for one in relative_exposures([frame.metadata for frame in burst]))
        return ExposedFrames(burst, cameras, sound_frames(burst, noise, pool), exposures)

    def sigma(self, index: int) -> float:
        """Standard deviation of a frame's samples at its white."""
        return float(np.sqrt(self.cameras[index].noise.sum(axis=-1).max() + _UNEVEN_WHITE**2))

    def trust(self, index: int, reach: int) -> Float32[np.ndarray, "h w"]:
        """How far each cell of a frame is trusted to hold no full sample, nor those around it."""
        samples = self.samples(index)
        peak, most = np.empty((2, samples.shape[0] // 2, samples.shape[1] // 2), np.float32)
        kernels.peaks(samples, peak)
        kernels.widened(peak, reach, most)
        return self.not_full(index, most)

    def not_full(self, index: int, samples: Float32[np.ndarray, "*any"]) -> Float32[np.ndarray, "*any"]:
        """How far samples of a frame, white 1, are trusted not to be full."""
        near, far = (count * self.sigma(index) for count in NEAR_FULL)
        t = ((1 - near - samples) / (far - near)).clip(0, 1)
        return np.asarray(t * t * (3 - 2 * t), np.float32)

    def pyramid(self, index: int, exposure: float = 1.0, limit: float = np.inf) -> GreyPyramid:
        """Grey pictures of a frame's light up to a limit."""
        camera = self.cameras[index]
        light = np.minimum(self.samples(index) * np.float32(1 / exposure), np.float32(limit))
        return grey_pyramid(light, self.cameras[0].gains, camera.noise / np.array([exposure, exposure**2]))

    def noise(self, index: int, exposure: float) -> Float32[np.ndarray, "4 2"]:
        """Slope and offset of each plane's variance, in light."""
        scales = np.stack([self.cameras[0].gains, self.cameras[0].gains ** 2], -1)
        pairs = (self.cameras[index].noise * scales).reshape(4, 2)
        return np.asarray(pairs / np.array([exposure, exposure**2]), np.float32)

    def by_exposure(self, pool: ThreadPoolExecutor) -> list[int]:
        """The frames by their worth as a reference, the best first."""

        def worth(index: int) -> tuple[int, float]:
            pyramid = self.pyramid(index)
            level, (slope, offset) = pyramid.levels[0], pyramid.noise[0]
            seen = level > _SEEN * np.sqrt(slope * np.maximum(level, 0) + offset)
            share = float((seen & (self.trust(index, 0) > 0.5)).mean())
            return -round(share / _ALIKE), -sharpness(pyramid)

        worths = list(pool.map(worth, range(len(self.burst))))
        return sorted(range(len(worths)), key=worths.__getitem__)

"""Hot pixels: those that depart from all their neighbours by more than noise and lens can explain.

A pixel is suspected when it lies above or below all its eight neighbours of its own colour by more than
`SIGMAS` times the noise, and by more than twice what they span: in fine texture nothing is suspicious. It is
repaired unless the pixels around it, most of them of other colours, depart too: a lens spreads even a star
over more than a pixel, and only a defect stands alone.

How many sound pixels are suspected follows from the noise. A Gaussian pixel lies k sigma above the largest
or below the smallest of eight others with the probability::

    p(k) = 2 * integral of phi(x) * Phi(x - k)^8 dx          p(4.5) = 1.8e-7,  p(5) = 1.4e-8

so that 5 leaves one in 70 million, and still less than one in a million where the noise is 15 % more than was
thought. Photons are skewed: a bright outlier is judged by the noise of the mean of itself and its largest
neighbour, a dark one by that of its smallest neighbour, which keeps p below 1e-6 down to a photon a pixel.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float32

from lichtbild.core.errors import BadInput
from lichtbild.core.stage import LocalStage
from lichtbild.develop.kernels.hot_pixels import repair_outliers
from lichtbild.image.cfa import Cfa
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.noise_profile import NoiseProfile

SIGMAS: Final = 5.0
"""Departure from all neighbours, in sigmas of the noise, from which a pixel is suspected."""
LIT: Final = 0.15
"""Share of a pixel's departure that seven of the eight around it show together when it is light.

A blur of Gaussian sigma 0.4 pixels, which is less than any lens with a pixel gives, makes it 0.3 at a green
pixel in white light where the filters of red and blue pass half as much, and 0.5 where they pass as much.
"""
LONGEST_PERIOD: Final = 6
"""Pixels, rows or columns, after which a pattern must repeat to be looked at."""


@dataclass(frozen=True)
class HotPixels(LocalStage):
    """A mosaic in which hot and dead pixels have the mean of their neighbours along edges.

    An image that has all planes at each pixel passes as it is: no pixel of it stands alone any more. So does
    one that is not twice as large as its pattern in both directions.

    Attributes:
        noise: variance against mean of each plane, or one for all.
    """

    noise: NoiseProfile

    @staticmethod
    def of(noise: NoiseProfile) -> "HotPixels":
        """The stage for this noise."""
        return HotPixels(noise)

    @property
    def halo(self) -> int:
        """Two periods of the longest pattern: beyond a border, pixels so far away stand in."""
        return 2 * LONGEST_PERIOD

    def __call__(self, image: Mosaic) -> Mosaic:
        """The repaired mosaic.

        Raises:
            BadInput: the noise is that of another number of planes.
        """
        cfa = image.cfa
        if cfa is None or max(cfa.extent) > LONGEST_PERIOD:
            return image
        if any(size < 2 * period for size, period in zip(image.extent, cfa.extent, strict=True)):
            return image
        here = cfa.shifted(image.window.top, image.window.left)
        samples = np.ascontiguousarray(image.samples[..., 0], np.float32)
        limits = self._limits(here, samples.shape[1])
        out = samples.copy()
        repair_outliers(samples, *limits, (cfa.extent.height, cfa.extent.width), np.float32(LIT), out)
        return Mosaic(out[..., None], image.window, image.extent, cfa)

    def _limits(self, cfa: Cfa, width: int) -> tuple[Float32[np.ndarray, "r w"], Float32[np.ndarray, "r w"]]:
        """Slope and offset of the squared departure from which a pixel is suspected, column by column."""
        planes = len(cfa.colours)
        if len(self.noise.scale) not in (1, planes):
            raise BadInput(f"the noise is that of {len(self.noise.scale)} planes, the mosaic has {planes}")
        pattern = np.asarray(cfa.pattern)
        columns = np.tile(pattern, (1, -(-width // pattern.shape[1])))[:, :width]
        scale, offset = (
            (SIGMAS**2 * np.resize(values, planes)).astype(np.float32)[columns]
            for values in (self.noise.scale, self.noise.offset)
        )
        return scale, offset

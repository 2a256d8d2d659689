"""Noise profile: variance of a linear sensor sample as a function of its mean."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class NoiseProfile:
    """Shot and read noise of each plane; variance = ``scale`` * mean + ``offset``.

    Attributes:
        scale: shot-noise slope of each plane, for a signal where black is 0 and white is 1.
        offset: read-noise variance of each plane, on the same scale.

    Source: DNG 1.7.1, NoiseProfile (tag 51041).
    """

    scale: tuple[float, ...]
    offset: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.scale) != len(self.offset) or not self.scale:
            raise ValueError(f"a noise profile has {len(self.scale)} slopes and {len(self.offset)} offsets")

    def variance(self, signal: Float[np.ndarray, "*any #planes"]) -> Float[np.ndarray, "*any planes"]:
        """Variance of samples whose mean is ``signal``; a mean below black has the variance of black.

        >>> NoiseProfile((1e-4,), (1e-6,)).variance(np.array([[0.0], [0.5]])).ravel().tolist()
        [1e-06, 5.1e-05]
        """
        return np.asarray(np.asarray(self.scale) * np.maximum(signal, 0) + np.asarray(self.offset))

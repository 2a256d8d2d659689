"""Frame kind: whether a raw frame shows darkness, an even field or something else, by its own light."""

from typing import Final, Literal

import numpy as np
from jaxtyping import Float

from lichtbild.quality.shading import block_means

Kind = Literal["dark", "flat", "chart"]

DARKEST: Final = 0.01
"""Share of white that no part of a dark frame reaches in the mean."""
EVEN: Final = 0.02
"""Rms by which an even field may leave a smooth surface, as a share of it."""
_BLOCKS: Final = (24, 32)
_ORDER: Final = 6


def frame_kind(plane: Float[np.ndarray, "row column"]) -> Kind:
    """What a frame shows.

    Args:
        plane: linear samples of one colour, black at 0 and white at 1.
    """
    light = block_means(np.asarray(plane, float)[..., None], _BLOCKS)[..., 0]
    if light.max() < DARKEST:
        return "dark"
    y, x = (np.polynomial.legendre.legvander(np.linspace(-1, 1, n), _ORDER) for n in _BLOCKS)
    pairs = [(i, j) for i in range(_ORDER + 1) for j in range(_ORDER + 1 - i)]
    terms = np.stack([np.outer(y[:, i], x[:, j]).ravel() for i, j in pairs], axis=1)
    left = light.ravel() - terms @ np.linalg.lstsq(terms, light.ravel(), rcond=None)[0]
    even = float(np.sqrt(np.mean(left**2))) < EVEN * float(light.mean())
    return "flat" if even and light.min() > 0.1 * light.max() else "chart"

"""Picture statistics: what of a few pictures tells of the look that they have in common.

Of each picture: how lightness and chroma are spread. Of all together: the same of lightness, the tint and
the chroma of each fifth of lightness, and by twelve hues the share, chroma, lightness and lean of colours.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from jaxtyping import Float

_OF_ONE: Final = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.995)
_OF_ALL: Final = (0.001, 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97, 0.99, 0.999)
_CHROMA: Final = (0.05, 0.25, 0.5, 0.75, 0.9, 0.99)
_BANDS: Final = (0.0, 0.25, 0.45, 0.65, 0.85, 1.01)
_GREYISH: Final = 0.03
"""Oklab chroma at which a colour counts half as a grey."""
_COLOURED: Final = 0.04
"""Oklab chroma from which a colour counts fully as one of its hue."""
_FEWEST: Final = 30

Sample = Float[np.ndarray, "n 3"]
"""Oklab of pixels of a picture."""


def statistics(pictures: Sequence[Sample]) -> Float[np.ndarray, " numbers"]:
    """The statistics of some finished pictures, always as many numbers."""
    each = np.array([_of_one(lab) for lab in pictures])
    together = np.concatenate(pictures)
    return np.concatenate(
        [
            each.mean(axis=0),
            each.std(axis=0),
            each.min(axis=0)[:3],
            each.max(axis=0)[8:11],
            np.quantile(together[:, 0], _OF_ALL),
            *(_of_band(together, low, high) for low, high in pairwise(_BANDS)),
            _of_hues(together),
        ]
    )


def _of_one(lab: Sample) -> Float[np.ndarray, " numbers"]:
    light, chroma = lab[:, 0], np.hypot(lab[:, 1], lab[:, 2])
    means = [light.mean(), light.std()], [lab[:, 1].mean(), lab[:, 2].mean()]
    return np.concatenate([np.quantile(light, _OF_ONE), means[0], np.quantile(chroma, _CHROMA), means[1]])


def _of_band(lab: Sample, low: float, high: float) -> Float[np.ndarray, "6"]:
    chosen = lab[(lab[:, 0] >= low) & (lab[:, 0] < high)]
    if len(chosen) < _FEWEST:
        return np.zeros(6)
    _, a, b = chosen.T
    chroma = np.hypot(a, b)
    grey = 1 / (1 + (chroma / _GREYISH) ** 2)
    tint = [grey @ a / grey.sum(), grey @ b / grey.sum(), np.median(a), np.median(b)]
    return np.array([*tint, np.log(chroma.mean() + 0.01), len(chosen) / len(lab)])


def _of_hues(lab: Sample) -> Float[np.ndarray, "48"]:
    light, a, b = lab.T
    chroma = np.hypot(a, b)
    lean = np.arctan2(b, a)[:, None] - np.radians(np.arange(0, 360, 30))
    near = np.exp(8 * (np.cos(lean) - 1)) * np.minimum(chroma / _COLOURED, 1)[:, None]
    share = near.sum(axis=0) + 1e-3 * len(lab)
    turned = np.angle(np.exp(1j * lean))
    return np.concatenate(
        [
            share / len(lab),
            near.T @ chroma / share,
            near.T @ light / share,
            (near * turned).sum(axis=0) / share,
        ]
    )

"""Looks with known formulas, to be learned again."""

import numpy as np

from lichtbild.colour.transfer import SRGB


def warm_and_contrasty(rgb: np.ndarray) -> np.ndarray:
    """Planes mixed in light, a curve, and less blue where it is bright."""
    mix = np.array([[0.9, 0.08, 0.02], [0.05, 0.92, 0.03], [0.02, 0.1, 0.88]])
    encoded = SRGB.encode(SRGB.decode(np.asarray(rgb, np.float64)) @ mix.T)
    curved = encoded + 0.12 * np.sin(2 * np.pi * (encoded - 0.5)) / np.pi
    return np.clip(curved * [1.0, 0.99, 0.95] + [0.01, 0.0, 0.02], 0, 1)


def red_filter(rgb: np.ndarray) -> np.ndarray:
    """Black and white through a red filter."""
    light = SRGB.decode(np.asarray(rgb, np.float64)) @ [0.7, 0.28, 0.02]
    return np.repeat(SRGB.encode(light)[..., None], 3, axis=-1)


def photograph(seed: int, side: int = 160) -> np.ndarray:
    """Smooth patches of colour with some edges, codes of 8 bits over 255."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:side, :side] / side
    picture = np.zeros((side, side, 3))
    for _ in range(40):
        middle, radius, colour = rng.random(2), rng.uniform(0.05, 0.3), rng.random(3) * rng.uniform(0.3, 1)
        inside = np.hypot(rows - middle[0], columns - middle[1]) < radius
        shade = 0.7 + 0.3 * columns
        picture[inside] = (colour * shade[..., None])[inside]
    return np.round(np.clip(picture, 0, 1) * 255) / 255

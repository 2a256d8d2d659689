"""Pictures of dead leaves by a camera whose response is known."""

import numpy as np

from lichtbild.image.chart import Leaves
from lichtbild.numerics.separable import filtered, gaussian
from lichtbild.quality.leaf_pattern import leaf_pattern
from lichtbild.quality.texture import frequencies, ring_mean

LEAVES = Leaves((10.0, 20.0), (40.0, 40.0), (0.2, 10.0), (0.08, 0.52), 3)
PARTS = 8
SCALE = 4.5
TURN = np.radians(3.0)


def to_picture(points: np.ndarray) -> np.ndarray:
    """Chart to picture: 4.5 px/mm, turned by 3 degrees, a little perspective, and 1 % of distortion."""
    x, y = np.moveaxis(np.asarray(points) - [30.0, 40.0], -1, 0) * SCALE
    x, y = np.cos(TURN) * x - np.sin(TURN) * y, np.sin(TURN) * x + np.cos(TURN) * y
    grown = (1 + 0.01 * (x**2 + y**2) / 100**2) / (1 + 5e-4 * x / 100)
    return np.stack([grown * x + 92.0, grown * y + 88.0], axis=-1)


def to_chart(points: np.ndarray) -> np.ndarray:
    """The inverse of `to_picture`, by a fixed point whose steps shrink fifty times each."""
    found = np.array([30.0, 40.0]) + (points - [92.0, 88.0]) / SCALE
    back = np.array([[np.cos(TURN), np.sin(TURN)], [-np.sin(TURN), np.cos(TURN)]]) / SCALE
    for _ in range(8):
        found = found + (points - to_picture(found)) @ back.T
    return found


def leaf_shot(sigma: float) -> np.ndarray:
    """The leaves through a Gaussian of ``sigma`` px and square pixels; 0.9 times reflectance and 0.02."""
    rows, columns = 176, 184
    y, x = ((np.arange(side * PARTS) + 0.5) / PARTS for side in (rows, columns))
    pattern, fine = leaf_pattern(LEAVES), np.empty((rows * PARTS, columns * PARTS))
    for top in range(0, len(y), 88):
        places = np.stack(np.broadcast_arrays(x[None], y[top : top + 88, None]), axis=-1)
        chart = to_chart(places)
        fine[top : top + 88] = pattern(chart[..., 0], chart[..., 1])
    if sigma:
        line = gaussian(sigma * PARTS, round(4 * sigma * PARTS))
        fine = filtered(fine, line, line, "held")
    return 0.9 * fine.reshape(rows, PARTS, columns, PARTS).mean(axis=(1, 3)) + 0.02


def known_mtf(sigma: float, size: int) -> np.ndarray:
    """The closed form: a Gaussian times the pixel's sincs, over the same rings."""
    f = np.fft.fftfreq(size)
    bell = np.exp(-2 * (np.pi * sigma) ** 2 * (f[:, None] ** 2 + f**2))
    known = np.sqrt(ring_mean((bell * np.outer(np.sinc(f), np.sinc(f))) ** 2))
    assert len(known) + 1 == len(frequencies())
    return np.insert(known, 0, 1.0)

"""A sheet of the blur of the portrait lenses: rows are lenses; nearer and farther than the focus.

    python benchmarks/portrait_kernels.py docs/pictures/portrait_kernels.png

Each half has three heights in the picture: the middle, halfway, the corner; the axis lies below each.
"""

import sys

import numpy as np
from PIL import Image

from lichtbild.develop.kernels.bokeh import splat
from lichtbild.study.portrait import lens_blur

LENSES = ("documentary-35", "double-gauss-50", "swirly-50", "portrait-75", "soft-90")
SIDE, MARGIN = 120, 1.15


def kernel(rays, half):
    """The three bands' light of a point on a square of so many mm."""
    out = np.zeros((SIDE, SIDE, 3), np.float32)
    for band in range(3):
        plane = np.zeros((SIDE, SIDE), np.float32)
        x, y, weight = rays[:, band]
        scale = SIDE / 2 / half
        splat(SIDE / 2 - 0.5 + x * scale, SIDE / 2 - 0.5 - y * scale, weight, plane)
        out[..., band] = plane
    return out


def row(name):
    """Blur of a lens focused at 1.5 m, of points at 1 m and at 4 m."""
    field = lens_blur(name)
    focus = max(1500.0, 30 * field.focal_length)
    made = field.focused(focus, count=1 << 17)
    tiles = []
    for distance in (focus / 1.5, focus * 3):
        rays = made.arrivals(1 / distance)
        half = MARGIN * float(np.hypot(rays[0], rays[1])[[0, 4, 8]].max())
        found = [kernel(rays[:, height], half) for height in (0, 4, 8)]
        top = np.quantile(found[0][found[0] > 0], 0.9) * 1.3
        tiles += [np.clip(one / top, 0, 1) ** (1 / 2.2) for one in found]
    return np.concatenate(tiles, axis=1)


if __name__ == "__main__":
    sheet = np.concatenate([row(name) for name in LENSES])
    Image.fromarray((sheet * 255).round().astype(np.uint8)).save(sys.argv[1])

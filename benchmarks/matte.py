"""Mattes of people with procedural hair, whose coverage is known, beside segmentation alone.

    python benchmarks/matte.py [composites, 12]

The segmentation is what a network of 256 pixels would say at best: the true coverage on 256 pixels, smoothed
by a pixel and made sure by its steepness. SAD is the sum of absolute differences in thousands; the gradient
error that of Rhemann et al., "A perceptually motivated online benchmark for image matting" (CVPR 2009), by
derivatives of a Gaussian of 1.4 pixels.
"""

import sys
import time

import numpy as np
from scipy.ndimage import gaussian_filter, zoom

from lichtbild.develop.matte import matte
from lichtbild.develop.segment import sampled
from portrait_scenes import scene, sharp

SIZE = (960, 1280)


def said_by_network(alpha):
    """The coverage as a network of 256 pixels would tell it."""
    small = sampled(alpha[..., None].astype(float), 256, 256)[..., 0]
    soft = gaussian_filter(zoom(zoom(small, 0.5, order=1), 2, order=1), 1.0)
    sure = np.clip((soft - 0.4) / 0.5, 0, 1)
    return sure * sure * (3 - 2 * sure)


def errors(found, alpha):
    """SAD in thousands, and the gradient error in thousands."""

    def slope(plane):
        return np.hypot(*(gaussian_filter(plane, 1.4, order=o) for o in ((0, 1), (1, 0))))

    return np.abs(found - alpha).sum() / 1e3, ((slope(found) - slope(alpha)) ** 2).sum() / 1e3


def main(count):
    """Print the table."""
    print("| scene | SAD alone | SAD | gradient alone | gradient | s |\n|---|---|---|---|---|---|")
    rows = []
    for number in range(200, 200 + count):
        one = scene(number, SIZE)
        light, alpha, _ = sharp(one, 2)
        mask = said_by_network(alpha)
        alone = sampled(mask[..., None], *SIZE)[..., 0]
        began = time.perf_counter()
        found = matte(light.astype(np.float32), mask)
        seconds = time.perf_counter() - began
        (a, b), (c, d) = errors(alone, alpha), errors(found.astype(float), alpha)
        rows.append((a, c, b, d, seconds))
        print(f"| {number} | {a:.1f} | {c:.1f} | {b:.2f} | {d:.2f} | {seconds:.1f} |", flush=True)
    print("| mean | " + " | ".join(f"{value:.2f}" for value in np.mean(rows, axis=0)) + " |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 12)

"""Rendered portraits beside the truth of a renderer that follows single rays: dB on display codes.

    python benchmarks/portrait.py [scenes, 12]

The peer is what portrait modes commonly do: the subject cut out by its matte, and laid over the whole picture
blurred by a disc that is as large as the background's blur.
"""

import sys
import time
from math import hypot

import numpy as np

from lichtbild.core.window import Extent, Window
from lichtbild.develop.bokeh import blurred
from lichtbild.develop.sheets import sheets
from lichtbild.image.linear_image import LinearImage
from portrait_scenes import scene, sharp, thin_lens_picture

FOCUS, RADIUS, HALF = 1500.0, 30.0, 21.6


class Thin:
    """A thin lens of 60 mm across whose picture of the field lies on a format."""

    def __init__(self, field):
        self.half_diagonal, self.focus_vergence = HALF, 1 / FOCUS
        self.focal = 2 * HALF / hypot(*field)
        self.vergence = np.array([0.0, 1 / 300])

        self.height = np.array([0.0, 1.0])

    def arrivals(self, vergence, count=8192):
        """Rays of a point, as `lichtbild.develop.bokeh.Blur` has them."""
        k = np.arange(count) + 0.5
        r, angle = np.sqrt(k / count), k * np.pi * (3 - 5**0.5)
        scale = self.focal * RADIUS * (vergence - self.focus_vergence)
        one = np.stack([scale * r * np.cos(angle), scale * r * np.sin(angle), np.full(count, 1 / count)])
        return np.broadcast_to(one[:, None, None], (3, 2, 3, count))


def codes(light):
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def decibel(one, other):
    return -10 * np.log10(np.mean((codes(one) - codes(other)) ** 2))


def plain(light, alpha, vergence, lens):
    from scipy.signal import fftconvolve

    far = np.median(vergence[alpha < 0.01])
    x, y, _ = lens.arrivals(far)[:, 0, 0]
    radius = np.hypot(x, y).max() * hypot(*alpha.shape) / 2 / HALF
    side = int(radius) + 1
    yy, xx = np.mgrid[-side : side + 1, -side : side + 1]
    disc = np.clip(radius + 0.5 - np.hypot(yy, xx), 0, 1)
    disc /= disc.sum()
    padded = np.pad(light, ((side, side), (side, side), (0, 0)), mode="edge")
    soft = np.stack([fftconvolve(padded[..., k], disc, mode="valid") for k in range(3)], -1)
    return alpha[..., None] * light + (1 - alpha[..., None]) * soft


def main(numbers):
    print("| scene | noise floor | matte and disc | ours | s |\n|---|---|---|---|---|")
    rows = []
    for number in numbers:
        one = scene(number)
        lens = Thin(one.field)
        light, alpha, vergence = sharp(one)
        half, other = (thin_lens_picture(one, FOCUS, RADIUS, 1024, turn) for turn in (0.0, 2.0))
        truth = (half + other) / 2
        floor = decibel(half, other) + 6
        extent = Extent(*one.size)
        began = time.perf_counter()
        image = LinearImage(light.astype(np.float32), Window.whole(extent), extent)
        parted = sheets(image.samples, vergence, 3e-5, 40, alpha.astype(np.float32))
        ours = blurred(image, parted, lens, threads=2).samples
        seconds = time.perf_counter() - began
        row = (floor, decibel(truth, plain(light, alpha, vergence, lens)), decibel(truth, ours))
        rows.append(row)
        print(f"| {number} | {row[0]:.1f} | {row[1]:.1f} | {row[2]:.1f} | {seconds:.1f} |", flush=True)
        if "--save" in sys.argv:
            from PIL import Image

            sheet = np.concatenate(
                [np.concatenate([light, truth], 1), np.concatenate([ours, 0.5 + 2 * (ours - truth)], 1)]
            )
            Image.fromarray((codes(sheet) * 255).astype(np.uint8)).save(f"/tmp/h/portrait_{number}.png")
    print("| least | " + " | ".join(f"{value:.1f}" for value in np.min(rows, axis=0)) + " | |")
    print("| mean | " + " | ".join(f"{value:.1f}" for value in np.mean(rows, axis=0)) + " | |")


if __name__ == "__main__":
    given = [int(value) for value in sys.argv[1:] if value.isdigit()]
    main(given or range(100, 112))

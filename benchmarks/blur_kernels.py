"""Kernels of every lens of the catalogue against a brute-force trace of single rays, at nine heights.

    python benchmarks/blur_kernels.py [LENS ...]

The lens is focused at thirty focal lengths, the point lies at infinity: decibel by the peak of brute force,
the least and the median of the heights; the light that comes through by that of brute force, the farthest
from 1. About a minute a lens.
"""

import sys

import numpy as np

import record
from lichtbild.io.lens.catalogue import catalogue_lens, catalogue_names
from lichtbild.optics.blur import HEIGHTS, blur_field

sys.path.insert(0, str(record.ROOT / "tests"))
RAYS = 500


def row(name):
    """A line of the table."""
    from single_rays import compared

    lens = catalogue_lens(name)
    field = blur_field(lens, distances=2)
    focus = 30 * field.focal_length
    found = [compared(lens, field, focus, 0, height, RAYS) for height in range(HEIGHTS)]
    decibel = [each[0] for each in found]
    light = np.array([ours / theirs for _, ours, theirs in found])
    worst = light[np.abs(light - 1).argmax()]
    return f"| {name} | {min(decibel):.1f} | {np.median(decibel):.1f} | {worst:.4f} |"


if __name__ == "__main__":
    print("| lens | least, dB | median, dB | light |", "|---|---|---|---|", sep="\n", flush=True)
    for name in sys.argv[1:] or catalogue_names():
        print(row(name), flush=True)

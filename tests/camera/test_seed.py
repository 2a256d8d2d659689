"""A picture's seed is its pixels', whatever the machine and wherever the file lies."""

from dataclasses import replace

import numpy as np

from frames import smooth_frame
from lichtbild.camera.seed import seed_of


def test_one_code_of_a_frame_makes_another_seed() -> None:
    frame = smooth_frame((40, 60))
    codes = frame.samples.copy()
    codes[17, 31] += 1
    assert seed_of(frame) == seed_of(smooth_frame((40, 60)))
    assert bin(seed_of(frame) ^ seed_of(replace(frame, samples=codes))).count("1") > 10


def test_neither_the_order_of_bytes_nor_that_of_rows_in_memory_counts() -> None:
    frame = smooth_frame((40, 60))
    swapped = frame.samples.astype(">u2")
    assert seed_of(replace(frame, samples=swapped)) == seed_of(frame)
    assert seed_of(replace(frame, samples=np.asfortranarray(frame.samples))) == seed_of(frame)


def test_it_is_a_number_of_64_bits() -> None:
    assert 0 <= seed_of(smooth_frame((16, 16))) < 1 << 64

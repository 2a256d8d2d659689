"""The rays of real lenses as polynomials, against a brute-force trace of single rays."""

import numpy as np
import pytest

from lichtbild.io.lens.catalogue import catalogue_lens
from lichtbild.optics.blur import blur_field
from single_rays import compared

CORNER = pytest.mark.xfail(reason="32.6 dB in the corner, where rims cut the pupil most", strict=True)
HARD = ("4p-f2.4-tele", "8p-f2-tele", pytest.param("double-gauss-50", marks=CORNER))
"""Two phone lenses of strong aspheres, and a classic; `benchmarks/blur_kernels.py` does all."""
LEAST_DB = 38.0


@pytest.mark.slow
@pytest.mark.parametrize("name", HARD)
def test_a_kernel_is_that_of_single_rays(name: str) -> None:
    lens = catalogue_lens(name)
    field = blur_field(lens, distances=2)
    found = [compared(lens, field, 30 * field.focal_length, 0, height, 500) for height in (0, 5, 8)]
    assert min(decibel for decibel, *_ in found) > LEAST_DB
    np.testing.assert_allclose([ours / theirs for _, ours, theirs in found], 1, atol=0.01)


@pytest.mark.slow
def test_rays_that_do_not_arrive_are_left_out() -> None:
    """At its nearest distance some rays to this lens's corner miss a surface, and end nowhere."""
    lens = catalogue_lens("7p-f2-ultrawide")
    field = blur_field(lens, distances=2, heights=2)
    assert np.abs(field.table).max() < 10 * field.half_diagonal

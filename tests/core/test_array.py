import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.core.array import iterated, transformed

SAMPLES = np.random.default_rng(3).random((37, 53, 4)).astype(np.float32)
MATRIX = np.random.default_rng(4).standard_normal((3, 4))


def test_it_is_the_product_of_matrices() -> None:
    exact = SAMPLES.astype(np.float64) @ MATRIX.T
    found = transformed(SAMPLES, MATRIX)
    assert found.dtype == np.float32
    # Four products, three sums and the weights are rounded: at most 8 half steps of the terms' sum.
    bound = 8 * 2.0**-24 * (np.abs(SAMPLES) @ np.abs(MATRIX.T))
    assert (np.abs(found - exact) <= bound).all()
    np.testing.assert_allclose(transformed(jnp.asarray(SAMPLES), MATRIX), exact, atol=float(bound.max()))


def test_a_pixel_does_not_depend_on_its_neighbours() -> None:
    whole = transformed(SAMPLES, MATRIX)
    for top, left, height, width in ((0, 0, 1, 1), (5, 7, 3, 11), (36, 0, 1, 53), (11, 13, 26, 40)):
        part = np.s_[top : top + height, left : left + width]
        np.testing.assert_array_equal(transformed(SAMPLES[part], MATRIX), whole[part])


def test_steps_are_the_same_in_both_libraries() -> None:
    """Newton's steps towards the root of 2, told by their number."""
    for start in (np.array(1.0), jnp.asarray(1.0)):
        found = iterated(lambda number, x: (x + 2 / x) / 2 + 0.0 * number, start, 6)
        assert float(found) == pytest.approx(2**0.5, rel=1e-6)
    assert float(iterated(lambda number, x: x + number, np.array(0.0), 5)) == 10

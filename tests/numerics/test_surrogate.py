"""Steps with a declared gradient."""

import jax
import jax.numpy as jnp
import numpy as np

from lichtbild.numerics.surrogate import rounded, straight_through


def test_values_are_those_of_the_step() -> None:
    x = np.array([-1.5, -0.2, 0.5, 2.5, 3.7])
    assert rounded(x).tolist() == [-2.0, -0.0, 0.0, 2.0, 4.0]
    np.testing.assert_array_equal(np.asarray(rounded(jnp.asarray(x))), rounded(x))


def test_gradient_of_rounding_is_one() -> None:
    assert jax.grad(lambda x: rounded(3.0 * x).sum())(jnp.array([0.3, 1.7])).tolist() == [3.0, 3.0]


def test_gradient_is_that_of_the_smooth_value() -> None:
    slope = jax.grad(lambda x: straight_through(jnp.floor(x), x**2))(1.5)
    assert float(slope) == 3.0

from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.continuation import broyden, follow, implicit, jacobian, polished, solved


def cubic(x, t):
    """Three roots, at -2, 0 and 1 when t is 0; the middle one moves to 2 t, past where the others were."""
    x, moved = x[0], 2.0 * t
    return ((x - moved) * (x - moved + 2) * (x - moved - 1))[None] / 4, jnp.ones(x.shape, bool)


def test_the_root_of_the_path_is_found_and_not_a_nearer_one() -> None:
    roots, _, arrived = follow(cubic, jnp.zeros((1, 1)))
    assert bool(arrived[0])
    assert float(roots[0, 0]) == pytest.approx(2.0, abs=1e-4)
    # Newton's method from the start goes to another root of the last problem.
    wrong, _, found = polished(lambda x: cubic(x, jnp.ones(x.shape[1:])), jnp.zeros((1, 1)))
    assert not bool(found[0]) or abs(float(wrong[0, 0]) - 2.0) > 0.5


def test_what_is_missed_at_the_start_is_taken_off_on_the_way() -> None:
    def family(x, t):
        return x - 3.0 * t + 0.4, jnp.ones(x.shape[1:], bool)

    roots, columns, arrived = follow(family, jnp.zeros((2, 5)))
    assert bool(jnp.all(arrived))
    assert np.asarray(roots) == pytest.approx(np.full((2, 5), 2.6), abs=1e-6)
    assert np.asarray(columns[:, :, 0]) == pytest.approx(np.eye(2), abs=1e-12)


def test_a_path_that_ends_has_not_arrived() -> None:
    def family(x, t):
        return x * x + t - 0.25, jnp.ones(x.shape[1:], bool)

    _, _, arrived = follow(family, jnp.full((1, 1), 0.5))
    assert not bool(arrived[0])


def test_a_place_where_nothing_is_known_is_walked_around_in_shorter_steps_or_given_up() -> None:
    def family(x, t):
        return x - t, x[0] < 0.6

    roots, _, arrived = follow(family, jnp.zeros((1, 1)))
    assert not bool(arrived[0])
    assert float(roots[0, 0]) < 0.6


@pytest.mark.parametrize("count", [2, 4])
def test_linear_equations_of_every_ray(count: int) -> None:
    rng = np.random.default_rng(1)
    columns, value = rng.normal(size=(count, count, 7)), rng.normal(size=(count, 7))
    found = np.asarray(solved(jnp.asarray(columns), jnp.asarray(value)))
    for ray in range(7):
        assert found[:, ray] == pytest.approx(np.linalg.solve(columns[:, :, ray], value[:, ray]), rel=1e-9)


def test_polished_roots_have_the_derivatives_of_the_problem() -> None:
    def root(a):
        def residual(x):
            return jnp.stack([x[0] ** 2 - a + 0 * x[1], x[1] - x[0]]), jnp.ones(x.shape[1:], bool)

        place, columns, found = jax.lax.stop_gradient(polished(residual, jnp.ones((2, 1))))
        return jnp.sum(implicit(lambda x: residual(x)[0], place, columns)) / 2, found

    value, found = root(2.0)
    assert bool(found[0])
    assert float(value) == pytest.approx(2.0**0.5, rel=1e-14)
    assert float(jax.jacfwd(lambda a: root(a)[0])(2.0)) == pytest.approx(0.5 / 2.0**0.5, rel=1e-12)


def test_a_jacobian_is_each_rays_own() -> None:
    def residual(x):
        return jnp.stack([x[0] * x[1], x[0] + 2 * x[1]]), jnp.ones(x.shape[1:], bool)

    _, columns, _ = jacobian(residual, jnp.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
    assert np.asarray(columns[:, :, 1]) == pytest.approx(np.array([[5.0, 2.0], [1.0, 2.0]]))


def test_broyden_needs_no_jacobian_but_the_first() -> None:
    """From a slightly wrong inverse, each step learns the direction it went; errors fall ever faster."""

    def left(x):
        return jnp.stack([1.0 - x[0] - 0.1 * x[1] ** 2, 0.5 - x[1] - 0.1 * x[0] * x[1]])

    x, before, now = jnp.zeros((2, 1)), jnp.full((2, 1), jnp.inf), left(jnp.zeros((2, 1)))
    inverse, sizes = jnp.eye(2)[:, :, None], []
    for _ in range(8):
        step, inverse = broyden(inverse, before, now)
        x, before = x + step, now
        now = left(x)
        sizes.append(float(jnp.max(jnp.abs(now))))
        learnt = broyden(inverse, before, now)[1]
        np.testing.assert_allclose(jnp.sum(learnt * (before - now), axis=1), step, rtol=1e-9, atol=1e-15)
        if sizes[-1] < 1e-13:
            break
    assert sizes[-1] < 1e-13
    assert all(after < before / 5 for before, after in pairwise(sizes))
    # Without learning, errors fall by one factor at each step: many more would be needed.
    assert len(sizes) <= 7

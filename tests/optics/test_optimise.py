"""Damped least squares on functions whose least values are known."""

import numpy as np
import pytest
from scipy.optimize import least_squares

from lichtbild.optics.optimise import Found, Model, damped_least_squares

FREE = (np.full(2, -np.inf), np.full(2, np.inf))


def rosenbrock(x: np.ndarray) -> np.ndarray:
    return np.array([10 * (x[1] - x[0] ** 2), 1 - x[0]])


def rosenbrock_slopes(x: np.ndarray) -> np.ndarray:
    return np.array([[-20 * x[0], 10.0], [-1.0, 0.0]])


def searched(residuals, slopes, start, bounds=FREE, **settings) -> Found[np.ndarray]:
    def model(x: np.ndarray) -> Model:
        r, jacobian = residuals(x), slopes(x)
        return Model(float(r @ r / 2), jacobian.T @ r, jacobian.T @ jacobian)

    def attempt(x: np.ndarray, change: np.ndarray) -> tuple[np.ndarray, float]:
        there = x + change
        return there, float(np.sum(residuals(there) ** 2) / 2)

    low, high = bounds
    return damped_least_squares(
        np.array(start, float), model, attempt, lambda x: (low - x, high - x), **settings
    )


def test_a_linear_problem_takes_one_step() -> None:
    """Up to the damping, 1e-9 of the diagonal; units of 1e8 between the variables do not matter."""
    matrix = np.random.default_rng(1).normal(size=(8, 3)) * [1.0, 1e4, 1e-4]
    right = np.arange(8.0)
    free = (np.full(3, -np.inf), np.full(3, np.inf))
    found = searched(lambda x: matrix @ x - right, lambda x: matrix, np.zeros(3), free, steps=1, damping=1e-9)
    expected = np.linalg.lstsq(matrix, right, rcond=None)[0]
    np.testing.assert_allclose(found.place, expected, rtol=1e-6)
    assert found.steps == 1


def test_a_curved_valley() -> None:
    found = searched(rosenbrock, rosenbrock_slopes, [-1.2, 1.0])
    np.testing.assert_allclose(found.place, 1.0, rtol=1e-7)
    assert found.is_still
    assert found.steps < 40


@pytest.mark.parametrize("high", [[0.5, np.inf], [np.inf, 0.3], [0.5, 0.1], [-0.2, 2.0]])
def test_bounds_hold_the_optimum_that_scipy_finds(high: list[float]) -> None:
    bounds = (np.array([-3.0, -3.0]), np.array(high))
    start = np.minimum([-1.2, 1.0], np.array(high) - 0.01)
    found = searched(rosenbrock, rosenbrock_slopes, start, bounds, gain=1e-10)
    expected = least_squares(rosenbrock, start, rosenbrock_slopes, bounds, xtol=1e-14, ftol=1e-14, gtol=1e-12)
    np.testing.assert_allclose(found.place, expected.x, atol=1e-5)
    assert (found.place <= bounds[1]).all()
    assert found.is_still


def test_a_start_in_its_corner_stays_and_is_still() -> None:
    bounds = (np.array([2.0, -3.0]), np.array([3.0, 4.0]))
    found = searched(lambda x: x - [1.0, 9.0], lambda x: np.eye(2), [2.0, 4.0], bounds)
    np.testing.assert_array_equal(found.place, [2.0, 4.0])
    assert found.is_still
    assert found.steps == 0


def test_a_merit_of_nothing_is_still() -> None:
    found = searched(lambda x: x, lambda x: np.eye(2), [0.0, 0.0])
    assert found.is_still
    assert found.merit == 0.0


def test_lost_light_is_stepped_back_from() -> None:
    """Beyond 1.5 there is none; the least value lies just before, and the first step goes far beyond."""

    def residuals(x: np.ndarray) -> np.ndarray:
        return np.where(x > 1.5, np.inf, np.log(x / 1.4))

    found = searched(residuals, lambda x: np.diag(1 / x), [0.1, 0.2], steps=200)
    np.testing.assert_allclose(found.place, 1.4, rtol=1e-6)


def test_steps_end_it_and_are_told() -> None:
    heard: list[tuple[int, float]] = []
    found = searched(
        rosenbrock, rosenbrock_slopes, [-1.2, 1.0], steps=4, told=lambda *step: heard.append(step)
    )
    assert [count for count, _ in heard] == [1, 2, 3, 4]
    assert [merit for _, merit in heard] == sorted((merit for _, merit in heard), reverse=True)
    assert heard[-1][1] == found.merit
    assert not found.is_still


def test_a_wide_gain_ends_it_early() -> None:
    rough, fine = (
        searched(rosenbrock, rosenbrock_slopes, [-1.2, 1.0], gain=gain).steps for gain in (0.9, 1e-9)
    )
    assert rough < fine

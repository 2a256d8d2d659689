"""The polynomials against the library's functions in double precision."""

import numpy as np
import pytest

from lichtbild.look.kernels.powers import cube_root, exp2, log2

EPS = float(np.finfo(np.float32).eps)


def called(function: object, values: np.ndarray) -> np.ndarray:
    return np.array([function(value) for value in values.astype(np.float32)])  # type: ignore[operator]


def test_logarithm() -> None:
    x = np.exp2(np.linspace(-60, 60, 4001)).astype(np.float32)
    exact = np.log2(x.astype(np.float64))
    # Rounding of a result of this size, and the polynomial's 5e-8 with its own rounding.
    assert (np.abs(called(log2, x) - exact) <= 0.6 * EPS * np.abs(exact) + 2e-7).all()


def test_power() -> None:
    x = np.linspace(-100, 100, 4001).astype(np.float32)
    np.testing.assert_allclose(called(exp2, x), np.exp2(x.astype(np.float64)), rtol=3e-7)
    assert called(exp2, np.array([-1e9]))[0] == pytest.approx(2.0**-126)
    assert np.isfinite(called(exp2, np.array([1e9]))[0])


def test_cube_root() -> None:
    x = np.exp2(np.linspace(-60, 60, 4001)).astype(np.float32)
    for sign in (1, -1):
        np.testing.assert_allclose(
            called(cube_root, sign * x), np.cbrt(sign * x.astype(np.float64)), rtol=4e-7
        )
    np.testing.assert_allclose(called(cube_root, np.array([0.0, -0.0, 1e-30])), 0, atol=2e-8)

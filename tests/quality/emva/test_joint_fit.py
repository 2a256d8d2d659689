"""Gain, responsivity, dark noise and response in one fit."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality.emva.joint_fit import fit_joint
from lichtbild.quality.emva.linear_fit import Curve, curve_of, fit_linear

SHARES = np.linspace(0.02, 0.98, 25)


def exact(sensor: Any) -> Curve:
    """The levels of endless many pixels."""
    light = SHARES * sensor.full / sensor.efficiency
    dark = sensor.moments(0.0)
    mean, variance = np.array([sensor.moments(one) for one in light]).T
    many = np.full(len(light), 1e7)
    error = np.sqrt(variance / 1e7)
    return Curve(light, mean - dark[0], error, variance, np.full(25, dark[1]), many, many, 24)


@pytest.mark.parametrize("bend", [(0.0, -0.02), (0.0, 0.02), (-0.04, 0.02), (0.0, 0.0)])
@pytest.mark.parametrize("lit", [True, False])
def test_exact_moments_give_the_sensors_numbers(bent: Any, bend: tuple[float, float], lit: bool) -> None:
    """The model's moments leave out what is of the order of the gain over the code: below 1e-5."""
    sensor = replace(bent, quadratic=bend[0], cubic=bend[1])
    fit = fit_joint(exact(sensor), lit=lit)
    assert fit.gain.value == pytest.approx(sensor.gain, rel=3e-5)
    assert fit.dark_variance.value == pytest.approx((sensor.gain * sensor.noise) ** 2, rel=1e-4)
    full = fit.response.scale / (sensor.gain * sensor.full)
    assert fit.response.quadratic == pytest.approx(bend[0] * full, abs=2e-4)
    assert fit.response.cubic == pytest.approx(bend[1] * full**2, abs=2e-4)
    if lit:
        assert fit.responsivity is not None
        assert fit.responsivity.value == pytest.approx(sensor.gain * sensor.efficiency, rel=1e-5)


def test_lines_err_as_first_order_says(bent: Any) -> None:
    """g'^2 over g falls by 5 times the cubic term; lines weigh the square of the code twice."""
    fit = fit_linear(exact(bent), lit=True)
    x = SHARES[SHARES <= 0.7]
    expected = 5 * bent.cubic * (x**4).sum() / (x**2).sum()
    assert fit.gain.value / bent.gain - 1 == pytest.approx(expected, rel=0.1)
    assert fit.gain.value < 0.98 * bent.gain


def test_jitter_of_the_light_is_found_and_widens(bent: Any) -> None:
    """25 levels tell a deviation within 14 %; 3 of them."""
    curve = exact(bent)
    shaken = replace(curve, light=curve.light * (1 + 0.002 * np.random.default_rng(2).normal(size=25)))
    still, fit = fit_joint(curve, lit=True), fit_joint(shaken, lit=True)
    assert fit.light_jitter == pytest.approx(0.002, rel=0.45)
    assert still.light_jitter < 1e-4
    assert fit.responsivity is not None and still.responsivity is not None
    assert fit.responsivity.error > 5 * still.responsivity.error
    assert fit.responsivity.covers(bent.gain * bent.efficiency)


def test_what_cannot_be_fitted(bent: Any) -> None:
    curve = exact(bent)
    few = Curve(*(getattr(curve, name)[-5:] for name in list(vars(curve))[:-1]), 4)
    with pytest.raises(BadInput, match="up to 70 % of saturation"):
        fit_joint(few, lit=True)
    flat = replace(curve, variance=curve.dark * (1 + 1e-9 * np.arange(25)), dark=curve.dark * 1.01)
    with pytest.raises(BadInput, match="denoised"):
        fit_joint(flat, lit=True)
    with pytest.raises(BadInput, match="4 lit and 1 dark"):
        curve_of([], [])

from collections.abc import Callable
from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.dispersion import FORMULAS, formula_index, library

Longhand = Callable[..., float]

LONGHAND: dict[int, Longhand] = {
    1: lambda w, a, b, c, d, e, f: (a + b * w**2 + c / w**2 + d / w**4 + e / w**6 + f / w**8) ** 0.5,
    2: lambda w, a, b, c, d, e, f: (
        (1 + a * w**2 / (w**2 - b) + c * w**2 / (w**2 - d) + e * w**2 / (w**2 - f)) ** 0.5
    ),
    3: lambda w, a, b, c, d, e, f: (
        a + b / (w**2 - 0.028) + c / (w**2 - 0.028) ** 2 + d * w**2 + e * w**4 + f * w**6
    ),
    4: lambda w, a, b, c, d, e: (1 + a + b * w**2 / (w**2 - c**2) + d / (w**2 - e**2)) ** 0.5,
    5: lambda w, a, b, c: a + b / w + c / w**3.5,
    6: lambda w, a, b, c, d, e, f, g, h: (
        (1 + w**2 * (a / (w**2 - b) + c / (w**2 - d) + e / (w**2 - f) + g / (w**2 - h))) ** 0.5
    ),
    7: lambda w, a, b, c, d: (a + b / (w**2 - c) - d * w**2) ** 0.5,
    8: lambda w, a, b, c, d: (a + b * w**2 / (w**2 - c) - d * w**2) ** 0.5,
    9: lambda w, a, b, c, d, e: (a + b * w**2 / (w**2 - c) + d * w**2 / (w**2 - e)) ** 0.5,
    10: lambda w, a, b, c, d, e, f, g, h: (
        (a + b * w**2 + c / w**2 + d / w**4 + e / w**6 + f / w**8 + g / w**10 + h / w**12) ** 0.5
    ),
    11: lambda w, a, b, c, d, e, f, g, h, i, j: (
        (1 + w**2 * (a / (w**2 - b) + c / (w**2 - d) + e / (w**2 - f) + g / (w**2 - h) + i / (w**2 - j)))
        ** 0.5
    ),
    12: lambda w, a, b, c, d, e, f, g, h: (
        (a + b * w**2 + c / w**2 + d / w**4 + e / w**6 + f / w**8 + g * w**4 + h * w**6) ** 0.5
    ),
    13: lambda w, a, b, c, d, e, f, g, h, i: (
        (a + b * w**2 + c * w**4 + d / w**2 + e / w**4 + f / w**6 + g / w**8 + h / w**10 + i / w**12) ** 0.5
    ),
}

PUBLISHED = {
    "IRG2 (Schott)": (
        3,
        (1.85362871, 1.21652879e-2, 6.64999251e-5, -2.66759682e-3, -1.29306852e-7, -2.88756685e-7),
        1.891717,
        29.896648,
    ),
    "NICHIA melt 1": (5, (1.47444837, 1.03147698e-2, 2.6742387e-4), 1.493724, 64.358478),
    "calcite": (
        6,
        (0.8559, 3.45744e-3, 0.8391, 1.9881e-2, 9e-4, 3.8809e-2, 0.6845, 49.070025),
        1.658643,
        48.541403,
    ),
    "BBO": (7, (2.7405, 0.0184, 0.0179, 0.0155), 1.670737, 52.593907),
    "ZnO": (8, (2.81418, 0.87968, 0.09253764, 0.00711), 2.003385, 12.424016),
    "AlN": (9, (3.1399, 1.3786, 0.02941, 3.861, 225.9009), 2.154291, 50.733102),
}
"""Formulas that the catalogues of the test data do not use; n_d and v_d as Zemax's catalogues print them."""


def sample(formula: int) -> tuple[float, ...]:
    """Coefficients that give an index for light, each of them of influence."""
    count = FORMULAS[formula].coefficients
    first = 2.4 if formula in (1, 7, 8, 9, 10, 12, 13) else 1.1
    rest = np.random.default_rng(formula).uniform(0.002, 0.02, count - 1)
    return (first, *(float(value) for value in rest))


@pytest.mark.parametrize("formula", FORMULAS)
def test_each_formula_equals_itself_in_longhand(formula: int) -> None:
    microns = np.linspace(0.4, 1.6, 13)
    longhand = [LONGHAND[formula](float(w), *sample(formula)) for w in microns]
    np.testing.assert_allclose(formula_index(formula, sample(formula), microns), longhand, rtol=1e-15 * 8)


@pytest.mark.parametrize("glass", PUBLISHED)
def test_published_glasses_have_their_index_and_abbe_number(glass: str) -> None:
    formula, coefficients, index, abbe = PUBLISHED[glass]
    d, f, c = (float(formula_index(formula, coefficients, w)) for w in (0.5875618, 0.4861327, 0.6562725))
    assert d == pytest.approx(index, abs=0.5e-6)
    assert (d - 1) / (f - c) == pytest.approx(abbe, abs=0.5e-6 * abbe / (f - c) * 1e-2 + 1e-6)


def test_krs5_has_the_index_that_rodney_and_malitson_measured() -> None:
    terms = (
        1.8293958,
        0.0225,
        1.6675593,
        0.0625,
        1.1210424,
        0.1225,
        0.04513366,
        0.2025,
        12.380234,
        27089.8681,
    )
    assert float(formula_index(11, terms, 10.0)) == pytest.approx(2.37069, abs=0.5e-5)


@pytest.mark.parametrize("formula", FORMULAS)
def test_jax_gives_what_numpy_gives_and_its_derivative_that_of_differences(formula: int) -> None:
    microns = np.linspace(0.42, 1.1, 5)
    plain = formula_index(formula, sample(formula), microns)
    traced = jax.jit(lambda w, c: formula_index(formula, c, w))(jnp.asarray(microns), sample(formula))
    np.testing.assert_allclose(traced, plain, rtol=1e-15 * 8)
    step = 1e-5
    differences = (
        formula_index(formula, sample(formula), microns + step)
        - formula_index(formula, sample(formula), microns - step)
    ) / (2 * step)
    slopes = jax.vmap(jax.grad(lambda w: formula_index(formula, sample(formula), w)))(jnp.asarray(microns))
    # Truncation is step^2 n''' / 6, rounding eps / step.
    np.testing.assert_allclose(slopes, differences, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize(("formula", "place"), [*product((1, 2, 5), (0, 1, 2))])
def test_the_derivative_by_a_coefficient_is_that_of_differences(formula: int, place: int) -> None:
    terms = np.array(sample(formula))
    step = np.eye(len(terms))[place] * 1e-6
    above, below = (formula_index(formula, tuple(terms + move), 0.55) for move in (step, -step))
    slope = jax.grad(lambda c: formula_index(formula, c, 0.55))(sample(formula))[place]
    assert float(slope) == pytest.approx(float(above - below) / 2e-6, rel=1e-7, abs=1e-9)


def test_coefficients_that_are_left_out_are_zero_and_those_too_many_do_not_count() -> None:
    assert formula_index(1, (2.25,), 0.5) == 1.5
    assert formula_index(5, (1.5, 0.0, 0.0, 7.0), 0.5) == 1.5


def test_an_unknown_formula_is_named() -> None:
    with pytest.raises(
        BadInput, match="dispersion formula 14 is unknown; AGF files number them from 1 to 13"
    ):
        formula_index(14, (1.0,), 0.5)


def test_one_number_of_jax_is_enough_for_its_library() -> None:
    assert library(1.0, np.ones(2)) is np
    assert library(1.0, np.float64(1), jnp.ones(2)) is jnp

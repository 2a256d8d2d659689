import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.look.learn.display_colour import difference
from lichtbild.look.learn.learned_look import between, learned
from lichtbild.look.learn.pairs import Pairs
from lichtbild.look.learn.regression import fit
from look.learn.looks import red_filter, warm_and_contrasty

COLOURS = np.round(np.random.default_rng(1).random((500, 3)) * 255) / 255
OTHERS = np.random.default_rng(2).random((2000, 3)) * 0.9 + 0.05


def rounded(colours: np.ndarray) -> np.ndarray:
    return np.round(colours * 255) / 255


def test_a_smooth_look_is_found_to_the_rounding_of_its_pairs() -> None:
    found = fit(Pairs(COLOURS, rounded(warm_and_contrasty(COLOURS)), np.ones(500)))
    error = difference(found(OTHERS), warm_and_contrasty(OTHERS))
    assert error.mean() < 0.3
    assert np.quantile(error, 0.95) < 0.8


def test_the_table_is_the_regression() -> None:
    found = fit(Pairs(COLOURS, rounded(warm_and_contrasty(COLOURS)), np.ones(500)))
    apart = difference(learned(found).lut(OTHERS), found(OTHERS))
    assert apart.mean() < 0.1


def test_a_look_without_colour_is_neutral_to_the_last_bit() -> None:
    look = learned(fit(Pairs(COLOURS, rounded(red_filter(COLOURS)), np.ones(500))))
    after = look.lut(OTHERS.astype(np.float32))
    assert np.array_equal(after[:, 0], after[:, 1])
    assert np.array_equal(after[:, 0], after[:, 2])
    assert difference(after.astype(np.float64), red_filter(OTHERS)).mean() < 0.3


def test_a_look_is_trusted_where_its_pairs_are_and_nowhere_else() -> None:
    dull = 0.3 + 0.3 * COLOURS
    found = fit(Pairs(dull, rounded(warm_and_contrasty(dull)), np.ones(500)))
    near = 0.35 + 0.2 * OTHERS
    far = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    assert found.expected_difference(near).max() < found.expected_difference(far).min()


def test_what_is_expected_to_be_wrong_is_about_what_is_wrong() -> None:
    dull = 0.2 + 0.5 * COLOURS
    found = fit(Pairs(dull, rounded(warm_and_contrasty(dull)), np.ones(500)))
    wrong = difference(found(OTHERS), warm_and_contrasty(OTHERS))
    expected = found.expected_difference(OTHERS)
    assert np.corrcoef(np.log(wrong), np.log(expected))[0, 1] > 0.4
    assert 0.2 < wrong.mean() / expected.mean() < 3


def test_between_four_values_is_their_cubic() -> None:
    known = np.arange(9.0)
    found = between(known**3, 0)
    inner = np.arange(17)[2:-2] / 2
    np.testing.assert_allclose(found[2:-2], inner**3, atol=1e-9)
    np.testing.assert_allclose(between(known**2, 0), (np.arange(17) / 2) ** 2, atol=1e-9)


def test_one_shade_says_nothing() -> None:
    with pytest.raises(BadInput, match="all of one shade"):
        fit(Pairs(np.full((50, 3), 0.5), np.full((50, 3), 0.6), np.ones(50)))

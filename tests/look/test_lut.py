import numpy as np
import pytest
from scipy.interpolate import RegularGridInterpolator

from lichtbild.core.errors import BadInput
from lichtbild.look.lut import Lut, nodes

COLOURS = np.random.default_rng(1).random((500, 3))


def test_the_identity_changes_nothing() -> None:
    np.testing.assert_allclose(Lut.identity(7)(COLOURS), COLOURS, atol=2e-7)


def test_a_function_that_is_linear_in_a_tetrahedron_is_met_exactly() -> None:
    def largest_and_product(rgb: np.ndarray) -> np.ndarray:
        return np.stack([rgb.max(-1), rgb.min(-1), rgb @ [0.2, 0.5, 0.3]], axis=-1)

    table = Lut(largest_and_product(nodes(2)).astype(np.float32))
    np.testing.assert_allclose(table(COLOURS), largest_and_product(COLOURS), atol=3e-7)


def test_along_an_edge_of_the_cube_it_is_the_linear_interpolation_of_the_nodes() -> None:
    table = np.random.default_rng(2).random((5, 5, 5, 3)).astype(np.float32)
    edge = np.stack([np.linspace(0, 1, 41), np.zeros(41), np.ones(41)], axis=-1)
    steps = np.linspace(0, 1, 5)
    expected = RegularGridInterpolator((steps, steps, steps), table)(edge)
    np.testing.assert_allclose(Lut(table)(edge), expected, atol=3e-7)


def test_neutrals_stay_neutral_to_the_last_bit_where_the_diagonal_is() -> None:
    table = nodes(33) ** np.float32(1.3) + np.random.default_rng(3).normal(0, 0.05, (33, 33, 33, 3))
    steps = np.arange(33)
    table[steps, steps, steps] = (np.linspace(0, 1, 33) ** 0.7)[:, None]
    found = Lut(table.astype(np.float32))(np.repeat(np.linspace(0, 1, 1001)[:, None], 3, axis=1))
    assert np.array_equal(found[:, 0], found[:, 1])
    assert np.array_equal(found[:, 0], found[:, 2])


def test_a_domain_is_kept_and_what_lies_outside_is_cut_to_it() -> None:
    table = Lut(nodes(3), low=(-1.0, -1.0, -1.0), high=(1.0, 1.0, 3.0))
    found = table(np.array([[-1.0, 0.0, 1.0], [-5.0, 5.0, 3.0]]))
    np.testing.assert_allclose(found, [[0.0, 0.5, 0.5], [0.0, 1.0, 1.0]], atol=1e-7)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Lut(np.zeros((1, 1, 1, 3), np.float32)), "2 to 144 nodes"),
        (lambda: Lut(np.full((2, 2, 2, 3), np.nan, np.float32)), "no number"),
        (lambda: Lut(nodes(2), high=(1.0, 0.0, 1.0)), "from low up to high"),
    ],
)
def test_what_is_no_table_is_refused(make: object, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        make()  # type: ignore[operator]

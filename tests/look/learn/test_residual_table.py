import numpy as np

from lichtbild.look.learn.residual_table import residual_table
from lichtbild.look.lut import nodes
from look.learn.looks import warm_and_contrasty

GRID = nodes(25).reshape(-1, 3).astype(np.float64)
EVEN = np.ones(len(GRID))
INSIDE = 0.1 + 0.8 * np.random.default_rng(1).random((2000, 3))


def test_nothing_left_over_is_the_table_that_changes_nothing() -> None:
    np.testing.assert_allclose(residual_table(GRID, GRID, EVEN).table, nodes(33), atol=1e-6)


def test_what_is_left_after_a_curve_is_found() -> None:
    def curve(colours: np.ndarray) -> np.ndarray:
        return colours**1.2

    table = residual_table(curve(GRID), warm_and_contrasty(GRID), EVEN)
    # A cell of 1/32 bends these curves, whose second derivatives are below 5, by less than 5 / 8 / 32^2.
    np.testing.assert_allclose(table(curve(INSIDE)), warm_and_contrasty(INSIDE), atol=2e-3)


def test_what_counts_more_is_nearer() -> None:
    """Two colours that the style made one cannot both be right."""
    styled = np.repeat(GRID, 2, axis=0)
    wanted = styled + np.tile([[0.02], [-0.02]], (len(GRID), 3))[:, :3]
    inside = ((wanted >= 0) & (wanted <= 1)).all(axis=1)
    weight = np.tile([3.0, 1.0], len(GRID))
    table = residual_table(styled[inside], wanted[inside], weight[inside])
    # The weighted mean: (3 * 0.02 - 0.02) / 4.
    np.testing.assert_allclose(table(INSIDE) - INSIDE, 0.01, atol=2e-3)


def test_where_no_colour_comes_it_follows_its_neighbours() -> None:
    near = GRID[GRID.max(axis=1) < 0.7]
    table = residual_table(near, near * 0.9, np.ones(len(near)))
    # A straight line goes on straight, for a cell or two; what is further away the sums of few rounds leave.
    beyond = INSIDE[INSIDE.max(axis=1) < 0.75]
    assert np.abs(table(beyond) - beyond * 0.9).max() < 0.01

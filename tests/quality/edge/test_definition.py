"""The edge response as a function of the picture."""

import jax
import numpy as np
import pytest

import exact_edges as exact
from lichtbild.core.errors import BadInput
from lichtbild.quality.edge.definition import edge_mtf, edge_mtf50, edge_operator

TRANSFER, BAND = exact.gaussian_of(0.25, 5.0)
PICTURE = exact.edge(TRANSFER, BAND, 5.0, (40, 32))
OPERATOR = edge_operator(PICTURE, *exact.ends(5.0, (40, 32)), 15.0)


def test_it_gives_the_response_of_the_edge() -> None:
    np.testing.assert_allclose(edge_mtf(PICTURE, OPERATOR), TRANSFER(OPERATOR.frequencies), atol=3e-3)
    # A line over 1/40 cycle/px of a curve whose second derivative is below 20 errs by less than 0.0016.
    assert edge_mtf50(PICTURE, OPERATOR) == pytest.approx(0.25, rel=8e-3)


def test_its_gradient_is_that_of_finite_differences() -> None:
    with jax.enable_x64(True):
        gradient = np.asarray(
            jax.jit(jax.grad(lambda p: edge_mtf50(p, OPERATOR)))(jax.numpy.asarray(PICTURE))
        )
    direction = np.random.default_rng(1).normal(size=PICTURE.shape)
    step = 1e-6
    slope = edge_mtf50(PICTURE + step * direction, OPERATOR) - edge_mtf50(
        PICTURE - step * direction, OPERATOR
    )
    assert np.sum(gradient * direction) == pytest.approx(slope / (2 * step), rel=1e-6)


def test_what_has_no_edge_and_what_has_no_half() -> None:
    with pytest.raises(BadInput):
        edge_operator(np.full((40, 32), 0.5), *exact.ends(5.0, (40, 32)), 15.0)
    low = edge_operator(PICTURE, *exact.ends(5.0, (40, 32)), 15.0, frequencies=np.linspace(0.0, 0.1, 5))
    assert np.isnan(edge_mtf50(PICTURE, low))
    assert float(edge_mtf50(jax.numpy.asarray(PICTURE), low)) == pytest.approx(0.1)

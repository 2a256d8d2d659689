"""The linear part of the standard's algorithm, and its slope by the light."""

import jax
import numpy as np
import pytest

from exact_edge import gaussian_edge
from lichtbild.quality.edge.iso_projection import fitted_edge
from lichtbild.quality.edge.iso_response import held_edge, response, response_error


def test_scale_and_offset_of_the_light_do_not_count() -> None:
    plane = gaussian_edge((60, 40), 6, 0.8)
    held = held_edge(plane, fitted_edge(plane, 1).curve, falling=False)
    np.testing.assert_allclose(response(plane, held), response(7 * plane - 2, held), atol=1e-12)


def test_the_error_is_that_of_the_derivative() -> None:
    """Known noise through the derivative that JAX takes is the error that scatter within the bins gives."""
    plane = gaussian_edge((100, 40), 6, 0.8)
    held = held_edge(plane, fitted_edge(plane, 1).curve, falling=False)
    with jax.enable_x64():
        some = jax.jacrev(lambda light: response(light, held)[3:30:4])
        slope = np.asarray(some(jax.numpy.asarray(plane)))
    noisy = plane + np.random.default_rng(2).normal(0, 0.02, plane.shape)
    expected = 0.02 * np.sqrt((slope**2).sum(axis=(1, 2)))
    # 160 bins tell the variance to 11 %, and each frequency weighs them alike.
    assert response_error(noisy, held)[3:30:4] / expected == pytest.approx(1, abs=0.15)

"""The linear part of the standard's algorithm, and its slope by the light."""

import numpy as np
import pytest

from exact_edge import gaussian_edge
from lichtbild.quality.edge.iso_projection import fitted_edge
from lichtbild.quality.edge.iso_response import held_edge, response, response_error


def test_scale_and_offset_of_the_light_do_not_count() -> None:
    plane = gaussian_edge((60, 40), 6, 0.8)
    held = held_edge(plane, fitted_edge(plane, 1).curve, falling=False)
    np.testing.assert_allclose(response(plane, held), response(7 * plane - 2, held), atol=1e-12)


def test_the_error_is_that_of_repeated_light() -> None:
    """Noise of 0.02 on an edge that is held: the deviation over 200 draws, known to 5 % at each frequency.

    Up to 0.45 cycles/px: further on noise is as great as the response, and a modulus is not linear in it.
    """
    plane = gaussian_edge((100, 40), 6, 0.8)
    held = held_edge(plane, fitted_edge(plane, 1).curve, falling=False)
    rng = np.random.default_rng(2)
    drawn = [plane + rng.normal(0, 0.02, plane.shape) for _ in range(200)]
    spread = np.std([response(light, held)[3:18] for light in drawn], axis=0)
    told = np.mean([response_error(light, held)[3:18] for light in drawn[:20]], axis=0)
    assert told / spread == pytest.approx(1, abs=0.2)
    assert (told / spread).mean() == pytest.approx(1, abs=0.05)

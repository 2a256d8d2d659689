"""Variance of a sample by its mean."""

import numpy as np
import pytest

from lichtbild.image.noise_profile import NoiseProfile


def test_variance_is_a_line_that_stops_at_black():
    noise = NoiseProfile((1e-4, 2e-4), (1e-6, 3e-6))
    found = noise.variance(np.array([[0.0, 0.5], [-0.1, 1.0]]))
    np.testing.assert_allclose(found, [[1e-6, 1.03e-4], [1e-6, 2.03e-4]], rtol=1e-14)


def test_slopes_and_offsets_come_in_pairs():
    with pytest.raises(ValueError, match="2 slopes and 1 offsets"):
        NoiseProfile((1e-4, 1e-4), (1e-6,))

"""The guided filter against what it must give: linear functions exactly, and steps where the guide steps."""

import numpy as np

from lichtbild.numerics.guided_filter import box_mean, coefficients

GUIDE = np.random.default_rng(3).normal(size=(40, 50, 3))


def test_a_linear_function_of_the_guide_is_found() -> None:
    plane = 0.3 * GUIDE[..., 0] - 0.2 * GUIDE[..., 1] + 0.1
    found = coefficients(GUIDE, plane, 4, 1e-6)
    wanted = np.array([0.3, -0.2, 0.0, 0.1])[:, None, None]
    np.testing.assert_allclose(found, np.broadcast_to(wanted, found.shape), atol=1e-5)


def test_a_constant_stays_and_a_flat_guide_gives_means() -> None:
    found = coefficients(GUIDE, np.full((40, 50), 0.7), 3, 0.3)
    np.testing.assert_allclose(found[:3], 0, atol=1e-9)
    np.testing.assert_allclose(found[3], 0.7, atol=1e-6)
    plane = np.random.default_rng(4).random((40, 50))
    flat = coefficients(np.zeros((40, 50, 1)), plane, 2, 0.3)
    np.testing.assert_allclose(flat[1], box_mean(box_mean(plane, 2), 2), atol=1e-6)


def test_half_of_a_texture_as_strong_as_the_threshold_is_followed() -> None:
    """The slope is var / (var + texture^2): a half where both are equal."""
    guide = 0.4 * np.random.default_rng(5).normal(size=(200, 200, 1))
    found = coefficients(guide, guide[..., 0], 20, 0.4)
    np.testing.assert_allclose(found[0, 60:140, 60:140], 0.5, atol=0.02)


def test_a_box_is_cut_at_the_border() -> None:
    plane = np.random.default_rng(1).normal(size=(6, 5))
    expected = [
        [plane[max(y - 2, 0) : y + 3, max(x - 2, 0) : x + 3].mean() for x in range(5)] for y in range(6)
    ]
    np.testing.assert_allclose(box_mean(plane, 2), expected, atol=1e-12)

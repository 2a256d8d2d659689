"""Outlines against closed forms."""

import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics import outline

ANGLES = 2 * np.pi * np.arange(64) / 64


def test_the_area_of_an_ellipse_anywhere_and_either_way_round() -> None:
    for turned in (ANGLES, -ANGLES):
        rim = np.stack([0.3 + 2 * np.cos(turned), -0.7 + 0.5 * np.sin(turned)])
        assert float(outline.area(outline.series(jnp.asarray(rim)))) == pytest.approx(np.pi, rel=1e-14)


def test_the_area_of_a_disc_whose_side_is_cut_off() -> None:
    """A straight edge at half the radius: corners cost a part in a few thousand."""
    radius = np.where(np.cos(ANGLES) > 0.5, 0.5 / np.maximum(np.cos(ANGLES), 0.5), 1.0)
    rim = radius * np.stack([np.cos(ANGLES), np.sin(ANGLES)])
    segment = np.pi / 3 - np.sqrt(3) / 4
    found = float(outline.area(outline.series(jnp.asarray(rim))))
    assert found == pytest.approx(np.pi - segment, rel=2e-3)


def test_the_curve_goes_through_its_points_and_has_their_slope() -> None:
    rim = np.stack([np.cos(ANGLES) + 0.2 * np.sin(3 * ANGLES), np.sin(ANGLES)])
    value, slope = outline.curve(outline.series(jnp.asarray(rim)), jnp.asarray(ANGLES))
    np.testing.assert_allclose(value, rim, atol=1e-14)
    exact = np.stack([-np.sin(ANGLES) + 0.6 * np.cos(3 * ANGLES), np.cos(ANGLES)])
    np.testing.assert_allclose(slope, exact, atol=1e-13)

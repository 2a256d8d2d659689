import numpy as np
import pytest

from lichtbild.camera.calibration.card_matrices import card_matrices
from lichtbild.colour import cielab
from lichtbild.colour.spaces import D50_XY, adaptation, xyz_of
from lichtbild.core.errors import BadInput

A_XY = (0.44758, 0.40745)
LAB = np.random.default_rng(0).uniform((30, -40, -40), (80, 40, 40), (24, 3))
LAB[18:, 1:] = 0
GREY = np.arange(24) >= 18
FORWARD = np.array([[0.62, 0.28, 0.0], [0.25, 0.85, -0.1], [0.02, -0.15, 0.0]])
FORWARD[:, 2] = xyz_of(D50_XY) - FORWARD[:, :2].sum(axis=1)
NEUTRAL = np.array([0.9, 1.0, 0.35])


def seen(exposure: float) -> np.ndarray:
    """What a camera of that forward matrix has for each patch."""
    return exposure * cielab.to_xyz(LAB, D50_XY) @ np.linalg.inv(FORWARD).T * NEUTRAL


def test_a_known_camera_comes_back() -> None:
    """Whatever the exposure; white is white in both matrices."""
    for exposure in (0.3, 4000.0):
        found = card_matrices(seen(exposure), LAB, GREY, A_XY)
        np.testing.assert_allclose(found.calibration.forward_matrix, FORWARD, atol=1e-5)
        np.testing.assert_allclose(found.neutral, NEUTRAL, atol=1e-6)
        np.testing.assert_allclose(found.calibration.colour_matrix @ xyz_of(A_XY), NEUTRAL, atol=1e-6)
        np.testing.assert_allclose(found.calibration.forward_matrix @ np.ones(3), xyz_of(D50_XY), atol=1e-9)
        assert found.fit.errors.max() < 1e-3


def test_both_matrices_say_the_same() -> None:
    """The colour matrix undoes the forward one, but for the adaptation between the whites and one factor."""
    found = card_matrices(seen(1.0), LAB, GREY, A_XY)
    assert found.calibration.forward_matrix is not None
    forth = found.calibration.forward_matrix @ np.diag(1 / found.neutral)
    both = forth @ found.calibration.colour_matrix @ adaptation(D50_XY, A_XY)
    np.testing.assert_allclose(both, both[0, 0] * np.eye(3), atol=1e-6)


def test_cards_without_greys() -> None:
    with pytest.raises(BadInput, match="grey"):
        card_matrices(seen(1.0), LAB, np.zeros(24, bool), A_XY)
    with pytest.raises(BadInput, match="grey"):
        card_matrices(0 * seen(1.0), LAB, GREY, A_XY)

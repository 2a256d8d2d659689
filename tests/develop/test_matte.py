"""The matte: colours on a line between subject and background give their share back."""

import numpy as np
import pytest

from lichtbild.develop.matte import SIDE, matte

pytest.importorskip("pymatting")


def _composite(side: int) -> tuple[np.ndarray, np.ndarray]:
    """A disc with a soft border of a hundredth of the side, of one colour over another."""
    y, x = (np.mgrid[:side, :side] + 0.5) / side - 0.5
    alpha = np.clip((0.3 - np.hypot(y, x)) / 0.01 + 0.5, 0, 1)
    light = alpha[..., None] * np.array([0.7, 0.4, 0.3]) + (1 - alpha[..., None]) * np.array([0.1, 0.2, 0.4])
    return light.astype(np.float32), alpha


def _coarse(alpha: np.ndarray) -> np.ndarray:
    step = alpha.shape[0] // 64
    return np.asarray((alpha[::step, ::step] > 0.5).astype(np.float64))


def test_a_soft_border_is_found() -> None:
    light, alpha = _composite(256)
    found = matte(light, _coarse(alpha))
    assert found is not None
    assert (
        np.abs(found - alpha).mean() < 0.1 * np.abs(_coarse(alpha).repeat(4, 0).repeat(4, 1) - alpha).mean()
    )


def test_a_large_picture_gets_the_same_matte() -> None:
    errors = []
    for side in (SIDE, 2 * SIDE):
        light, alpha = _composite(side)
        found = matte(light, _coarse(alpha))
        assert found is not None and found.shape == alpha.shape
        errors.append(np.abs(found - alpha).mean())
    assert errors[1] < 1.5 * errors[0] < 0.01


def test_without_a_subject_there_is_no_matte() -> None:
    assert matte(np.full((64, 64, 3), 0.5, np.float32), np.zeros((16, 16))) is None


def test_a_picture_that_is_all_subject_is_covered() -> None:
    found = matte(np.full((64, 64, 3), 0.5, np.float32), np.ones((16, 16)))
    np.testing.assert_allclose(found, 1.0)

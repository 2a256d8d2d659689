import numpy as np
import pytest

from lichtbild.camera.calibration.noise_pairs import noise_of_pairs
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent
from lichtbild.image.cfa import Cfa

CFA = Cfa.bayer("GRBG")
SCALE, OFFSET = np.array([2e-4, 1e-4, 4e-4]), 1e-6
SIZE = (256, 320)


def stack(level: float, seed: int) -> list[np.ndarray]:
    """Two frames of one light that falls off and has a pattern, which is no noise."""
    chance = np.random.default_rng(seed)
    fall = 1 - 0.5 * np.hypot(*np.mgrid[-1 : 1 : SIZE[0] * 1j, -1 : 1 : SIZE[1] * 1j]) ** 2 / 2
    mean = level * fall * (1 + 0.02 * np.random.default_rng(9).standard_normal(SIZE))
    spread = np.sqrt(SCALE[CFA.planes(Extent(*SIZE))] * mean + OFFSET)
    return [mean + spread * chance.standard_normal(SIZE) for _ in range(2)]


def test_both_terms_come_back() -> None:
    """A colour has 20480 samples a frame or more; its slope is sure to sqrt(2 / (3 n)), 0.6 %; five times."""
    found = noise_of_pairs([stack(0.0, 1), stack(0.1, 2), stack(0.4, 3), stack(0.7, 4)], CFA)
    np.testing.assert_allclose(found.profile.scale, SCALE, rtol=0.03)
    np.testing.assert_allclose(found.profile.offset, OFFSET, rtol=0.1)
    assert max(found.error) < 0.01


def test_full_samples_are_left_out() -> None:
    """Cut samples have less noise than they should."""
    cut = [np.minimum(one, 1.0) for one in stack(1.05, 5)]
    found = noise_of_pairs([stack(0.0, 1), stack(0.3, 2), stack(0.6, 3), cut], CFA)
    np.testing.assert_allclose(found.profile.scale, SCALE, rtol=0.03)


def test_what_tells_nothing() -> None:
    with pytest.raises(BadInput, match="two of each"):
        noise_of_pairs([stack(0.5, 1)[:1]], CFA)
    with pytest.raises(BadInput, match="differs too little"):
        noise_of_pairs([stack(0.0, 1)], CFA)

import numpy as np
import pytest

from lichtbild.camera.calibration.spread_fit import EdgeSeen, spread_fit
from lichtbild.core.errors import BadInput
from lichtbild.image.measured_lens import spread_transfer

PITCH = 1e-3
TERMS = np.array([np.log(0.5e-3), 0.1, -0.05, 0.3, 0.1, 0.2, 0.0, 0.8, -0.5])


def edge(x: float, y: float, angle: float) -> EdgeSeen:
    frequencies = np.linspace(0, 1, 21)
    normal = np.cos(angle), np.sin(angle)
    u, v = (frequencies * one for one in normal)
    mtf = spread_transfer(TERMS, (np.full(21, x), np.full(21, y)), (u / PITCH, v / PITCH))
    return EdgeSeen((x, y), normal, frequencies, mtf * np.sinc(u) * np.sinc(v), np.full(21, 0.002))


def test_a_known_field_comes_back() -> None:
    chance = np.random.default_rng(0)
    places = chance.uniform(-0.7, 0.7, (40, 2))
    angles = chance.uniform(0, 3, 40)
    found = spread_fit([edge(x, y, angle) for (x, y), angle in zip(places, angles, strict=True)], PITCH)
    assert found.rms < 2e-3
    other = edge(0.3, -0.4, 1.0)
    u, v = (other.frequencies * one for one in other.normal)
    told = found.field.transfer((np.full(21, 0.3), np.full(21, -0.4)), (u / PITCH, v / PITCH))
    np.testing.assert_allclose(told * np.sinc(u) * np.sinc(v), other.mtf, atol=5e-3)


def test_too_few_edges() -> None:
    with pytest.raises(BadInput, match="slanted"):
        spread_fit([edge(0.0, 0.0, 0.0)], PITCH)

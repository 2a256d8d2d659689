"""Visual noise."""

from typing import Any

import numpy as np
import pytest

from lichtbild.colour.cielab import lightness
from lichtbild.core.errors import BadInput
from lichtbild.quality.acutance import contrast_sensitivity
from lichtbild.quality.visual_noise import (
    chroma_sensitivities,
    cpiq_omega,
    measures,
    visual_noise,
    visual_noise_2013,
    visual_noise_2023,
)

SIDE, PER_DEGREE = 64, 32.0


def ripple(cycles: int, amplitude: float = 1e-3) -> np.ndarray:
    """Grey of a sine of so many cycles across, at a frequency of the DFT."""
    wave = amplitude * np.sin(2 * np.pi * cycles * (np.arange(SIDE) + 0.5) / SIDE)
    return np.repeat(np.tile(0.2 + wave, (SIDE, 1))[..., None], 3, axis=2)


def slope_of_lightness() -> float:
    h = 1e-6
    ends: Any = lightness(np.array([0.2 + h, 0.2 - h]))
    return float(ends[0] - ends[1]) / (2 * h)


def test_sensitivities_have_their_known_values() -> None:
    frequency = np.linspace(0, 30, 3001)
    light = contrast_sensitivity(frequency)
    assert light.max() == pytest.approx(3.0, abs=1e-3)
    assert frequency[light.argmax()] == pytest.approx(4.0)
    red, blue = chroma_sensitivities(np.array([0.0]))
    assert (red[0], blue[0]) == pytest.approx((1.0, 1.1728), abs=1e-4)


@pytest.mark.parametrize("cycles", [4, 8, 20])
def test_a_grey_sine_has_its_closed_form(cycles: int) -> None:
    """Amplitude times the sensitivity at its frequency times the slope of L*, over root 2; no colour.

    The surface of second order takes at most 6 % of a sine of four cycles with it; fewer of more.
    """
    frequency = np.array([cycles / SIDE * PER_DEGREE])
    expected = 1e-3 * contrast_sensitivity(frequency)[0] * slope_of_lightness() / np.sqrt(2)
    patch = ripple(cycles)
    assert visual_noise_2013(patch, PER_DEGREE) == pytest.approx(expected, rel=0.25 / cycles)
    assert visual_noise_2023(patch, PER_DEGREE) == pytest.approx(expected / 3, rel=0.25 / cycles)
    seen = expected / 3 * np.sinc(cycles / SIDE)
    assert cpiq_omega(patch, PER_DEGREE) == pytest.approx(np.log10(1 + 23 * seen**2), rel=0.5 / cycles)


def test_noise_that_the_eye_cannot_resolve_does_not_count() -> None:
    noise = 0.2 + 0.01 * np.random.default_rng(1).normal(size=(SIDE, SIDE, 3))
    near, far = (visual_noise_2023(noise, per_degree) for per_degree in (10.0, 120.0))
    assert far < 0.3 * near


def test_measures_and_errors() -> None:
    """The error is the deviation of 60 patches, within 4 of its own (9 %)."""
    rng = np.random.default_rng(2)
    found = [visual_noise(0.2 + 0.01 * rng.normal(size=(48, 48, 3)), PER_DEGREE, "2013") for _ in range(60)]
    deviation = np.std([one.value for one in found], ddof=1)
    assert np.mean([one.error for one in found]) == pytest.approx(deviation, rel=0.36)
    (value,) = measures(found[0], "2013", "patch 1", note="at 32 px per degree")
    assert value.name == "visual_noise_2013" and "memory" in value.clause
    omega, loss = measures(visual_noise(ripple(8, 0.05), PER_DEGREE, "cpiq"), "cpiq")
    assert (omega.unit, loss.unit) == ("", "JND")
    assert loss.value > 0


def test_what_cannot_be_looked_at() -> None:
    with pytest.raises(BadInput, match="px per degree"):
        visual_noise(ripple(4), 0.1)
    with pytest.raises(BadInput, match="8 x 8"):
        visual_noise(ripple(4)[:8, :8], 30.0)

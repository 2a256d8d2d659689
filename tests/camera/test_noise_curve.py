"""Signal to noise of a raw frame."""

import numpy as np
import pytest

from frames import smooth_frame
from lichtbild.camera.noise_curve import floor_ev, noise_curve, signal_to_noise, told
from lichtbild.figure.svg import svg_text
from lichtbild.image.noise_profile import NoiseProfile

PROFILE = NoiseProfile((1e-4, 0.0), (1e-6, 1e-4))


def test_the_ratio_is_that_of_shot_and_read_noise() -> None:
    bright = signal_to_noise(PROFILE, 0, np.array([0.0]))[0]
    assert bright == pytest.approx(1 / np.sqrt(1e-4 + 1e-6))
    assert signal_to_noise(PROFILE, 1, np.array([-1.0]))[0] == pytest.approx(0.5 / 0.01)


def test_at_the_floor_a_signal_is_as_large_as_its_noise() -> None:
    for plane in (0, 1):
        assert signal_to_noise(PROFILE, plane, np.array([floor_ev(PROFILE, plane)]))[0] == pytest.approx(1.0)


def test_every_plane_is_drawn_and_told() -> None:
    drawn = svg_text(noise_curve(smooth_frame((64, 64))))
    assert all(name in drawn for name in ("red", "green", "blue", "photons alone"))
    assert len(told(smooth_frame((64, 64)))) == 2

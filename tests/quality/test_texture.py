import math

import numpy as np
import pytest

from leaf_shots import LEAVES
from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Leaves
from lichtbild.quality.leaf_pattern import leaf_pattern, power_law
from lichtbild.quality.texture import (
    METHOD,
    RINGS,
    TextureResponse,
    detrended,
    direct_mtf,
    direct_response,
    falls_through,
    frequencies,
    measures,
    noise_power,
    power,
    ring_mean,
)

RNG_SHAPE = (96, 80)


def test_the_mean_power_of_white_noise_is_its_variance() -> None:
    noise = 0.3 * np.random.default_rng(1).standard_normal(RNG_SHAPE)
    rings = ring_mean(power(noise))
    # A ring of n frequencies, n / 2 of their own and 3.8 alike, has the deviation 1 / sqrt(n / 7.6).
    count = np.pi / RINGS * frequencies()[1:] * noise.size / (2 * RINGS) * RINGS
    assert (np.abs(rings / 0.09 - 1) < 4 / np.sqrt(count / 7.6)).all()


def test_even_light_falls_out() -> None:
    y, x = np.mgrid[:70, :90] / 90
    assert np.abs(detrended(0.3 + 0.2 * x - 0.1 * y + 0.4 * x * y + 0.3 * y**2)).max() < 1e-12


def test_noise_is_taken_off_and_what_is_left_is_the_response() -> None:
    """White texture through a known loss, with known noise."""
    rng = np.random.default_rng(2)
    texture, shape = rng.standard_normal((256, 256)), (256, 256)
    f = np.hypot(np.fft.fftfreq(256)[:, None], np.fft.fftfreq(256))
    lost = np.fft.ifft2(np.fft.fft2(texture) * np.exp(-2 * f)).real
    picture = 0.5 * lost + 0.2 * rng.standard_normal(shape)
    patches = [0.2 * rng.standard_normal((128, 128)) for _ in range(2)]
    found = direct_response(picture, patches, np.ones(RINGS), gain=0.5)
    known = np.insert(np.sqrt(ring_mean(np.exp(-4 * f))), 0, 1.0)
    # The target is taken for known, and here it is only by its law: its own deviation comes on top.
    own = known / np.sqrt(np.maximum(np.pi * frequencies() * 256**2 / 64 / 2 / 3.8, 1)) / 2
    assert (np.abs(found.mtf - known)[2:] < 4 * (found.sigma + own)[2:]).all()


def test_the_law_of_leaves_serves_as_target() -> None:
    """Pictures by one sample of the leaves a pixel: the response is 1 but for what is aliased."""
    scale, side, total = 4.0, 256, np.zeros(RINGS)
    for seed in range(6):
        leaves = Leaves((0.0, 0.0), (64.0, 64.0), (1.5, 6.0), LEAVES.reflectances, seed)
        x, y = np.meshgrid(*2 * [(np.arange(side) + 0.5) / scale])
        total += ring_mean(power(leaf_pattern(leaves)(x, y))) / 6
    law = power_law(leaves, frequencies()[1:] * scale) * scale**2
    # Six pictures of about (64 / 6)^2 great leaves each; up to 0.16 cycles/px next to nothing is aliased.
    assert np.sqrt(total / law)[3:10] == pytest.approx(1.0, abs=0.1)
    assert np.sqrt(total / law)[3:10].mean() == pytest.approx(1.0, abs=0.03)


def test_measures_say_where_the_response_ends() -> None:
    straight = TextureResponse(frequencies(), 1 - frequencies(), np.full(RINGS + 1, 0.01), METHOD)
    (found,) = measures(straight)
    assert math.isnan(found.value) and "stays above a half" in found.note
    steep = TextureResponse(frequencies(), 1 - 2 * frequencies(), np.full(RINGS + 1, 0.01), METHOD)
    (found,) = measures(steep)
    assert found.value == pytest.approx(0.25)
    # The curve moved by 1.96 hundredths is crossed so much earlier and later at a slope of 2.
    assert found.interval == pytest.approx((0.25 - 0.0098, 0.25 + 0.0098))


def test_where_a_curve_falls_through_a_level() -> None:
    places = np.array([0.0, 1.0, 2.0])
    assert falls_through(places, np.array([1.0, 0.75, 0.25]), 0.5) == 1.5
    assert math.isnan(falls_through(places, np.ones(3), 0.5))


def test_bad_input() -> None:
    with pytest.raises(BadInput, match="needs an even patch"):
        noise_power([])
    with pytest.raises(BadInput, match="too small for its spectrum"):
        direct_response(np.ones((40, 80)), [np.ones((64, 64))], np.ones(RINGS))
    with pytest.raises(BadInput, match="shows no texture"):
        direct_response(np.zeros((64, 64)), [np.zeros((64, 64))], np.ones(RINGS))


def test_power_below_the_noise_counts_as_none() -> None:
    picture = np.random.default_rng(3).standard_normal((64, 64))
    assert (direct_mtf(picture, np.full(RINGS, 99.0), np.ones(RINGS), gain=1.0)[1:] == 0).all()

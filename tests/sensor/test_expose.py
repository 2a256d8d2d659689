"""Frames against the model's closed forms."""

from dataclasses import replace
from itertools import combinations
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm
from lichtbild.image.bands import FINE, Bands
from lichtbild.image.raw_frame import RawFrame
from lichtbild.sensor.crosstalk import Crosstalk
from lichtbild.sensor.draws import frame_draws, pattern_draws
from lichtbild.sensor.expose import codes, collected, drawn, expose, expose_dual, mean_electrons
from lichtbild.sensor.exposure import Exposure
from lichtbild.sensor.microlens import Microlens
from lichtbild.sensor.noise import DarkCurrent, FixedPattern, TemporalNoise
from lichtbild.sensor.readout import Merge, Mode
from lichtbild.sensor.sensor import Sensor
from lichtbild.sensor.spectral_response import ResponseTable

SCENE = (0.3 + 0.2 * np.sin(np.arange(16) / 3) + 0.1 * np.cos(np.arange(12) / 2)[:, None])[..., None]
BEYOND = ResponseTable(np.where(FINE.middles < nm(660), 0.6, 0.0)[None], FINE)
"""A filter that ends within 5 nm."""
Z = 4.0
"""Standard errors that a mean may be off by: a chance of 6e-5."""


def signal(frame: RawFrame) -> np.ndarray:
    span = frame.levels.white[0] - frame.levels.black.item()
    return (frame.samples[..., 0].astype(float) - frame.levels.black.item()) / span


def assert_mean_and_variance(samples: np.ndarray, mean: float, variance: float) -> None:
    """Z tests; the variance of a variance is 2 v^2 / n for normal samples, and 3 for these tails."""
    assert samples.mean() == pytest.approx(mean, abs=Z * np.sqrt(variance / samples.size))
    assert samples.var() == pytest.approx(variance, abs=Z * variance * np.sqrt(3 / samples.size))


@pytest.mark.parametrize("electrons", [0.0, 2.0, 30.0, 3000.0])
def test_codes_have_the_models_mean_and_variance(mono_sensor: Sensor, flat: Any, electrons: float) -> None:
    frame = expose(mono_sensor, flat(mono_sensor, electrons), Exposure(1.0), 5)
    assert_mean_and_variance(frame.samples.astype(float), 64 + electrons / 2, electrons / 4 + 1.5**2 + 1 / 12)


def test_photon_transfer_has_the_slope_of_the_gain(mono_sensor: Sensor, flat: Any) -> None:
    means, variances = [], []
    for index, electrons in enumerate((500.0, 2000.0, 5000.0)):
        frame = expose(mono_sensor, flat(mono_sensor, electrons), Exposure(1.0), index)
        means.append(frame.samples.mean())
        variances.append(frame.samples.var())
    slope = np.polyfit(means, variances, 1)[0]
    assert slope == pytest.approx(0.5, abs=Z * 2500 / 4 * np.sqrt(2 / 50_000) / 1000)


def test_the_noise_profile_is_that_of_frames(mono_sensor: Sensor, flat: Any) -> None:
    """With rows, columns, tails, dark current and gain; white is 4095 and black 64 + 2 * 40."""
    sensor = replace(
        mono_sensor,
        noise=TemporalNoise(0.4, 0.3, 0.1),
        dark=DarkCurrent(40.0, 303.15),
        readout=replace(mono_sensor.readout, amplifier_noise=0.3, converter_noise=0.2),
    )
    for electrons in (0.0, 40.0, 700.0):
        exposure = Exposure(1.0, analogue_gain=4.0)
        pair = [signal(expose(sensor, flat(sensor, electrons), exposure, key)) for key in (1, 2)]
        half = (pair[0] - pair[1]) / np.sqrt(2)
        expected = float(
            expose(sensor, flat(sensor, electrons), exposure, 1)
            .noise.variance(  # type: ignore[union-attr]
                np.array([electrons * 2 / 3951])
            )
            .item()
        )
        lines = (0.4**2 + 0.3**2) * 4 / 3951**2
        error = expected * np.sqrt(3 / half.size) + lines * np.sqrt(2 / 200)
        assert (half**2).mean() == pytest.approx(expected, abs=Z * error)
        assert pair[0].mean() == pytest.approx(
            electrons * 2 / 3951, abs=Z * np.sqrt(lines / 200 + expected / 5e4)
        )


def test_fixed_pattern_has_its_deviations_and_stays(mono_sensor: Sensor, flat: Any) -> None:
    """Averages of 32 frames; what is left of the temporal variance is taken away."""
    sensor = replace(mono_sensor, pattern=FixedPattern(prnu=0.02, dsnu=2.0))
    for electrons in (0.0, 4000.0):
        frames = [signal(expose(sensor, flat(sensor, electrons), Exposure(1.0), key)) for key in range(32)]
        stack = np.stack(frames) * 8000
        spatial = stack.mean(axis=0).var() - stack.var(axis=0, ddof=1).mean() / 32
        expected = (0.02 * electrons) ** 2 + 2.0**2
        assert spatial == pytest.approx(expected, rel=0.03)  # 4 sqrt(2 / 50000) and the temporal remainder
    other = replace(sensor, serial=9)
    a, b, c = (
        np.mean([signal(expose(s, flat(s, 0.0), Exposure(1.0), key + first)) for key in range(16)], axis=0)
        for s, first in ((sensor, 0), (sensor, 100), (other, 200))
    )
    assert np.corrcoef(a.ravel(), b.ravel())[0, 1] > 0.8
    assert abs(np.corrcoef(a.ravel(), c.ravel())[0, 1]) < Z / np.sqrt(a.size)


def test_dark_signal_doubles_with_the_temperature(mono_sensor: Sensor, flat: Any) -> None:
    sensor = replace(mono_sensor, dark=DarkCurrent(100.0, 300.0, 8.0))
    for temperature, expected in ((300.0, 100.0), (308.0, 200.0), (292.0, 50.0)):
        frame = expose(sensor, flat(sensor, 0.0), Exposure(1.0, temperature_K=temperature), 1)
        assert (frame.samples.mean() - 64) * 2 == pytest.approx(expected, abs=Z * np.sqrt(220 / 50_000))
        assert frame.levels.black.item() == pytest.approx(64 + expected / 2)


def test_hot_pixels_are_as_many_and_as_hot(mono_sensor: Sensor) -> None:
    sensor = replace(mono_sensor, pattern=FixedPattern(hot_share=0.05, hot_factor=40.0))
    heat = pattern_draws(sensor).heat
    assert (heat > 1).mean() == pytest.approx(0.05, abs=Z * np.sqrt(0.05 * 0.95 / heat.size))
    assert heat[heat > 1].mean() == pytest.approx(41.0, abs=Z * 40 / np.sqrt(0.05 * heat.size))


def test_light_beyond_the_well_is_white(mono_sensor: Sensor, flat: Any) -> None:
    quiet = replace(mono_sensor, modes=(Mode("low", 2.0, 8000.0, 0.0),))
    frame = expose(quiet, flat(quiet, 50_000.0), Exposure(1.0), 1)
    assert frame.levels.white[0] == 4064
    assert np.unique(frame.samples).tolist() == [4064]
    loud = expose(quiet, flat(quiet, 50_000.0), Exposure(1.0, analogue_gain=2.0), 1)
    assert loud.levels.white[0] == 4095
    assert np.unique(loud.samples).tolist() == [4095]


def test_merged_codes_are_linear_over_both_modes(colour_sensor: Sensor, flat: Any) -> None:
    sensor = replace(colour_sensor, pattern=FixedPattern(), microlens=Microlens(), crosstalk=Crosstalk())
    for level in (20.0, 1500.0, 3000.0, 9000.0):
        image = flat(sensor, level)
        frame = expose(sensor, image, Exposure(0.5, mode="merged"), 3)
        green = signal(frame)[::2, 1::2]
        expected = mean_electrons(sensor, image, 0.5)[0, 1] / 0.825 / (frame.levels.white[0] - 64)
        assert green.mean() == pytest.approx(expected, rel=4e-3)


def test_an_overflow_reaches_further(mono_sensor: Sensor, flat: Any) -> None:
    modes = (*mono_sensor.modes, Mode("overflow", 40.0, 100_000.0, 5.0, 20.0))
    sensor = replace(mono_sensor, modes=modes, merges=(Merge("lofic", "low", "overflow", bits=16),))
    for electrons in (400.0, 60_000.0):
        frame = expose(sensor, flat(sensor, electrons), Exposure(1.0, mode="lofic"), 2)
        samples = frame.samples.astype(float)
        assert samples.mean() == pytest.approx(64 + electrons / 2, rel=1e-3)
    assert samples.std() * 2 == pytest.approx(np.sqrt(60_000 + 25 + 400 + 40**2 / 12), rel=0.02)


@pytest.mark.parametrize(
    "exposure", [Exposure(0.01, 100), Exposure(0.01, 900), Exposure(0.01, mode="merged")]
)
@pytest.mark.parametrize("tail", [None, 0.0, 0.1])
def test_the_kernels_equal_the_definitions(
    colour_sensor: Sensor, flat: Any, exposure: Exposure, tail: float | None
) -> None:
    """But for ties of a decision: float32 electrons move a count or a rounding here and there, and
    the table of 4096 steps rounds the corners of the chief angles by 2e-5.
    """
    sensor = replace(colour_sensor, noise=replace(colour_sensor.noise, tail_shape=tail), serial=4)
    image = flat(sensor, 3e5, 5)
    frame = expose(sensor, image, exposure, 11)
    electrons = mean_electrons(sensor, image, exposure.time_s)
    np.testing.assert_allclose(collected(sensor, image, exposure.time_s), electrons, rtol=3e-5)
    draws, pattern = frame_draws(sensor, 11), pattern_draws(sensor)
    expected = codes(sensor, drawn(sensor, electrons, exposure, draws, pattern), exposure, draws, pattern)
    assert (frame.samples[..., 0] != expected).mean() < 1e-3
    assert np.abs(frame.samples[..., 0] - expected).max() <= 5


def test_light_beside_a_steep_cut_frees_no_fewer_electrons_than_none(
    colour_sensor: Sensor, flat: Any
) -> None:
    """In overlapping bands a curve that falls steeply lies below 0 beyond its cut."""
    sensor = replace(colour_sensor, response=replace(BEYOND, values=np.tile(BEYOND.values, (3, 1))))
    bands = Bands.even(nm(400), nm(700), 12, overlapping=True)
    below = sensor.response.efficiency(bands)[0] < 0
    assert below.any()
    image = replace(flat(sensor, 3e5, 12), bands=bands)
    beside, dark = image.irradiance.copy(), image.irradiance.copy()
    beside[:, ::2, ~below], dark[:, ::2] = 0, 0
    found = mean_electrons(sensor, replace(image, irradiance=beside), 0.01)
    np.testing.assert_array_equal(found, mean_electrons(sensor, replace(image, irradiance=dark), 0.01))
    np.testing.assert_allclose(
        collected(sensor, replace(image, irradiance=beside), 0.01), found, rtol=3e-5, atol=1e-12
    )


def test_same_key_same_bytes_for_any_number_of_workers(colour_sensor: Sensor, flat: Any) -> None:
    sensor = colour_sensor.sized(300, 50)
    image, exposure = flat(sensor, 1e5, 3), Exposure(0.02, 200)
    one, two, three = (expose(sensor, image, exposure, 7, workers=n).samples for n in (1, 2, 5))
    assert one.tobytes() == two.tobytes() == three.tobytes()
    assert one.tobytes() != expose(sensor, image, exposure, 8).samples.tobytes()


def test_a_binned_exposure_takes_either_image(colour_sensor: Sensor, flat: Any) -> None:
    rows = [[p for p in row for _ in "ab"] for row in ((0, 1), (1, 2)) for _ in "ab"]
    quad = replace(
        colour_sensor,
        cfa=replace(colour_sensor.cfa, pattern=tuple(map(tuple, rows))),  # type: ignore[type-var]
        pattern=FixedPattern(),
        microlens=Microlens(),
        crosstalk=Crosstalk(0.02, 0.0, 0.01),
    ).sized(88, 120)
    fine = flat(quad, 1e5, 3)
    coarse = replace(fine, irradiance=fine.irradiance[::2, ::2].copy(), pitch=2 * fine.pitch)
    exposure = Exposure(0.05, 100, binned=True)
    a, b = (expose(quad, image, exposure, 3) for image in (fine, coarse))
    assert a.cfa is not None and a.cfa.is_bayer
    assert a.extent == (44, 60)
    assert (a.samples != b.samples).mean() < 1e-3


def test_dual_pixels_are_two_frames(colour_sensor: Sensor, flat: Any) -> None:
    left, right = flat(colour_sensor, 1e4), flat(colour_sensor, 2e4)
    a, b = expose_dual(colour_sensor, (left, right), Exposure(0.1), 1)
    assert signal(b).mean() == pytest.approx(2 * signal(a).mean(), rel=0.02)
    noise = [
        signal(frame) - signal(frame).mean()
        for frame in expose_dual(colour_sensor, (left, left), Exposure(0.1), 1)
    ]
    assert not np.array_equal(*noise)
    # The whole frame of this key has a noise of its own; correlations beyond a chance of 1e-4.
    still = replace(colour_sensor, pattern=FixedPattern(), microlens=Microlens())
    frames = (expose(still, right, Exposure(0.1), 1), *expose_dual(still, (left, left), Exposure(0.1), 1))
    planes = [signal(frame)[::2, ::2] for frame in frames]
    limit = 3.9 / np.sqrt(planes[0].size)
    for one, other in combinations(planes, 2):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < limit


def test_the_middle_of_a_larger_image_is_taken(colour_sensor: Sensor, flat: Any) -> None:
    large = flat(colour_sensor.sized(100, 124), 1e4)
    small = expose(colour_sensor, flat(colour_sensor, 1e4), Exposure(0.1), 1)
    assert np.array_equal(expose(colour_sensor, large, Exposure(0.1), 1).samples, small.samples)


def test_images_that_do_not_fit_are_told(colour_sensor: Sensor, flat: Any) -> None:
    image = flat(colour_sensor, 1e4)
    for wrong, sentence in (
        (replace(image, pitch=2e-3), "2 um apart, those of sensor 'small' 1.6 um"),
        (replace(image, irradiance=image.irradiance[2:]), "88 x 120 pixels, sensor 'small' 90 x 120"),
        (flat(colour_sensor.sized(91, 120), 1.0), "larger by an even number"),
        (replace(image, irradiance=-image.irradiance), "below 0 or not finite"),
        (replace(image, irradiance=image.irradiance * np.nan), "below 0 or not finite"),
    ):
        with pytest.raises(BadInput, match=sentence):
            expose(colour_sensor, wrong, Exposure(0.1), 1)
    with pytest.raises(BadInput, match="dark current alone fills"):
        expose(colour_sensor, image, Exposure(30_000.0, temperature_K=360.0), 1)


def changed(sensor: Sensor, value: Any, name: str) -> Sensor:
    """The sensor with one number in another place multiplied by a value near 1."""
    first = sensor.modes[0]
    match name:
        case "efficiency":
            table = ResponseTable(
                jnp.asarray(0.5) * value * jnp.ones((1, 1)), Bands.even(nm(400), nm(700), 1)
            )
            return replace(sensor, response=table)
        case "full_well":
            return replace(sensor, modes=(replace(first, full_well=first.full_well * value),))
        case "gain":
            return replace(
                sensor, modes=(replace(first, electrons_per_code=first.electrons_per_code * value),)
            )
        case "read_noise":
            return replace(sensor, modes=(replace(first, read_noise=first.read_noise * value),))
        case "prnu":
            return replace(sensor, pattern=replace(sensor.pattern, prnu=sensor.pattern.prnu * value))
        case _:
            return replace(sensor, dark=replace(sensor.dark, rate=sensor.dark.rate * value))


@pytest.mark.parametrize("name", ["efficiency", "full_well", "gain", "read_noise", "prnu", "dark"])
def test_gradients_match_finite_differences(mono_sensor: Sensor, flat: Any, name: str) -> None:
    """Of a score that weighs each pixel's code, rounding relaxed; light in both arms of the full well."""
    sensor = replace(
        mono_sensor.sized(12, 16), pattern=FixedPattern(0.05, 1.0), dark=DarkCurrent(30.0, 303.15)
    )
    image = flat(sensor, 20_000.0, 1, float)
    image = replace(image, irradiance=jnp.asarray(image.irradiance * SCENE))
    draws, pattern, exposure = frame_draws(sensor, 3), pattern_draws(sensor), Exposure(1.0)
    weights = np.random.default_rng(1).uniform(-1, 1, (12, 16))

    def score(value: Any) -> Any:
        one = changed(sensor, value, name)
        charge = drawn(one, mean_electrons(one, image, 1.0), exposure, draws, pattern, relaxed=True)
        return (weights * codes(one, charge, exposure, draws, pattern, relaxed=True)).sum()

    step = 1e-5
    slope = (score(1 + step) - score(1 - step)) / (2 * step)
    assert float(jax.grad(score)(1.0)) == pytest.approx(float(slope), rel=1e-4, abs=1e-6)


def test_rounded_codes_have_the_relaxed_gradient(mono_sensor: Sensor, flat: Any) -> None:
    sensor = mono_sensor.sized(12, 16)
    image = flat(sensor, 200.0, 1, float)
    image = replace(image, irradiance=jnp.asarray(image.irradiance))
    draws, pattern, exposure = frame_draws(sensor, 3), pattern_draws(sensor), Exposure(1.0)

    def score(value: Any, relaxed: bool) -> Any:
        one = changed(sensor, value, "efficiency")
        charge = drawn(one, mean_electrons(one, image, 1.0), exposure, draws, pattern, relaxed=relaxed)
        return codes(one, charge, exposure, draws, pattern, relaxed=relaxed).mean()

    exact, smooth = (float(jax.grad(score)(1.0, relaxed)) for relaxed in (False, True))
    assert exact == pytest.approx(smooth, rel=1e-9)
    assert exact == pytest.approx(100.0, rel=0.02)
    assert float(score(1.0, False)) != float(score(1.0, True))

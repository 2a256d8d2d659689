"""Grain against the law that a film's data sheet stands for: an oracle of its own, and instruments."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import dblquad, quad
from scipy.special import j1
from scipy.stats import kstest, norm

from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.grain import Grain, aperture_share, pixel_taps, tone_between, white_noise

FILM = Grain(10.0, 6.0, seed=0x1234_5678_9ABC_DEF0)
AREA = np.pi * 24.0**2
SPREAD = 6.0 / np.sqrt(8 * np.log(2))
"""Standard deviation of a grain's profile, um."""


def grey(density: float, height: int, width: int) -> LinearImage:
    extent = Extent(height, width)
    samples = np.full((height, width, 3), 10.0**-density, np.float32)
    return LinearImage(samples, Window.whole(extent), extent)


def strip(density: float, width: int, rows: int = 400) -> LinearImage:
    """Some rows of a picture of a width, whose long side that is."""
    extent = Extent(width * 2 // 3, width)
    rows = min(rows, extent.height)
    samples = np.full((rows, width, 3), 10.0**-density, np.float32)
    return LinearImage(samples, Window(0, 0, rows, width), extent)


def transmitted(image: LinearImage) -> np.ndarray:
    return np.asarray(image.samples, np.float64) @ REC2020_TO_XYZ[1]


def density_deviation(light: np.ndarray, side: int) -> float:
    """Standard deviation of the density of squares of pixels: of their mean light, as instruments have it."""
    h, w = (size // side * side for size in light.shape)
    means = light[:h, :w].reshape(h // side, side, w // side, side).mean(axis=(1, 3))
    return float(np.log10(means).std())


def seen_share(side_um: float, spread: float) -> float:
    """Share of white noise's variance that a square leaves of grains, by its autocorrelation."""

    def axis(x: float) -> float:
        return (1 - x) * np.exp(-((x * side_um / (2 * spread)) ** 2)) * side_um / (spread * np.sqrt(np.pi))

    return float(quad(axis, 0, 1, limit=200)[0] ** 2)


def test_the_aperture_share_is_the_integral_of_the_spectrum() -> None:
    """Over frequencies, by Airy's transfer function of the aperture, what the code takes over distances."""

    def integrand(f: float) -> float:
        x = np.pi * 48.0 * f
        return (2 * j1(x) / x) ** 2 * np.exp(-((2 * np.pi * SPREAD * f) ** 2)) * 2 * np.pi * f

    found = quad(integrand, 1e-9, 0.5, limit=500)[0] * AREA
    assert aperture_share(6.0) == pytest.approx(found, rel=1e-4)
    assert aperture_share(0.0) == 1.0


@pytest.mark.parametrize("width", [600, 2000, 6000])
@pytest.mark.parametrize(
    "film", [FILM, replace(FILM, granularity=17.0, size_um=10.0)], ids=["fine", "coarse"]
)
def test_granularity_is_that_of_the_spec_at_any_size(width: int, film: Grain) -> None:
    """Through a square of whole pixels next to 48 um, carried over to the aperture by the law's spectrum.

    The sample has 10,000 squares or more, so that its own error is 0.7 %; 5 % is what is promised.
    """
    pixel = 36000 / width
    side = max(1, round(np.sqrt(AREA) / pixel))
    rows = 400 if width < 2000 else 600
    light = transmitted(film(strip(1.0, width, rows)))
    spread = film.size_um / np.sqrt(8 * np.log(2))
    square_um = side * pixel
    carried = np.sqrt(seen_share(square_um, spread) / square_um**2 / (aperture_share(film.size_um) / AREA))
    found = 1000 * density_deviation(light, side) / carried
    assert found == pytest.approx(film.granularity, rel=0.03)
    if width == 6000:  # here the square is the aperture's area to 3 %, and nothing needs to be carried over
        assert 1000 * density_deviation(light, side) == pytest.approx(film.granularity, rel=0.05)


def test_granularity_through_a_round_aperture() -> None:
    """An instrument's: discs of 48 um on pixels of 6 um, whose rims take a share of a pixel.

    That a pixel is an even square takes another 3 % of the deviation away, as if the film were out of focus.
    """
    light = transmitted(FILM(strip(1.0, 6000, 600)))
    pixel, fine = 6.0, 16
    places = ((np.arange(9 * fine) + 0.5) / fine - 4.5) * pixel
    disc = (np.hypot(places[:, None], places) <= 24.0).reshape(9, fine, 9, fine).mean(axis=(1, 3))
    disc /= disc.sum()
    h, w = (size // 9 * 9 for size in light.shape)
    patches = light[:h, :w].reshape(h // 9, 9, w // 9, 9)
    seen = np.einsum("aibj,ij->ab", patches, disc)
    assert 1000 * np.log10(seen).std() == pytest.approx(10.0, rel=0.05)


@pytest.mark.parametrize("width", [2000, 6000, 12000])
def test_the_noise_power_spectrum_is_that_of_the_law(width: int) -> None:
    """Of pixels that are means of film: the Gaussian spectrum, seen by squares, with all that folds down."""
    pixel, side, count = 36000 / width, 64, 80
    rng = np.random.default_rng(2)
    hann = np.hanning(side + 1)[:side]  # without it the strong low frequencies leak into the high ones
    taper = hann[:, None] * hann / (hann**2).mean()
    extent, power = Extent(width * 2 // 3, width), np.zeros((side, side))
    for _ in range(count):
        top, left = (int(rng.integers(0, one - 2 * side)) for one in extent)
        window = Window(top, left, top + 2 * side, left + 2 * side)
        flat = LinearImage(np.full((2 * side, 2 * side, 3), 0.1, np.float32), window, extent)
        density = -np.log10(transmitted(FILM(flat)))
        for part in (density[:side, :side], density[side:, :side], density[:side, side:]):
            power += np.abs(np.fft.fft2(taper * (part - part.mean()))) ** 2
    power *= pixel**2 / side**2 / (3 * count)
    f = np.fft.fftfreq(side, pixel)
    axis = np.zeros(side)
    for fold in range(-8, 9):
        at = f + fold / pixel
        axis += np.exp(-((2 * np.pi * SPREAD * at) ** 2)) * np.sinc(pixel * at) ** 2
    law = 0.01**2 * AREA / aperture_share(6.0) * axis[:, None] * axis
    radius = np.hypot(f[:, None], f) * pixel
    for low, high in ((0.03, 0.1), (0.1, 0.2), (0.2, 0.3), (0.3, 0.4), (0.4, 0.5)):
        ring = (radius >= low) & (radius < high)
        # 240 spectra of some 60 to 400 places a ring: 1 % or better, where there is any power to speak of.
        assert power[ring].mean() == pytest.approx(law[ring].mean(), rel=0.04, abs=2e-4 * law.max())


def test_each_density_has_its_own_share() -> None:
    """As the root of D (1 - D / 3), with none at white and at the densest black."""
    at_one = density_deviation(transmitted(FILM(grey(1.0, 300, 900))), 1)
    for density in (0.05, 0.3, 0.745, 2.0, 2.8):
        found = density_deviation(transmitted(FILM(grey(density, 300, 900))), 1)
        assert found / at_one == pytest.approx(np.sqrt(density * (1 - density / 3) / (2 / 3)), rel=0.02)
    for density in (-0.3, 0.0, 3.0, 6.0):
        clean = grey(density, 20, 900)
        np.testing.assert_allclose(FILM(clean).samples, clean.samples, rtol=2e-6)


def test_mean_light_stays() -> None:
    """Noise of a twentieth in 600,000 pixels: its mean is known to 1e-4."""
    strong = replace(FILM, granularity=30.0)
    clean = grey(0.745, 600, 1000)
    assert strong(clean).samples.std() / clean.samples.mean() > 0.05
    assert strong(clean).samples.mean() == pytest.approx(clean.samples.mean(), rel=3e-4)


def test_grain_is_grey_unless_it_is_asked_for_in_colour() -> None:
    colours = np.random.default_rng(0).uniform(0.05, 0.6, (60, 80, 3)).astype(np.float32)
    held = replace(grey(1.0, 60, 80), samples=colours)
    ratio = FILM(held).samples / colours
    np.testing.assert_allclose(ratio, ratio[..., :1].repeat(3, axis=2), rtol=5e-7)
    assert ratio.std() > 0.001
    coloured = replace(FILM, colour=0.5)
    found = coloured(grey(1.0, 400, 900))
    planes = np.log10(found.samples.astype(float)).std(axis=(0, 1))
    plain = density_deviation(transmitted(FILM(grey(1.0, 400, 900))), 1)
    own = REC2020_TO_XYZ[1]
    expected = np.sqrt(1 + 0.25 * (1 - 2 * own + (own**2).sum()))
    np.testing.assert_allclose(planes / plain, expected, rtol=0.01)
    assert density_deviation(transmitted(found), 1) == pytest.approx(plain, rel=0.01)


def test_variates_are_normal_and_know_nothing_of_their_neighbours() -> None:
    noise = white_noise(77, np.arange(-100, 900), np.arange(-50, 950)).astype(float)
    count = noise.size
    assert noise.mean() == pytest.approx(0, abs=4 / np.sqrt(count))
    assert noise.var() == pytest.approx(1, abs=6 / np.sqrt(count))
    assert (noise**4).mean() == pytest.approx(3, abs=40 / np.sqrt(count))
    assert (
        kstest(noise.ravel()[::7], norm.cdf).statistic < 0.004
    )  # 0.0014 of it is the step of a sum of bytes
    for down, across in ((0, 1), (1, 0), (1, 1), (0, 2), (3, 1), (16, 0), (0, 16), (64, 64)):
        moved = np.roll(noise, (down, across), (0, 1))
        assert abs((noise * moved).mean()) < 5 / np.sqrt(count)


@pytest.mark.parametrize("other", [1, 1 << 31, 1 << 32, 1 << 63])
def test_seeds_make_pictures_unique(other: int) -> None:
    """A single bit of 64 changes all; and the same seed gives the same bytes."""
    rows, columns = np.arange(300), np.arange(400)
    first, second = white_noise(5, rows, columns), white_noise(5 ^ other, rows, columns)
    assert abs((first * second).mean()) < 5 / np.sqrt(first.size)
    flat = grey(1.0, 30, 900)
    assert FILM(flat).samples.tobytes() == FILM(flat).samples.tobytes()
    assert (replace(FILM, seed=FILM.seed ^ other)(flat).samples != FILM(flat).samples).mean() > 0.99


@pytest.mark.parametrize(
    ("size_um", "pixel_um"), [(0.0, 9.0), (4.0, 60.0), (6.0, 6.0), (12.0, 3.0), (30.0, 2.0)]
)
def test_taps_give_the_covariance_of_means_of_pixels(size_um: float, pixel_um: float) -> None:
    """Against the integral over both pixels."""
    taps, variance = pixel_taps(size_um, pixel_um)
    found = np.correlate(taps, taps, "full")[len(taps) - 1 :]
    assert taps.sum() == pytest.approx(1.0, abs=1e-6) and variance == pytest.approx(found[0] ** 2, rel=1e-6)
    if not size_um:
        np.testing.assert_array_equal(taps, [1.0])
        return
    spread = np.sqrt(2) * size_um / np.sqrt(8 * np.log(2)) / pixel_um
    for step in range(min(3, len(taps))):
        expected = dblquad(lambda y, x, s=step: norm.pdf(x - y - s, scale=spread), 0, 1, 0, 1)[0]
        assert found[step] == pytest.approx(expected, abs=2e-3)


def test_a_display_with_headroom_has_the_grain_of_the_plain_one() -> None:
    """Light that goes on to four times white keeps the ratio to its plain rendition, place by place."""
    plain = np.geomspace(1e-3, 0.999, 400)
    shown = plain * (1 + 3 * plain**2)
    film = replace(FILM, granularity=17.0)
    extent = Extent(40, 400)
    images = [
        LinearImage(np.tile(ramp.astype(np.float32)[None, :, None], (40, 1, 3)), Window.whole(extent), extent)
        for ramp in (plain, shown)
    ]
    low = film(images[0]).samples / images[0].samples
    high = replace(film, tone=tone_between(shown, plain))(images[1]).samples / images[1].samples
    apart = np.abs(np.log2(high / low))
    without = np.abs(np.log2(film(images[1]).samples / images[1].samples / low))
    assert apart.max() < 0.002 < 0.02 < without.max()


def test_one_text_for_jax_and_finite_gradient() -> None:
    rng = np.random.default_rng(0)
    held = replace(grey(1.0, 12, 13), samples=rng.uniform(-0.1, 1.4, (12, 13, 3)).astype(np.float32))
    stage = replace(FILM, colour=0.3)

    @jax.jit
    def samples_and_gradient(light: jax.Array) -> tuple[jax.Array, jax.Array]:
        def samples(light: jax.Array) -> jax.Array:
            return stage(LinearImage(light, held.window, held.extent)).samples

        return samples(light), jax.grad(lambda x: samples(x).sum())(light)

    found, gradient = samples_and_gradient(jnp.asarray(held.samples))
    np.testing.assert_allclose(found, stage(held).samples, atol=4e-6)
    assert np.isfinite(gradient).all()


@pytest.mark.parametrize("value", [0.0, -1.0, 1e-12, 1e-30, 16.0, 3e38])
def test_any_light_gives_a_number(value: float) -> None:
    held = replace(grey(1.0, 6, 7), samples=np.full((6, 7, 3), value, np.float32))
    for stage in (FILM, replace(FILM, colour=1.0), replace(FILM, granularity=1000.0)):
        assert np.isfinite(stage(held).samples).all() and np.isfinite(stage.definition(held).samples).all()

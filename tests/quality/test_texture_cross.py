import numpy as np
import pytest

from leaf_shots import LEAVES, known_mtf, leaf_shot, to_picture
from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Leaves
from lichtbild.numerics.separable import filtered, gaussian
from lichtbild.quality.texture import direct_response, measures, ring_mean
from lichtbild.quality.texture_cross import (
    cross_mtf,
    cross_response,
    cut,
    inverse_map,
    target_power,
    tile_response,
)

OFF = np.array([0.8, -0.6])


@pytest.fixture(scope="module")
def shot() -> np.ndarray:
    return leaf_shot(0.6)


@pytest.fixture(scope="module")
def clean(shot):
    """Response and tiles without noise, the map being wrong by a pixel."""
    return cross_response(shot, LEAVES, lambda points: to_picture(points) + OFF)


def test_the_map_is_inverted() -> None:
    back, corners = inverse_map(LEAVES, to_picture)
    places = np.random.default_rng(1).random((50, 2)) * 40 + [10.0, 20.0]
    np.testing.assert_allclose(to_picture(back(to_picture(places))), to_picture(places), atol=1e-3)
    assert np.ptp(corners[:, 0]) == pytest.approx(40 * 4.5 * (np.cos(0.0524) + np.sin(0.0524)), rel=0.02)


@pytest.mark.parametrize("noise", [0.0, pytest.param(0.01, marks=pytest.mark.slow), 0.03])
def test_leaves_are_registered_to_a_fiftieth_of_a_pixel(shot: np.ndarray, clean, noise: float) -> None:
    tiles = clean[1]
    if noise:
        noisy = shot + noise * np.random.default_rng(5).standard_normal(shot.shape)
        _, tiles = cross_response(noisy, LEAVES, lambda points: to_picture(points) + OFF)
    for tile in tiles:
        # The map says that the leaves lie 0.8 px further right and 0.6 px further up than they do.
        assert tile.registration.shift == pytest.approx([-0.6, 0.8], abs=0.02)
        assert np.abs(tile.registration.matrix - np.eye(2)).max() * 80 < 0.02


def test_the_response_is_its_closed_form(clean) -> None:
    response, tiles = clean
    known = known_mtf(0.6, len(tiles[0].spectrum))
    # Aliasing is the only noise: what lies beyond half a cycle is 1 % of it, and random to the leaves.
    np.testing.assert_allclose(response.mtf, known, rtol=0, atol=0.012)
    # A phase of 0.02 px at 0.3 cycles/px would be 0.038.
    assert np.abs(response.phase[:, :20]).max() < 0.038


def test_the_interval_covers_the_truth(shot: np.ndarray, clean) -> None:
    """Of 95 % intervals of 24 rings in 20 shots, 480, 24 miss, with a standard deviation of 4.8."""
    tiles = clean[1]
    known = known_mtf(0.6, len(tiles[0].spectrum))
    misses = 0
    for seed in range(20):
        noisy = shot + 0.02 * np.random.default_rng(seed).standard_normal(shot.shape)
        low, high = tile_response(noisy, tiles, gain=0.9).interval
        misses += int(((known < low) | (known > high))[2:26].sum())
    assert 5 <= misses <= 43


def test_misregistration_by_a_seventh_of_a_pixel_takes_next_to_nothing(shot: np.ndarray, clean) -> None:
    """Where the real part of H would lose 1 - J0(2 pi f 0.15), 5.5 % at half a cycle a pixel."""
    _, (tile, *_) = clean
    down, right = np.fft.fftfreq(len(tile.spectrum))[:, None], np.fft.fftfreq(len(tile.spectrum))
    moved = tile.spectrum * np.exp(-2j * np.pi * 0.15 * (0.8 * down + 0.6 * right))
    picture = cut(shot, tile)
    # Within a sector of 22.5 degrees the phase turns by 0.18 rad at half a cycle: 0.18^2 / 24 = 0.14 %.
    np.testing.assert_allclose(cross_mtf(picture, moved), cross_mtf(picture, tile.spectrum), atol=0.002)


def test_the_direct_method_agrees_and_measures_are_worded(shot: np.ndarray, clean) -> None:
    cross, tiles = clean
    rng = np.random.default_rng(8)
    noisy = shot + 0.01 * rng.standard_normal(shot.shape)
    patches = [0.3 + 0.01 * rng.standard_normal((96, 96)) for _ in range(2)]
    direct = direct_response(cut(noisy, tiles[0]), patches, target_power(tiles[:1]))
    # Below a quarter of a cycle the leaves are far above the noise and what is aliased.
    np.testing.assert_allclose(direct.mtf[:17], cross.mtf[:17], rtol=0, atol=0.02)
    weights = np.full(33, 1 / 33)
    mtf50, acutance = measures(direct, {"screen": weights}, "middle")
    assert mtf50.name == "texture_mtf50_direct" and mtf50.value == pytest.approx(0.29, abs=0.02)
    assert mtf50.interval[0] < mtf50.value < mtf50.interval[1]
    assert acutance.value == pytest.approx(direct.mtf.mean()) and acutance.where == "middle, screen"


def median_of_nine(plane: np.ndarray) -> np.ndarray:
    held = np.pad(plane, 1, mode="edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(held, (3, 3)), axis=(2, 3))


def bilateral(plane: np.ndarray, range_sigma: float) -> np.ndarray:
    """Tomasi and Manduchi's filter of 5 x 5 px, 1.2 px wide."""
    held = np.pad(plane, 2, mode="edge")
    near = np.lib.stride_tricks.sliding_window_view(held, (5, 5))
    y, x = np.mgrid[-2:3, -2:3]
    weight = np.exp(-(y**2 + x**2) / (2 * 1.2**2))
    weight = weight * np.exp(-((near - plane[..., None, None]) ** 2) / (2 * range_sigma**2))
    return (near * weight).sum(axis=(2, 3)) / weight.sum(axis=(2, 3))


def test_a_linear_filter_has_its_closed_form(shot: np.ndarray, clean) -> None:
    """Smoothing by a Gaussian multiplies the response by the Gaussian's own, over the same rings."""
    before, tiles = clean
    line = gaussian(0.8, 5)
    noisy = shot + 0.01 * np.random.default_rng(4).standard_normal(shot.shape)
    after = tile_response(filtered(noisy, line, line, "held"), tiles)
    f = np.fft.fftfreq(len(tiles[0].spectrum))
    factor = (line * np.cos(2 * np.pi * np.outer(f, np.arange(-5, 6)))).sum(axis=1)
    known = before.mtf[1:] * np.sqrt(ring_mean(np.outer(factor, factor) ** 2))
    # Noise of 1 %, smoothed as the picture is: 3 standard deviations, and the gain's own of half a percent.
    assert (np.abs(after.mtf[1:] - known) < 3 * after.sigma[1:] + 0.01).all()


def test_denoisers_lose_texture_in_their_order(shot: np.ndarray, clean) -> None:
    tiles = clean[1]
    noisy = shot + 0.02 * np.random.default_rng(4).standard_normal(shot.shape)
    lines = [gaussian(sigma, 8) for sigma in (0.6, 1.0, 2.0)]
    families = {
        "bilateral": [noisy, *(bilateral(noisy, width) for width in (0.05, 0.12, 0.3))],
        "median": [noisy, median_of_nine(noisy), median_of_nine(median_of_nine(noisy))],
        "Gaussian": [noisy, *(filtered(noisy, line, line, "held") for line in lines)],
    }
    for name, results in families.items():
        kept = [float(tile_response(one, tiles, gain=0.9).mtf.mean()) for one in results]
        # The acutance's own deviation by noise of 2 % is 0.004.
        assert (np.diff(kept) < -0.01).all(), (name, kept)


def test_noise_that_even_patches_do_not_show_deceives_the_direct_method_only(shot: np.ndarray, clean) -> None:
    """A denoiser that cleans even patches and leaves the noise in texture, as many do."""
    cross, tiles = clean
    rng = np.random.default_rng(4)
    noisy = shot + 0.03 * rng.standard_normal(shot.shape)
    even = [0.3 + 0.003 * rng.standard_normal((96, 96))]
    direct = direct_response(cut(noisy, tiles[0]), even, target_power(tiles[:1]), gain=0.9)
    crossed = tile_response(noisy, tiles, gain=0.9)
    direct_square, cross_square, known = (one.mtf[20:] ** 2 for one in (direct, crossed, cross))
    # Squares, which noise does not bend; their means over these rings have a deviation of 0.004.
    assert (direct_square - known).mean() > 0.1
    assert abs((cross_square - known).mean()) < 0.012


def test_leaves_that_are_not_there_are_refused(shot: np.ndarray) -> None:
    other = Leaves(LEAVES.corner, LEAVES.size, LEAVES.radii, LEAVES.reflectances, 99)
    with pytest.raises(BadInput, match=r"correlate|do not lie"):
        cross_response(shot, other, to_picture)
    with pytest.raises(BadInput, match="too small"):
        cross_response(shot, LEAVES, lambda points: to_picture(points) * 0.3)

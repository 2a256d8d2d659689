"""Spectrum of noise, and banding."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality.noise_spectrum import banding, freedom, noise_spectrum, without_surface


def white(seed: int, shape: tuple[int, ...] = (192, 256, 1), sigma: float = 0.02) -> np.ndarray:
    return np.random.default_rng(seed).normal(0.5, sigma, shape)


def smooth(picture: np.ndarray) -> np.ndarray:
    """Mean of a pixel and its right neighbour: density times cos^2(pi f)."""
    return (picture + np.roll(picture, 1, axis=1)) / 2


def test_white_noise_is_flat_and_its_mean_is_the_variance() -> None:
    """Within 4 standard errors of each ring beyond the shading's; few in 60 rings, and a fixed seed."""
    found = noise_spectrum(white(1))
    assert found.density.shape == (64, 64, 1)
    rings = slice(3, None)
    away = (found.radial[rings, 0] / 4e-4 - 1) / found.radial_error[rings]
    assert np.abs(away).max() < 4
    assert 0.7 < away.std() < 1.3
    assert found.horizontal[3:].mean() == pytest.approx(4e-4, rel=0.05)
    assert found.variance[0] == pytest.approx(4e-4, rel=0.02)
    assert found.centroid()[0] == pytest.approx(0.3826, abs=0.004)


def test_alike_neighbours_have_their_closed_form() -> None:
    found = noise_spectrum(smooth(white(2)))
    f = found.frequency[3:30]
    expected = 4e-4 * np.cos(np.pi * f) ** 2
    assert found.horizontal[3:30, 0] == pytest.approx(expected, rel=0.25)
    assert float((found.horizontal[3:30, 0] / expected).mean()) == pytest.approx(1, abs=0.04)
    assert found.vertical[3:, 0].mean() == pytest.approx(2e-4, rel=0.05)


def test_freedom_of_white_and_of_alike_noise() -> None:
    """Of the mean of two neighbours the density's squared mean over its mean square is (1/2)^2 / (3/8)."""
    flat = white(3)[..., 0] - 0.5
    assert freedom(flat) == pytest.approx(flat.size, rel=0.03)
    assert freedom(smooth(flat)) == pytest.approx(flat.size * 2 / 3, rel=0.04)


def test_rows_that_band_are_found_and_columns_that_do_not_are_not() -> None:
    rng = np.random.default_rng(4)
    patch = smooth(white(4, (128, 160, 2)))
    patch[..., 0] += rng.normal(0, 0.004, (128, 1))
    patch[..., 1] += 0.003 * np.sin(2 * np.pi * 0.25 * np.arange(160))
    found = banding(patch)
    assert found.row[0] == pytest.approx(1.6e-5, abs=3.5 * found.row_error[0])
    assert found.row[0] > 5 * found.row_error[0]
    assert abs(found.row[1]) < 3.5 * found.row_error[1]
    assert abs(found.column[0]) < 3.5 * found.column_error[0]
    assert found.column[1] == pytest.approx(4.5e-6, abs=3.5 * found.column_error[1])
    assert found.column_frequency[1] == pytest.approx(0.25)


def test_errors_of_banding_are_those_of_many_patches() -> None:
    """Deviation of 200 patches without banding, within 4 of its own (5 %) and the error's approximations."""
    found = [banding(white(100 + seed, (48, 48, 1))) for seed in range(200)]
    values = np.array([one.row[0] for one in found])
    error = float(np.mean([one.row_error[0] for one in found]))
    assert values.std() == pytest.approx(error, rel=0.25)
    assert values.mean() == pytest.approx(0, abs=4 * error / np.sqrt(200))


def test_surfaces_go() -> None:
    y, x = np.mgrid[0:20, 0:30] / 30
    surface = np.stack([1 + x * y - y**2, 2 - x], axis=-1)
    assert without_surface(surface, 2) == pytest.approx(np.zeros((20, 30, 2)), abs=1e-12)


def test_small_patches() -> None:
    with pytest.raises(BadInput, match="larger patch"):
        noise_spectrum(np.zeros((12, 40, 1)))
    with pytest.raises(BadInput, match="16 px or more"):
        banding(np.zeros((12, 40, 1)))

"""The star's wave over pixels, against fine samples."""

import numpy as np
import pytest

from lichtbild.image.star import star_means


def sampled(x_edges: np.ndarray, y_edges: np.ndarray, cycles: int, count: int = 64) -> np.ndarray:
    def places(edges: np.ndarray) -> np.ndarray:
        share = (np.arange(count) + 0.5) / count
        return (edges[:-1, None] + np.diff(edges)[:, None] * share).ravel()

    wave = np.cos(cycles * np.arctan2(places(y_edges)[:, None], places(x_edges)[None]))
    return wave.reshape(len(y_edges) - 1, count, len(x_edges) - 1, count).mean(axis=(1, 3))


@pytest.mark.parametrize("cycles", [6, 36])
@pytest.mark.parametrize("left", [-8.0, 3.0, 40.0])
def test_each_pixel_is_the_mean_of_the_wave(cycles: int, left: float) -> None:
    x, y = left + np.arange(13.0), -6.0 + np.arange(13.0)
    found, expected = star_means(x, y, cycles), sampled(x, y, cycles)
    near = np.hypot(x[None, :-1] + 0.5, y[:-1, None] + 0.5)
    # Midpoints of 64 x 64 err by (phase of a pixel)^2 / (24 x 64^2); at the middle no finite rule is exact.
    fine = cycles / np.maximum(near, 1) < 2 * np.pi
    np.testing.assert_allclose(found[fine], expected[fine], atol=1e-3)
    assert np.abs(found).max() <= 1


def test_within_the_inner_radius_it_is_flat_and_it_is_bright_to_the_right() -> None:
    edges = np.arange(-10.0, 11.0)
    found = star_means(edges, edges, 4, inner=5.0)
    assert (found[8:12, 8:12] == 0).all()
    assert found[10, 19] > 0.9

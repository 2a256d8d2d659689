import numpy as np

from lichtbild.quality.detect.spokes import centres

Y, X = np.mgrid[:360, :480].astype(float)


def star(centre: tuple[float, float], radius: float, cycles: int, squeeze: float) -> np.ndarray:
    x, y = X - centre[0], (Y - centre[1]) * squeeze
    within = np.hypot(x, y) < radius
    return np.where(within, 0.5 + 0.3 * np.cos(cycles * np.arctan2(y, x)), 0.5).astype(np.float32)


def noisy(plane: np.ndarray) -> np.ndarray:
    return (plane + 0.01 * np.random.default_rng(3).normal(size=plane.shape)).astype(np.float32)


def test_the_spokes_of_a_tilted_star_meet_in_its_centre():
    (centre, *others) = centres(noisy(star((260.0, 170.0), 130.0, 72, 1.3)))
    assert np.allclose(centre, (260.0, 170.0), atol=0.5) and not others


def test_stripes_and_noise_meet_nowhere():
    for plane in (np.cos(X / 3), np.cos(X / 3 + Y / 5), np.zeros_like(X)):
        assert centres(noisy(0.5 + 0.3 * plane)) == []

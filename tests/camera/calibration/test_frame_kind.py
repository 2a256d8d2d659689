import numpy as np

from lichtbild.camera.calibration.frame_kind import frame_kind

Y, X = np.mgrid[-1:1:96j, -1:1:128j]
NOISE = 0.02 * np.random.default_rng(0).standard_normal(X.shape)


def test_kinds() -> None:
    fall = 0.5 / (1 + 0.4 * (X**2 + Y**2)) ** 2
    assert frame_kind(0.1 * NOISE) == "dark"
    assert frame_kind(fall + NOISE) == "flat"
    assert frame_kind(fall * np.where((8 * X % 2 < 1) ^ (6 * Y % 2 < 1), 0.3, 1.0) + NOISE) == "chart"
    assert frame_kind(np.where((abs(X) < 0.2) & (abs(Y) < 0.2), 0.5, 0.001)) == "chart"

import numpy as np

from lichtbild.quality.detect.chart_map import ChartMap, first_map, fitted_map, of_points

SHAPE = (300, 400)
TRUTH = ChartMap(np.array([[4e-3, 3e-4, -0.7], [-2e-4, 4e-3, -0.5], [2e-4, 1e-4, 1.0]]), SHAPE, (-0.08, 0.02))
X, Y = np.meshgrid(np.linspace(0, 400, 9), np.linspace(0, 280, 7))
PLACES = np.stack([X, Y], axis=-1).reshape(-1, 2)


def test_four_points_give_a_homography_exactly():
    plain = ChartMap(TRUTH.homography, SHAPE)
    corners = PLACES[[0, 8, 62, 54]]
    found = first_map(of_points(corners, plain(corners)), SHAPE)
    assert np.allclose(found(PLACES), plain(PLACES), atol=1e-8)


def test_points_in_a_line_give_none():
    line = np.stack([np.arange(6.0), 2 * np.arange(6.0)], axis=1)
    assert first_map(of_points(line, line + 3.0), SHAPE) is None


def test_homography_and_distortion_come_back_although_a_tenth_of_the_points_are_wrong():
    seen = TRUTH(PLACES)
    seen[::10] += 25.0
    start = first_map(of_points(PLACES, TRUTH(PLACES) + 0.5), SHAPE)
    found, weights = fitted_map(of_points(PLACES, seen), start, 2)
    assert np.allclose(found(PLACES), TRUTH(PLACES), atol=1e-3)
    assert np.allclose(found.distortion, TRUTH.distortion, atol=1e-4)
    assert np.all(weights.reshape(2, -1)[:, ::10] == 0)


def test_scale_is_the_root_of_the_area():
    square = np.array([[199.0, 139.0], [201.0, 139.0], [201.0, 141.0], [199.0, 141.0]])
    x, y = TRUTH(square).T
    area = abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
    assert np.isclose(TRUTH.scale(np.array([[200.0, 140.0]]))[0], np.sqrt(area) / 2, rtol=1e-3)


def test_a_map_of_the_back_is_known():
    back = ChartMap(TRUTH.homography @ np.diag([-1.0, 1.0, 1.0]), SHAPE)
    assert back.mirrored and not TRUTH.mirrored

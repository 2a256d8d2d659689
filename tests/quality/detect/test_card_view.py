import numpy as np

from lichtbild.quality.detect.card_view import card_view, part_view, tone, untoned


def test_a_view_keeps_places_though_its_size_is_whole() -> None:
    view = card_view(np.ones((301, 1003, 3), np.float32), 500)
    assert view.tones.shape == (150, 500, 3)
    corner = view.to_view @ (1003.0, 301.0, 1.0)
    np.testing.assert_allclose(corner, (500, 150, 1), atol=1e-9)


def test_a_part_is_cut_at_whole_pixels_and_says_so() -> None:
    picture = np.full((100, 120, 3), 0.1, np.float32)
    picture[40:60, 50:70] = 1.0
    view = part_view(picture, np.array([[45.3, 35.2], [75.1, 66.8]]), 0.5, encoded=False)
    x, y, _ = view.to_view @ (60.0, 50.0, 1.0)
    bright = np.argwhere(view.tones[..., 1] > 0.8) + 0.5
    np.testing.assert_allclose(bright.mean(axis=0), (y, x), atol=0.5)


def test_tones_go_back_to_light() -> None:
    light = np.linspace(0, 1, 50)
    np.testing.assert_allclose(untoned(tone(light), encoded=False), light, atol=1e-6)
    np.testing.assert_allclose(tone(np.array([0.0, 1.0])), (0, 1), atol=1e-6)

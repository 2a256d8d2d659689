"""Centres of dots and corners drawn at known places, averaged over pixels."""

from collections.abc import Callable

import numpy as np
import pytest

from chart_pictures import rendered
from lichtbild.core.errors import BadInput
from lichtbild.quality.patch_samples import in_plane
from lichtbild.quality.points import corner_centres, dot_centres, in_mosaic

SIZE = (40, 40)
CENTRES = 20 + np.random.default_rng(0).uniform(-0.5, 0.5, (6, 2))
GUESS = np.array([[20.7, 19.4]])


def dot(centre: np.ndarray, softness: float, depth: float = 0.8) -> Callable[[np.ndarray], np.ndarray]:
    """A round hole in unevenly lit paper; its shading is relative."""

    def light(places: np.ndarray) -> np.ndarray:
        away = np.linalg.norm(places - centre, axis=-1)
        return (0.6 + 0.003 * places[..., 0]) * (1 - depth / 2 * (1 - np.tanh((away - 6) / softness)))

    return light


def corner(centre: np.ndarray, softness: float, turn: float) -> Callable[[np.ndarray], np.ndarray]:
    first = np.array([np.cos(turn), np.sin(turn)])
    second = np.array([-np.sin(turn + 0.1), np.cos(turn + 0.1)])

    def light(places: np.ndarray) -> np.ndarray:
        out = places - centre
        cross = np.tanh(out @ first / softness) * np.tanh(out @ second / softness)
        return (1 + 0.004 * out[..., 0]) * (0.5 + 0.4 * cross)

    return light


def lines(turn: float) -> np.ndarray:
    return np.array([[[-np.sin(turn), np.cos(turn)], [-np.cos(turn + 0.1), -np.sin(turn + 0.1)]]])


@pytest.mark.parametrize(("softness", "most"), [(0.05, 0.01), (0.7, 0.001), (1.5, 0.002)])
def test_dots_without_noise(softness: float, most: float) -> None:
    """A hundredth of a pixel even for borders sharper than a pixel; a thousandth where a lens blurs."""
    for centre in CENTRES:
        found = dot_centres(rendered(dot(centre, softness), SIZE, 4), GUESS, np.array([9.0 + 2 * softness]))
        assert np.abs(found.places[0] - centre).max() < most
        assert float(found.contrast[0]) == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize(
    ("softness", "turn", "most"), [(0.3, 0.2, 0.01), (0.7, 0.05, 0.002), (1.2, 0.7, 0.002)]
)
def test_corners_without_noise(softness: float, turn: float, most: float) -> None:
    for centre in CENTRES[:3]:
        picture = rendered(corner(centre, softness, turn), SIZE, 4)
        found = corner_centres(picture, GUESS, lines(turn), 8.0)
        assert np.abs(found.places[0] - centre).max() < most


def test_noise_spreads_centres_as_told() -> None:
    """Over 60 noisy pictures each, root mean squares agree with the sigma told: to 3 / sqrt(2 * 120)."""
    random = np.random.default_rng(1)
    dots, corners = rendered(dot(CENTRES[0], 0.7), SIZE), rendered(corner(CENTRES[0], 0.7, 0.3), SIZE)
    noise = 0.01 * random.standard_normal((60, *SIZE))
    for name in ("dots", "corners"):
        found = [
            dot_centres(dots + one, GUESS, np.array([10.0]))
            if name == "dots"
            else corner_centres(corners + one, GUESS, lines(0.3), 8.0)
            for one in noise
        ]
        errors = np.concatenate([one.places - CENTRES[0] for one in found])
        told = np.mean([one.sigma[0] ** 2 for one in found]) ** 0.5
        assert np.sqrt((errors**2).mean()) == pytest.approx(told, rel=3 / np.sqrt(240))


def test_bright_dots_and_wrong_guesses() -> None:
    bright = rendered(dot(CENTRES[0], 0.7, -0.8), SIZE)
    found = dot_centres(bright, GUESS, np.array([10.0]))
    assert float(found.moved[0]) == pytest.approx(np.linalg.norm(found.places - GUESS))
    np.testing.assert_allclose(found.places[0], CENTRES[0], atol=2e-3)
    assert float(found.contrast[0]) < -0.7
    with pytest.raises(BadInput, match="leave the picture"):
        dot_centres(bright, np.array([[4.0, 20.0]]), np.array([10.0]))
    with pytest.raises(BadInput, match="3 px"):
        dot_centres(bright, GUESS, np.array([2.0]))
    with pytest.raises(BadInput, match="3 px"):
        corner_centres(bright, GUESS, lines(0.0), 2.0)


def test_places_of_a_plane_and_of_its_mosaic() -> None:
    places = np.array([[3.5, 4.5], [10.0, 20.25]])
    for phase in ((0, 0), (1, 0), (1, 1)):
        back = in_mosaic(np.array(in_plane([tuple(place) for place in places.tolist()], phase)), phase)
        np.testing.assert_allclose(back, places, atol=1e-12)
    # Sample 0 of the plane that begins at row 1, column 0 is the pixel whose centre is (0.5, 1.5).
    np.testing.assert_allclose(in_mosaic(np.array([0.5, 0.5]), (1, 0)), (0.5, 1.5))

import numpy as np

from lichtbild.quality.detect.chart_map import ChartMap
from lichtbild.quality.detect.preview import preview
from lichtbild.quality.detect.stars import stars

SHAPE = (400, 520)
MAP = ChartMap(np.array([[3.2e-3, 4e-4, -0.35], [-5e-4, 2.6e-3, -0.28], [3e-4, -4e-4, 1.0]]), SHAPE)
"""From mm to half diagonals: tilted, so that a circle's centre is off the middle of its ellipse."""
CENTRE = np.array([110.0, 110.0])


def picture(radius: float = 100.0, cycles: int = 72) -> np.ndarray:
    """A star, by the inverse of its map at nine places of each pixel."""
    y, x = (np.mgrid[: 3 * SHAPE[0], : 3 * SHAPE[1]] + 0.5) / 3
    half = np.hypot(*SHAPE) / 2
    at = np.stack([(x - SHAPE[1] / 2) / half, (y - SHAPE[0] / 2) / half, np.ones_like(x)], axis=-1)
    place = at @ np.linalg.inv(MAP.homography).T
    u, v = np.moveaxis(place[..., :2] / place[..., 2:] - CENTRE, -1, 0)
    wave = 0.35 + 0.25 * np.cos(cycles * np.arctan2(v, u))
    light = np.where(np.hypot(u, v) < radius, wave, 0.35).reshape(SHAPE[0], 3, SHAPE[1], 3).mean(axis=(1, 3))
    noise = 0.005 * np.random.default_rng(1).normal(size=(*SHAPE, 3))
    return (light[..., None] + noise).astype(np.float32)


def ring(count: int) -> np.ndarray:
    turn = np.linspace(0, 2 * np.pi, count)
    return np.stack([np.cos(turn), np.sin(turn)], axis=1)


def test_a_tilted_star_is_found_with_its_perspective_and_its_cycles():
    view = preview(picture())
    assert view is not None
    (found,) = stars(view)
    (star,) = found.chart.targets
    assert star.cycles == 72
    assert np.allclose(found.map(np.array(star.centre)), MAP(CENTRE), atol=0.3)
    seen = found.map(np.array(star.centre) + star.radius * ring(60))
    away = np.linalg.norm(seen[:, None] - MAP(CENTRE + 100 * ring(2000))[None], axis=2).min(axis=1)
    assert away.max() < 4.0


def test_rings_are_no_star():
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    wave = 0.5 + 0.3 * np.cos(np.hypot(x - 240, y - 180) / 2)
    view = preview(np.repeat(wave[..., None], 3, axis=2).astype(np.float32))
    assert view is not None and stars(view) == ()

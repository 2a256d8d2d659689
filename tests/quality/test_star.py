"""Star responses against stars whose contrast at each radius is known in closed form."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Chart, Paint, Star
from lichtbild.quality.star import contrast_of, falling_to, measure_star, measures

STAR = Star(centre=(100.0, 80.0), radius=60.0, inner=4.0, cycles=72, dark=0, bright=1)
SCALE = 2.0


def to_picture(places: np.ndarray) -> np.ndarray:
    """2 px to a mm, a little turned, perspective and distortion: 0.5 px off its straight place at the rim."""
    x, y = (places[..., 0] - 100) / 60, (places[..., 1] - 80) / 60
    bulge = 1 + 0.004 * (x * x + y * y)
    below = 1 + 0.01 * x - 0.006 * y
    right, down = 120 * (x * bulge + 0.05 * y) / below, 120 * (y * bulge - 0.05 * x) / below
    return np.stack([128.3 + right, 130.6 + down], axis=-1)


def mtf(f: np.ndarray) -> np.ndarray:
    return np.exp(-((f / 0.32) ** 2))


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    """A star by the map's inverse, found step by step; contrast 0.8 times the response at its frequency."""
    rows, columns = np.mgrid[:260, :258] + 0.5
    grid = np.stack([columns, rows], axis=-1)
    chart = np.stack([100 + (columns - 128) / 2, 80 + (rows - 130) / 2], axis=-1)
    for _ in range(12):
        chart = chart + (grid - to_picture(chart)) / 2.0
    assert np.abs(grid - to_picture(chart)).max() < 1e-6
    x, y = chart[..., 0] - 100, chart[..., 1] - 80
    turn = 72 * np.arctan2(y, x)
    radius = np.hypot(x, y)
    frequency = 72 / (2 * np.pi * np.maximum(radius, 1)) / SCALE
    light = 0.4 * (1 + 0.8 * mtf(frequency) * np.cos(turn + 0.7))
    return np.where(radius < 60, light, 0.4)


def shifted(by: tuple[float, float]):
    return lambda places: to_picture(np.asarray(places)) + np.array(by)


def test_the_response_is_the_one_that_was_drawn(picture: np.ndarray) -> None:
    found = measure_star(picture, STAR, to_picture, contrast=0.8)
    # Contrast was drawn by the radius on the chart, frequency is told in the picture: 1.5 % apart by the map.
    expected = mtf(found.frequencies)
    use = found.frequencies < 0.5
    assert np.abs(found.sfr - expected)[use].max() < 0.01


def test_the_centre_is_found_from_a_wrong_one(picture: np.ndarray) -> None:
    true = to_picture(np.array(STAR.centre))
    for wrong in ((0.0, 0.0), (0.9, -0.6), (-1.2, 0.8)):
        found = measure_star(picture, STAR, shifted(wrong))
        np.testing.assert_allclose(found.centre, true, atol=0.01)


def test_the_standard_s_way_is_1_at_the_lowest_frequency(picture: np.ndarray) -> None:
    found = measure_star(picture, STAR, to_picture)
    absolute = measure_star(picture, STAR, to_picture, contrast=0.8)
    assert found.sfr[:2].mean() == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(found.sfr / absolute.sfr, 0.8 / found.reference)


def test_noise_does_not_add_contrast_and_errors_are_true(picture: np.ndarray) -> None:
    """Where the star has no contrast left, noise of 2 % leaves none either, within the stated error."""
    rng = np.random.default_rng(3)
    clean = measure_star(picture, STAR, to_picture, contrast=0.8)
    shots = [
        measure_star(picture + rng.normal(0, 0.02, picture.shape), STAR, to_picture, contrast=0.8)
        for _ in range(4)
    ]
    use = (clean.frequencies > 0.12) & (clean.frequencies < 0.35)
    off = np.array([(shot.sfr - clean.sfr)[use] / shot.sfr_error[use] for shot in shots])
    # About 4 x 25 numbers of variance 1: their root mean square is known to 8 %, taken four times.
    assert np.sqrt((off**2).mean()) == pytest.approx(1, abs=0.33)
    assert shots[0].noise == pytest.approx(0.02 / 0.4, rel=0.05)
    limit, error = clean.at_level(0.1)
    found = np.array([shot.at_level(0.1) for shot in shots])
    assert abs(found[:, 0].mean() - limit) < 4 * found[:, 1].mean() / np.sqrt(4) + 0.003
    assert error < 1e-2


def test_limiting_resolution(picture: np.ndarray) -> None:
    found = measure_star(picture, STAR, to_picture, contrast=0.8)
    limiting, half = measures(found, "star")
    assert limiting.value == pytest.approx(0.32 * np.sqrt(np.log(10)), rel=0.02)
    assert half.value == pytest.approx(0.32 * np.sqrt(np.log(2)), rel=0.02)
    assert limiting.interval is not None
    assert limiting.at == found.centre


def test_sectors_tell_directions() -> None:
    """A blur along rows only: what varies along rows loses contrast, what varies along columns does not."""
    rows, columns = np.mgrid[:260, :260] + 0.5
    x, y = columns - 130, rows - 130
    turn, radius = 72 * np.arctan2(y, x), np.maximum(np.hypot(x, y), 1)
    along = 72 * np.abs(y) / radius**2 / (2 * np.pi)
    light = 0.4 * (1 + 0.8 * np.exp(-((along / 0.2) ** 2)) * np.cos(turn))
    star = Star((0.0, 0.0), 120.0, 5.0, 72, 0, 1)
    found = measure_star(light, star, lambda places: np.asarray(places) + 130.0, sectors=16, contrast=0.8)
    sharp = np.nanmean(found.modulation, axis=1)
    level = np.abs(np.cos(found.azimuths))
    assert np.corrcoef(level, sharp)[0, 1] < -0.95


def test_a_response_that_does_not_fall_is_said(picture: np.ndarray) -> None:
    rows, columns = np.mgrid[:100, :100] + 0.5
    light = 0.4 * (1 + 0.8 * np.cos(20 * np.arctan2(rows - 50, columns - 50)))
    star = Star((0.0, 0.0), 45.0, 10.0, 20, 0, 1)
    found = measure_star(light, star, lambda places: np.asarray(places) + 50.0)
    limiting = measures(found)[0]
    assert np.isnan(limiting.value)
    assert "does not fall" in limiting.note


def test_a_star_outside_is_refused(picture: np.ndarray) -> None:
    with pytest.raises(BadInput, match="outside"):
        measure_star(picture, STAR, shifted((500.0, 0.0)))


def test_falling_to_a_level() -> None:
    f, e = np.array([0.0, 1.0, 2.0]), np.array([0.1, 0.1, 0.1])
    assert falling_to(f, np.array([1.0, 0.6, 0.2]), e, 0.4) == pytest.approx((1.5, 0.1 / np.sqrt(2) / 0.4))


def test_the_pixel_s_own_response_is_told() -> None:
    """A star that nothing but the pixels' squares has blurred: the product of two sinc, by direction."""
    rows, columns = np.mgrid[:200, :200] + 0.5
    nodes, weights = np.polynomial.legendre.leggauss(8)
    wave = np.zeros((200, 200))
    for down, one in zip(nodes / 2, weights / 2, strict=True):
        for right, other in zip(nodes / 2, weights / 2, strict=True):
            turn = 72 * np.arctan2(rows + down - 100.31, columns + right - 99.87)
            wave += one * other * np.cos(turn)
    star = Star((0.0, 0.0), 95.0, 4.0, 72, 0, 1)
    found = measure_star(0.4 + 0.32 * wave, star, lambda at: np.asarray(at) + 100.0, contrast=0.8)
    np.testing.assert_allclose(found.centre, (99.87, 100.31), atol=1e-4)
    use = found.frequencies < 0.45
    turn = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    f = found.frequencies[use, None]
    expected = (np.sinc(f * np.cos(turn)) * np.sinc(f * np.sin(turn))).mean(axis=1)
    np.testing.assert_allclose(found.sfr[use], expected, atol=1e-3)


def test_the_contrast_of_a_chart_s_star() -> None:
    """L* of 50 is a reflectance of 0.18419, that of 100 is 1, that of 5 is 5 / 903.3."""
    paints = tuple(Paint(f"grey {level}", (level, 0.0, 0.0)) for level in (50.0, 100.0, 5.0))
    chart = Chart("x", "X", (200.0, 200.0), paints)
    assert contrast_of(chart, STAR) == pytest.approx((1 - 0.184187) / (1 + 0.184187), rel=1e-5)
    low = Star((0.0, 0.0), 10.0, 1.0, 36, 2, 0)
    assert contrast_of(chart, low) == pytest.approx(
        (0.184187 - 5 / 903.2963) / (0.184187 + 5 / 903.2963), rel=1e-5
    )
    with pytest.raises(BadInput, match="no contrast"):
        contrast_of(chart, Star((0.0, 0.0), 10.0, 1.0, 36, 1, 0))


def test_a_first_ring_below_a_level_is_told(picture: np.ndarray) -> None:
    found = measure_star(picture, STAR, to_picture, contrast=0.8 * 3)
    (note,) = [one.note for one in measures(found) if one.name == "star_mtf50"]
    assert "the first ring" in note and "already" in note

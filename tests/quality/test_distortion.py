"""Distortion, lateral colour and grid points of a dot chart seen through a lens whose terms are known."""

import numpy as np
import pytest

from chart_pictures import HALF, MIDDLE, SIZE, Lens, dot_grid, dots_picture, found, projected
from lichtbild.core.errors import BadInput
from lichtbild.image.cfa import Cfa
from lichtbild.image.measure import Measure
from lichtbild.quality import bootstrap, distortion, lateral_colour
from lichtbild.quality.colour_plane import planes_of, planes_of_mosaic
from lichtbild.quality.distortion import central_ideal, line_bows, local_distortion, tv_distortion
from lichtbild.quality.grid_points import GridPoints, grid_points
from lichtbild.quality.radial_fit import radial_curve, radial_fit

TERMS = (-0.08, 0.03, -0.01)
GREEN = Lens(TERMS)
RED = Lens(TERMS, (0.1, -0.05), 1.002)
BLUE = Lens(TERMS, (0.0, 0.03), 0.999)
GRID = dot_grid()
CHART = GRID.points.reshape(-1, 2)


@pytest.fixture(scope="module")
def light() -> np.ndarray:
    return np.stack([dots_picture(GRID, lens) for lens in (RED, GREEN, BLUE)], axis=-1)


def by_name(measures: tuple[Measure, ...], name: str) -> Measure:
    (one,) = [measure for measure in measures if measure.name == name]
    return one


def test_points_of_a_grid(light: np.ndarray) -> None:
    """To 0.003 px, though perspective moves the dots' centroids by more than that."""
    points = grid_points(light[..., 1], found(GRID, GREEN), GRID)
    assert len(points.cells) == 63
    assert points.sound.all()
    assert np.abs(points.places - GREEN.places(projected(points.chart))).max() < 3e-3


def test_exact_points_give_exact_terms() -> None:
    fit = radial_fit(CHART, GREEN.places(projected(CHART)), SIZE)
    np.testing.assert_allclose(fit.terms, TERMS, atol=1e-12)
    np.testing.assert_allclose(fit.ideal, projected(CHART), atol=1e-9)
    local = local_distortion(GREEN.places(projected(CHART)), fit.ideal, SIZE)
    radius = np.linalg.norm(projected(CHART) - MIDDLE, axis=1) / HALF
    np.testing.assert_allclose(local, radial_curve(fit.terms, radius), atol=1e-9)


def test_noise_of_points_is_told() -> None:
    """Normal errors of 0.05 px: 100 fits spread as their covariance says, to 3 / sqrt(200)."""
    random, places = np.random.default_rng(0), GREEN.places(projected(CHART))
    fits = [radial_fit(CHART, places + 0.05 * random.standard_normal(places.shape), SIZE) for _ in range(100)]
    errors = np.array([fit.terms for fit in fits]) - TERMS
    told = np.array([np.diag(fit.covariance)[8:] for fit in fits]).mean(axis=0) ** 0.5
    np.testing.assert_allclose(errors.std(axis=0), told, rtol=3 / np.sqrt(200))


def test_ideal_by_the_pitch_in_the_middle() -> None:
    """Square to the camera, distortion k1 = -0.08 alone: the middle's affine map is off by its own share."""
    square = MIDDLE + (CHART - CHART.mean(axis=0)) * 2.2
    places = Lens((-0.08, 0.0, 0.0)).places(square)
    radius = np.linalg.norm(square - MIDDLE, axis=1) / HALF
    local = local_distortion(places, central_ideal(CHART, places, SIZE), SIZE)
    # Within a quarter of the half diagonal distortion is at most 0.5 %.
    np.testing.assert_allclose(local[radius > 0.01], -8 * radius[radius > 0.01] ** 2, atol=0.5)
    with pytest.raises(BadInput, match="middle"):
        central_ideal(CHART, places, SIZE, 0.01)


def test_television_distortion_by_hand() -> None:
    """k1 = 0.1 on 3 : 4: corners at 1.1, the middle of the upper side at 1 + 0.1 * 0.36."""
    assert float(tv_distortion(np.array([0.1]), (300, 400))) == pytest.approx(100 * (1.1 / 1.036 - 1))


def test_bows_of_lines() -> None:
    cells = np.array([(0, i) for i in range(5)] + [(1, 0), (2, 0)])
    places = np.array([(10.0 * i, 5.0 + (i == 2)) for i in range(5)] + [(0.0, 15.0), (0.0, 25.0)])
    rows, columns = line_bows(places, cells, (200, 300))
    assert rows == pytest.approx([-0.5])
    assert columns == pytest.approx([0.0])


@pytest.mark.parametrize(("k1", "sign"), [(-0.08, 1), (0.08, -1)])
def test_bows_are_positive_outward(k1: float, sign: int) -> None:
    """A barrel bends every line away from the middle, whichever way its points are numbered."""
    places, cells = Lens((k1, 0.0, 0.0)).places(projected(CHART)), np.argwhere(np.ones((7, 9), bool))
    for bows in line_bows(places, cells, SIZE):
        assert (sign * bows[[0, 1, -2, -1]] > 0.02).all()


def points(places: np.ndarray) -> GridPoints:
    sound = np.ones(len(CHART), bool)
    return GridPoints(np.argwhere(np.ones((7, 9), bool)), CHART, places, 0.05 + 0 * CHART[:, 0], sound)


GREATEST = ("lgd_max", "distortion_shift_max", "line_bow_rows", "line_bow_columns")


def greatest(lens: Lens, shots: int) -> tuple[dict[str, float], dict[str, list[tuple[float, float]]]]:
    """Truth and intervals of the greatest values at errors of 0.05 px."""
    ideal, random = projected(CHART), np.random.default_rng(5)
    places = lens.places(ideal)
    local, bows = local_distortion(places, ideal, SIZE), line_bows(places, points(places).cells, SIZE)
    truth = [local, 100 * np.linalg.norm(places - ideal, axis=1) / SIZE[0], *bows]
    ends: dict[str, list[tuple[float, float]]] = {name: [] for name in GREATEST}
    for _ in range(shots):
        noisy = points(places + 0.05 * random.standard_normal(places.shape))
        rows = distortion.measures_of(noisy, SIZE, "grid dots")
        for name in GREATEST:
            ends[name].append(by_name(rows, name).interval or (np.nan, np.nan))
    return {n: float(v[np.argmax(np.abs(v))]) for n, v in zip(GREATEST, truth, strict=True)}, ends


@pytest.mark.parametrize("k1", [0.0, -0.004, -0.02, 0.08])
def test_intervals_of_the_greatest_hold_the_truth(k1: float) -> None:
    """95 % of 60 shots, three binomial deviations; without any distortion too."""
    truth, ends = greatest(Lens((k1, 0.0, 0.0)), 60)
    for name in GREATEST:
        held = np.mean([low <= truth[name] <= high for low, high in ends[name]])
        assert held >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / 60), (name, held)


def test_intervals_of_the_greatest_are_those_of_fits_anew() -> None:
    """Ends by the fit's covariance against percentiles of 150 fits of places with other noise.

    One point is plainly the farthest, so that both are the same up to the chance of draws: an end of 150 has
    a deviation of 0.22 sigma, of 400 0.13, the length being 3.9 sigma: 0.2 of it are three deviations.
    """
    random, ideal = np.random.default_rng(8), projected(CHART)

    def shot(lens: Lens) -> np.ndarray:
        return lens.places(ideal) + 0.05 * random.standard_normal(ideal.shape)

    fit = radial_fit(CHART, shot(Lens((-0.03, 0.0, 0.0))), SIZE)
    noise = np.sqrt((fit.residual**2).sum() / 115) / 0.05
    smooth = Lens(tuple(fit.terms))
    again = [
        radial_fit(CHART, smooth.places(ideal) + noise * (shot(smooth) - smooth.places(ideal)), SIZE)
        for _ in range(150)
    ]
    radius = np.linalg.norm(ideal - MIDDLE, axis=1) / HALF
    refitted = [np.abs(radial_curve(one.terms, radius)).max() for one in again]
    shares = 100 * radius[:, None] ** [2, 4, 6]
    draws = bootstrap.drawn(np.zeros(3), fit.covariance[8:, 8:])
    ends = bootstrap.greatest(shares @ fit.terms, draws @ shares.T)
    np.testing.assert_allclose(ends, np.quantile(refitted, [0.025, 0.975]), atol=0.2 * (ends[1] - ends[0]))


def test_no_distortion_is_within_the_interval_of_the_greatest() -> None:
    _, ends = greatest(Lens((0.0, 0.0, 0.0)), 1)
    for (low, high), *_ in ends.values():
        assert low <= 0 <= high


@pytest.mark.parametrize(("rows", "columns", "terms"), [(3, 3, 1), (4, 4, 2), (7, 9, 3)])
def test_few_radii_tell_few_terms(rows: int, columns: int, terms: int) -> None:
    chart = 10.0 * np.argwhere(np.ones((rows, columns), bool))[:, ::-1]
    ideal = MIDDLE + (chart - chart.mean(axis=0)) * 4
    fit = radial_fit(chart, Lens((-0.05, 0.0, 0.0)).places(ideal), SIZE)
    assert fit.terms.shape == (terms,)
    assert np.isfinite(fit.covariance).all()
    np.testing.assert_allclose(fit.terms[0], -0.05, atol=1e-9)
    turn = np.arange(12) * np.pi / 6
    ring = 10 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    with pytest.raises(BadInput, match="one distance"):
        radial_fit(ring, MIDDLE + ring, SIZE)


def test_measures_of_distortion(light: np.ndarray) -> None:
    """Terms to 1e-4 from the picture itself: the points' 0.003 px over the half diagonal of 171 px."""
    measures = distortion.measures(light, found(GRID, GREEN))
    for i, term in enumerate(TERMS):
        assert by_name(measures, f"distortion_k{i + 1}").value == pytest.approx(term, abs=1e-4)
    assert by_name(measures, "distortion_corner").value == pytest.approx(100 * sum(TERMS), abs=0.01)
    assert by_name(measures, "tv_distortion").value == pytest.approx(
        float(tv_distortion(np.array(TERMS), SIZE)), abs=0.01
    )
    radius = np.linalg.norm(projected(CHART) - MIDDLE, axis=1).max() / HALF
    expected = float(radial_curve(np.array(TERMS), radius))
    assert by_name(measures, "lgd_max").value == pytest.approx(expected, abs=0.002)
    assert by_name(measures, "distortion_residual").value < 2e-3
    assert "extrapolated" in by_name(measures, "distortion_corner").note
    assert {one.where for one in measures} == {"grid dots"}
    assert all("63 points" in one.note for one in measures)


def test_what_has_no_grid(light: np.ndarray) -> None:
    unusable = found(GRID, GREEN, usable=False)
    with pytest.raises(BadInput, match="none usable"):
        distortion.measures(light, unusable)
    with pytest.raises(BadInput, match="none usable"):
        lateral_colour.measures(planes_of(light), unusable, SIZE)
    with pytest.raises(BadInput, match="larger"):
        grid_points(light[..., 1], found(GRID, Lens(shift=(1000.0, 0.0))), GRID)
    with pytest.raises(BadInput, match="3 x 3"):
        radial_fit(CHART[:9], CHART[:9], SIZE)


def moved(chart: np.ndarray, lens: Lens) -> np.ndarray:
    return lens.places(projected(chart)) - GREEN.places(projected(chart))


def test_displacement_of_points(light: np.ndarray) -> None:
    one = lateral_colour.displacements(planes_of(light), found(GRID, GREEN), [GRID])
    assert np.abs(one.red - moved(one.chart, RED)).max() < 3e-3
    assert np.abs(one.blue - moved(one.chart, BLUE)).max() < 3e-3


def test_displacement_in_a_mosaic(light: np.ndarray) -> None:
    """Sampled at every other pixel, sharp dots of 3.5 samples alias by hundredths; no offset is left."""
    cfa = Cfa.bayer("GRBG")
    index = np.tile(np.array(cfa.pattern), (SIZE[0] // 2, SIZE[1] // 2))[..., None]
    mosaic = np.take_along_axis(light, index, axis=2)[..., 0]
    one = lateral_colour.displacements(planes_of_mosaic(mosaic, cfa), found(GRID, GREEN), [GRID])
    error = one.red - moved(one.chart, RED), one.blue - moved(one.chart, BLUE)
    assert np.abs(error).max() < 0.08
    assert np.abs(np.mean(error, axis=1)).max() < 0.005


def test_measures_of_lateral_colour(light: np.ndarray) -> None:
    """A magnification of 1.002 is 0.002 of the corner's own distorted distance."""
    measures = lateral_colour.measures(planes_of(light), found(GRID, GREEN), SIZE)
    corner = 0.002 * HALF
    assert by_name(measures, "lateral_colour_red_corner").value == pytest.approx(corner, abs=2e-3)
    assert by_name(measures, "lateral_colour_red_shift_column").value == pytest.approx(0.1, abs=2e-3)
    assert by_name(measures, "lateral_colour_red_shift_row").value == pytest.approx(-0.05, abs=2e-3)
    assert by_name(measures, "lateral_colour_blue_corner").value == pytest.approx(-corner / 2, abs=2e-3)
    most = by_name(measures, "lateral_colour_red_max")
    percent = by_name(measures, "lateral_colour_red_max_height")
    assert percent.value == pytest.approx(100 * most.value / SIZE[0])
    assert {one.where for one in measures} == {"grid dots"}
    assert "63 points" in most.note


@pytest.mark.parametrize("magnification", [0.0, 0.05, 0.1, 0.2, 1.0])
def test_intervals_of_lateral_colour_hold_the_truth(magnification: float) -> None:
    """Errors of 0.05 px at 63 points, from no lateral colour to twenty times the noise: 95 % of 100 shots."""
    places, random = projected(CHART), np.random.default_rng(3)
    radius = np.linalg.norm(places - MIDDLE, axis=1) / HALF
    true = magnification * (places - MIDDLE) / HALF
    truths = {"max": magnification * radius.max(), "mean": magnification * radius.mean()}
    held: dict[str, list[bool]] = {"max": [], "mean": []}
    for _ in range(100):
        red = true + 0.05 * random.standard_normal(places.shape)
        seen = lateral_colour.Displacements(CHART, places, red, red, np.full(63, 1e-6))
        rows = lateral_colour.measures_of(seen, SIZE, "grid dots")
        for word, truth in truths.items():
            low, high = by_name(rows, f"lateral_colour_red_{word}").interval or (np.nan, np.nan)
            held[word].append(low <= truth <= high)
    assert min(np.mean(held["max"]), np.mean(held["mean"])) >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / 100)

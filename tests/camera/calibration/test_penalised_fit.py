import numpy as np

from lichtbild.camera.calibration.penalised_fit import differences, hats, penalised_fit

KNOTS = (9, 11)


def design(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    return np.einsum("ni,nj->nij", hats(y, KNOTS[0]), hats(x, KNOTS[1])).reshape(len(y), -1)


def test_lines_between_knots_come_back() -> None:
    """Any heights, also of the corner, where one quarter of a hat is all that is seen."""
    rng = np.random.default_rng(0)
    heights = rng.standard_normal(99)
    terms = design(*rng.uniform(0, 1, (2, 3000)))
    found = penalised_fit(terms, terms @ heights, np.ones(3000), differences(KNOTS)).numbers
    np.testing.assert_allclose(found, heights, atol=1e-4)


def test_noise_leaves_a_parabola_with_few_freedoms() -> None:
    """Third differences leave six terms and some more of 99: of 400 samples' noise of 0.1 about 0.02."""
    rng = np.random.default_rng(1)
    y, x = rng.uniform(0, 1, (2, 400))
    at = [one.ravel() for one in np.meshgrid(np.linspace(0, 1, 9), np.linspace(0, 1, 11), indexing="ij")]
    noisy = y**2 - y * x + 0.1 * rng.standard_normal(400)
    found = penalised_fit(design(y, x), noisy, np.ones(400), differences(KNOTS)).numbers
    assert np.sqrt(np.mean((found - (at[0] ** 2 - at[0] * at[1])) ** 2)) < 0.04


def test_what_no_sample_sees_goes_on_as_a_parabola() -> None:
    y, x = np.random.default_rng(2).uniform(0, 1, (2, 2000))
    kept = y + x < 1.8
    y, x = y[kept], x[kept]
    found = penalised_fit(design(y, x), y**2 + x, np.ones(len(y)), differences(KNOTS)).numbers.reshape(KNOTS)
    assert abs(found[-1, -1] - 2) < 0.02

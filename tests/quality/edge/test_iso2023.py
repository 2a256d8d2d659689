"""The standard's algorithm against the author's own program, and against edges known in closed form."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from exact_edge import gaussian_edge, gaussian_response, sigma_of
from lichtbild.core.errors import BadInput
from lichtbild.quality.edge.iso2023 import crossing, linearised, measure_edge, measures

PICTURES = (
    "Test_edge1_mono.tif",
    "Test_edge1.bmp",
    "h_edge_mono.tif",
    "v_edge_mono.tif",
    "h_edge.tif",
    "v_edge.tif",
)


def codes(shared: Path, name: str) -> np.ndarray:
    return np.asarray(Image.open(shared / "data/quality/sfr_burns" / name)).astype(float)


def reference(shared: Path, name: str, order: int) -> tuple[np.ndarray, float, float]:
    """Frequency and response, MTF50 and sampling efficiency as sfrmat5 gave them in Octave."""
    text = (shared / "data/quality/sfr_burns/sfrmat5_octave_full_curves.txt").read_text()
    lines = [line.split() for line in text.splitlines() if line.startswith(f"{name}.f64 ")]
    words = lines[0 if order == 5 else 1]
    curve = np.array([[float(part) for part in pair.split(":")] for pair in words[4:]])
    return curve, float(words[1]), float(words[2])


@pytest.mark.parametrize("order", [5, 1])
@pytest.mark.parametrize("name", PICTURES)
def test_equal_to_the_author_s_program(shared: Path, name: str, order: int) -> None:
    """To the last of the six digits that it printed; MTF50 to the last of eight."""
    curve, mtf50, efficiency = reference(shared, name, order)
    found = measure_edge(codes(shared, name), order)
    np.testing.assert_allclose(found.frequencies, curve[:, 0], rtol=0, atol=5.1e-7)
    np.testing.assert_allclose(found.sfr[-1], curve[:, 1], rtol=0, atol=5.1e-7)
    assert found.mtf50[-1] == pytest.approx(mtf50, abs=1e-8)
    assert found.sampling_efficiency[-1] == efficiency


def test_a_table_that_changes_nothing_changes_nothing(shared: Path) -> None:
    window = codes(shared, "h_edge.tif")
    for name in ("lut1.dat", "lut3.dat"):
        lut = np.loadtxt(shared / "data/quality/sfr_burns" / name)
        np.testing.assert_array_equal(linearised(window, lut), window)


def test_codes_of_a_power_law_are_undone_by_its_table() -> None:
    light = gaussian_edge((60, 60), 5, 0.8)
    lut = (np.arange(4096) / 4095) ** 2.2
    found = measure_edge(4095 * light ** (1 / 2.2), 1, lut=lut)
    # Linear interpolation of the table's curve between codes errs by 1e-7 of the light.
    np.testing.assert_allclose(found.sfr, measure_edge(light, 1).sfr, atol=1e-5)
    raised = measure_edge(4095 * light ** (1 / 2.2), 1)
    assert np.abs(raised.sfr - found.sfr).max() > 1e-3


@pytest.mark.parametrize(
    ("mtf50", "bias"), [(0.08, 0.0056), (0.15, 0.0008), (0.25, -0.0028), (0.45, -0.0132)]
)
def test_its_bias_is_what_the_module_says(mtf50: float, bias: float) -> None:
    """On exact edges the algorithm errs as stated: numbers of this window, 200 rows by 100 columns."""
    found = measure_edge(gaussian_edge((200, 100), 5, sigma_of(mtf50, 5)), 1)
    assert found.mtf50[0] / mtf50 - 1 == pytest.approx(bias, abs=2e-4)


def test_the_uncorrected_bin_is_the_bias_at_high_frequencies() -> None:
    """Divided by the response of a bin of a quarter of a pixel, the response is exact but for the window."""
    sigma = sigma_of(0.4, 5)
    found = measure_edge(gaussian_edge((240, 160), 5, sigma), 1)
    f = found.frequencies[found.frequencies < 0.5]
    true = gaussian_response(f, 5, sigma)
    corrected = found.sfr[0][: len(f)] / np.sinc(f * np.cos(np.radians(5)) / 4)
    assert np.abs(found.sfr[0][: len(f)] - true).max() > 7e-3
    assert np.abs(corrected - true).max() < 2.5e-3


def test_all_ways_to_hold_the_chart_give_one_answer() -> None:
    """Mirrored and turned windows, dark to bright or bright to dark: bins differ by which side is closed."""
    window = gaussian_edge((80, 60), 7, 0.9)
    first = measure_edge(window, 1)
    for other in (window[:, ::-1], window[::-1], 1 - window, np.rot90(window), window.T):
        found = measure_edge(np.ascontiguousarray(other), 1)
        np.testing.assert_allclose(found.sfr, first.sfr, atol=4e-3)
        assert found.mtf50[0] == pytest.approx(first.mtf50[0], rel=3e-3)
        assert abs(abs(found.angle - 90 * (found.angle > 45)) - 7) < 0.05


def test_a_curved_edge_needs_the_polynomial() -> None:
    window = gaussian_edge((160, 80), 5, 0.8, curvature=4e-4)
    bent, straight = measure_edge(window, 3), measure_edge(window, 1)
    at = np.argmin(np.abs(bent.frequencies - 0.25))
    expected = gaussian_response(bent.frequencies[at], 5, 0.8)
    assert bent.sfr[0, at] == pytest.approx(expected, abs=0.01)
    assert straight.sfr[0, at] < expected - 0.03


def test_channels_and_their_misregistration() -> None:
    """Red 0.2 px to the right along the row is 0.2 cos(5 degrees) along the normal."""
    window = np.stack([gaussian_edge((100, 60), 5, 0.8, shift=0.3 - d) for d in (0.2, 0.0, -0.1)], axis=-1)
    found = measure_edge(window, 1)
    assert found.channels == ("red", "green", "blue", "luminance")
    normal = np.cos(np.radians(5))
    np.testing.assert_allclose(found.misregistration[:3], [0.2 * normal, 0, -0.1 * normal], atol=1e-3)
    names = [measure.name for measure in measures(found, "edge 1", (30.0, 50.0))]
    assert names.count("mtf50") == 4
    assert names.count("colour_misregistration") == 2


def test_the_standard_error_is_that_of_repeated_shots() -> None:
    """Over 60 shots a standard deviation is known to 9 %, its mean over 31 frequencies to about 2.3 %."""
    window = gaussian_edge((100, 64), 5, sigma_of(0.25, 5))
    rng = np.random.default_rng(0)
    found = [measure_edge(window + rng.normal(0, 0.01, window.shape), 1) for _ in range(60)]
    at = slice(2, 33)
    ratio = np.std([one.sfr[0, at] for one in found], axis=0) / np.mean(
        [one.sfr_error[0, at] for one in found], 0
    )
    assert ratio.mean() == pytest.approx(1, abs=0.1)
    reach = np.std([one.mtf50[0] for one in found]) / np.mean([one.mtf50_error[0] for one in found])
    assert 0.6 < reach < 1.2


def test_the_critical_slope_is_warned_of() -> None:
    found = measure_edge(gaussian_edge((80, 60), np.degrees(np.arctan(0.5)), 0.8, shift=0.0), 1)
    assert any("no samples" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("window", "said"),
    [
        (np.ones((40, 40)), "no edge"),
        (gaussian_edge((40, 8), 5, 0.5), "it needs"),
        (gaussian_edge((40, 40), 0.3, 0.5), "slant the chart"),
        (np.full((40, 40), np.nan), "not finite"),
    ],
)
def test_what_cannot_be_measured_is_said(window: np.ndarray, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        measure_edge(window, 1)


def test_orders_are_1_to_5() -> None:
    with pytest.raises(BadInput, match="1 to 5"):
        measure_edge(gaussian_edge((40, 40), 5, 0.5), 6)


def test_a_response_that_stays_high_crosses_at_the_end() -> None:
    assert crossing(np.linspace(0, 1, 5), np.ones(5), 0.5) == 0.495


def test_a_measure_at_the_end_says_so() -> None:
    sharp = measures(measure_edge(gaussian_edge((80, 60), 5, 0.2), 1))
    assert sharp[0].value == 0.495
    assert sharp[0].interval is None
    assert "or above" in sharp[0].note

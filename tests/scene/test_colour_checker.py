"""The ColorChecker's colours against colour-science at 1 nm, and where its patches are."""

import colour
import numpy as np
import pytest

from lichtbild.colour import light
from lichtbild.scene.colour_checker import colour_checker, skin_chart
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import one_light
from lichtbild.scene.truth import ChartScene
from scene.charts import EDGES, LIGHTING, WHITE, luminances, xyz

FRAME = Frame(60, 80, (0.6, 0.8))


def middles(chart: ChartScene, picture: np.ndarray) -> np.ndarray:
    found = []
    for patch in chart.truth.patches:
        left, low, right, high = patch.borders
        row, column = (0.3 - (low + high) / 2) / 0.01, ((left + right) / 2 + 0.4) / 0.01
        found.append(picture[int(row), int(column)])
    return np.stack(found)


def test_colours_under_d50() -> None:
    chart = colour_checker(FRAME, one_light(light.named("D50", EDGES), np.pi * 100), edition="iso-17321")
    cmfs = colour.MSDS_CMFS["CIE 1931 2 Degree Standard Observer"]
    wavelength = np.arange(380.0, 781.0)
    d50 = colour.SDS_ILLUMINANTS["D50"]
    power = np.interp(wavelength, d50.wavelengths, d50.values)
    matching = np.stack([np.interp(wavelength, cmfs.wavelengths, cmfs.values[:, k]) for k in range(3)], 1)
    table = colour.SDS_COLOURCHECKERS["ISO 17321-1"]
    expected = np.stack(
        [
            100
            * (np.interp(wavelength, sd.wavelengths, sd.values) * power)
            @ matching
            / (power @ matching[:, 1])
            for sd in table.values()
        ]
    )
    # White has 100 cd/m2. Means over 5 nm: 25 nm2 / 24 of the curves' bend, at most 0.3 in steep patches.
    np.testing.assert_allclose(middles(chart, xyz(chart.scene)), expected, atol=0.3)


def test_truth_says_what_is_there() -> None:
    chart = colour_checker(FRAME, LIGHTING)
    photons = chart.scene.weights @ chart.scene.spectra
    expected = chart.truth.reflectances * chart.scene.white
    # float32 weights.
    np.testing.assert_allclose(middles(chart, photons), expected, rtol=1e-6)
    assert chart.truth.patches[0].name == "dark skin" and len(chart.truth.patches) == 24
    first, last = chart.truth.patches[0].borders, chart.truth.patches[-1].borders
    assert first[0] < 0 < first[1] and last[3] < 0 < last[2]
    assert chart.truth.reflectance_of("cyan") == pytest.approx(chart.truth.reflectances[17])
    with pytest.raises(KeyError):
        chart.truth.reflectance_of("mauve")


def test_skin_chart_in_a_surround() -> None:
    chart = skin_chart(FRAME, LIGHTING)
    assert len(chart.truth.patches) == 5
    assert luminances(chart.scene)[0, 0] == pytest.approx(0.18 * WHITE)

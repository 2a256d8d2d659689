"""Quantum efficiency in bands."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm
from lichtbild.image.bands import FINE, Bands
from lichtbild.sensor.spectral_response import FilterCurves, Peak, ResponseTable


def test_a_curve_is_its_peaks_between_the_cuts() -> None:
    curves = FilterCurves(((Peak(0.6, nm(530), nm(40)),),))
    fine = curves.efficiency(FINE)[0]
    at = int(np.argmax(fine))
    assert FINE.middles[at] == pytest.approx(nm(530))
    assert fine[at] == pytest.approx(0.6, rel=1e-3)
    half = np.interp(nm(655), FINE.middles, fine) / (0.6 * np.exp(-0.5 * (125 / 40) ** 2))
    assert half == pytest.approx(0.5, rel=0.06)  # straight lines between bands of 5 nm


def test_coarse_bands_hold_the_mean_of_the_fine_ones() -> None:
    curves = FilterCurves(((Peak(0.6, nm(530), nm(40)), Peak(0.1, nm(450), nm(20))),))
    coarse = Bands(FINE.edges[::9])
    fine = curves.efficiency(FINE)[0].reshape(9, 9)
    np.testing.assert_allclose(curves.efficiency(coarse)[0], fine.mean(axis=1), rtol=1e-12)


def test_a_table_counts_the_electrons_of_even_light() -> None:
    table = ResponseTable(np.array([[0.2, 0.6]]), Bands(np.array([nm(400), nm(500), nm(700)])))
    np.testing.assert_allclose(table.efficiency(Bands.even(nm(450), nm(550), 1)), [[0.4]])
    np.testing.assert_allclose(table.efficiency(Bands.even(nm(600), nm(800), 1)), [[0.3]])


def test_efficiency_is_at_most_one() -> None:
    with pytest.raises(BadInput, match="from 0 to 1"):
        ResponseTable(np.array([[1.2]]), Bands.even(nm(400), nm(700), 1))
    with pytest.raises(BadInput, match="height of a peak"):
        Peak(1.2, nm(500), nm(30))

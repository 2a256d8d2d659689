import numpy as np
import pytest

from lichtbild.optics.air import air_index


def edlen(microns: float, celsius: float) -> float:
    """Dry air at one atmosphere by Edlen's formula of 1966 (Metrologia 2, 71), wavelengths in vacuum."""
    wave = 1 / microns**2
    standard = 8342.13 + 2406030 / (130 - wave) + 15997 / (38.9 - wave)
    torr = 760.0
    return 1 + 1e-8 * standard * torr * (1 + torr * (0.817 - 0.0133 * celsius) * 1e-6) / 720.775 / (
        1 + 0.003661 * celsius
    )


@pytest.mark.parametrize("microns", [0.4, 0.5876, 1.0])
@pytest.mark.parametrize("celsius", [-20.0, 15.0, 20.0, 60.0])
def test_air_agrees_with_edlens_later_formula(microns: float, celsius: float) -> None:
    # The two differ by their temperature laws; 3e-7 is a thousandth of n - 1.
    assert air_index(microns, celsius + 273.15) == pytest.approx(edlen(microns, celsius), abs=3e-7)


def test_the_vacuum_has_the_index_one_and_density_counts_in_proportion() -> None:
    assert air_index(0.55, pressure=0.0) == 1.0
    np.testing.assert_allclose(air_index(0.55, pressure=2.0) - 1, 2 * (air_index(0.55) - 1), rtol=1e-12)

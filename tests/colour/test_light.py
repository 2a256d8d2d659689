"""Lights against CIE's chromaticities, Planck's and Wien's laws, and their own levels."""

import math

import colour
import numpy as np
import pytest

from lichtbild.colour import light, observer
from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm
from lichtbild.image.bands import FINE

EDGES = FINE.edges


@pytest.mark.parametrize(
    ("name", "xy"),
    [
        # CIE 015:2018, printed to 4 or 5 digits.
        ("A", (0.44758, 0.40745)),
        ("D50", (0.34567, 0.35851)),
        ("D65", (0.31272, 0.32903)),
        ("D55", (0.33243, 0.34744)),
        ("D75", (0.29903, 0.31488)),
        ("C", (0.31006, 0.31616)),
        ("E", (1 / 3, 1 / 3)),
        ("F2", (0.3721, 0.3751)),
        ("F11", (0.3805, 0.3769)),
        ("fl2", (0.3721, 0.3751)),
        ("LED-B1", (0.4560, 0.4078)),
    ],
)
def test_chromaticities(name: str, xy: tuple[float, float]) -> None:
    # Means over bands of 5 nm blur the spectrum a little: up to 5e-4 where a lamp has lines.
    assert light.named(name, EDGES).xy == pytest.approx(xy, abs=6e-4 if name[0] in "fFL" else 2e-4)


@pytest.mark.parametrize("name", ["A", "D65", "F2", "LED-B3"])
def test_levels_are_absolute(name: str) -> None:
    one = light.named(name, EDGES)
    assert observer.luminance(one.photons(100.0), EDGES) == pytest.approx(100.0, rel=1e-12)
    assert observer.luminance(one.photons_at(1000.0), EDGES) == pytest.approx(1000 / math.pi, rel=1e-12)
    assert (one.photons(0.0) == 0).all()


def test_photons_of_a_known_power() -> None:
    # At 555 nm 1 cd/m2 is 1 / 683 W m^-2 sr^-1: 4.09e9 photons s^-1 mm^-2 sr^-1.
    edges = np.array([nm(554.99), nm(555.01)])
    one = light.Light("line", edges, np.ones(1))
    expected = 1e-6 / 683.002 / (6.62607015e-34 * 299792458.0 / 555e-9)
    assert one.photons(1.0)[0] == pytest.approx(expected, rel=2e-5)


@pytest.mark.parametrize("kelvin", [2000.0, 2856.0, 3200.0])
def test_black_body_peaks_where_wien_says(kelvin: float) -> None:
    wavelength = np.linspace(nm(200), nm(3000), 280001)
    peak = wavelength[np.argmax(light.planck(wavelength, kelvin))]
    # 2.897771955 mm K; the samples are 0.01 nm apart.
    assert peak == pytest.approx(2.897771955 / kelvin, abs=nm(0.011))


def test_black_body_of_2856_kelvin_is_illuminant_a() -> None:
    a, planck = light.named("A", EDGES), light.black_body(2855.5, EDGES)
    # Illuminant A is Planck's law with c2 = 1.435e-2 at 2848 K, which is 2855.5 K today.
    # The table is straight between its 5 nm: 25 nm2 / 12 x (0.022 / nm)^2 at 380 nm. Beyond 780 nm it is
    # level: the last band is left out.
    found, expected = planck.power / planck.power[36], a.power / a.power[36]
    assert found[:-1] == pytest.approx(expected[:-1], rel=1e-3)


def test_black_body_against_colour_science() -> None:
    wavelength = np.arange(400.0, 701.0, 50.0)
    # hc / k is given, as that of colour-science is of 1990.
    expected = colour.colorimetry.planck_law(wavelength * 1e-9, 3000.0, c2=1.438776877e-2)
    found = light.planck(nm(1) * wavelength, 3000.0)
    assert found / found[3] == pytest.approx(expected / expected[3], rel=1e-8)


def test_daylight_of_d65_is_the_table() -> None:
    table, formula = light.named("D65", EDGES), light.daylight(6504.0, EDGES)
    # CIE rounds M1 and M2 to three digits and the table to five: 0.5e-3 x (S1 up to 60) of 100.
    np.testing.assert_allclose(
        formula.power / formula.power[36], table.power / table.power[36], atol=1e-3, rtol=0
    )


def test_temperature_is_a_black_body_below_4000_kelvin_and_daylight_above() -> None:
    assert "black body" in light.of_temperature(3999.0, EDGES).name
    assert "daylight" in light.of_temperature(4000.0, EDGES).name
    assert light.named("3200 K", EDGES).xy == light.black_body(3200.0, EDGES).xy
    # CIE 015: chromaticity of daylight at 5700 x 1.4388 / 1.4380 K, in closed form.
    t = 5700 * 1.4388 / 1.4380
    x = 0.244063 + 99.11 / t + 2.9678e6 / t**2 - 4.6070e9 / t**3
    assert light.named("d57", EDGES).xy[0] == pytest.approx(x, abs=1e-4)


def test_mixture_shares_luminance() -> None:
    a, d = light.named("A", EDGES), light.named("D65", EDGES)
    mixed = light.mixture([a, d], [1.0, 3.0])
    expected = 0.25 * a.photons(1.0) + 0.75 * d.photons(1.0)
    assert mixed.photons(1.0) == pytest.approx(expected, rel=1e-12)


def test_table_is_straight_between_samples() -> None:
    one = light.of_table("mine", nm(1) * np.array([390.0, 710.0]), np.array([1.0, 2.0]), EDGES)
    inside = (FINE.middles > nm(394)) & (FINE.middles < nm(706))
    expected = 1 + (FINE.middles[inside] / nm(1) - 390) / 320
    assert one.power[inside] == pytest.approx(expected, rel=1e-12)


def test_unknown_name_names_the_nearest() -> None:
    with pytest.raises(BadInput, match=r"no light is called 'F22'; the nearest are F2"):
        light.named("F22", EDGES)


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (410.0, 720.0, "covers 410 to 720 nm"),
        (390.0, 690.0, "covers 390 to 690 nm"),
        (700.0, 400.0, "increase"),
    ],
)
def test_spectra_that_do_not_cover_the_band(first: float, last: float, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        light.of_table("lamp", nm(1) * np.array([first, last]), np.ones(2), EDGES)
    light.of_table("enough", nm(1) * np.array([400.0, 700.0]), np.ones(2), EDGES)


def test_what_is_no_light() -> None:
    table = nm(1) * np.array([400.0, 700.0])
    with pytest.raises(BadInput, match="power below 0"):
        light.of_table("lamp", table, np.array([1.0, -1.0]), EDGES)
    with pytest.raises(BadInput, match="that an eye can see"):
        light.of_table("dark", table, np.zeros(2), EDGES)
    with pytest.raises(BadInput, match="500 K to 25000 K, not 100 K"):
        light.of_temperature(100.0, EDGES)
    with pytest.raises(BadInput, match="0 lux or more"):
        light.named("A", EDGES).photons_at(-1.0)
    with pytest.raises(BadInput, match="a share for each light"):
        light.mixture([light.named("A", EDGES)], [0.5, 0.5])
    with pytest.raises(BadInput, match="not all 0"):
        light.mixture([light.named("A", EDGES)], [0.0])

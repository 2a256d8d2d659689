"""The observer against closed forms, the standard's own numbers and colour-science at 1 nm."""

import colour
import numpy as np
import pytest

from lichtbild.colour import observer
from lichtbild.core.units import nm
from lichtbild.image.bands import FINE, Bands

EDGES = FINE.edges


def test_one_watt_at_555_nanometres_is_683_lumens() -> None:
    # A band of 0.02 nm about the wavelength of 540 THz in air, 555 nm; V there is 1 but for 1e-5.
    edges = np.array([nm(554.99), nm(555.01)])
    watts = 1 / observer.photon_energy(edges)
    # 1 W m^-2 sr^-1 is 1e-6 W mm^-2 sr^-1.
    assert observer.luminance(1e-6 * watts, edges) == pytest.approx(683.002, rel=2e-5)


def test_photon_energy_is_hc_over_wavelength() -> None:
    # 2.25 eV at 551 nm, from 1239.841984 eV nm; the band is so narrow that its mean is its middle.
    edges = np.array([nm(550.99), nm(551.01)])
    assert observer.photon_energy(edges)[0] / 1.602176634e-19 == pytest.approx(1239.841984 / 551, rel=1e-8)


def test_means_of_a_straight_curve_are_its_middles() -> None:
    wavelength = nm(1) * np.array([300.0, 512.0, 900.0])
    means = observer.band_means(wavelength, 2.0 + 3.0 * wavelength, EDGES)
    assert means == pytest.approx(2.0 + 3.0 * FINE.middles, rel=1e-13)


def test_means_are_level_beyond_the_samples() -> None:
    means = observer.band_means(
        np.array([1.0, 2.0]), np.array([4.0, 6.0]), np.array([0.0, 0.5, 1.5, 2.0, 9.0])
    )
    # Mean of 4 to 5 over half of the second band: (4 x 0.5 + 4.5 x 0.5) / 1.
    assert means == pytest.approx([4.0, 4.25, 5.5, 6.0])


def test_means_against_a_fine_sum() -> None:
    rng = np.random.default_rng(3)
    wavelength, values = np.sort(rng.uniform(nm(400), nm(700), 20)), rng.uniform(size=(20, 2))
    edges = np.linspace(nm(390), nm(710), 12)
    fine = np.linspace(edges[0], edges[-1], 11 * 20000 + 1)
    fine = (fine[1:] + fine[:-1]) / 2
    sampled = np.stack([np.interp(fine, wavelength, values[:, k]) for k in range(2)], 1)
    expected = sampled.reshape(11, 20000, 2).mean(axis=1)
    # The midpoint rule errs only at the knots, by (step x change of slope)^2.
    np.testing.assert_allclose(observer.band_means(wavelength, values, edges), expected, atol=1e-5)


def test_equal_energy_has_equal_xyz() -> None:
    photons = FINE.widths / observer.photon_energy(EDGES)
    xyz = observer.xyz_of(photons, EDGES)
    # The functions' sums differ by 1e-4 from each other, and 780 nm is not where they end.
    assert xyz / xyz[1] == pytest.approx([1.0, 1.0, 1.0], abs=3e-4)


def test_spectrum_against_colour_science_at_one_nanometre() -> None:
    cmfs = colour.MSDS_CMFS["CIE 1931 2 Degree Standard Observer"]
    wavelength = np.arange(378.0, 783.0)
    power = 1.0 + 0.5 * np.sin(wavelength / 30.0)
    matching = np.stack([np.interp(wavelength, cmfs.wavelengths, cmfs.values[:, k]) for k in range(3)], 1)
    expected = 683.002 * (power @ matching)
    bands = np.append(wavelength - 0.5, 782.5) * nm(1)
    per_band = power / observer.photon_energy(bands) * 1e-6
    # Curvature of the matching functions within a nanometre.
    np.testing.assert_allclose(observer.xyz_of(per_band, bands), expected, rtol=1e-4)
    fine = per_band @ FINE.shares_of(Bands(bands))
    # Photons are even within 5 nm: second order in the band's width, 25 nm2 / 24 of the curves' bend.
    np.testing.assert_allclose(observer.xyz_of(fine, EDGES), expected, rtol=1e-3)


def test_colour_matching_of_a_band() -> None:
    # CIE 1931 at 555 nm: 0.51205, 1.00000, 0.00575; the mean over 5 nm is lower by their bend.
    edges = np.array([nm(552.5), nm(557.5)])
    assert observer.colour_matching(edges)[0] == pytest.approx([0.51205, 1.0, 0.00575], abs=1.2e-3)
    assert observer.luminous_efficiency(edges)[0] == observer.colour_matching(edges)[0, 1]


def test_nothing_is_seen_beyond_the_observer() -> None:
    edges = np.array([nm(200), nm(300), nm(900), nm(1000)])
    assert observer.xyz_of(np.array([1.0, 0.0, 1.0]), edges) == pytest.approx([0.0, 0.0, 0.0], abs=0.0)

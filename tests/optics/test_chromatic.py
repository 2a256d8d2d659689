"""Paraxial colours against thin lenses and achromats of the textbook."""

from dataclasses import replace
from math import inf, radians, tan

import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.chromatic import (
    abbe_sums,
    band_of,
    paraxial_focus_shift,
    paraxial_lateral_colour,
    secondary_spectrum,
)
from lichtbild.optics.glass import refractive_index
from lichtbild.optics.lens import FieldPoint, Lens
from lichtbild.optics.medium import ModelGlass
from lichtbild.optics.seidel import seidel
from lichtbild.optics.spectral_line import C_LINE, D_LINE, F_LINE
from lichtbild.optics.surface import Surface
from optics.simple_lenses import AIR, lens_of, singlet

WAVES = (F_LINE, D_LINE, C_LINE)
CROWN, FLINT = ModelGlass(1.5168, 64.17), ModelGlass(1.62, 36.37)


def focal_length(wavelength: float) -> float:
    return 1 / ((float(refractive_index(ModelGlass(1.5, 60.0), np.float64(wavelength))) - 1) * 0.03)


def doublet(power: float = 0.02) -> Lens:
    """A thin cemented achromat: powers in the ratio of the Abbe numbers."""
    crown = power * CROWN.abbe / (CROWN.abbe - FLINT.abbe)
    flint = power - crown
    first = 0.02
    second = first - crown / (CROWN.index - 1)
    third = second - flint / (FLINT.index - 1)
    return lens_of(
        (Surface(first), Surface(second), Surface(third)),
        (inf, 0.0, 0.0, 1 / power),
        (AIR, CROWN, FLINT, AIR),
        wavelengths=WAVES,
        weights=(1.0, 1.0, 1.0),
        primary=1,
    )


def test_a_thin_lens_focuses_each_wavelength_at_its_own_focal_length() -> None:
    lens = singlet(0.02, -0.01, wavelengths=WAVES, weights=(1.0, 1.0, 1.0), primary=1)
    expected = [focal_length(wave) - focal_length(D_LINE) for wave in WAVES]
    np.testing.assert_allclose(paraxial_focus_shift(lens), expected, atol=1e-12)
    # -f / V, to first order in 1 / V.
    shift = paraxial_focus_shift(lens, jnp.asarray([F_LINE, C_LINE]))
    assert float(shift[1] - shift[0]) == pytest.approx(focal_length(D_LINE) / 60.0, rel=0.01)


def test_a_thin_lens_with_its_stop_before_it_images_each_wavelength_in_its_own_size() -> None:
    """The stop lies 20 mm before the lens; the image surface 100 mm behind it stays."""
    surfaces = (Surface(), Surface(0.02), Surface(-0.01))
    lens = lens_of(surfaces, (inf, 20.0, 0.0, 100.0), (AIR, AIR, ModelGlass(1.5, 60.0), AIR))
    height = 20.0 * tan(radians(10.0))
    bent = [-height / focal_length(wave) * 100.0 for wave in WAVES]
    found = paraxial_lateral_colour(lens, jnp.asarray(WAVES))
    assert found.shape == (2, 2, 3)
    np.testing.assert_allclose(found[1, 1], np.subtract(bent, bent[1]), atol=1e-12)
    assert np.abs(np.asarray(found[0])).max() == 0.0


def test_abbe_sums_are_the_colours_of_seidel_by_gap() -> None:
    lens = doublet()
    sums, total = abbe_sums(lens), seidel(lens).total
    assert float(jnp.sum(sums.axial)) == pytest.approx(float(total.axial_colour), abs=1e-16)
    assert float(jnp.sum(sums.lateral)) == pytest.approx(float(total.lateral_colour), abs=1e-16)
    crown = 0.02 * CROWN.abbe / (CROWN.abbe - FLINT.abbe)
    # h^2 f / V of each element; the height is 1 mm.
    expected = [0.0, crown / CROWN.abbe, (0.02 - crown) / FLINT.abbe, 0.0]
    np.testing.assert_allclose(sums.axial, expected, rtol=1e-9, atol=1e-16)


def test_an_achromat_has_no_axial_colour_but_a_secondary_spectrum() -> None:
    """Kingslake, Lens Design Fundamentals (1978), section 4.4: f (P_a - P_b) / (V_a - V_b)."""
    lens = doublet()
    crown, flint = (np.asarray(refractive_index(glass, np.asarray(WAVES))) for glass in (CROWN, FLINT))
    bends = [surface.curvature for surface in lens.surfaces]
    focal = 1 / ((crown - 1) * (bends[0] - bends[1]) + (flint - 1) * (bends[1] - bends[2]))
    # Thin lenses in contact: exact.
    np.testing.assert_allclose(paraxial_focus_shift(lens), focal - focal[1], atol=1e-11)
    assert abs(focal[0] - focal[2]) < 1e-9
    expected = focal[1] - (focal[0] + focal[2]) / 2
    assert float(secondary_spectrum(lens)) == pytest.approx(expected, abs=1e-11)
    # With P from F to d the focus of d lies short of that of F and C; to first order in 1 / V.
    parts = [(index[0] - index[1]) / (index[0] - index[2]) for index in (crown, flint)]
    share = (parts[0] - parts[1]) / (CROWN.abbe - FLINT.abbe)
    assert float(secondary_spectrum(lens)) == pytest.approx(50.0 * share, rel=1e-3)


def test_the_band_is_the_lenss_own_or_the_lines_f_and_c() -> None:
    lens = doublet()
    np.testing.assert_allclose(band_of(lens), [F_LINE, C_LINE])
    np.testing.assert_allclose(band_of(replace(lens, wavelengths=(6e-4, 4e-4, 5e-4))), [4e-4, 6e-4])
    np.testing.assert_allclose(band_of(singlet(0.01, 0.0)), [F_LINE, C_LINE])
    np.testing.assert_allclose(band_of(lens, (4.5e-4, 8e-4)), [4.5e-4, 8e-4])


def test_fields_on_the_axis_have_no_lateral_colour() -> None:
    lens = replace(doublet(), fields=(FieldPoint(),))
    assert float(jnp.abs(paraxial_lateral_colour(lens)).max()) == 0.0

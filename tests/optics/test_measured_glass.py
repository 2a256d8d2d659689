import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from lichtbild.optics.glass import refractive_index
from lichtbild.optics.measured_glass import chromatic_coordinate, measured_index
from lichtbild.optics.media import find
from lichtbild.optics.medium import MeasuredGlass
from lichtbild.optics.spectral_line import C_LINE, D_LINE, E_LINE, F_LINE, G_LINE, H_LINE, S_LINE, T_LINE

SETS = {
    1: (D_LINE,),
    2: (F_LINE, D_LINE),
    3: (F_LINE, D_LINE, C_LINE),
    4: (G_LINE, F_LINE, D_LINE, C_LINE),
    5: (G_LINE, F_LINE, E_LINE, D_LINE, C_LINE),
    8: (H_LINE, G_LINE, F_LINE, E_LINE, D_LINE, C_LINE, S_LINE, T_LINE),
    60: tuple(float(wave) for wave in np.linspace(0.0004, 0.001, 60)),
}


def measured(name: str, count: int) -> MeasuredGlass:
    waves = SETS[count]
    return MeasuredGlass(waves, tuple(float(refractive_index(find(name), wave, None)) for wave in waves))


@pytest.mark.parametrize("count", SETS)
def test_the_curve_goes_through_its_points(count: int) -> None:
    glass = measured("N-SF11", count)
    np.testing.assert_allclose(measured_index(glass, np.array(glass.wavelengths)), glass.indices, rtol=4e-16)


@pytest.mark.parametrize(
    ("count", "limit"), [(2, 1.5e-3), (3, 6e-5), (4, 3e-5), (5, 2e-5), (8, 8e-5), (60, 1e-6)]
)
@pytest.mark.parametrize("name", ["N-BK7", "N-SF11", "APL5014", "EP8000"])
def test_between_the_points_the_curve_is_near_the_glass(name: str, count: int, limit: float) -> None:
    """Limits are a few times the largest deviation measured over makers' glasses (docs/optics.md)."""
    glass = measured(name, count)
    waves = np.linspace(glass.wavelengths[0], glass.wavelengths[-1], 100)
    assert np.abs(measured_index(glass, waves) - refractive_index(find(name), waves, None)).max() < limit


def test_more_than_four_points_have_scipys_spline() -> None:
    glass = measured("N-SF11", 8)
    spline = CubicSpline(
        chromatic_coordinate(np.array(glass.wavelengths)), glass.indices, bc_type="not-a-knot"
    )
    waves = np.linspace(0.00038, 0.0011, 50)
    np.testing.assert_allclose(measured_index(glass, waves), spline(chromatic_coordinate(waves)), rtol=1e-14)


@pytest.mark.parametrize("count", [1, 3, 8])
def test_derivatives_by_wavelength_and_by_a_measured_index_are_those_of_differences(count: int) -> None:
    glass = measured("N-SF11", count)
    indices = np.array(glass.indices)

    def index(values: jax.Array, wave: jax.Array) -> jax.Array:
        return measured_index(MeasuredGlass(glass.wavelengths, tuple(values)), wave)

    by_index, by_wave = jax.grad(index, argnums=(0, 1))(jnp.asarray(indices), 0.00052)
    step = np.eye(count)[0] * 1e-4
    # The curve is linear in the measured indices, so that only rounding is left.
    assert float(by_index[0]) == pytest.approx(
        float(index(indices + step, 0.00052) - index(indices - step, 0.00052)) / 2e-4, abs=1e-10
    )
    difference = (index(indices, 0.00052 + 1e-9) - index(indices, 0.00052 - 1e-9)) / 2e-9
    assert float(by_wave) == pytest.approx(float(difference), rel=1e-6, abs=1e-6)


def test_jax_gives_what_numpy_gives() -> None:
    glass = measured("EP8000", 8)
    waves = np.linspace(0.0004, 0.001, 6).reshape(2, 3)
    traced = jax.jit(lambda w: measured_index(glass, w))(jnp.asarray(waves))
    np.testing.assert_allclose(traced, measured_index(glass, waves), rtol=1e-14)


def test_index_one_throughout_stays_one() -> None:
    glass = MeasuredGlass(SETS[5], (1.0,) * 5)
    np.testing.assert_array_equal(measured_index(glass, np.linspace(0.0004, 0.0008, 9)), 1.0)

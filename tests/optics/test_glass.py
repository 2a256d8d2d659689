from math import inf

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.air import air_index
from lichtbild.optics.glass import (
    abbe_number,
    check_medium,
    internal_transmittance,
    refractive_index,
    thermal_expansion,
)
from lichtbild.optics.media import find, media
from lichtbild.optics.medium import Air, Glass, MeasuredGlass, ModelGlass, Thermal, Transmission
from lichtbild.optics.spectral_line import D_LINE

BK7 = Glass(
    "N-BK7",
    2,
    (1.03961212, 0.00600069867, 0.231792344, 0.0200179144, 1.01046945, 103.560653),
    "SCHOTT",
    Thermal((1.86e-6, 1.31e-8, -1.37e-11), (4.34e-7, 6.27e-10), 0.170e-3, 293.15, 7.1e-6),
    Transmission((0.0004, 0.0005, 0.0006), (0.9, 0.8, 0.0), (10.0, 10.0, 5.0)),
    (0.0003, 0.0025),
)
"""Constants of SCHOTT's data sheet of N-BK7 (February 2014); the transmission is made up."""

DATA_SHEET = {
    2325.4: 1.48921,
    1970.1: 1.49495,
    1529.6: 1.50091,
    1060.0: 1.50669,
    1013.98: 1.50731,
    852.11: 1.50980,
    706.5188: 1.51289,
    656.2725: 1.51432,
    643.8469: 1.51472,
    632.8: 1.51509,
    589.2938: 1.51673,
    587.5618: 1.51680,
    546.0740: 1.51872,
    486.1327: 1.52238,
    479.9914: 1.52283,
    435.8343: 1.52668,
    404.6561: 1.53024,
    365.0146: 1.53627,
    334.1478: 1.54272,
    312.5663: 1.54862,
}
"""nm: index, of SCHOTT's data sheet of N-BK7."""

TEMPERATURE_COEFFICIENTS = [
    # Celsius, then at 1060, 546.1 and 435.8 nm the relative and the absolute coefficients, 1e-6 / K.
    (-40, -20, (2.4, 2.9, 3.3), (0.3, 0.8, 1.2)),
    (20, 40, (2.4, 3.0, 3.5), (1.1, 1.6, 2.1)),
    (60, 80, (2.5, 3.1, 3.7), (1.5, 2.1, 2.7)),
]
"""Of the same data sheet."""


@pytest.mark.parametrize(("nanometres", "index"), DATA_SHEET.items())
def test_bk7_has_the_indices_of_schotts_data_sheet(nanometres: float, index: float) -> None:
    assert float(refractive_index(BK7, nanometres / 1e6)) == pytest.approx(index, abs=0.6e-5)


@pytest.mark.parametrize(("colder", "warmer", "relative", "absolute"), TEMPERATURE_COEFFICIENTS)
def test_bk7_has_the_temperature_coefficients_of_schotts_data_sheet(
    colder: float, warmer: float, relative: tuple[float, ...], absolute: tuple[float, ...]
) -> None:
    waves = np.array([1060.0, 546.074, 435.8343]) / 1e6
    for pressure, published in ((1.0, relative), (0.0, absolute)):
        high, low = (refractive_index(BK7, waves, t + 273.15, pressure) for t in (warmer, colder))
        # Half of the last digit, and 0.02 for the air that SCHOTT takes.
        np.testing.assert_allclose((high - low) / (warmer - colder) * 1e6, published, atol=0.07)


def test_at_its_reference_temperature_and_one_atmosphere_a_glass_follows_its_formula() -> None:
    waves = np.linspace(0.0004, 0.001, 13)
    np.testing.assert_array_equal(
        refractive_index(BK7, waves, 293.15, 1.0), refractive_index(BK7, waves, None)
    )


def test_in_a_vacuum_a_glass_has_its_absolute_index() -> None:
    air = float(air_index(D_LINE * 1e3))
    # The same light has this wavelength in a vacuum. As in Zemax the air's index is taken at the wavelength
    # as given, whatever it is measured in, which costs 4e-9.
    inside = float(refractive_index(BK7, D_LINE * air, 293.15, 0.0))
    assert inside == pytest.approx(float(refractive_index(BK7, D_LINE)) * air, abs=1e-8)


@pytest.mark.parametrize(
    "name", ["OKP1", "APL5014", "E48R", "480R", "SP-3810", "EP8000", "ACRYLIC", "POLYCARB"]
)
def test_plastics_lose_about_a_ten_thousandth_of_index_a_kelvin(name: str) -> None:
    """Negative constants lambda_tk, as in 480R and EP8000, give this only with Zemax's sign."""
    glass = find(name)
    waves = np.array([0.0004358, 0.0005876, 0.00085])
    slope = (refractive_index(glass, waves, 303.15) - refractive_index(glass, waves, 293.15)) / 10
    assert (slope < -0.8e-4).all()
    assert (slope > -1.5e-4).all()


def test_what_has_no_thermal_constants_keeps_its_index_relative_to_air() -> None:
    for medium in (
        Air(),
        ModelGlass(1.5, 60.0),
        MeasuredGlass((0.0005, 0.0006), (1.6, 1.59)),
        Glass("X", 1, (2.25,)),
    ):
        assert float(refractive_index(medium, 0.00055, 350.0, 0.5)) == float(
            refractive_index(medium, 0.00055)
        )
        assert thermal_expansion(medium) == 0.0


def test_bk7_has_its_abbe_number_and_expansion() -> None:
    assert float(abbe_number(BK7)) == pytest.approx(64.17, abs=0.005)
    assert thermal_expansion(BK7) == 7.1e-6
    assert float(abbe_number(Air())) == 0.0


def test_any_shape_of_wavelengths_comes_back() -> None:
    waves = np.linspace(0.0004, 0.0007, 6).reshape(2, 1, 3)
    for medium in (Air(), BK7, ModelGlass(1.5, 60.0), MeasuredGlass((0.0005, 0.0006), (1.6, 1.59))):
        assert refractive_index(medium, waves).shape == waves.shape
        assert refractive_index(medium, waves, 300.0).dtype == np.float64


def test_jax_gives_what_numpy_gives_for_the_built_in_media() -> None:
    waves = np.array([0.00045, 0.00055, 0.00065])
    some = list(media().values())[::6]
    traced = jax.jit(lambda w, t: jnp.stack([refractive_index(glass, w, t) for glass in some]))
    plain = np.stack([refractive_index(glass, waves, 313.15) for glass in some])
    np.testing.assert_allclose(traced(jnp.asarray(waves), 313.15), plain, rtol=1e-14)


def test_derivatives_by_wavelength_temperature_and_pressure_are_those_of_differences() -> None:
    at = np.array([0.00055, 320.0, 0.8])

    def index(numbers: jax.Array) -> jax.Array:
        return refractive_index(BK7, numbers[0], numbers[1], numbers[2])

    slopes = jax.grad(index)(jnp.asarray(at))
    for place, step in enumerate((1e-8, 1e-1, 1e-2)):
        move = np.eye(3)[place] * step
        difference = float(index(at + move) - index(at - move)) / (2 * step)
        assert float(slopes[place]) == pytest.approx(difference, rel=1e-6, abs=2e-16 / step)


def test_transmission_follows_lambert_and_beer() -> None:
    np.testing.assert_allclose(internal_transmittance(BK7, np.array([0.0004, 0.0005]), 10.0), [0.9, 0.8])
    np.testing.assert_allclose(
        internal_transmittance(BK7, 0.0004, np.array([0.0, 5.0, -20.0])), [1, 0.9**0.5, 0.81]
    )
    assert float(internal_transmittance(BK7, 0.00045, 10.0)) == pytest.approx((0.9 * 0.8) ** 0.5)
    assert float(internal_transmittance(BK7, 0.0003, 10.0)) == pytest.approx(0.9)


def test_a_sample_without_light_has_a_finite_absorption_and_a_derivative() -> None:
    assert float(internal_transmittance(BK7, 0.0006, 5.0)) == pytest.approx(1e-6)
    slope = jax.grad(lambda thickness: internal_transmittance(BK7, 0.00055, thickness))(1.0)
    assert np.isfinite(slope) and slope < 0


def test_what_has_no_samples_is_clear() -> None:
    for medium in (Air(), ModelGlass(1.5, 60.0), Glass("X", 1, (2.25,))):
        np.testing.assert_array_equal(internal_transmittance(medium, np.array([0.0004, 0.0005]), 3.0), 1.0)


def test_media_that_can_be_used_pass_the_check() -> None:
    for glass in media().values():
        assert glass.band is not None
        check_medium(glass, glass.band)
    for medium in (Air(), ModelGlass(1.5, 60.0), ModelGlass(1.5, 0.0), MeasuredGlass((0.0005,), (1.5,))):
        check_medium(medium, (0.0004, 0.001))


@pytest.mark.parametrize(
    ("medium", "wave", "words"),
    [
        (BK7, 0.0002, "N-BK7 is known from 300 to 2502 nm, not at 200.0 nm; choose another"),
        (BK7, inf, "not at inf nm"),
        (
            MeasuredGlass((0.0005, 0.0006), (1.6, 1.59)),
            0.0008,
            "the measured glass is known from 425 to 690 nm",
        ),
        (Glass("BAD", 2, (-3.0, 0.01)), 0.0005, "BAD has no real index at 500.0 nm, where"),
        (Glass("", 2, (1.0, 0.25)), 0.0005, "the glass has no real index"),
        (ModelGlass(float("nan"), 50.0), 0.0005, "the model glass has no real index"),
        (ModelGlass(-1.5, 0.0, name="M"), 0.0005, "M has no real index"),
    ],
)
def test_what_has_no_index_at_a_wavelength_is_refused(medium: Glass, wave: float, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        check_medium(medium, (0.00055, wave) if isinstance(medium, MeasuredGlass) else (wave,))

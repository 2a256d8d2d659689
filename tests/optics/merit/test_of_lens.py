"""What merits over a whole lens are put together from: values known otherwise, and every gradient."""

from dataclasses import replace
from functools import partial
from math import inf

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics import disc
from lichtbild.optics.configuration import value_at
from lichtbild.optics.lens import Aperture, Lens
from lichtbild.optics.merit import of_lens
from lichtbild.optics.mtf import mtf
from lichtbild.optics.refine import with_numbers
from lichtbild.optics.wavefront import wavefront
from optics.merit.forms import front_stop
from optics.simple_lenses import singlet

pytestmark = pytest.mark.slow  # compiles for minutes

PATHS = (
    "surfaces[1].curvature",
    "surfaces[3].conic",
    "surfaces[4].departure.coefficients[0]",
    "gaps[3].thickness",
    "gaps[2].medium.index",
)
WAY = np.array([1e-2, 1.0, 1e-3, 0.3, 0.05])
"""A direction in which each of these numbers moves by about as much as it matters."""

FUNCTIONS = {
    "wavefront errors": of_lens.wavefront_errors,
    "wavefront RMS": partial(of_lens.wavefront_rms, tilt=False),
    "contrast": partial(of_lens.contrast, frequency=40.0),
    "illumination": of_lens.illumination,
    "focal length": of_lens.focal_length,
    "distortion": of_lens.relative_distortion,
    "chief angle": of_lens.chief_angle,
    "back focus": partial(of_lens.back_focus, behind=2),
    "diameter ratios": of_lens.diameter_ratios,
}


def small() -> Lens:
    """The front-stop lens at f/8, where contrast is neither 0 nor 1."""
    lens = front_stop()
    return replace(lens, aperture=Aperture("stop semi-aperture", 0.5), fields=lens.fields[::2])


SLOW = {"contrast", "illumination"}
"""Those whose derivatives compile for most of a minute."""


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow) if n in SLOW else n for n in FUNCTIONS]
)
def test_gradients(name: str) -> None:
    """Along a direction, beside differences of fourth order: steps of 2e-4 leave 1e-9."""
    lens = small()
    now = jnp.asarray([value_at(lens, path) for path in PATHS])

    # Not compiled as a whole: what the functions have in common is compiled once for all of them.
    def moved(far: jax.Array) -> tuple[jax.Array, jax.Array]:
        def value(far: jax.Array) -> jax.Array:
            return jnp.asarray(FUNCTIONS[name](with_numbers(lens, PATHS, now + far * WAY)))

        return jax.jvp(value, (far,), (jnp.ones(()),))

    step = 2e-4
    values = {far: np.asarray(moved(jnp.asarray(far * step))[0]) for far in (-2.0, -1.0, 1.0, 2.0)}
    expected = (8 * (values[1.0] - values[-1.0]) - (values[2.0] - values[-2.0])) / (12 * step)
    found = np.asarray(moved(jnp.zeros(()))[1])
    assert np.abs(expected).max() > 1e-3
    np.testing.assert_allclose(found, expected, atol=1e-6 * np.abs(expected).max())


def test_wavefronts_are_those_of_the_lens_room() -> None:
    lens = small()
    expected = wavefront(lens, disc.polar(4, 12)).rms
    np.testing.assert_allclose(of_lens.wavefront_rms(lens), expected, rtol=1e-9)


@pytest.mark.slow
def test_contrast_is_that_of_the_lens_room() -> None:
    """Fewer rays and lower polynomials change it by less than 1e-4."""
    lens = small()
    expected = mtf(lens, [40.0]).polychromatic(lens.weights).modulus[:, 0, :, 0]
    np.testing.assert_allclose(of_lens.contrast(lens, 40.0), expected, atol=1e-4)


def test_lengths() -> None:
    lens = front_stop()
    assert float(of_lens.total_track(lens)) == pytest.approx(8.3, rel=1e-14)
    assert float(of_lens.back_focus(lens)) == 5.0
    assert float(of_lens.back_focus(lens, 3)) == pytest.approx(5.8, rel=1e-14)


def test_a_lens_of_one_element_has_no_ratio() -> None:
    with pytest.raises(BadInput, match="fewer than two elements"):
        of_lens.diameter_ratios(singlet(0.01, -0.01))


def test_lost_light_is_infinite() -> None:
    """Light of 1 mm height misses a surface of half a millimetre's radius."""
    lens = with_numbers(front_stop(), ("surfaces[1].curvature",), [2.0])
    assert float(jnp.max(of_lens.light_widths(lens))) == inf

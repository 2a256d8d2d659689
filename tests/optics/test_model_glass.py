import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.glass import abbe_number, refractive_index
from lichtbild.optics.media import find
from lichtbild.optics.medium import ModelGlass
from lichtbild.optics.model_glass import model_index
from lichtbild.optics.spectral_line import C_LINE, D_LINE, F_LINE, G_LINE, T_LINE

GLASSES = [(1.5168, 64.17), (1.5445, 55.9), (1.661, 20.4), (1.92286, 18.9), (1.438, 94.9), (2.0, -3.45)]


@pytest.mark.parametrize(("index", "abbe"), GLASSES)
@pytest.mark.parametrize("partial", [0.0, 0.03])
def test_index_abbe_number_and_partial_dispersions_come_out(
    index: float, abbe: float, partial: float
) -> None:
    glass = ModelGlass(index, abbe, partial)
    n = {line: model_index(glass, line) for line in (C_LINE, D_LINE, F_LINE, G_LINE, T_LINE)}
    spread = (index - 1) / abbe
    assert n[D_LINE] == index
    # One rounding of an index is 2e-16; it is divided by the spread.
    assert n[F_LINE] - n[C_LINE] == pytest.approx(spread, abs=2e-15)
    assert (n[G_LINE] - n[F_LINE]) / spread == pytest.approx(
        0.6438 - 0.001682 * abbe + partial, abs=2e-15 / abs(spread)
    )
    assert (n[C_LINE] - n[T_LINE]) / spread == pytest.approx(
        0.5450 + 0.004743 * abbe, abs=2e-15 / abs(spread)
    )
    assert float(abbe_number(glass)) == pytest.approx(abbe, rel=2e-15 / abs(spread))


def test_abbe_number_zero_is_no_dispersion_and_has_a_derivative() -> None:
    waves = np.linspace(0.0004, 0.001, 7)
    np.testing.assert_array_equal(model_index(ModelGlass(1.5, 0.0), waves), 1.5)
    assert float(abbe_number(ModelGlass(1.5, 0.0))) == 0.0
    slope = jax.grad(lambda n, v: model_index(ModelGlass(n, v), F_LINE), argnums=(0, 1))(1.5, 0.0)
    assert slope == (1.0, 0.0)


def test_derivatives_by_index_abbe_number_and_partial_are_those_of_differences() -> None:
    at = np.array([1.6, 40.0, 0.01])

    def index(numbers: jax.Array) -> jax.Array:
        return model_index(ModelGlass(numbers[0], numbers[1], numbers[2]), 0.00045)

    for place, step in enumerate((1e-6, 1e-3, 1e-5)):
        move = np.eye(3)[place] * step
        difference = (index(at + move) - index(at - move)) / (2 * step)
        assert float(jax.grad(index)(jnp.asarray(at))[place]) == pytest.approx(float(difference), rel=1e-7)


def test_jax_gives_what_numpy_gives() -> None:
    waves = np.linspace(0.0004, 0.001, 7)[:, None]
    glass = ModelGlass(1.661, 20.4)
    traced = jax.jit(lambda w, v: model_index(ModelGlass(1.661, v), w))(jnp.asarray(waves), 20.4)
    np.testing.assert_allclose(traced, model_index(glass, waves), rtol=1e-15)


@pytest.mark.parametrize(
    ("name", "limit"), [("N-BK7", 2e-5), ("F2", 1e-4), ("SK16", 1e-4), ("N-SF11", 1e-3), ("APL5014", 3e-4)]
)
def test_a_model_of_a_real_glass_stays_near_it_in_light(name: str, limit: float) -> None:
    """How near depends on the glass's own partial dispersion; docs/optics.md has the statistics."""
    glass = find(name)
    model = ModelGlass(float(refractive_index(glass, D_LINE, None)), float(abbe_number(glass)))
    waves = np.linspace(G_LINE, 0.0007, 50)
    assert np.abs(model_index(model, waves) - refractive_index(glass, waves, None)).max() < limit

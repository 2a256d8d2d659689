import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.best_focus import best_spot_focus, best_wavefront_focus, sharpest
from lichtbild.optics.disc import polar
from lichtbild.optics.pencil import Pencil
from lichtbild.optics.spot import spot_spread
from optics.test_spot import BLUR, CONE, even_disc

DISC = polar(5, 16)


def _pencil(depths) -> Pencil:
    """Perfect waves of two fields and two wavelengths, each focused at its own depth behind the image."""
    index = jnp.array([1.0, 1.2])
    tilt = jnp.array([0.0, 0.3])[:, None, None]
    p = 0.25 * DISC.points[0] + jnp.zeros((2, 2, 1))
    q = 0.25 * DISC.points[1] + tilt + jnp.zeros((2, 2, 1))
    along = jnp.sqrt(index[:, None] ** 2 - p * p - q * q)
    depths = jnp.asarray(depths, float)[:, None, None]
    paths = 7.0 - depths * along + 0.01 * p - 0.02 * q
    weight = jnp.asarray(DISC.weights) + 0 * p
    nothing = jnp.zeros((2, 2, 2, 1))
    cosines = jnp.stack([p, q])
    return Pencil(
        cosines,
        paths,
        0 * cosines,
        weight,
        0 * weight,
        nothing,
        jnp.zeros((3, 2)),
        jnp.array([5e-4, 6e-4]),
        index,
    )


def test_the_least_spot_of_all_fields() -> None:
    rays = even_disc()
    found = float(best_spot_focus(rays))
    # Both fields have one cone: the mean of their own planes.
    assert found == pytest.approx(-1.5 * BLUR / CONE, rel=1e-12)
    weighted = float(best_spot_focus(rays, field_weights=[3.0, 1.0]))
    assert weighted == pytest.approx(-1.25 * BLUR / CONE, rel=1e-12)
    spread = spot_spread(rays)
    beside = [float(jnp.sum(spread.rms(found + step) ** 2)) for step in (-1e-3, 0.0, 1e-3)]
    assert beside[1] < min(beside[0], beside[2])


def test_perfect_waves_are_best_where_they_meet() -> None:
    assert float(best_wavefront_focus(_pencil([0.03, 0.03]))) == pytest.approx(0.03, rel=1e-9)
    one = float(best_wavefront_focus(_pencil([0.03, -0.01]), field_weights=[0.0, 1.0]))
    assert one == pytest.approx(-0.01, rel=1e-9)


def test_between_two_fields() -> None:
    found = float(best_wavefront_focus(_pencil([0.03, -0.01])))
    assert -0.01 < found < 0.03


def test_the_top_of_a_parabola() -> None:
    found = sharpest(lambda z: 1 - (z - 0.0123) ** 2, np.linspace(-0.05, 0.05, 9))
    assert float(found) == pytest.approx(0.0123, abs=1e-12)
    at_the_end = sharpest(lambda z: z, np.linspace(0, 1, 5))
    assert 0.5 <= float(at_the_end) <= 1.0

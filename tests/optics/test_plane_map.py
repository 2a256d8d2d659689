import jax.numpy as jnp
import numpy as np

from lichtbild.optics import disc
from lichtbild.optics.plane_map import fitted, mapped


def bent(there):
    x, y = there
    return jnp.stack([1.3 * x + 0.1 * x * y**3 - 0.02 * x**6, 0.2 + 0.9 * y + 0.05 * (x**2 + y**2) ** 2])


def test_a_polynomial_map_is_found_again_from_few_rays() -> None:
    nodes = jnp.asarray(disc.polar(5, 13).points)[:, None, None, :] * 1.1
    plane = fitted(nodes, bent(nodes), jnp.ones((1, 1, 65), bool))
    elsewhere = jnp.asarray(disc.square(9).points)[:, None, None, :]
    assert np.max(np.abs(mapped(plane, elsewhere) - bent(elsewhere))) < 1e-10


def test_rays_that_did_not_arrive_do_not_count() -> None:
    nodes = jnp.asarray(disc.polar(6, 15).points)[:, None, None, :]
    usable = jnp.arange(90)[None, None] % 6 != 0
    wild = jnp.where(usable, bent(nodes), 1e9)
    plane = fitted(jnp.where(usable, nodes, jnp.nan), wild, usable)
    assert np.max(np.abs(mapped(plane, nodes) - bent(nodes))) < 1e-9

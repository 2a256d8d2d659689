"""Sags of every kind against their formulas written out, and the numbers that a search relies on."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import eval_jacobi

from lichtbild.optics.reach import CYLINDERS, reach
from lichtbild.optics.sag import row, sag, sag_and_rate, sag_and_slopes, stacked
from lichtbild.optics.surface import (
    Departure,
    ForbesQbfs,
    ForbesQcon,
    PowerSeries,
    Surface,
    Toroid,
    XYPolynomial,
)

EPS = np.finfo(float).eps

SURFACES = {
    "plane": Surface(),
    "sphere": Surface(curvature=0.3),
    "hyperboloid": Surface(curvature=-0.4, conic=-15.5),
    "even": Surface(0.25, -2.0, PowerSeries((4, 6, 16), (0.02, -0.003, 1e-5))),
    "vertex power": Surface(0.1, 0.0, PowerSeries((2, 4), (0.05, 0.01))),
    "odd": Surface(0.1, 0.0, PowerSeries((3, 4, 5), (0.02, -0.01, 0.002))),
    "qcon": Surface(-0.2, -1.0, ForbesQcon(1.6, (0.1, -0.03, 0.01, 0.002))),
    "qbfs": Surface(0.2, 0.0, ForbesQbfs(1.6, (0.05, -0.02, 0.01, 0.004, -0.001))),
    "xy": Surface(0.1, -0.5, XYPolynomial(2.0, ((1, 0), (0, 2), (2, 1)), (0.01, 0.03, -0.02))),
    "toroid": Surface(0.2, -0.7, Toroid(-0.1, (4,), (0.003,))),
    "cylinder": Surface(0.3, 0.0, Toroid(0.0)),
}


def shape_of(surface: Surface):
    return row(stacked((surface,)), 0)


def base(c: float, k: float, v: np.ndarray) -> np.ndarray:
    return c * v / (1 + np.sqrt(1 - (1 + k) * c * c * v))


def by_hand(surface: Surface, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The sag written out, term by term, with SciPy's Jacobi polynomials."""
    r = np.hypot(x, y)
    z = base(surface.curvature, surface.conic, r * r)
    match surface.departure:
        case PowerSeries(powers, coefficients):
            return z + sum(a * r**p for p, a in zip(powers, coefficients, strict=True))
        case ForbesQcon(norm, coefficients):
            u = (r / norm) ** 2
            return z + u * u * sum(a * eval_jacobi(m, 0, 4, 2 * u - 1) for m, a in enumerate(coefficients))
        case XYPolynomial(norm, powers, coefficients):
            pairs = zip(powers, coefficients, strict=True)
            return z + sum(a * (x / norm) ** i * (y / norm) ** j for (i, j), a in pairs)
        case Toroid(curvature, powers, coefficients):
            g = base(surface.curvature, surface.conic, y * y)
            g = g + sum(a * y**p for p, a in zip(powers, coefficients, strict=True))
            if curvature == 0:
                return g
            radius = 1 / curvature
            return radius - np.sign(radius) * np.sqrt((radius - g) ** 2 - x * x)
    return z


@pytest.fixture(scope="module")
def places() -> tuple[jnp.ndarray, jnp.ndarray]:
    rng = np.random.default_rng(3)
    return jnp.asarray(rng.uniform(-1.1, 1.1, 50)), jnp.asarray(rng.uniform(-1.1, 1.1, 50))


@pytest.mark.parametrize("name", [name for name in SURFACES if name != "qbfs"])
def test_sags_are_their_formulas(name: str, places: tuple[jnp.ndarray, jnp.ndarray]) -> None:
    surface = SURFACES[name]
    # A toroid written as R - sqrt(R^2 - ...) cancels digits of R = 10.
    np.testing.assert_allclose(
        sag(shape_of(surface), *places), by_hand(surface, *map(np.asarray, places)), rtol=0, atol=80 * EPS
    )


def test_mild_aspheres_have_orthonormal_slopes() -> None:
    """What defines Qbfs: slopes, weighted by 1 / sqrt(u (1 - u)), are orthonormal (Forbes 2007)."""
    terms, nodes = 6, 64
    theta = (np.arange(nodes) + 0.5) * np.pi / nodes
    rho = (1 + np.cos(theta)) / 2  # Gauss-Chebyshev nodes in u = rho^2, whose weight is 1/sqrt(u (1 - u))
    u = jnp.asarray(rho)

    def slope(m: int) -> jnp.ndarray:
        surface = Surface(0.0, 0.0, ForbesQbfs(1.0, tuple(float(k == m) for k in range(terms))))
        shape = shape_of(surface)
        return sag_and_slopes(shape, jnp.sqrt(u), jnp.zeros_like(u))[1]

    slopes = np.stack([np.asarray(slope(m)) for m in range(terms)])
    gram = slopes @ slopes.T / nodes
    np.testing.assert_allclose(gram, np.eye(terms) * gram[0, 0], atol=1e-12)


@pytest.mark.parametrize("name", SURFACES)
def test_slopes_are_derivatives(name: str, places: tuple[jnp.ndarray, jnp.ndarray]) -> None:
    shape = shape_of(SURFACES[name])
    x, y = places
    z, along_x, along_y = sag_and_slopes(shape, x, y)
    step = 1e-6
    for got, (dx, dy) in ((along_x, (step, 0)), (along_y, (0, step))):
        want = (sag(shape, x + dx, y + dy) - sag(shape, x - dx, y - dy)) / (2 * step)
        np.testing.assert_allclose(got, want, atol=1e-9)  # step^2 z''' / 6 + eps / step
    _, rate = sag_and_rate(shape, x, y, 0.3 + 0 * x, -0.7 + 0 * x)
    np.testing.assert_allclose(rate, 0.3 * along_x - 0.7 * along_y, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(z, sag(shape, x, y))


def test_many_shapes_are_each_their_own() -> None:
    names = ["plane", "even", "odd", "qcon", "xy", "toroid"]
    shapes = stacked(tuple(SURFACES[name] for name in names))
    x, y = jnp.array([0.4, -0.9]), jnp.array([0.7, 0.1])
    for number, name in enumerate(names):
        np.testing.assert_allclose(
            sag(row(shapes, number), x, y), sag(shape_of(SURFACES[name]), x, y), rtol=4 * EPS, atol=4 * EPS
        )


def test_a_surface_of_no_known_departure_is_refused() -> None:
    with pytest.raises(TypeError):
        stacked((Surface(departure="wavy"),))  # type: ignore[arg-type]


@jax.jit
def within_reach(series: jnp.ndarray, c: float, k: float, r: jnp.ndarray) -> tuple[jnp.ndarray, ...]:
    """Bounds of a surface, and its heights and bends at some radii; the widest radius is the extent."""
    shapes = stacked((Surface(c, k, PowerSeries(tuple(range(4, 18, 2)), tuple(series))),))
    bounds = reach(shapes, r.max()[None])
    shape = row(shapes, 0)
    first = jax.vmap(jax.grad(lambda r: sag(shape, r, 0 * r)))(r)
    second = jax.vmap(jax.grad(jax.grad(lambda r: sag(shape, r, 0 * r))))(r)
    return bounds, sag(shape, r, 0 * r), jnp.maximum(jnp.abs(second), jnp.abs(first / r))


@given(
    st.lists(st.floats(-0.05, 0.05), min_size=7, max_size=7),
    st.floats(-0.5, 0.5),
    st.floats(-30, 1),
    st.integers(0, 2**31),
)
def test_nothing_exceeds_its_reach(series: list[float], c: float, k: float, seed: int) -> None:
    """Heights and second derivatives stay within the bounds of each cylinder, at places they never saw."""
    extent = min(1.3, 0.98 / max(abs(c) * max(1 + k, 1e-9) ** 0.5, 1e-9))
    rng = np.random.default_rng(seed)
    r = extent * np.sqrt(np.append(rng.uniform(0, 1, 300), 1.0))
    bounds, z, bend = within_reach(jnp.asarray(series), c, k, jnp.asarray(r))
    cylinder = np.clip(np.ceil(np.asarray((r / extent) ** 2 * CYLINDERS)).astype(int) - 1, 0, CYLINDERS - 1)
    assert np.all(z >= bounds.low[0][cylinder])
    assert np.all(z <= bounds.high[0][cylinder])
    assert np.all(bend <= bounds.bend[0][cylinder] * (1 + 1e-9) + 1e-12)


def test_reach_of_a_freeform_covers_all_directions() -> None:
    surface = SURFACES["xy"]
    shapes = stacked((surface,))
    bounds = reach(shapes, jnp.array([1.5]))
    rng = np.random.default_rng(5)
    r, angle = 1.5 * np.sqrt(rng.uniform(0, 1, 2000)), rng.uniform(0, 2 * np.pi, 2000)
    places = jnp.asarray(np.stack([r * np.cos(angle), r * np.sin(angle)], axis=-1))
    shape = row(shapes, 0)
    hessians = jax.vmap(jax.hessian(lambda place: sag(shape, place[0], place[1])))(places)
    norms = np.linalg.norm(np.asarray(hessians), ord=2, axis=(1, 2))
    assert norms.max() <= bounds.bend[0, -1]
    assert bounds.bend[0, -1] <= 1.5 * norms.max()  # 1.2^2, the price of certainty, and no more
    heights = sag(shape, places[:, 0], places[:, 1])
    assert bounds.low[0, -1] <= heights.min() and heights.max() <= bounds.high[0, -1]


def test_departures_have_gradients() -> None:
    """Every coefficient of every family moves the sag by its own term."""
    departure: Departure = ForbesQcon(1.6, (0.1, -0.03))
    surface = Surface(0.1, -1.0, departure)

    def height(surface: Surface) -> jnp.ndarray:
        return sag(shape_of(surface), jnp.array(0.8), jnp.array(0.3))

    slope = jax.grad(height)(surface)
    u = (0.8**2 + 0.3**2) / 1.6**2
    want = [u * u * eval_jacobi(m, 0, 4, 2 * u - 1) for m in range(2)]
    np.testing.assert_allclose(slope.departure.coefficients, want, rtol=1e-12)

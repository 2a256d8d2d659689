"""First intersections on surfaces made to mislead, against marching and closed forms; derivatives."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lichtbild.optics.intersect import STEPS, intersect
from lichtbild.optics.reach import reach
from lichtbild.optics.sag import row, sag, stacked
from lichtbild.optics.surface import PowerSeries, Surface, XYPolynomial

POWERS = (4, 6, 8, 10)
EXTENT = 1.5


@jax.jit
def meet(c, k, series, position, direction, extent=EXTENT):
    """Distances and flags of rays, for a surface of revolution whose numbers may change without compiling."""
    shapes = stacked((Surface(c, k, PowerSeries(POWERS, tuple(series))),))
    bounds = jax.tree.map(lambda values: values[0], reach(shapes, jnp.asarray([extent])))
    return intersect(row(shapes, 0), bounds, jnp.ones(()), tuple(position), tuple(direction))


def height(c: float, k: float, series: np.ndarray, r2: np.ndarray) -> np.ndarray:
    root = np.sqrt(np.maximum(1 - (1 + k) * c * c * r2, 0))
    return c * r2 / (1 + root) + sum(a * r2 ** (p // 2) for p, a in zip(POWERS, series, strict=True))


def marched(c, k, series, position, direction, steps=40000):
    """The first sign change along each ray inside the extent, by small steps; NaN if there is none."""
    found = []
    for p, d in zip(position.T, direction.T, strict=True):
        span = (np.sqrt(max(EXTENT**2 - p[0] ** 2 - p[1] ** 2, 0)) + 8) / abs(d[2])
        t = np.linspace(-span, span, steps)
        at = p[:, None] + t * d[:, None]
        r2 = at[0] ** 2 + at[1] ** 2
        inside = r2 <= EXTENT**2
        over = at[2] - height(c, k, series, r2)
        change = np.flatnonzero(inside[1:] & inside[:-1] & (over[:-1] < 0) & (over[1:] >= 0))
        missed = not change.size or over_where_it_enters(c, k, series, p, d) > 0
        found.append((np.nan, np.nan) if missed else (t[change[0]], t[change[0] + 1]))
    return np.array(found).T


def over_where_it_enters(c, k, series, p, d):
    """Height over the surface where a ray enters the extent; rays that are behind it there never meet it."""
    across, along = d[0] ** 2 + d[1] ** 2, p[0] * d[0] + p[1] * d[1]
    t = -(along + np.sqrt(along**2 - across * (p[0] ** 2 + p[1] ** 2 - EXTENT**2))) / across
    return p[2] + t * d[2] - height(c, k, series, EXTENT**2)


def bundle(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Lines through random places of the extent, up to 60 degrees steep."""
    r, angle = 1.4 * np.sqrt(rng.uniform(0, 1, count)), rng.uniform(0, 2 * np.pi, count)
    tilt, turn = np.radians(rng.uniform(0, 60, count)), rng.uniform(0, 2 * np.pi, count)
    position = np.stack([r * np.cos(angle), r * np.sin(angle), np.zeros(count)])
    direction = np.stack([np.sin(tilt) * np.cos(turn), np.sin(tilt) * np.sin(turn), np.cos(tilt)])
    return position, direction


@settings(max_examples=25)
@given(
    st.floats(-0.6, 0.6),
    st.floats(-50, 0.5),
    st.tuples(st.floats(-0.5, 0.5), st.floats(-0.3, 0.3), st.floats(-0.15, 0.15), st.floats(-0.05, 0.05)),
    st.integers(0, 2**31),
)
def test_first_of_all_intersections(c: float, k: float, series: tuple[float, ...], seed: int) -> None:
    """Wavy surfaces, that rays meet several times: the one found is the first that marching finds."""
    position, direction = bundle(np.random.default_rng(seed), 12)
    t, met = meet(c, k, jnp.asarray(series), jnp.asarray(position), jnp.asarray(direction))
    lower, upper = marched(c, k, series, position, direction)
    crossed = ~np.isnan(lower)
    at = position + np.asarray(t) * direction
    over = at[2] - height(c, k, series, at[0] ** 2 + at[1] ** 2)
    assert np.all(np.abs(over[np.asarray(met)]) < 1e-12)
    # Marching cannot see two zeros within one of its steps: then what was found lies before what it saw.
    slack = 1e-9
    assert np.all(np.asarray(t)[crossed & met] <= upper[crossed & met] + slack)
    early = crossed & met & (np.asarray(t) < lower - slack)
    assert np.all(np.abs(over[early]) < 1e-12)
    grazing = crossed & ~np.asarray(met)
    assert not grazing.any() or near_the_rim(position, direction, lower)[grazing].all()
    assert (
        not (~crossed & np.asarray(met)).any() or near_the_rim(position, direction, t)[~crossed & met].all()
    )


def near_the_rim(position: np.ndarray, direction: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Whether a meeting lies where the extent ends, so that one step of marching decides."""
    at = position + np.asarray(t) * direction
    return EXTENT - np.hypot(at[0], at[1]) < 2e-3


def test_a_ray_that_meets_a_wave_three_times() -> None:
    """A wave of r^4 and r^6 that a flat ray crosses on its way up, down and up again."""
    series = np.array([1.6, -1.15, 0.2, 0.0])
    tilt = np.radians(62)
    position = np.array([[0.0], [0.0], [-0.02]])
    direction = np.array([[0.0], [np.sin(tilt)], [np.cos(tilt)]])
    s = np.linspace(0, 1.6, 200001)
    over = position[2] + s * direction[2] - height(0.0, 0.0, series, (s * direction[1]) ** 2)
    changes = np.flatnonzero(np.diff(np.sign(over)))
    assert len(changes) == 3
    t, met = meet(0.0, 0.0, jnp.asarray(series), jnp.asarray(position), jnp.asarray(direction))
    assert met[0]
    assert s[changes[0]] <= t[0] <= s[changes[0] + 1]


@pytest.mark.parametrize("radius", [2.0, -2.0])
def test_sphere_in_closed_form(radius: float) -> None:
    position, direction = bundle(np.random.default_rng(1), 200)
    t, met = meet(1 / radius, 0.0, jnp.zeros(4), jnp.asarray(position), jnp.asarray(direction))
    centre = position - np.array([[0], [0], [radius]])
    half = np.sum(centre * direction, axis=0)
    root = np.sqrt(np.maximum(half**2 - np.sum(centre**2, axis=0) + radius**2, 0))
    want = -half - np.sign(radius) * root
    at = position + want * direction
    inside = (np.hypot(at[0], at[1]) < EXTENT) & (np.abs(at[2]) < abs(radius)) & (root > 1e-6)
    # Rays that come in from behind the rim meet the other side of the sphere, which is no surface here.
    good = np.asarray(met) & inside
    assert good.sum() > 150
    np.testing.assert_allclose(np.asarray(t)[good], want[good], atol=4e-15)


def test_misses_are_told() -> None:
    position = jnp.array([[2.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    direction = jnp.array([[0.0, 1.0, 0.0], [0.0, 0.0, 0.0], [1.0, 0.0, -1.0]])
    t, met = meet(0.1, 0.0, jnp.zeros(4), position, direction)
    np.testing.assert_array_equal(met, [False, False, False])  # outside, across the axis, the wrong way
    assert np.all(np.isfinite(t))


def test_light_that_comes_back_meets_the_other_side() -> None:
    shapes = stacked((Surface(0.3, -1.0),))
    bounds = jax.tree.map(lambda values: values[0], reach(shapes, jnp.array([2.0])))
    position = tuple(jnp.array([value]) for value in (0.3, -0.5, 4.0))
    direction = tuple(jnp.array([value]) for value in (0.0, 0.0, -1.0))
    t, met = intersect(row(shapes, 0), bounds, -jnp.ones(()), position, direction)
    assert met[0]
    np.testing.assert_allclose(t, 4.0 - 0.15 * (0.3**2 + 0.5**2), rtol=1e-15)


def test_freeform_against_its_own_equation() -> None:
    surface = Surface(0.05, 0.0, XYPolynomial(1.0, ((1, 1), (0, 3), (2, 0)), (0.08, 0.05, -0.04)))
    shapes = stacked((surface,))
    bounds = jax.tree.map(lambda values: values[0], reach(shapes, jnp.array([EXTENT])))
    position, direction = bundle(np.random.default_rng(2), 300)
    p, d = tuple(jnp.asarray(position)), tuple(jnp.asarray(direction))
    t, met = jax.jit(intersect)(row(shapes, 0), bounds, jnp.ones(()), p, d)
    at = position + np.asarray(t) * direction
    over = at[2] - sag(row(shapes, 0), jnp.asarray(at[0]), jnp.asarray(at[1]))
    assert met.sum() > 200
    assert np.abs(over[np.asarray(met)]).max() < 1e-14


def place(numbers: jnp.ndarray) -> jnp.ndarray:
    """Distance to a wavy surface as a function of its numbers and of the ray's."""
    position, direction = numbers[6:9, None], numbers[9:12, None]
    t, _ = meet(numbers[0], numbers[1], numbers[2:6], position, direction)
    return t[0]


NUMBERS = jnp.array([0.3, -5.0, 0.1, -0.05, 0.02, -0.003, 0.2, 0.5, -0.3, 0.2, 0.35, 0.9152])


def test_derivatives_by_everything() -> None:
    """Forward and reverse agree with central differences, for the ray's numbers and the surface's."""
    step = 1e-5
    moves = step * jnp.eye(len(NUMBERS))
    want = [(place(NUMBERS + move) - place(NUMBERS - move)) / (2 * step) for move in moves]
    tolerance = 1e-8  # step^2 times a third derivative of up to 60, and rounding / step
    np.testing.assert_allclose(jax.grad(place)(NUMBERS), want, atol=tolerance)
    np.testing.assert_allclose(jax.jacfwd(place)(NUMBERS), want, atol=tolerance)


def test_second_derivatives_too() -> None:
    """The implicit rule is exact to every order: illumination differentiates a Jacobian."""
    step = 1e-5
    gradient = jax.jit(jax.grad(place))
    moves = step * jnp.eye(len(NUMBERS))
    want = jnp.stack([(gradient(NUMBERS + m) - gradient(NUMBERS - m)) / (2 * step) for m in moves])
    got = jax.jacfwd(jax.grad(place))(NUMBERS)
    np.testing.assert_allclose(got, want, atol=1e-7 * float(jnp.abs(want).max()))


def test_a_grazing_search_ends() -> None:
    """A line that touches a paraboloid's top in one point is no endless search."""
    tilt = np.radians(89.9)
    position = jnp.array([[0.0], [-5 * np.sin(tilt)], [-5 * np.cos(tilt)]])
    direction = jnp.array([[0.0], [np.sin(tilt)], [np.cos(tilt)]])
    t, _ = meet(-1e-9, -1.0, jnp.zeros(4), position, direction)
    assert np.isfinite(t[0])
    assert STEPS < 10_000

"""Real rays against closed forms: stigmatic conics, plates, prisms, mirrors; what becomes of lost rays."""

from math import inf

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.lens import Aperture, Gap, Lens
from lichtbild.optics.medium import Air, ModelGlass
from lichtbild.optics.surface import Pose, PowerSeries, Surface
from lichtbild.optics.trace import BLOCK, Rays, Status, trace, trace_many, trace_through
from lichtbild.optics.train import Train, without_apertures
from lichtbild.optics.train import train as train_of

N = 1.6
GLASS = ModelGlass(N, 0.0)
APERTURE = Aperture("entrance pupil diameter", 2.0)

through = jax.jit(trace_through)
LINE = jnp.asarray(0.5875618e-3)


def train(lens: Lens, wavelengths: jnp.ndarray = LINE) -> Train:
    """The train at one wavelength, so that results have the rays' own shape."""
    return train_of(lens, wavelengths)


def lens_of(*parts: Surface | Gap, stop: int = 0) -> Lens:
    """A lens of surfaces and the gaps after them; light comes from afar in air."""
    surfaces = tuple(part for part in parts if isinstance(part, Surface))
    gaps = (Gap(inf), *(part for part in parts if isinstance(part, Gap)))
    return Lens(surfaces, gaps, stop, APERTURE)


def rays(x: list[float], y: list[float], z: float = -1.0, tilt: float = 0.0) -> Rays:
    """Parallel rays from a plane z, turned up by an angle."""
    count = len(x)
    direction = np.outer([0.0, np.sin(tilt), np.cos(tilt)], np.ones(count))
    return Rays(jnp.asarray([x, y, [z] * count], float), jnp.asarray(direction))


X, Y = [0.0, 0.3, -0.5, 0.6], [0.0, 0.4, 0.2, -0.7]


def test_a_hyperboloid_focuses_in_glass_behind_a_plane() -> None:
    """A plano-hyperbolic lens, k = -n^2, is free of spherical aberration at any aperture (Hecht, 5.2.1)."""
    radius = -1.5
    lens = lens_of(
        Surface(), Gap(1.0, GLASS), Surface(1 / radius, -N * N, semi_aperture=2.0), Gap(-radius / (N - 1))
    )
    traced = trace(train(lens), rays(X, Y))
    np.testing.assert_allclose(traced.rays.position[:2], 0, atol=4e-15)
    np.testing.assert_allclose(traced.path, traced.path[0], rtol=4e-16)
    assert np.all(np.asarray(traced.status) == Status.PASSED)


def test_an_ellipsoid_focuses_inside_itself() -> None:
    """A single refracting ellipsoid, k = -1 / n^2, has its focus at n R / (n - 1)."""
    lens = lens_of(Surface(0.5, -1 / (N * N), semi_aperture=1.5), Gap(2.0 * N / (N - 1), GLASS))
    traced = trace(train(lens), rays(X, Y))
    np.testing.assert_allclose(traced.rays.position[:2], 0, atol=4e-15)
    np.testing.assert_allclose(traced.path, traced.path[0], rtol=4e-16)


def test_a_paraboloid_mirror() -> None:
    lens = lens_of(Surface(-0.1, -1.0, semi_aperture=4.0, mirror=True), Gap(-5.0))
    traced = trace(train(lens), rays(X, Y, z=-8.0))
    np.testing.assert_allclose(traced.rays.position[:2], 0, atol=4e-15)
    np.testing.assert_allclose(traced.path, 8.0 + 5.0, rtol=4e-16)


def test_two_mirrors_turn_light_round_twice() -> None:
    """A Cassegrain of paraboloid and hyperboloid is stigmatic (Schroeder, Astronomical Optics, 2.3)."""
    first, back, m = 100.0, -35.0, 3.0  # focal length of the primary, way to the secondary, magnification
    left = first + back  # from the secondary to the prime focus
    second = 2 * left * m / (m - 1)
    lens = lens_of(
        Surface(-1 / (2 * first), -1.0, semi_aperture=30.0, mirror=True),
        Gap(back),
        Surface(-1 / second, -(((m + 1) / (m - 1)) ** 2), semi_aperture=20.0, mirror=True),
        Gap(m * left),
    )
    traced = trace(train(lens), rays([0.0, 3.0, -10.0], [5.0, 4.0, 12.0], z=-120.0))
    np.testing.assert_allclose(traced.rays.position[:2], 0, atol=2e-13)
    np.testing.assert_allclose(traced.path, traced.path[0], rtol=2e-15)
    assert np.all(np.asarray(traced.rays.direction[2]) > 0)


def test_a_plate_shifts_rays() -> None:
    tilt, thickness = np.radians(50), 2.0
    lens = lens_of(Surface(), Gap(thickness, GLASS), Surface(), Gap(1.0))
    traced = trace(train(lens), rays([0.0], [0.0], z=0.0, tilt=tilt))
    inside = np.arcsin(np.sin(tilt) / N)
    np.testing.assert_allclose(traced.rays.position[1], thickness * np.tan(inside) + np.tan(tilt), rtol=2e-15)
    np.testing.assert_allclose(traced.path, N * thickness / np.cos(inside) + 1 / np.cos(tilt), rtol=2e-15)
    np.testing.assert_allclose(traced.rays.direction[1], np.sin(tilt), rtol=1e-15)


def test_a_prism_turns_rays() -> None:
    """A wedge of 20 degrees, its second face tilted about x: deviation by Snell's law twice."""
    wedge = np.radians(20)
    lens = lens_of(Surface(), Gap(3.0, GLASS), Surface(pose=Pose(tilt=(wedge, 0.0, 0.0))), Gap(5.0), stop=0)
    traced = trace(train(lens), rays([0.0], [0.0]))
    # A frame turned right-handed about +x has its normal at (0, -sin, cos): the ray leaves bent away from it.
    deviation = np.arcsin(N * np.sin(wedge)) - wedge
    np.testing.assert_allclose(traced.rays.direction[1], np.sin(deviation), rtol=2e-15)


def test_a_turn_takes_all_after_it_along() -> None:
    """Behind a mirror at 45 degrees the axis itself is turned by 90: the image lies aside."""
    fold = Pose(tilt=(np.pi / 4, 0.0, 0.0))
    lens = lens_of(
        Surface(turn=fold, mirror=True), Gap(0.0), Surface(turn=fold, label="after the fold"), Gap(-4.0)
    )
    here = train(lens)
    traced = trace(here, rays([0.1, 0.0], [0.2, 0.0], z=-3.0))
    np.testing.assert_allclose(here.origin[-1], [0, 4, 0], atol=1e-15)
    np.testing.assert_allclose(traced.rays.direction[:, 0], [0, 1, 0], atol=1e-15)
    np.testing.assert_allclose(traced.path, 7.0, rtol=1e-15)


def test_a_pose_and_its_inverse() -> None:
    """Tilt-first with opposite signs takes a pose back, for any angles (Zemax's order flag)."""
    there = Pose((0.3, -0.2, 0.1), (0.2, -0.4, 0.6))
    back = Pose((-0.3, 0.2, -0.1), (-0.2, 0.4, -0.6), tilt_first=True)
    lens = lens_of(Surface(turn=there), Gap(0.0), Surface(turn=back), Gap(0.0), Surface(), Gap(1.0))
    here = train(lens)
    np.testing.assert_allclose(here.origin[1:3], 0, atol=1e-16)
    np.testing.assert_allclose(here.rotation[1], np.eye(3), atol=4e-16)


def test_a_decentred_lens_is_a_moved_lens() -> None:
    """Every surface shifted alike is the same lens seen from aside: rotations change nothing else."""
    one = Surface(0.2, -0.7, PowerSeries((4, 6), (0.01, -0.002)), 2.0)
    shifted = Pose(decentre=(0.3, -0.4, 0.0))
    moved = Surface(one.curvature, one.conic, one.departure, 2.0, pose=shifted)
    plain, posed = (train(lens_of(surface, Gap(3.0, GLASS))) for surface in (one, moved))
    straight = trace(plain, rays(X, Y, tilt=0.2))
    aside = trace(posed, rays([x + 0.3 for x in X], [y - 0.4 for y in Y], tilt=0.2))
    want = straight.rays.position + jnp.array([[0.3], [-0.4], [0.0]])
    np.testing.assert_allclose(aside.rays.position, want, atol=4e-15)
    np.testing.assert_allclose(aside.path, straight.path, rtol=1e-15)


def test_statuses_say_what_and_where() -> None:
    """One ray passes, one is clipped, one misses a sphere, one is totally reflected."""
    ball = Surface(1.0, semi_aperture=0.9)
    flat = Surface(semi_aperture=0.5)
    lens = lens_of(ball, Gap(0.3, ModelGlass(2.4, 0.0)), flat, Gap(1.0))
    traced = trace(train(lens), rays([0.0, 0.0, 0.0, 0.0], [0.0, 0.92, 1.2, 0.6]))
    assert traced.status.tolist() == [Status.PASSED, Status.CLIPPED, Status.MISSED, Status.CLIPPED]
    assert traced.where.tolist() == [-1, 0, 0, 1]
    steep = lens_of(Surface(), Gap(1.0, GLASS), Surface(pose=Pose(tilt=(0.8, 0.0, 0.0))), Gap(1.0))
    lost = trace(train(steep), rays([0.0], [0.0]))
    assert (lost.status.tolist(), lost.where.tolist()) == ([Status.REFLECTED], [1])
    assert np.all(np.isfinite(traced.rays.position)) and np.all(np.isfinite(lost.path))


def test_apertures_clip_only_when_asked() -> None:
    lens = lens_of(Surface(semi_aperture=0.5), Gap(1.0))
    here = train(lens)
    wide = rays([0.0, 0.0], [0.5, 0.5 + 1e-6])
    assert trace(here, wide).status.tolist() == [Status.PASSED, Status.CLIPPED]
    assert trace(here, wide, clip=False).status.tolist() == [Status.PASSED] * 2
    assert trace(without_apertures(here), wide).status.tolist() == [Status.PASSED] * 2


def test_every_surface_is_kept() -> None:
    lens = lens_of(Surface(0.1, semi_aperture=3.0), Gap(1.0, GLASS), Surface(-0.1), Gap(4.0))
    here = train(lens)
    passage, traced = through(here, rays(X, Y)), trace(here, rays(X, Y))
    assert passage.position.shape == (3, 3, 4)
    np.testing.assert_array_equal(passage.position[-1], traced.rays.position)
    np.testing.assert_array_equal(passage.path[-1], traced.path)
    np.testing.assert_array_equal(passage.place[:, 0], passage.position[:, 0])
    np.testing.assert_allclose(jnp.sum(passage.direction**2, axis=1), 1, rtol=2e-15)


def test_wavelengths_lie_beside_rays() -> None:
    """[wavelength, 1] against [ray]: each row is the trace at that wavelength alone."""
    lens = lens_of(Surface(0.2, semi_aperture=3.0), Gap(1.0, ModelGlass(1.6, 30.0)), Surface(), Gap(4.0))
    waves = jnp.array([[0.45e-3], [0.55e-3], [0.65e-3]])
    both = trace(train(lens, waves), rays(X, Y))
    assert both.path.shape == (3, 4)
    for number in range(3):
        alone = trace(train(lens, waves[number]), rays(X, Y))
        np.testing.assert_allclose(both.rays.position[:, number], alone.rays.position, rtol=1e-15, atol=1e-15)
    assert np.ptp(np.asarray(both.rays.position[1, :, 1])) > 1e-3


def test_an_asphere_without_aperture_is_refused() -> None:
    surface = Surface(0.1, departure=PowerSeries((4,), (0.01,)))
    with pytest.raises(BadInput, match="surface 0 is an asphere without a semi-aperture"):
        train(lens_of(surface, Gap(1.0)))


def test_gradients_by_every_number_of_a_lens() -> None:
    """Ray height and path by all leaves of a posed aspheric lens, against central differences."""
    pose = Pose((0.05, -0.02, 0.01), (0.02, 0.01, 0.0))
    lens = lens_of(
        Surface(0.25, -1.2, PowerSeries((4, 6), (0.01, -0.002)), 2.0, pose=pose),
        Gap(1.0, ModelGlass(1.55, 45.0)),
        Surface(-0.1, 2.0, None, 2.0, turn=Pose(tilt=(0.01, 0.0, 0.0))),
        Gap(2.0, Air()),
    )

    @jax.jit
    def figure(lens: Lens) -> jnp.ndarray:
        traced = trace(train(lens), rays(X, Y, tilt=0.1), clip=False)
        return jnp.sum(traced.rays.position[1]) + 0.3 * jnp.sum(traced.path)

    slope = jax.jit(jax.grad(figure))(lens)
    leaves, structure = jax.tree.flatten(lens)
    slopes = jax.tree.leaves(slope)
    checked = 0
    for number, (leaf, got) in enumerate(zip(leaves, slopes, strict=True)):
        if not np.isfinite(leaf):
            continue
        step = 1e-6 if leaf == 0 else 1e-6 * min(abs(leaf), 1.0)
        ends = (
            figure(
                jax.tree.unflatten(structure, [*leaves[:number], leaf + sign * step, *leaves[number + 1 :]])
            )
            for sign in (1, -1)
        )
        up, down = ends
        np.testing.assert_allclose(got, (up - down) / (2 * step), rtol=1e-6, atol=4e-15 / step)
        checked += bool(abs(got) > 1e-6)
    assert checked >= 18


@pytest.mark.parametrize(
    ("threads", "count"),
    [(1, 2 * BLOCK + 17), (3, 2 * BLOCK + 17), (2, 2 * BLOCK), (3, 4000), (500, BLOCK + 1)],
)
def test_a_great_many_rays_are_each_traced_alike(threads: int, count: int) -> None:
    """Blocks and threads are a schedule: as `trace`, but for the rounding of a search's last step."""
    here = train(lens_of(Surface(0.2, -0.5, PowerSeries((4,), (0.01,)), 1.0), Gap(2.0, GLASS)))
    x, y = np.random.default_rng(1).uniform(-0.6, 0.6, (2, count))
    light = rays(x.tolist(), y.tolist(), tilt=0.2)
    many, one = trace_many(here, light, threads=threads), jax.jit(trace)(here, light)
    assert set(np.unique(np.asarray(one.status))) == {Status.PASSED, Status.CLIPPED}
    np.testing.assert_array_equal(many.status, one.status)
    for got, want in zip(jax.tree.leaves(many), jax.tree.leaves(one), strict=True):
        np.testing.assert_allclose(got, want, rtol=0, atol=4e-15)


def test_no_rays_at_all_are_traced_too() -> None:
    here = train(lens_of(Surface(0.2), Gap(2.0, GLASS)))
    assert trace_many(here, rays([], [])).status.shape == (0,)

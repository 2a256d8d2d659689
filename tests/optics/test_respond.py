"""Responses of real lenses: beside brute force, and what they say of light."""

from dataclasses import replace
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import qmc
from threadpoolctl import threadpool_limits

from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm
from lichtbild.core.window import Extent
from lichtbild.image.bands import Bands
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.scene import Scene
from lichtbild.io.lens import catalogue_lens
from lichtbild.optics.aim import stop_radius
from lichtbild.optics.apertures import with_semi_apertures
from lichtbild.optics.focusing import at_distance, with_thicknesses
from lichtbild.optics.form_image import form_image
from lichtbild.optics.lens import Lens
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.respond import Spread, respond, respond_through, respond_views
from lichtbild.optics.squares_holding import squares_holding
from lichtbild.optics.surface import Pose
from lichtbild.optics.trace import Rays, Status, trace_through
from lichtbild.optics.train import train
from lichtbild.optics.transmission import losses, transmission

pytestmark = pytest.mark.slow  # compiles for minutes

EXTENT, PITCH, FINER = Extent(360, 480), 0.01, 3
BANDS = Bands.even(nm(560), nm(600), 2)
PART = (slice(48, 68), slice(70, 98))
"""Rows and columns of the sensor that brute force is spent on, up on the left."""

RAYS = 1 << 18
"""At once."""


@cache
def lens() -> Lens:
    return with_semi_apertures(catalogue_lens("6p-f1.85"))


@cache
def found() -> OpticalResponse:
    size = EXTENT.height * PITCH, EXTENT.width * PITCH
    return respond(lens(), size, PITCH / FINER, BANDS, nodes=(5, 5), squares=33)


def scene() -> Scene:
    """Even squares of many grey levels, each as large as some fifteen pixels see."""
    levels = np.random.default_rng(3).uniform(0.05, 1.0, size=(24, 32)).astype(np.float32)
    size = 2 * 0.75 * 0.6, 2 * 0.75 * 0.8
    return Scene(np.kron(levels, np.ones((60, 60), np.float32))[..., None], np.ones((1, 2)), BANDS, size)


@jax.jit
def landed(surfaces, seen, stop, rays):
    """Where rays meet the image, and the share of their power that comes there, 0 where it is lost."""
    passage = trace_through(surfaces, rays)
    inside = jnp.all(jnp.sum(passage.place**2, axis=1) <= surfaces.semi_aperture[:, None] ** 2, axis=0)
    inside &= jnp.sum(passage.place[lens().stop] ** 2, axis=0) <= stop**2
    share = transmission(surfaces, seen, passage)
    return passage.place[-1], jnp.where(inside & (passage.status == Status.PASSED), share, 0.0)


def brute_force(radiance: np.ndarray, size: tuple[float, float], count: int) -> np.ndarray:
    """Irradiance of `PART` by rays of light from all over the scene, strewn evenly in four dimensions.

    They begin in a disc before the lens that is twice as wide as the stop.
    """
    given, wave = lens(), jnp.asarray(BANDS.middles[:1, None])
    surfaces, seen, stop = train(given, wave), losses(given, wave), stop_radius(given)
    wide = 2 * float(stop)
    (left, right), (low, high) = looked_at()
    rows, columns = (np.arange(part.start, part.stop + 1) for part in PART)
    total, sampler = np.zeros((len(rows) - 1, len(columns) - 1)), qmc.Sobol(4, seed=1)
    for _ in range(count):
        u = sampler.random(RAYS).T
        x, y = left + (right - left) * u[0], low + (high - low) * u[1]
        turn, r = 2 * np.pi * u[2], wide * np.sqrt(u[3])
        start = np.stack([r * np.cos(turn), r * np.sin(turn), np.zeros_like(r)])
        # The light of an object above and on the right runs down and to the left.
        direction = np.stack([-x, -y, np.ones_like(x)]) / np.sqrt(1 + x**2 + y**2)
        rays = Rays(jnp.asarray(start)[:, None], jnp.asarray(direction)[:, None])
        place, share = (np.asarray(v)[..., 0, :] for v in landed(surfaces, seen, stop, rays))
        assert not share[r > 0.97 * wide].any(), "light beyond the disc would count"
        row = ((0.5 - y / size[0]) * radiance.shape[0]).astype(int)
        column = ((0.5 + x / size[1]) * radiance.shape[1]).astype(int)
        # An element of tangents has this solid angle, times the cosine on the plane of the disc.
        power = radiance[row, column] * share * (1 + x**2 + y**2) ** -2
        at = EXTENT.height / 2 + place[1] / PITCH, EXTENT.width / 2 - place[0] / PITCH
        total += np.histogram2d(*at, bins=[rows, columns], weights=power)[0]
    element = np.pi * wide**2 * (right - left) * (high - low) / (count * RAYS)
    return np.asarray(total * element / PITCH**2)


def looked_at() -> np.ndarray:
    """Least and greatest tangents, x then y, that a frame of six pixels around `PART` sees."""
    (top, left), (bottom, right) = ([side.start - 6 for side in PART], [side.stop + 6 for side in PART])
    y, x = np.meshgrid(np.linspace(top, bottom, 9), np.linspace(left, right, 9))
    y, x = (EXTENT.height / 2 - y) * PITCH, (x - EXTENT.width / 2) * PITCH
    ratio = np.interp(np.hypot(x, y), found().height, np.asarray(found().tangent)) / np.hypot(x, y)
    return np.array([[(at * ratio).min(), (at * ratio).max()] for at in (x, y)])


def test_a_picture_beside_brute_force() -> None:
    """Absolute irradiance, within 38 dB of the brightest pixel; with three times the rays 46."""
    given = scene()
    expected = brute_force(given.weights[..., 0], given.size, 9)
    picture = form_image(found(), given, EXTENT, FINER).irradiance[..., 0][PART]
    error = np.sqrt(np.mean((picture - expected) ** 2)) / expected.max()
    assert -20 * np.log10(error) > 38
    assert picture.mean() == pytest.approx(expected.mean(), rel=2e-3)


def test_light_on_the_axis_is_that_of_the_f_number() -> None:
    """pi sin^2 of the marginal ray, whose sine is 1 / (2 N), times what bare surfaces let through."""
    middle = float(found().solid_angle[0, 0])
    assert middle < np.pi / (4 * 1.85**2)
    assert middle > 0.3 * np.pi / (4 * 1.85**2)
    assert found().f_number == pytest.approx(1.85, rel=1e-6)


def test_point_spreads_are_alike_all_around_the_axis() -> None:
    """To the rounding of single precision, in which plane waves are summed."""
    psf = np.asarray(found().psf)
    assert psf.sum(axis=(3, 4)) == pytest.approx(np.ones(psf.shape[:3]), abs=1e-12)
    np.testing.assert_allclose(psf[:, ::-1, ..., ::-1], psf, rtol=0, atol=1e-7)
    np.testing.assert_allclose(psf[::-1, :, :, ::-1], psf, rtol=0, atol=1e-7)
    middle = psf[2, 2, 0]
    assert middle == pytest.approx(middle.T, abs=1e-4 * middle.max())
    assert found().held > 0.985


def test_a_sensor_that_is_too_large_and_a_tilted_surface() -> None:
    with pytest.raises(BadInput, match="the lens images no farther than"):
        respond(lens(), (12.0, 16.0), PITCH, BANDS)
    turned = replace(
        lens(), surfaces=(replace(lens().surfaces[0], pose=Pose(tilt=(0.01, 0.0, 0.0))), *lens().surfaces[1:])
    )
    with pytest.raises(BadInput, match="surface 0 is out of its place"):
        respond(turned, (3.6, 4.8), PITCH, BANDS)
    with pytest.raises(BadInput, match="odd numbers"):
        respond(lens(), (3.6, 4.8), PITCH, BANDS, squares=32)
    with pytest.raises(BadInput, match="odd numbers"):
        Spread(squares=0)


def test_the_last_bits_do_not_depend_on_cores() -> None:
    """Products of matrices are parted by how many threads there are."""
    freely = respond(lens(), (3.6, 4.8), PITCH, BANDS, nodes=(3, 3), squares=31)
    with threadpool_limits(1, "blas"):
        alone = respond(lens(), (3.6, 4.8), PITCH, BANDS, nodes=(3, 3), squares=31)
    assert freely.psf.tobytes() == alone.psf.tobytes()
    assert freely.solid_angle.tobytes() == alone.solid_angle.tobytes()


FEW = Spread(nodes=(3, 3), squares=33, divide=0.05)


def test_views_of_what_is_too_near() -> None:
    """Shares add up, a mirror swaps the views, and the left one's light lies on the right."""
    near = with_thicknesses(lens(), {0: 150.0})
    left, right = respond_views(near, (3.6, 4.8), PITCH / FINER, BANDS, FEW)
    assert left.share + right.share == pytest.approx(np.ones((3, 3, 2)), abs=1e-12)
    np.testing.assert_allclose(left.psf[:, ::-1, ..., ::-1], right.psf, rtol=0, atol=1e-6)
    x = np.arange(33) - 16
    shift = [float((view.psf[1, 1, 0].sum(axis=0) * x).sum()) for view in (left, right)]
    assert shift[0] > 1
    assert shift[1] == pytest.approx(-shift[0], rel=1e-4)


def test_views_of_points_before_and_behind_the_focus() -> None:
    """As far apart as half discs are, 8 r / (3 pi), beyond what they are in focus, on opposite sides.

    The disc is that of thin lenses, D = f^2 / N (1 / d - 1 / focus). Within 8 %: of the real cone's rim,
    which spherical aberration moves, and of the divide, 0.05 of the pupil wide.
    """
    whole = first_order(lens())
    focus, pitch = 150.0, PITCH / FINER
    focused = at_distance(lens(), focus, defocus=whole.defocus)
    wide = float(whole.focal_length**2 / whole.working_f_number)
    distances = [1 / (1 / focus + side * 10 * pitch / wide) for side in (1, 0, -0.5)]
    found = respond_through(focused, (3.6, 4.8), pitch, BANDS, distances, FEW, views=("left", "right"))
    assert [distance for distance, _ in found] == pytest.approx(np.repeat(distances, 2))
    assert [response.view for _, response in found] == ["left", "right"] * 3
    x = np.arange(33) - 16
    middles = [float((one.psf[1, 1, 0].sum(axis=0) * x).sum()) for _, one in found]
    near, sharp, far = np.subtract(middles[::2], middles[1::2])
    assert abs(sharp) < 0.5
    assert near - sharp == pytest.approx(8 / (3 * np.pi) * 5, rel=0.08)
    assert far - sharp == pytest.approx(-8 / (3 * np.pi) * 2.5, rel=0.08)
    pair = respond_views(focused, (3.6, 4.8), pitch, BANDS, FEW)
    for (_, one), other in zip(found[2:4], pair, strict=True):
        np.testing.assert_allclose(one.psf, other.psf, rtol=0, atol=1e-6)


def test_a_kilometre_is_nearly_infinity() -> None:
    """Out of focus by f^2 / d = 13 nm, 2 in 10000 of the depth of focus; with the same light."""
    through = respond_through(lens(), (3.6, 4.8), PITCH / FINER, BANDS, (1e6, np.inf), FEW)
    (_, near), (_, far) = through
    np.testing.assert_allclose(near.psf, far.psf, rtol=0, atol=3e-3 * far.psf.max())
    np.testing.assert_allclose(near.solid_angle, far.solid_angle, rtol=3e-6)
    with pytest.raises(BadInput, match="before the lens has no image"):
        respond_through(lens(), (3.6, 4.8), PITCH, BANDS, (0.0,))


def test_squares_hold_what_is_asked_for() -> None:
    count, share = squares_holding(lens(), (3.6, 4.8), PITCH / FINER, BANDS, share=0.98)
    assert share >= 0.98
    held = respond(lens(), (3.6, 4.8), PITCH / FINER, BANDS, nodes=(3, 3), squares=count).held
    assert held == pytest.approx(share, abs=2e-3)

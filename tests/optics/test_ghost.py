from dataclasses import replace
from math import inf, sqrt
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.core.units import nm
from lichtbild.optics.disc import square
from lichtbild.optics.ghost import Ghosts, ghost_map, ghosts, land, paraxial_ghosts, ways, worst
from lichtbild.optics.lens import Aperture, FieldPoint, Gap, Lens
from lichtbild.optics.medium import ModelGlass
from lichtbild.optics.surface import Coating, Surface
from optics.phone_lenses import phone_lens, phone_lens_files

INDEX = 1.6
BARE = ((INDEX - 1) / (INDEX + 1)) ** 2
GLASS = ModelGlass(INDEX, 0.0)


def _two(first: Surface, second: Surface, thickness: float = 2.0, *, distance: float = inf) -> Lens:
    gaps = (Gap(distance), Gap(thickness, GLASS), Gap(10.0))
    return Lens((first, second), gaps, 0, Aperture("stop semi-aperture", 1.0), wavelengths=(nm(550),))


def _plate() -> Lens:
    return _two(Surface(semi_aperture=1.0), Surface(semi_aperture=8.0))


def _of(found: Ghosts, first: int, second: int) -> int:
    return [tuple(pair) for pair in np.asarray(found.pair).tolist()].index((first, second))


def test_a_way_meets_surfaces_on_to_the_first_mirror_back_to_the_next_and_on() -> None:
    lens = replace(
        _plate(),
        surfaces=(Surface(), Surface(), Surface(), Surface()),
        gaps=(Gap(inf), *[Gap(1.0, GLASS)] * 4),
    )
    along = ways(lens)
    assert along.surface.shape == (10, 13)
    way = along.pair.tolist().index([3, 1])
    assert along.surface[way].tolist() == [0, 1, 2, 3, 2, 1, 2, 3, 4, 4, 4, 4, 4]
    assert np.flatnonzero(along.bounce[way]).tolist() == [3, 5]
    assert np.flatnonzero(along.back[way]).tolist() == [4, 5]


def test_the_sensor_reflects_and_a_stop_in_air_does_not() -> None:
    lens = _plate()
    lens = replace(lens, surfaces=(*lens.surfaces, Surface()), gaps=(*lens.gaps, Gap(1.0)))
    assert sorted(map(tuple, ways(lens).pair.tolist())) == [(1, 0), (3, 0), (3, 1)]


def test_a_plate_gives_its_reflectance_squared() -> None:
    found = ghosts(_plate(), sensor_reflectance=0.0)
    ghost = _of(found, 1, 0)
    assert float(found.power[ghost, 0]) == pytest.approx(BARE**2, rel=1e-12)
    assert abs(float(found.focus[ghost])) > 1e20
    # 452 squares of a raster over the disc: their spread is the disc's to a share of the squares.
    assert float(found.radius[ghost, 0]) == pytest.approx(1.0, abs=0.01)
    assert float(found.irradiance[ghost, 0]) == pytest.approx(BARE**2 / np.pi, rel=0.02)


def test_the_sensor_and_a_surface() -> None:
    found = ghosts(_plate(), sensor_reflectance=0.3)
    # From the sensor back to the second surface, and through it to the first one: twice through the second.
    assert float(found.power[_of(found, 2, 1), 0]) == pytest.approx(0.3 * BARE, rel=1e-12)
    assert float(found.power[_of(found, 2, 0), 0]) == pytest.approx(0.3 * BARE * (1 - BARE) ** 2, rel=1e-12)


def test_coatings_weaken_a_ghost() -> None:
    coating = Coating((nm(400), nm(700)), (0.002, 0.002))
    found = ghosts(
        _two(Surface(semi_aperture=1.0, coating=coating), Surface(semi_aperture=8.0, coating=coating))
    )
    assert float(found.power[_of(found, 1, 0), 0]) == pytest.approx(0.002**2, rel=1e-12)


def test_all_reflections_together_lose_nothing() -> None:
    """A plate passes T^2 (1 + R^2 + R^4 ...) = T^2 / (1 - R^2), and sends back the rest."""
    found = ghosts(_plate(), sensor_reflectance=0.0)
    ratio = float(found.power[_of(found, 1, 0), 0])
    through = (1 - BARE) ** 2 / (1 - ratio)
    back = BARE + (1 - BARE) ** 2 * BARE / (1 - ratio)
    assert through + back == pytest.approx(1.0, rel=1e-12)


def test_surfaces_about_the_object_send_its_ghost_from_there() -> None:
    """Light from a common centre meets every surface at right angles, and so does a ghost's."""
    first, second = Surface(-1 / 5, semi_aperture=1.0), Surface(-1 / 7, semi_aperture=8.0)
    centred = replace(_two(first, second, distance=5.0), field_kind="object height")
    found = ghosts(centred, sensor_reflectance=0.0)
    ghost = _of(found, 1, 0)
    assert float(found.focus[ghost]) == pytest.approx(-17.0, rel=1e-12)
    assert float(found.power[ghost, 0]) == pytest.approx(BARE**2, rel=1e-10)
    direct = land(centred, sensor_reflectance=0.0, disc=square(8)).place[:, ghost, 0, 0]
    reach = jnp.asarray(square(8).points)
    sag = 5 - jnp.sqrt(25 - jnp.sum(reach**2, axis=0))
    np.testing.assert_allclose(direct, reach * 17.0 / (5.0 - sag), rtol=1e-12)


@pytest.mark.parametrize("bend", [-1.0, 0.3, 2.0])
def test_a_thin_lens_has_a_ghost_at_a_known_share_of_its_focal_length(bend: float) -> None:
    """1 / f' = (3 n - 1)(c1 - c2), whatever the bending, where 1 / f = (n - 1)(c1 - c2)."""
    first, second = 0.05 * (bend + 1), 0.05 * (bend - 1)
    lens = _two(Surface(first, semi_aperture=1.0), Surface(second, semi_aperture=1.0), thickness=0.0)
    focus, radius = paraxial_ghosts(lens)
    length = 1 / ((3 * INDEX - 1) * (first - second))
    ghost = ways(lens).pair.tolist().index([1, 0])
    assert float(focus[ghost]) == pytest.approx(length - 10.0, rel=1e-12)
    assert float(radius[ghost]) == pytest.approx(abs(1 - 10.0 / length), rel=1e-12)


def test_real_rays_close_to_the_axis_agree_with_paraxial_ones(shared: Path) -> None:
    lens = phone_lens(next(path for path in phone_lens_files(shared) if "10073249-B2-e7" in path.name))
    narrow = replace(lens, aperture=Aperture("stop semi-aperture", 0.01), fields=(FieldPoint(),))
    narrow = replace(narrow, surfaces=(replace(narrow.surfaces[0], semi_aperture=0.02), *narrow.surfaces[1:]))
    narrow = replace(narrow, wavelengths=(lens.wavelengths[lens.primary],), weights=(1.0,), primary=0)
    found = ghosts(narrow, across=16)
    ratio = np.asarray(found.radius[:, 0] / found.paraxial_radius)
    behind = np.asarray(found.pair[:, 1]) > lens.stop  # or the narrow stop would cut the ghost once more
    assert behind.sum() == 55
    # The same rays go on to form each ghost's patch: they are spread over the stop in one and the same way.
    np.testing.assert_allclose(ratio[behind], np.median(ratio[behind]), rtol=2e-3)


def test_a_plate_before_the_sensor_of_a_phone_lens(shared: Path) -> None:
    lens = phone_lens(next(path for path in phone_lens_files(shared) if "10073249-B2-e7" in path.name))
    lens = replace(lens, fields=(FieldPoint(),))
    found = ghosts(lens)
    plate = len(lens.surfaces) - 1
    index = lens.gaps[plate].medium.index
    ratio = float(found.power[_of(found, plate, plate - 1), 0])
    # At f/1.85 light meets the plate at up to 16 degrees, where it still reflects as at right angles.
    assert ratio == pytest.approx(((index - 1) / (index + 1)) ** 4, rel=0.01)
    assert int(worst(found, 1)[0]) == int(np.argmax(found.irradiance[:, 0]))


def test_a_map_holds_the_power_of_what_lands_in_it() -> None:
    landing = land(_plate(), sensor_reflectance=0.2, disc=square(24))
    canvas = ghost_map(landing, 0, half_width=1.5, pixels=30)
    assert float(jnp.sum(canvas)) * 0.1**2 == pytest.approx(float(jnp.sum(landing.power)), rel=1e-12)
    assert float(canvas[15, 15]) == pytest.approx(float(jnp.sum(landing.power)) / np.pi, rel=0.1)
    outside = ghost_map(landing, 0, half_width=0.5, pixels=10)
    np.testing.assert_allclose(outside[2:-2, 2:-2].mean(), canvas[12:18, 12:18].mean(), rtol=0.05)


@pytest.mark.slow
def test_gradients_are_exact() -> None:
    lens = replace(
        _two(Surface(0.05, semi_aperture=1.0), Surface(-0.04, semi_aperture=8.0)),
        fields=(FieldPoint(y=0.2),),
    )

    @jax.jit
    def quantity(values: jax.Array) -> jax.Array:
        first, second = lens.surfaces
        changed = (replace(first, curvature=values[0]), replace(second, curvature=values[1]))
        gaps = (lens.gaps[0], Gap(values[2], ModelGlass(values[3], 0.0)), lens.gaps[2])
        found = ghosts(replace(lens, surfaces=changed, gaps=gaps), sensor_reflectance=values[4], across=8)
        return jnp.sum(1e3 * found.power) + jnp.sum(found.centre) + jnp.sum(found.radius)

    at = jnp.array([0.05, -0.04, 2.0, INDEX, 0.1])
    found = jax.jit(jax.grad(quantity))(at)
    step = 1e-5
    by_differences = [
        (quantity(at.at[k].add(step)) - quantity(at.at[k].add(-step))) / (2 * step) for k in range(at.size)
    ]
    np.testing.assert_allclose(found, by_differences, rtol=1e-6, atol=1e-6 * float(jnp.max(jnp.abs(found))))
    assert sqrt(float(jnp.sum(found**2))) > 1

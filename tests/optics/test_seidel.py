"""Seidel sums against closed forms of textbooks and against real rays in the limit of small angles."""

from dataclasses import replace
from math import inf, radians, tan

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.lens import Aperture, FieldPoint, Lens
from lichtbild.optics.medium import ModelGlass
from lichtbild.optics.paraxial import first_order, paraxial_rays
from lichtbild.optics.seidel import seidel, transverse, wave_coefficients
from lichtbild.optics.surface import ForbesQbfs, ForbesQcon, PowerSeries, Surface
from optics.exact_waves import limit, solved
from optics.simple_lenses import AIR, D_LINE_MM, lens_of, singlet
from optics.test_paraxial import aspheric_pair

PUPIL, SLOPE = 4.0, 0.2
"""Stop radius in mm and slope of the outermost field of the lenses that real rays are traced through."""


def asphere(**settings: object) -> Lens:
    """A stop, then a thick lens with every kind of asphere that the sums know."""
    surfaces = (
        Surface(),
        Surface(0.03, -0.8, PowerSeries((2, 4), (2e-3, 1.5e-5))),
        Surface(-0.015, 0.4, PowerSeries((4,), (-8e-6,))),
    )
    settings.setdefault("aperture", Aperture("stop semi-aperture", PUPIL))
    settings.setdefault("fields", (FieldPoint(y=float(np.arctan(SLOPE))),))
    return lens_of(surfaces, (inf, 6.0, 5.0, 40.0), (AIR, AIR, ModelGlass(1.62, 36.0), AIR), **settings)


def folded() -> Lens:
    """A stop, a mirror with a conic and a term in r^4, and a lens that light meets on its way back."""
    surfaces = (
        Surface(),
        Surface(-0.01, -0.6, PowerSeries((4,), (2e-7,)), mirror=True),
        Surface(-0.02, 0.5),
        Surface(0.005),
    )
    return lens_of(
        surfaces,
        (inf, 30.0, -20.0, -4.0, -20.0),
        (AIR, AIR, AIR, ModelGlass(1.5, 60.0), AIR),
        aperture=Aperture("stop semi-aperture", PUPIL),
        fields=(FieldPoint(y=float(np.arctan(SLOPE))),),
    )


@pytest.mark.parametrize("lens", [asphere(), folded()], ids=["asphere", "mirror"])
def test_wave_coefficients_are_the_limit_of_real_wavefronts(lens: Lens) -> None:
    expected = solved(lambda x, y, field: limit(lens, PUPIL * x, PUPIL * y, SLOPE * field))
    found = wave_coefficients(seidel(lens).total, 1.0)
    for name, value in expected.items():
        # The limit leaves e^4 = 1e-16; the sums are some dozens of operations.
        assert float(getattr(found, name)) == pytest.approx(value, rel=1e-10), name


def test_transverse_aberrations_are_the_limit_of_real_rays() -> None:
    lens = asphere()
    sums = seidel(lens)
    found = transverse(sums.total, sums.slope)

    def miss(x: float, y: float, field: float) -> np.ndarray:
        found = limit(lens, PUPIL * x, PUPIL * y, SLOPE * field)
        return np.asarray([float(found.x), float(found.y)])

    axial = miss(0, 1, 0)[1]
    up, down, middle, side = miss(0, 1, 1)[1], miss(0, -1, 1)[1], miss(0, 0, 1)[1], miss(1, 0, 1)
    tangential, sagittal = (up - down) / 2 - axial, side[0] - axial
    expected = {
        "spherical": axial,
        "distortion": middle,
        "tangential_coma": (up + down) / 2 - middle,
        "sagittal_coma": side[1] - middle,
        "astigmatism": tangential - sagittal,
        "petzval": sagittal - (tangential - sagittal) / 2,
    }
    for name, value in expected.items():
        assert float(getattr(found, name)) == pytest.approx(value, rel=1e-10), name


def test_colours_are_the_limit_of_paraxial_rays() -> None:
    """C_L and C_T are first differences by the index: those of a marginal and a chief ray at the image."""

    def heights(spread: float) -> np.ndarray:
        lens = asphere()
        gap = replace(lens.gaps[2], medium=ModelGlass(1.62 + spread, 0.0))
        rays = paraxial_rays(replace(lens, gaps=(*lens.gaps[:2], gap, lens.gaps[3])))
        focus = float(first_order(lens).defocus)
        return np.asarray([ray.height[-1] + focus * ray.slope[-1] for ray in (rays.marginal, rays.chief)])

    step = 1e-5
    change = (heights(step) - heights(-step)) / (2 * step) * 0.62 / 36.0
    sums = seidel(asphere())
    found = transverse(sums.total, sums.slope)
    assert float(found.axial_colour) == pytest.approx(change[0], rel=1e-8)
    assert float(found.lateral_colour) == pytest.approx(change[1], rel=1e-8)


def test_a_thin_lens_at_the_stop_has_the_sums_of_the_textbook() -> None:
    """Welford, section 9.4: S_III = H^2 K, S_IV = H^2 K / n, S_V = C_T = 0, C_L = h^2 K / V."""
    n, abbe = 1.6, 40.0
    lens = singlet(0.03, -0.02, 0.0, n, abbe=abbe, aperture=Aperture("entrance pupil diameter", 10.0))
    power, lagrange = (n - 1) * 0.05, 5.0 * tan(radians(10.0))
    bending, conjugate = 0.01 / 0.05, -1.0
    aberration = (
        25.0**2
        * power**3
        / 4
        * (
            (n / (n - 1)) ** 2
            + (n + 2) / (n * (n - 1) ** 2) * (bending + 2 * (n**2 - 1) / (n + 2) * conjugate) ** 2
            - n / (n + 2) * conjugate**2
        )
    )
    total = seidel(lens).total
    assert float(total.spherical) == pytest.approx(aberration, rel=1e-12)
    assert float(total.astigmatism) == pytest.approx(lagrange**2 * power, rel=1e-12)
    assert float(total.petzval) == pytest.approx(lagrange**2 * power / n, rel=1e-12)
    assert float(total.distortion) == pytest.approx(0.0, abs=1e-15)
    assert float(total.axial_colour) == pytest.approx(25.0 * power / abbe, rel=1e-10)
    assert float(total.lateral_colour) == pytest.approx(0.0, abs=1e-15)


def test_a_spherical_mirror_with_its_stop_at_the_centre_has_neither_coma_nor_astigmatism() -> None:
    radius, pupil = 200.0, 20.0
    surfaces = (Surface(), Surface(-1 / radius, mirror=True))
    lens = lens_of(
        surfaces,
        (inf, radius, -radius / 2),
        (AIR, AIR, AIR),
        aperture=Aperture("stop semi-aperture", pupil),
    )
    total = seidel(lens).total
    # W040 = y^4 / (4 R^3), and the image is a sphere of radius R / 2.
    assert float(total.spherical) == pytest.approx(2 * pupil**4 / radius**3, rel=1e-12)
    for name in ("coma", "astigmatism", "distortion"):
        assert float(getattr(total, name)) == pytest.approx(0.0, abs=1e-16)
    expected = -2 / radius * (pupil * tan(radians(10.0))) ** 2
    assert float(total.petzval) == pytest.approx(expected, rel=1e-12)


def test_a_paraboloid_has_no_spherical_aberration_and_the_coma_of_every_mirror() -> None:
    radius, pupil, slope = 200.0, 20.0, tan(radians(10.0))
    paraboloid = Surface(-1 / radius, -1.0, mirror=True)
    lens = lens_of(
        (paraboloid,), (inf, -radius / 2), (AIR, AIR), aperture=Aperture("stop semi-aperture", pupil)
    )
    total = seidel(lens).total
    assert float(total.spherical) == pytest.approx(0.0, abs=1e-16)
    # Tangential coma 3 t / (16 N^2) in angle (Schroeder, Astronomical Optics, equation 6.2.5), N the
    # f-number.
    number = radius / 2 / (2 * pupil)
    coma = transverse(total, seidel(lens).slope).tangential_coma
    assert abs(float(coma)) / (radius / 2) == pytest.approx(3 * slope / (16 * number**2), rel=1e-12)


def test_aplanatic_points_of_a_sphere_have_no_spherical_aberration_nor_coma() -> None:
    n, radius = 1.5, -20.0
    # From glass into air: object at R (1 + 1 / n), image at R (1 + n).
    lens = lens_of(
        (Surface(1 / radius),),
        (-radius * (1 + 1 / n), 50.0),
        (ModelGlass(n, 0.0), AIR),
        aperture=Aperture("object na", 0.2),
        field_kind="object height",
        fields=(FieldPoint(y=1.0),),
    )
    total = seidel(lens).total
    for name in ("spherical", "coma", "astigmatism"):
        assert float(getattr(total, name)) == pytest.approx(0.0, abs=1e-15)


def test_surfaces_sum_to_the_lens_and_aspheric_parts_vanish_with_the_asphere() -> None:
    found = seidel(asphere())
    for name, total in vars(found.total).items():
        assert float(jnp.sum(getattr(found.surfaces, name))) == pytest.approx(float(total), rel=1e-14)
    spheres = tuple(replace(surface, conic=0.0, departure=None) for surface in asphere().surfaces)
    plain = seidel(replace(asphere(), surfaces=spheres))
    assert np.abs(np.asarray(plain.aspheric.spherical)).max() == 0.0


@pytest.mark.parametrize("kind", [ForbesQcon, ForbesQbfs])
def test_forbes_aspheres_have_the_sums_of_their_power_series(kind: type) -> None:
    """Two Forbes terms written out as r^2, r^4 and (for Qbfs on a plane) higher ones, which do not count."""
    a, b, norm = 2e-3, -5e-4, 5.0
    if kind is ForbesQcon:
        # Q_0 = 1, Q_1 = 6 u - 5 times u^2.
        series = PowerSeries((4, 6), ((a - 5 * b) / norm**4, 6 * b / norm**6))
    else:
        # Q_0 = 1, Q_1 = (13 - 16 u) / sqrt(19) times u (1 - u).
        root = 19**0.5
        second, fourth = a + 13 * b / root, -a - 29 * b / root
        series = PowerSeries((2, 4), (second / norm**2, fourth / norm**4))
    lens = asphere()
    first, last = lens.surfaces[0], lens.surfaces[2]

    def sums(departure: object) -> list[float]:
        surfaces = (first, Surface(0.0, departure=departure), last)  # type: ignore[arg-type]
        return [float(value) for value in vars(seidel(replace(lens, surfaces=surfaces)).total).values()]

    np.testing.assert_allclose(sums(kind(norm, (a, b))), sums(series), rtol=1e-12)


def test_colours_take_the_ends_of_the_band() -> None:
    lens = asphere(wavelengths=(4e-4, 7e-4), weights=(1.0, 1.0))
    wide = float(seidel(lens).total.axial_colour)
    assert wide == pytest.approx(float(seidel(asphere(), (4e-4, 7e-4)).total.axial_colour), rel=0.2)
    assert wide > 1.5 * float(seidel(asphere()).total.axial_colour)


def test_wavelengths_divide_the_wave_coefficients() -> None:
    sums = seidel(asphere()).total
    waves = wave_coefficients(sums, D_LINE_MM)
    assert float(waves.w040) == pytest.approx(float(sums.spherical) / 8 / D_LINE_MM, rel=1e-15)
    assert float(waves.w111) == pytest.approx(float(sums.lateral_colour) / D_LINE_MM, rel=1e-15)


@pytest.mark.parametrize("distance", [inf, 120.0])
def test_derivatives_by_every_number_are_those_of_central_differences(distance: float) -> None:
    leaves, structure = jax.tree.flatten(aspheric_pair(distance))

    def of(values: jax.Array) -> jax.Array:
        sums = seidel(jax.tree.unflatten(structure, list(values))).total
        return jnp.stack(list(vars(sums).values()))

    here = jnp.asarray(leaves)
    exact = np.asarray(jax.jit(jax.jacfwd(of))(here))
    assert np.isfinite(exact).all()
    for column in np.flatnonzero(np.isfinite(here)):
        step = 1e-5 if here[column] == 0 else 1e-5 * abs(float(here[column]))
        change = (of(here.at[column].add(step)) - of(here.at[column].add(-step))) / (2 * step)
        bound = 1e-7 * max(1e-2, float(np.abs(exact[:, column]).max()))
        np.testing.assert_allclose(exact[:, column], change, atol=bound)

"""First-order data and Seidel sums against three independent programs and OpticStudio (`data/optics`).

`phonelib` and ray-optics are programs of their own; Optiland's sums leave out r^4 and are not used.
ray-optics
puts far objects at 1e10 mm, which leaves six digits of its pupils and five of some sums.
"""

import json
from dataclasses import replace
from math import inf, radians
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lichtbild.io.lens.agf import read_agf
from lichtbild.optics.lens import Aperture, FieldPoint, Lens
from lichtbild.optics.medium import Glass
from lichtbild.optics.paraxial import first_order, paraxial_rays
from lichtbild.optics.seidel import seidel
from lichtbild.optics.spectral_line import D_LINE
from lichtbild.optics.surface import Surface
from optics.phone_lenses import phone_lens, phone_lens_files
from optics.simple_lenses import AIR, lens_of, reference_data, reference_lens

NAMES = ("6P", "7P", "8P")


def _first_order(shared: Path, name: str) -> dict[str, float]:
    return {key: float(value) for key, value in vars(first_order(reference_lens(shared, name))).items()}


@pytest.mark.parametrize("name", NAMES)
def test_first_order_data_agree_to_twelve_digits(shared: Path, name: str) -> None:
    data, found = reference_data(shared, name), _first_order(shared, name)
    first, second = data["phonelib"], data["optiland"]
    expected = {
        "focal_length": (first["efl"], second["efl"]),
        "back_focal_length": (first["bfl"], second["bfl"]),
        "f_number": (first["fno"], second["fno"]),
        "entrance_pupil_diameter": (first["epd"],),
        "entrance_pupil": (first["epl_from_s1"], second["epl_from_s1"]),
        "exit_pupil": (second["xpl_from_image"],),
        "lagrange_invariant": (-first["lagrange"],),
        "track_length": (first["ttl"], second["ttl"]),
    }
    for key, values in expected.items():
        for value in values:
            assert found[key] == pytest.approx(value, rel=1e-12, abs=1e-13), key


@pytest.mark.parametrize("name", NAMES)
def test_chief_rays_agree_at_every_surface(shared: Path, name: str) -> None:
    data, rays = reference_data(shared, name), paraxial_rays(reference_lens(shared, name))
    for program, bound in (("phonelib", 1e-12), ("optiland", 1e-12), ("rayoptics", 2e-6)):
        heights, slopes = data[program]["chief_y"], data[program]["chief_u"]
        np.testing.assert_allclose(rays.chief.height[: len(heights)], heights, atol=bound)
        # Theirs begin behind the first surface; Optiland adds one behind the image surface.
        behind = np.asarray(rays.chief.slope[1:])
        np.testing.assert_allclose(behind, slopes[: len(behind)], atol=bound)


@pytest.mark.parametrize("name", NAMES)
def test_seidel_sums_agree_with_the_fourth_order_of_aspheres(shared: Path, name: str) -> None:
    data, total = reference_data(shared, name), seidel(reference_lens(shared, name)).total
    found = [total.spherical, total.coma, total.astigmatism, total.petzval, total.distortion]
    values = np.asarray([float(value) for value in found])
    np.testing.assert_allclose(values, data["phonelib"]["seidel"], rtol=1e-11)
    np.testing.assert_allclose(values, data["rayoptics"]["seidel"], rtol=1e-5)
    assert float(total.axial_colour) == pytest.approx(data["phonelib"]["seidel_CL"], rel=1e-11)
    assert float(total.lateral_colour) == pytest.approx(data["phonelib"]["seidel_CT"], rel=1e-11)


@pytest.mark.parametrize("name", NAMES)
def test_seidel_sums_without_the_fourth_order_are_those_that_the_reference_gives_apart(
    shared: Path, name: str
) -> None:
    lens = reference_lens(shared, name)
    conics = replace(lens, surfaces=tuple(replace(surface, departure=None) for surface in lens.surfaces))
    total = seidel(conics).total
    found = [total.spherical, total.coma, total.astigmatism, total.petzval, total.distortion]
    expected = reference_data(shared, name)["phonelib"]["seidel_without_r4_coeffs"]
    np.testing.assert_allclose([float(value) for value in found], expected, rtol=1e-11)


def test_every_phone_lens_has_the_first_order_data_of_the_oracle(shared: Path) -> None:
    paths = phone_lens_files(shared)
    assert len(paths) == 76
    for path in paths:
        meta = json.loads(path.read_text())["meta"]
        found = first_order(phone_lens(path), D_LINE)
        assert float(found.focal_length) == pytest.approx(meta["efl"], rel=1e-12), path.name
        assert float(found.back_focal_length) == pytest.approx(meta["bfl"], rel=1e-12), path.name
        assert float(found.track_length) == pytest.approx(meta["ttl"], rel=1e-12), path.name


def _glass(shared: Path, catalogue: str, name: str) -> Glass:
    found = read_agf(shared / "data/optics/agf" / catalogue)
    return next(glass for glass in found if glass.name == name)


def _quoted(shared: Path, name: str) -> Any:
    return json.loads((shared / "data/optics/reference/zemax_quoted_optiland_issue710.json").read_text())[
        name
    ]


def _cooke(shared: Path) -> Lens:
    crown, flint = _glass(shared, "zemaxglass_hikari.agf", "SK16"), _glass(shared, "SCHOTT.AGF", "F2")
    radii = (22.01359, -435.76044, -22.21328, 20.29192, 79.68360, -18.39533)
    return lens_of(
        [Surface(1 / radius) for radius in radii],
        (inf, 3.25896, 6.00755, 0.99997, 4.75041, 2.95208, 42.20778),
        (AIR, crown, AIR, flint, AIR, crown, AIR),
        stop=3,
        aperture=Aperture("entrance pupil diameter", 10.0),
        fields=(FieldPoint(y=radians(14.0)), FieldPoint(y=radians(20.0))),
        wavelengths=(5.5e-4,),
    )


def test_a_cooke_triplet_is_that_of_opticstudio(shared: Path) -> None:
    quoted, found = _quoted(shared, "cooke_triplet"), first_order(_cooke(shared))
    exact = {
        "focal_length": quoted["EFL"],
        "entrance_pupil": quoted["entrance_pupil_from_s1"],
        "entrance_pupil_diameter": quoted["EPD"],
        "f_number": quoted["fno"],
        "lagrange_invariant": quoted["lagrange_abs"],
        "defocus": quoted["back_focal_point_from_image"],
    }
    for key, value in exact.items():
        assert float(getattr(found, key)) == pytest.approx(value, rel=1e-12), key
    plane = float(found.rear_principal) - 42.20778
    assert plane == pytest.approx(quoted["rear_principal_plane_from_image"], rel=1e-12)
    # OpticStudio finds the exit pupil by rays at a small angle: eight digits of it are paraxial.
    assert float(found.exit_pupil) == pytest.approx(quoted["exit_pupil_from_image"], rel=2e-8)
    assert float(found.exit_pupil_diameter) == pytest.approx(quoted["exit_pupil_diameter"], rel=2e-8)


def test_a_singlet_with_its_stop_behind_is_that_of_opticstudio(shared: Path) -> None:
    """Printed with six decimals; its exit pupil, the last surface itself, with a few less."""
    quoted = _quoted(shared, "singlet_stop_surf2")
    glass = _glass(shared, "zemaxglass_hoya.agf", "LAC9")
    lens = lens_of(
        (Surface(1 / 63.73364157), Surface(1 / 653.29392320)),
        (inf, 10.0, 92.73834630),
        (AIR, glass, AIR),
        stop=1,
        aperture=Aperture("entrance pupil diameter", 25.0),
        fields=(FieldPoint(y=radians(5.0)),),
    )
    found = first_order(lens)
    expected = {
        "focal_length": quoted["EFL"],
        "entrance_pupil": quoted["entrance_pupil_from_s1"],
        "f_number": quoted["fno"],
        "defocus": quoted["back_focal_point_from_image"],
    }
    for key, value in expected.items():
        assert float(getattr(found, key)) == pytest.approx(value, abs=5.1e-7), key
    plane = float(found.rear_principal) - 92.73834630
    assert plane == pytest.approx(quoted["rear_principal_plane_from_image"], abs=5.1e-7)
    assert float(found.exit_pupil) == pytest.approx(quoted["exit_pupil_from_image"], abs=5e-6)
    assert float(found.exit_pupil_diameter) == pytest.approx(quoted["exit_pupil_diameter"], abs=5e-6)

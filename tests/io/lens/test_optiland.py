"""Optiland's JSON: the same lens as in the Zemax file that Optiland wrote itself; a sentence for the rest."""

import copy
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.lens.optiland import read_optiland, reading_of
from lichtbild.io.lens.zemax_read import read_zmx
from lichtbild.optics.lens import FieldPoint, Gap, Vignetting
from lichtbild.optics.medium import Air, ModelGlass
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.surface import Pose, PowerSeries, Surface


def row(z: float, geometry: dict[str, Any], material: dict[str, Any], **more: Any) -> dict[str, Any]:
    place = {"x": 0.0, "y": 0.0, "z": z, "rx": 0.0, "ry": 0.0, "rz": 0.0, "reference_cs": None}
    return {"geometry": {"cs": place, **geometry}, "material_post": material, **more}


AIR = {"type": "IdealMaterial", "index": 1.0, "absorp": 0.0}
SINGLET: dict[str, Any] = {
    "name": "a singlet",
    "aperture": {"type": "float_by_stop_size", "value": 5.0},
    "fields": {
        "fields": [{"x": 0.0, "y": 14.0, "vx": 0.0, "vy": 0.2, "weight": 2.0}],
        "field_definition": {"field_type": "AngleField"},
    },
    "wavelengths": {"wavelengths": [{"value": 0.5875618, "is_primary": True, "unit": "um", "weight": 1.0}]},
    "surface_group": {
        "surfaces": [
            row(-math.inf, {"type": "Plane", "radius": math.inf}, AIR),
            row(
                0.0,
                {"type": "EvenAsphere", "radius": 50.0, "conic": -0.5, "coefficients": [0.0, 1e-6, -2e-9]},
                {"type": "AbbeMaterial", "index": 1.5168, "abbe": 64.17},
                is_stop=True,
                thickness=5.0,
                aperture={"type": "RadialAperture", "r_max": 6.0, "r_min": 0.0},
                comment="front",
            ),
            row(5.0, {"type": "StandardGeometry", "radius": -80.0, "conic": 0.0}, AIR, is_stop=False),
            row(50.0, {"type": "Plane", "radius": math.inf}, AIR),
        ]
    },
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The singlet with another value at a dotted path."""
    file = copy.deepcopy(SINGLET)
    *parents, key = [int(part) if part.isdigit() else part for part in path.split(".")]
    inner: Any = file
    for parent in parents:
        inner = inner[parent]
    inner[key] = value
    return file


def test_everything_finds_its_place() -> None:
    reading = reading_of(SINGLET)
    lens = reading.lens
    assert reading.findings == () and lens.name == "a singlet" and lens.stop == 0
    assert lens.surfaces[0] == Surface(
        1 / 50.0, -0.5, PowerSeries((4, 6), (1e-6, -2e-9)), semi_aperture=6.0, label="front"
    )
    assert lens.gaps == (Gap(math.inf, Air()), Gap(5.0, ModelGlass(1.5168, 64.17)), Gap(45.0, Air()))
    assert (lens.aperture.kind, lens.aperture.value) == ("stop semi-aperture", 2.5)
    assert lens.fields == (FieldPoint(0.0, math.radians(14.0), 2.0, Vignetting(cy=0.2)),)


def test_other_shapes_and_places() -> None:
    odd = changed("surface_group.surfaces.1.geometry.type", "OddAsphere")
    assert reading_of(odd).lens.surfaces[0].departure == PowerSeries((2, 3), (1e-6, -2e-9))
    moved = changed("surface_group.surfaces.2.geometry.cs.y", 0.1)
    assert reading_of(moved).lens.surfaces[1].pose == Pose((0.0, 0.1, 0.0))
    mirror = changed("surface_group.surfaces.2.interaction_model", {"is_reflective": True})
    assert reading_of(mirror).lens.surfaces[1].mirror
    assert reading_of(mirror).lens.gaps[2].medium == ModelGlass(1.5168, 64.17)


@pytest.mark.parametrize(
    "name", ["CookeTriplet", "DoubleGauss", "HeliarLens", "ReverseTelephoto", "TessarLens"]
)
def test_the_same_lens_as_in_its_zemax_file(shared: Path, name: str) -> None:
    folder = shared / "data/optics/classic"
    ours = read_optiland(folder / f"optiland_{name}.json").lens
    zemax = read_zmx(folder / f"optiland_{name}.zmx").lens
    assert [s.curvature for s in ours.surfaces] == pytest.approx(
        [s.curvature for s in zemax.surfaces], rel=1e-12
    )
    assert [g.thickness for g in ours.gaps] == pytest.approx([g.thickness for g in zemax.gaps], rel=1e-9)
    assert (ours.stop, ours.primary) == (zemax.stop, zemax.primary)
    lengths = [float(first_order(lens).focal_length) for lens in (ours, zemax)]
    assert lengths[0] == pytest.approx(lengths[1], rel=1e-9)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ({"surfaces": []}, "is no lens of Optiland's"),
        ([], "is no lens of Optiland's"),
        (changed("surface_group.surfaces", []), "has 0 surfaces; a lens has 3 to 1000"),
        (
            changed("surface_group.surfaces.1.geometry.type", "Zernike"),
            "surface 1: its shape is 'Zernike', which is not read",
        ),
        (
            changed("surface_group.surfaces.1.geometry.radius", "flat"),
            "surface 1: its radius is a number, not 'flat'",
        ),
        (
            changed("surface_group.surfaces.1.geometry.cs.rx", 0.1),
            "surface 1: it is tilted, which is not read",
        ),
        (
            changed("surface_group.surfaces.1.material_post", {"type": "Material", "name": "N-BK77"}),
            "no medium is called 'N-BK77'",
        ),
        (
            changed("surface_group.surfaces.1.material_post.type", "Tar"),
            "its material is 'Tar', which is not read",
        ),
        (
            changed("surface_group.surfaces.1.is_stop", False),
            "exactly one surface between object and image is the stop",
        ),
        (changed("aperture.type", "wide"), "the aperture is of type 'wide'; EPD, imageFNO"),
        (changed("fields.field_definition.field_type", "Corner"), "fields are of type 'Corner'"),
        (changed("wavelengths.wavelengths.0.is_primary", False), "exactly one of the wavelengths is primary"),
        (changed("wavelengths.wavelengths.0.value", 10**400), "wavelength 0 is a finite number"),
    ],
)
def test_one_sentence_says_what_is_wrong(file: Any, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        reading_of(file)


def test_a_glass_of_another_maker_is_said() -> None:
    material = {"type": "Material", "name": "N-BK7", "reference": "nobody"}
    (finding,) = reading_of(changed("surface_group.surfaces.1.material_post", material)).findings
    assert finding == "the glass 'N-BK7' of 'nobody' is not known; that of another maker is taken"
    material["reference"] = "schott"
    assert reading_of(changed("surface_group.surfaces.1.material_post", material)).findings == ()


def test_other_json_is_refused(shared: Path, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="is no lens of Optiland's"):
        read_optiland(shared / "data/optics/classic/deeplens_cooke.json")
    for text in ("{", "[" * 100_000, "1" * 10_000, "\xff"):
        (tmp_path / "lens.json").write_bytes(text.encode("latin-1"))
        with pytest.raises(BadFile, match=r"is not JSON|is no lens"):
            read_optiland(tmp_path / "lens.json")


@settings(max_examples=100)
@given(st.data())
def test_mutated_files_give_a_lens_or_a_sentence(data: st.DataObject) -> None:
    file = copy.deepcopy(SINGLET)
    values = [None, True, -1, 1e308, math.nan, math.inf, "", [], {}, 10**400, ["x"], {"type": 1}]
    for _ in range(data.draw(st.integers(1, 3))):
        inner: Any = file
        while True:
            keys = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            if isinstance(inner[key], dict | list) and data.draw(st.booleans()):
                inner = inner[key]
                continue
            inner[key] = data.draw(st.sampled_from(values))
            break
    try:
        reading_of(file)
    except BadInput:
        return


def test_files_are_json(tmp_path: Path) -> None:
    (tmp_path / "lens.json").write_text(json.dumps(SINGLET))
    assert read_optiland(tmp_path / "lens.json").lens == reading_of(SINGLET).lens

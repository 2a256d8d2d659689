"""Solids: files that keep the rules of glTF 2.0, and bodies that are as large as the lens."""

import json
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lichtbild.optics.drawing.layout import RayBundle
from lichtbild.optics.drawing.section import section
from lichtbild.optics.drawing.solid import solid
from lichtbild.optics.lens import Aperture, Gap, Lens
from lichtbild.optics.medium import ModelGlass
from lichtbild.optics.surface import Pose, Surface, XYPolynomial
from optics.phone_lenses import phone_lens

CROWN = ModelGlass(1.5168, 64.2)
DTYPES = {5126: np.dtype("<f4"), 5125: np.dtype("<u4")}
WIDTHS = {"SCALAR": 1, "VEC3": 3}


def biconvex(departure: XYPolynomial | None = None) -> Lens:
    surfaces = (
        Surface(1 / 20, departure=departure, semi_aperture=5.0, edge=6.0),
        Surface(-1 / 20, semi_aperture=5.0, edge=6.0),
    )
    return Lens(
        surfaces, (Gap(np.inf), Gap(4.0, CROWN), Gap(18.0)), 0, Aperture("f-number", 2.0), name="biconvex"
    )


def read(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The document and the buffer of a .glb file, its frame checked (glTF 2.0, clause 4.4)."""
    magic, version, length = struct.unpack_from("<III", data)
    assert (magic, version, length) == (0x46546C67, 2, len(data))
    text_length, kind = struct.unpack_from("<II", data, 12)
    assert kind == 0x4E4F534A
    assert text_length % 4 == 0
    start = 20 + text_length
    data_length, kind = struct.unpack_from("<II", data, start)
    assert kind == 0x004E4942
    assert start + 8 + data_length == length
    return json.loads(data[20:start]), data[start + 8 :]


def array(document: dict[str, Any], data: bytes, index: int) -> np.ndarray:
    """The numbers of an accessor, after its rules are checked (clauses 3.6.2, 3.7.2.1)."""
    accessor = document["accessors"][index]
    view = document["bufferViews"][accessor["bufferView"]]
    dtype, width = DTYPES[accessor["componentType"]], WIDTHS[accessor["type"]]
    assert view["byteOffset"] % 4 == 0
    assert view["byteOffset"] + view["byteLength"] <= document["buffers"][view["buffer"]]["byteLength"]
    assert view["byteLength"] == accessor["count"] * dtype.itemsize * width
    assert accessor["count"] > 0
    found = np.frombuffer(data, dtype, accessor["count"] * width, view["byteOffset"]).reshape(-1, width)
    assert np.isfinite(found).all()
    if "min" in accessor:
        assert np.float32(accessor["min"]).tolist() == found.min(axis=0).tolist()
        assert np.float32(accessor["max"]).tolist() == found.max(axis=0).tolist()
    return found[:, 0] if width == 1 else found


def bodies(data: bytes) -> dict[str, dict[str, np.ndarray]]:
    """Positions, normals and indices of each node's mesh, all rules checked."""
    document, buffer = read(data)
    assert document["asset"]["version"] == "2.0"
    assert len(buffer) - document["buffers"][0]["byteLength"] in range(4)
    (scene,) = document["scenes"]
    root = document["nodes"][scene["nodes"][0]]
    assert root["scale"] == [0.001] * 3
    found = {}
    for child in root["children"]:
        node = document["nodes"][child]
        (primitive,) = document["meshes"][node["mesh"]]["primitives"]
        assert "min" in document["accessors"][primitive["attributes"]["POSITION"]]
        assert primitive["material"] < len(document["materials"])
        arrays = {name: array(document, buffer, index) for name, index in primitive["attributes"].items()}
        arrays["indices"] = array(document, buffer, primitive["indices"])
        assert arrays["indices"].max() < len(arrays["POSITION"])
        assert len(arrays["indices"]) % (3 if primitive["mode"] == 4 else 2) == 0
        if "NORMAL" in arrays:
            assert len(arrays["NORMAL"]) == len(arrays["POSITION"])
            np.testing.assert_allclose((arrays["NORMAL"] ** 2).sum(axis=1), 1, atol=1e-5)
        found[node["name"]] = arrays
    return found


def volume(mesh: dict[str, np.ndarray]) -> float:
    """What a closed mesh holds, positive where its triangles face outward (divergence theorem)."""
    a, b, c = mesh["POSITION"].astype(float)[mesh["indices"].reshape(-1, 3)].transpose(1, 0, 2)
    return float((a * np.cross(b, c)).sum() / 6)


@pytest.mark.parametrize("departure", [None, XYPolynomial(5.0, ((2, 0),), (0.0,))], ids=["turned", "polar"])
def test_a_biconvex_lens_has_its_volume(departure: XYPolynomial | None) -> None:
    """Two spherical caps and the cylinder between: pi h^2 (3 R - h) / 3 each, ring of the rim included."""
    found = bodies(solid(biconvex(departure)))
    assert sorted(found) == ["E1", "image"]
    sag = 20 - np.sqrt(20**2 - 5**2)
    caps = 2 * np.pi * sag**2 * (3 * 20 - sag) / 3
    expected = caps + np.pi * 6**2 * (4 - 2 * sag)
    # 96 arms: an inscribed polygon's area is less by (2 pi / 96)^2 / 6.
    assert volume(found["E1"]) == pytest.approx(expected, rel=2e-3)
    assert volume(found["E1"]) < expected
    low, high = found["E1"]["POSITION"].min(axis=0), found["E1"]["POSITION"].max(axis=0)
    np.testing.assert_allclose((low, high), ((-6, -6, 0), (6, 6, 4)), atol=1e-6)


def test_normals_point_outward() -> None:
    mesh = bodies(solid(biconvex()))["E1"]
    for place, direction in zip(mesh["POSITION"], mesh["NORMAL"], strict=True):
        outward = place - [0, 0, 2]
        assert direction @ outward > 0
    top = mesh["NORMAL"][np.argmin(mesh["POSITION"][:, 2])]
    np.testing.assert_allclose(top, (0, 0, -1), atol=1e-3)


def test_a_freeform_keeps_its_shape() -> None:
    """z = 0.3 (x / 5)^2 added: the face's rim is higher along x than along y by 0.3 mm."""
    mesh = bodies(solid(biconvex(XYPolynomial(5.0, ((2, 0),), (0.3,)))))["E1"]
    x, y, z = mesh["POSITION"].T
    front = z < 1.5
    along_x = z[front & (np.abs(x - 5) < 1e-5) & (np.abs(y) < 1e-5)]
    along_y = z[front & (np.abs(y - 5) < 1e-5) & (np.abs(x) < 1e-5)]
    assert along_x[0] - along_y[0] == pytest.approx(0.3, abs=1e-6)


def test_a_turned_element_stands_where_its_surfaces_do() -> None:
    lens = biconvex()
    turned = replace(
        lens, surfaces=(replace(lens.surfaces[0], turn=Pose(tilt=(0.0, 0.2, 0.0))), lens.surfaces[1])
    )
    straight, leaning = (bodies(solid(one))["E1"]["POSITION"] for one in (lens, turned))
    # About +y, +z turns toward +x.
    rotation = np.array([[np.cos(0.2), 0, np.sin(0.2)], [0, 1, 0], [-np.sin(0.2), 0, np.cos(0.2)]])
    middle = np.array([0, 0, 4.0])
    nearest = np.abs(leaning - rotation @ middle).max(axis=1).min()
    assert nearest < 1e-5
    assert len(straight) > 0


def test_a_phone_lens_is_as_long_and_wide_as_its_section(shared: Path) -> None:
    lens = phone_lens(shared / "data/optics/phone/US-10073249-B2-e7.json")
    points = np.zeros((len(lens.surfaces) + 1, 3, 2))
    points[:, 2] = np.linspace(0, 6, len(points))[:, None]
    points[-3:, :, 1] = np.nan
    found = bodies(solid(lens, [RayBundle(points, "0°")]))
    cut = section(lens)
    assert list(found) == [*(body.element.name for body in cut.bodies), "image", "rays 0°"]
    for body in cut.bodies:
        mesh = found[body.element.name]
        (z_low, _), (z_high, y_high) = body.outline.min(axis=1), body.outline.max(axis=1)
        np.testing.assert_allclose(
            mesh["POSITION"].min(axis=0), (-y_high, -y_high, z_low), atol=2e-4 * y_high
        )
        np.testing.assert_allclose(mesh["POSITION"].max(axis=0), (y_high, y_high, z_high), atol=2e-4 * y_high)
        assert volume(mesh) > 0
    assert found["rays 0°"]["indices"].shape[0] % 2 == 0


def test_same_lens_same_bytes() -> None:
    assert solid(biconvex()) == solid(biconvex())

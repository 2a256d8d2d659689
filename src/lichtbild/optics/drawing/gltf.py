"""glTF: meshes and lines as one binary file that any 3-D viewer shows.

Source: Khronos Group, glTF 2.0 specification; clauses are named where they decide.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float, Int

FLOAT, UNSIGNED_INT = 5126, 5125
VERTICES, INDICES = 34962, 34963
LINES, TRIANGLES = 1, 4

MAGIC, VERSION, JSON_CHUNK, BIN_CHUNK = 0x46546C67, 2, 0x4E4F534A, 0x004E4942

METRES = 0.001
"""glTF's unit is the metre (clause 3.4); numbers stay in mm under a node of this scale."""


@dataclass(frozen=True)
class Material:
    """How something looks.

    Args:
        colour: linear red, green, blue and opacity.
        roughness: 0 is a mirror's polish.
        unlit: shown in its colour whatever the light (extension KHR_materials_unlit).
    """

    name: str
    colour: tuple[float, float, float, float]
    roughness: float = 0.05
    unlit: bool = False


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles, or lines where there are no normals.

    Args:
        name: of its node.
        positions: mm.
        indices: three of each triangle, counter-clockwise seen from outside, or two of each line.
        material: index.
        normals: of unit length, one for each position.
    """

    name: str
    positions: Float[np.ndarray, "n 3"]
    indices: Int[np.ndarray, " m"]
    material: int
    normals: Float[np.ndarray, "n 3"] | None = None


@dataclass
class _Buffer:
    """Bytes of the file, and what says where numbers are in them."""

    data: bytearray = field(default_factory=bytearray)
    views: list[dict[str, Any]] = field(default_factory=list)
    accessors: list[dict[str, Any]] = field(default_factory=list)

    def add(self, values: np.ndarray, *, indices: bool = False, bounds: bool = False) -> int:
        """Index of an accessor for an array (all are of 4-byte numbers, so that each begins aligned)."""
        packed = np.ascontiguousarray(values, "<u4" if indices else "<f4")
        target = INDICES if indices else VERTICES
        view = {"buffer": 0, "byteOffset": len(self.data), "byteLength": packed.nbytes, "target": target}
        self.views.append(view)
        accessor: dict[str, Any] = {
            "bufferView": len(self.views) - 1,
            "componentType": UNSIGNED_INT if indices else FLOAT,
            "count": len(packed),
            "type": "SCALAR" if packed.ndim == 1 else "VEC3",
        }
        if bounds:
            # Of the numbers as they are stored (clause 3.6.2.5).
            accessor["min"] = [float(low) for low in packed.min(axis=0)]
            accessor["max"] = [float(high) for high in packed.max(axis=0)]
        self.data += packed.tobytes()
        self.accessors.append(accessor)
        return len(self.accessors) - 1


def glb(meshes: Sequence[Mesh], materials: Sequence[Material], name: str = "") -> bytes:
    """Bytes of a binary glTF file.

    Args:
        meshes: each becomes a node with its name.
        materials: that the meshes point to.
        name: of the scene.
    """
    buffer = _Buffer()
    primitives = [_primitive(mesh, buffer) for mesh in meshes]
    parts = [
        {"name": mesh.name, "primitives": [primitive]}
        for mesh, primitive in zip(meshes, primitives, strict=True)
    ]
    nodes: list[dict[str, Any]] = [{"name": mesh.name, "mesh": index} for index, mesh in enumerate(meshes)]
    root = {"name": name or "lens", "scale": [METRES] * 3, "children": list(range(len(nodes)))}
    document: dict[str, Any] = {
        "asset": {"version": "2.0", "generator": "Lichtbild"},
        "scene": 0,
        "scenes": [{"name": name or "lens", "nodes": [len(nodes)]}],
        "nodes": [*nodes, root],
        "meshes": parts,
        "materials": [_material(material) for material in materials],
        "buffers": [{"byteLength": len(buffer.data)}],
        "bufferViews": buffer.views,
        "accessors": buffer.accessors,
    }
    if any(material.unlit for material in materials):
        document["extensionsUsed"] = ["KHR_materials_unlit"]
    return _packed(document, bytes(buffer.data))


def _primitive(mesh: Mesh, buffer: _Buffer) -> dict[str, Any]:
    attributes = {"POSITION": buffer.add(mesh.positions, bounds=True)}
    if mesh.normals is not None:
        attributes["NORMAL"] = buffer.add(mesh.normals)
    return {
        "attributes": attributes,
        "indices": buffer.add(mesh.indices, indices=True),
        "material": mesh.material,
        "mode": LINES if mesh.normals is None else TRIANGLES,
    }


def _material(material: Material) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": material.name,
        "pbrMetallicRoughness": {
            "baseColorFactor": list(material.colour),
            "metallicFactor": 0.0,
            "roughnessFactor": material.roughness,
        },
    }
    if material.colour[3] < 1:
        found |= {"alphaMode": "BLEND", "doubleSided": True}
    if material.unlit:
        found["extensions"] = {"KHR_materials_unlit": {}}
    return found


def _packed(document: dict[str, Any], data: bytes) -> bytes:
    """Header and two chunks, each filled up to four bytes: text by spaces, numbers by zeros (clause 4.4)."""
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    data += b"\0" * (-len(data) % 4)
    chunks = (
        struct.pack("<II", len(text), JSON_CHUNK) + text + struct.pack("<II", len(data), BIN_CHUNK) + data
    )
    return struct.pack("<III", MAGIC, VERSION, 12 + len(chunks)) + chunks

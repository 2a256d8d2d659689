"""Solid: a lens in space as a glTF file, each element a body of glass, rays as lines.

Faces are sampled on a polar grid, so that freeforms keep their shape; beyond its semi-aperture a face goes on
as a flat rim, and a cylinder joins both.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from lichtbild.figure.palette import LIGHT, series_ink
from lichtbild.figure.simplify import kept_points
from lichtbild.optics.drawing.elements import Kind, bending
from lichtbild.optics.drawing.faces import sags, with_apertures
from lichtbild.optics.drawing.gltf import Material, Mesh, glb
from lichtbild.optics.drawing.layout import RayBundle
from lichtbild.optics.drawing.placement import Placement, placement
from lichtbild.optics.drawing.sag_table import is_of_revolution
from lichtbild.optics.drawing.section import Body, Section, section
from lichtbild.optics.lens import Lens
from lichtbild.optics.surface import Surface

RINGS, ARMS = 32, 96

OFF = 1e-4
"""Of an element's radius: how far its profile may be from the computed one."""

GLASS = {
    Kind.CROWN: Material("crown", (0.62, 0.80, 0.93, 0.34)),
    Kind.FLINT: Material("flint", (0.55, 0.60, 0.88, 0.40)),
    Kind.PLATE: Material("plate", (0.62, 0.86, 0.70, 0.26)),
}
SENSOR = Material("sensor", (0.03, 0.035, 0.045, 1.0), 0.4)

Grid = Float[np.ndarray, "3 _ _"]


def solid(
    lens: Lens, rays: Sequence[RayBundle] = (), semi_apertures: Float[np.ndarray, " s"] | None = None
) -> bytes:
    """Bytes of a binary glTF file (.glb) of a lens; light travels along +z, +y is up.

    Args:
        lens: as it stands in one configuration.
        rays: a bundle for each field; its points have x, y and z.
        semi_apertures: mm, for surfaces that have none of their own, one for each surface.

    Raises:
        BadInput: a surface has no semi-aperture.
    """
    lens = with_apertures(lens, semi_apertures)
    cut, placed = section(lens), placement(lens)
    kinds = list(GLASS)
    inks = [
        Material(f"field {index + 1}", _linear(LIGHT[series_ink(index)]), unlit=True)
        for index in range(len(rays))
    ]
    meshes = [_body(body, lens, cut, placed, kinds.index(body.element.kind)) for body in cut.bodies]
    meshes.append(_sensor(lens, cut, placed, len(kinds)))
    kept = [*bending(lens), len(lens.surfaces)]
    lines = [_lines(bundle, kept, len(kinds) + 1 + index) for index, bundle in enumerate(rays)]
    return glb(
        [*meshes, *(line for line in lines if line is not None)], [*GLASS.values(), SENSOR, *inks], lens.name
    )


def _body(body: Body, lens: Lens, cut: Section, placed: Placement, material: int) -> Mesh:
    """An element: front face, its rim, the cylinder, the other rim and face."""
    ends = (body.element.front, body.element.back)
    if cut.moulded and all(is_of_revolution(lens.surfaces[index]) for index in ends):
        halves = np.split(body.outline, 2, axis=1)
        front, back = (_turned(halves[0], body.radius), _turned(halves[1][:, ::-1], body.radius))
    else:
        front, back = (
            placed.outside(index, _grid(lens.surfaces[index], cut.semi[index], body.radius)) for index in ends
        )
    cylinder = np.stack([front[:, -1], back[:, -1]], axis=1)
    patches = [*_face_and_rim(front, cut.semi[ends[0]]), cylinder]
    patches += [patch[:, ::-1] for patch in _face_and_rim(back, cut.semi[ends[1]])[::-1]]
    return _joined(body.element.name, patches, material)


def _turned(half: Float[np.ndarray, "2 n"], radius: float) -> Grid:
    """The upper half of a face's line (z, y) turned about the axis."""
    z, y = half[:, half[1] >= 0]
    kept = kept_points(y, z, OFF * radius)
    angle = _angles()
    r = y[kept][:, None]
    return np.stack([r * np.cos(angle), r * np.sin(angle), np.repeat(z[kept][:, None], len(angle), axis=1)])


def _face_and_rim(grid: Grid, semi: float) -> list[Grid]:
    """A face and its rim apart, so that shading keeps the edge between them."""
    r = np.sqrt((grid[:2] ** 2).sum(axis=0)).max(axis=1)
    last = min(int(np.searchsorted(r, semi * (1 - 1e-9))), len(r) - 1)
    return [grid[:, : last + 1], *([grid[:, last:]] if last < len(r) - 1 else [])]


def _grid(surface: Surface, semi: float, radius: float) -> Grid:
    """Points of a face by ring and arm in its own frame; the last ring ends its rim."""
    angle = _angles()
    r = np.append(np.linspace(0, semi, RINGS + 1), [radius] if radius > semi else [])[:, None]
    face = np.minimum(r, semi)
    z = sags(surface, face * np.sin(angle), face * np.cos(angle))
    return np.stack([r * np.cos(angle), r * np.sin(angle), z])


def _angles() -> Float[np.ndarray, " arm"]:
    """Of the arms; the last one is the first again, so that a grid closes without a seam."""
    return np.append(np.linspace(0, 2 * np.pi, ARMS, endpoint=False), 0.0)


def _joined(name: str, patches: Sequence[Grid], material: int) -> Mesh:
    """A mesh of patches, each smooth in itself."""
    positions, normals, indices = [], [], []
    count = 0
    for patch in patches:
        points, directions, corners = _patch(patch)
        positions.append(points)
        normals.append(directions)
        indices.append(corners + count)
        count += len(points)
    return Mesh(name, np.concatenate(positions), np.concatenate(indices), material, np.concatenate(normals))


def _patch(
    grid: Grid,
) -> tuple[Float[np.ndarray, "n 3"], Float[np.ndarray, "n 3"], Int[np.ndarray, " m"]]:
    """Points, normals and triangles of a grid; outside is where its rings, outward, and arms turn left."""
    _, rings, arms = grid.shape
    number = np.arange(rings * arms).reshape(rings, arms)
    a, b, c, d = number[:-1, :-1], number[1:, :-1], number[1:, 1:], number[:-1, 1:]
    triangles = np.stack([np.stack([a, c, b], -1), np.stack([a, d, c], -1)], axis=2).reshape(-1, 3)
    points = grid.reshape(3, -1).T
    edges = points[triangles]
    areas = np.cross(edges[:, 1] - edges[:, 0], edges[:, 2] - edges[:, 0])
    full = (areas**2).sum(axis=1) > 1e-30
    triangles, areas = triangles[full], areas[full]
    normals = np.zeros_like(points)
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], areas)
    # The first and the last arm are the same points, and so are all those at a pole.
    by_arm = normals.reshape(rings, arms, 3)
    by_arm[:, 0] = by_arm[:, -1] = by_arm[:, 0] + by_arm[:, -1]
    for ring in (0, rings - 1):
        if np.ptp(grid[:, ring], axis=1).max() == 0:
            by_arm[ring] = by_arm[ring, :-1].sum(axis=0)
    length = np.sqrt((normals**2).sum(axis=1, keepdims=True))
    return points, normals / np.maximum(length, 1e-30), triangles.ravel()


def _sensor(lens: Lens, cut: Section, placed: Placement, material: int) -> Mesh:
    """The image surface as a disc."""
    last = len(lens.surfaces)
    grid = _grid(lens.image, cut.semi[last], cut.semi[last])
    return _joined("image", [placed.outside(last, grid)], material)


def _lines(bundle: RayBundle, kept: list[int], material: int) -> Mesh | None:
    """Rays of a field as pairs of points; None where none is left."""
    points = bundle.points[kept]
    count, _, rays = points.shape
    number = np.arange(count * rays).reshape(count, rays)
    pairs = np.stack([number[:-1], number[1:]], axis=-1).reshape(-1, 2)
    places = points.transpose(0, 2, 1).reshape(-1, 3)
    finite = np.isfinite(places).all(axis=1)
    pairs = pairs[finite[pairs].all(axis=1)]
    if not len(pairs):
        return None
    used, numbered = np.unique(pairs, return_inverse=True)
    return Mesh(f"rays {bundle.label}".strip(), places[used], numbered.ravel(), material)


def _linear(code: str) -> tuple[float, float, float, float]:
    """Linear red, green, blue and full opacity of a hexadecimal sRGB colour."""
    part = np.array([int(code[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    red, green, blue = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4).tolist()
    return red, green, blue, 1.0

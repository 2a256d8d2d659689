"""Faces: the curves of all surfaces of a lens, up to their semi-apertures and flat beyond."""

from dataclasses import dataclass, replace

import jax
import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.optics.drawing.elements import Kind, LensElement, bending
from lichtbild.optics.drawing.placement import placement
from lichtbild.optics.lens import Lens
from lichtbild.optics.sag import Shape, row, sag, stacked
from lichtbild.optics.surface import Surface

HEIGHTS = 241
"""Along each half of a face."""

RIM = 0.05
"""Of the widest semi-aperture of an element: how much farther it reaches where its edge is not known."""

PLATE = 1.1
"""A plate is drawn at most this much wider than the widest other face or the image."""

BLOCK = 1024
"""Points whose sags are computed at once."""

EDGE = 1 - 1e-6
"""Share of a sphere's radius that its sag is drawn to."""


@dataclass(frozen=True, eq=False)
class Faces:
    """Heights over both halves of all surfaces, each in its own frame.

    Args:
        z: sag up to the semi-aperture and flat beyond, ``[half, surface, height]``; half 0 is below the axis.
        r: heights, rising from 0.
        semi: semi-apertures.
        edge: radii of the moulded part as the lens has them; 0 where it does not.
        outer: outer radii.
        vertex: z of vertices along the axis.
    """

    z: Float[np.ndarray, "2 s n"]
    r: Float[np.ndarray, " n"]
    semi: Float[np.ndarray, " s"]
    edge: Float[np.ndarray, " s"]
    outer: Float[np.ndarray, " s"]
    vertex: Float[np.ndarray, " s"]


def shown(lens: Lens) -> set[int]:
    """Surfaces of which something is drawn: faces, mirrors and the stop."""
    return {*bending(lens), lens.stop}


def with_apertures(lens: Lens, semi_apertures: Float[np.ndarray, " s"] | None) -> Lens:
    """The lens with a semi-aperture on every surface: its own, the one given, or 0 where nothing is drawn.

    Raises:
        BadInput: a face, a mirror or the stop has neither.
    """
    seen = shown(lens)
    surfaces = []
    for number, surface in enumerate(lens.surfaces):
        if surface.semi_aperture is None:
            given = None if semi_apertures is None else float(semi_apertures[number])
            given = given if number in seen else 0.0
            if given is None or not np.isfinite(given) or (given <= 0 and number in seen):
                raise BadInput(
                    f"surface {number} has no semi-aperture, without which it cannot be drawn; give one in "
                    "mm, or find those that the light needs"
                )
            surface = replace(surface, semi_aperture=given)
        surfaces.append(surface)
    return replace(lens, surfaces=tuple(surfaces))


def faces_of(lens: Lens, found: tuple[LensElement, ...], image: float | None) -> Faces:
    """Curves of all surfaces and of the image, sampled at common heights."""
    seen = shown(lens)
    semi = np.array([drawn(surface) if index in seen else 0.0 for index, surface in enumerate(lens.surfaces)])
    own = lens.image.semi_aperture
    semi = np.append(semi, image if image is not None else semi[-1] if own is None else float(own))
    semi = _without_wide_plates(semi, found)
    edge = np.array([float(surface.edge or 0.0) for surface in (*lens.surfaces, lens.image)])
    outer = outer_radii(found, semi, edge)
    # Every end of a face and of a rim is a height, so that corners are sharp.
    r = np.unique(np.concatenate([np.linspace(0, outer.max(), HEIGHTS), semi, outer]))
    signs = np.array([-1.0, 1.0])[:, None, None]
    y = signs * np.minimum(r, semi[:, None])
    z = np.stack(
        [sags(surface, y[:, index]) for index, surface in enumerate((*lens.surfaces, lens.image))], 1
    )
    return Faces(z, r, semi, edge, outer, placement(lens).origins[:, 2])


def _without_wide_plates(
    semi: Float[np.ndarray, " s"], found: tuple[LensElement, ...]
) -> Float[np.ndarray, " s"]:
    """Semi-apertures of plates no wider than what stands beside them: files often have them far too wide."""
    plates: list[int] = []
    others = [len(semi) - 1]
    for element in found:
        (plates if element.kind is Kind.PLATE else others).extend((element.front, element.back))
    limited = semi.copy()
    limited[plates] = np.minimum(semi[plates], PLATE * semi[others].max())
    return limited


def sags(
    surface: Surface, y: Float[np.ndarray, "*any"], x: Float[np.ndarray, "*any"] | None = None
) -> Float[np.ndarray, "*any"]:
    """Heights of a surface at x (0 if None) and y in its own frame, mm."""
    points = np.stack([np.zeros(y.size) if x is None else x.ravel(), y.ravel()])
    # A few lengths, filled up, are compiled once for all surfaces.
    padded = np.pad(points, ((0, 0), (0, -points.shape[1] % BLOCK)))
    return np.asarray(_heights(stacked((surface,)), padded))[: y.size].reshape(y.shape)


@jax.jit
def _heights(shape: Shape, points: jax.Array) -> jax.Array:
    return sag(row(shape, 0), points[0], points[1])


def drawn(surface: Surface) -> float:
    """Semi-aperture, but no more than the surface's base curve has."""
    bulge = (1 + float(surface.conic)) * float(surface.curvature) ** 2
    edge = EDGE / np.sqrt(bulge) if bulge > 0 else np.inf
    return float(min(surface.semi_aperture or 0.0, edge))


def outer_radii(
    found: tuple[LensElement, ...], semi: Float[np.ndarray, " s"], edge: Float[np.ndarray, " s"]
) -> Float[np.ndarray, " s"]:
    """Radius of the body that each surface belongs to; cemented elements share one."""
    outer = semi.copy()
    for group in sorted({element.group for element in found}):
        mine = [element for element in found if element.group == group]
        faces = sorted({face for element in mine for face in (element.front, element.back)})
        widest, given = float(semi[faces].max()), float(edge[faces].max())
        outer[faces] = max(widest, given) if given > 0 else widest * (1 + RIM)
    return outer

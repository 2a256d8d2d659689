"""Section: a lens cut in its yz plane, each element as it would be moulded or ground.

A face follows its sag up to its semi-aperture and goes on as a flat rim to the element's outer radius::

         ____ rim ____
        |      ___    |
        |   .-'   |   |      sag curve up to the semi-aperture, then flat
        |  /      |  /
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lichtbild.optics.aim import stop_radius
from lichtbild.optics.drawing.elements import LensElement, elements
from lichtbild.optics.drawing.faces import Faces, drawn, faces_of, shown, with_apertures
from lichtbild.optics.drawing.mould import fitted, trimmed
from lichtbild.optics.drawing.placement import Placement, placement
from lichtbild.optics.lens import Lens

Curve = Float[np.ndarray, "2 n"]
"""Rows are z and y, mm, in the frame of the first surface."""


@dataclass(frozen=True, eq=False)
class Body:
    """An element in section.

    Args:
        element: which one.
        outline: closed line around it, from the lower rim of its front face to the upper one and back along
            its other face.
        radius: its outer radius, mm.
    """

    element: LensElement
    outline: Curve
    radius: float


@dataclass(frozen=True, eq=False)
class Section:
    """A lens in section; curves are in mm.

    Args:
        bodies: elements along the light.
        mirrors: curves of surfaces that reflect.
        stop: where blades begin, below and above the axis: (z, y) each.
        image: the image surface.
        vertex: z of the first element's vertex; 0 without any element.
        semi: radius up to which each surface and the image is drawn, mm.
        centred: whether all surfaces share one axis.
        moulded: whether rims leave room for each other, which those of turned lenses and mirrors do not.
        trimmed: surfaces that are shown narrower than their semi-apertures, at which they would cut through
            others.
    """

    bodies: tuple[Body, ...]
    mirrors: tuple[Curve, ...]
    stop: Float[np.ndarray, "2 2"]
    image: Curve
    vertex: float
    semi: Float[np.ndarray, " s"]
    centred: bool
    moulded: bool
    trimmed: tuple[int, ...] = ()


def section(
    lens: Lens,
    semi_apertures: Float[np.ndarray, " s"] | None = None,
    image_semi_aperture: float | None = None,
) -> Section:
    """A lens cut in its yz plane.

    Args:
        lens: as it stands in one configuration.
        semi_apertures: mm, for the surfaces that have none of their own; one for each surface.
        image_semi_aperture: half the height of the image, mm; None takes the image surface's own, else that
            of the last surface.

    Raises:
        BadInput: a surface has a semi-aperture neither of its own nor in ``semi_apertures``.
    """
    lens = with_apertures(lens, semi_apertures)
    found = elements(lens)
    faces = faces_of(lens, found, image_semi_aperture)
    placed = placement(lens)
    moulded = placed.centred and not any(surface.mirror for surface in lens.surfaces)
    if moulded:
        faces = trimmed(faces, found)
        faces = fitted(faces, found)
    bodies = tuple(_body(element, faces, placed) for element in found)
    last = len(lens.surfaces)
    return Section(
        bodies=bodies,
        mirrors=tuple(
            _face(index, faces, placed, faces.semi[index])
            for index, surface in enumerate(lens.surfaces)
            if surface.mirror
        ),
        stop=_stop(lens, faces, placed),
        image=_face(last, faces, placed, faces.semi[last]),
        vertex=float(placed.origins[found[0].front, 2]) if found else 0.0,
        semi=faces.semi,
        centred=placed.centred,
        moulded=moulded,
        trimmed=tuple(
            index for index in sorted(shown(lens)) if faces.semi[index] < drawn(lens.surfaces[index])
        ),
    )


def _stop(lens: Lens, faces: Faces, placed: Placement) -> Float[np.ndarray, "2 2"]:
    """Lower and upper rim of the stop, as wide as the lens's aperture asks for."""
    semi, wanted = float(faces.semi[lens.stop]), float(stop_radius(lens))
    curve = _face(lens.stop, faces, placed, semi)
    if not 0 < wanted < semi:
        return curve[:, [0, -1]]
    ends = 0.5 + np.array([-0.5, 0.5]) * wanted / semi
    along = np.linspace(0, 1, curve.shape[1])
    if placed.centred:
        along = (curve[1] - curve[1, 0]) / (curve[1, -1] - curve[1, 0])
    return np.stack([np.interp(ends, along, row) for row in curve])


def _face(index: int, faces: Faces, placed: Placement, radius: float) -> Curve:
    """A surface from its lower to its upper end, in the frame of the first one."""
    kept = faces.r <= radius * (1 + 1e-12)
    r = faces.r[kept]
    y = np.concatenate([-r[:0:-1], r])
    z = np.concatenate([faces.z[0, index, kept][:0:-1], faces.z[1, index, kept]])
    return placed.outside(index, np.stack([np.zeros_like(y), y, z]))[[2, 1]]


def _body(element: LensElement, faces: Faces, placed: Placement) -> Body:
    radius = float(faces.outer[element.front])
    front = _face(element.front, faces, placed, radius)
    back = _face(element.back, faces, placed, radius)
    return Body(element, np.concatenate([front, back[:, ::-1]], axis=1), radius)

"""Tint of a row by its lightness: the kernel of `lichtbild.look.tone_bath`."""

from typing import Final

import numpy as np

from lichtbild.colour.spaces import D65_XY, REC2020_TO_XYZ, xyz_of
from lichtbild.look.kernels.powers import cube_root
from lichtbild.look.kernels.rows import Plane, Planes, transform
from lichtbild.numerics.kernel import kernel

_f = np.float32

NO_BATH: Final = np.zeros((3, 0), np.float32)

_TO_RELATIVE = REC2020_TO_XYZ / xyz_of(D65_XY)[:, None]
TO_XYZ_AND_BACK: Final = np.stack([_TO_RELATIVE, np.linalg.inv(_TO_RELATIVE)]).astype(np.float32)
"""From linear Rec.2020 to XYZ relative to white, and from there."""

_BEND: Final = _f(6 / 29)
"""Root below which CIELAB goes on in a straight line."""
_DARK: Final = _f((6 / 29) ** 3)
_STEEP: Final = _f((29 / 6) ** 2 / 3)
_FLAT: Final = _f(3 * (6 / 29) ** 2)
_OFFSET: Final = _f(4 / 29)


@kernel
def to_roots(plane: Plane) -> None:
    """CIELAB's roots of light relative to white, in place."""
    for i in range(plane.shape[0]):
        # Both are taken, since a compiler makes no wide loop of a branch.
        curved, straight = cube_root(plane[i]), plane[i] * _STEEP + _OFFSET
        plane[i] = curved if plane[i] > _DARK else straight


@kernel
def from_roots(plane: Plane) -> None:
    """Light relative to white of CIELAB's roots, in place."""
    for i in range(plane.shape[0]):
        x = plane[i]
        curved, straight = x * x * x, (x - _OFFSET) * _FLAT
        plane[i] = curved if x > _BEND else straight


@kernel
def tint(planes: Planes, matrices: np.ndarray, bath: np.ndarray) -> None:
    """A row of linear Rec.2020 tinted in place.

    The first two rows of ``bath`` hold what is added to the roots of X and of Z at equal steps from L* 0 on,
    the third the L* of the last step.
    """
    transform(planes, matrices[0])
    for p in range(3):
        to_roots(planes[p])
    first, middle, last = planes[0], planes[1], planes[2]
    to_x, to_z = bath[0], bath[1]
    pieces = np.uint32(bath.shape[1] - 1)
    most, step = _f(pieces), _f(pieces) / bath[2, 0]
    per, start = _f(116) * step, _f(-16) * step
    for i in range(middle.shape[0]):
        place = min(max(start + per * middle[i], _f(0)), most)
        left = min(np.uint32(place), pieces - np.uint32(1))
        share = place - _f(left)
        x, z = to_x[left], to_z[left]
        first[i] += x + share * (to_x[left + np.uint32(1)] - x)
        last[i] += z + share * (to_z[left + np.uint32(1)] - z)
    for p in range(3):
        from_roots(planes[p])
    transform(planes, matrices[1])

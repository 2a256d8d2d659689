"""Coordinate breaks: frames of a Zemax file's surfaces, as turns of the axis or poses of single surfaces.

A coordinate break becomes a plane that carries a `turn`, so that surfaces keep their order. Where a break, a
surface and a break that undoes the first stand together without any thickness, the surface alone is out of
its place: then it carries the `pose`, and no planes are left.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lichtbild.io.lens.zemax_surface import Row
from lichtbild.optics.lens import Gap
from lichtbild.optics.medium import Medium
from lichtbild.optics.surface import Pose, Surface


@dataclass(frozen=True)
class Frame:
    """Surfaces and gaps of a lens, and where those of the file went.

    Args:
        surfaces: of the lens.
        gaps: after each of them.
        surface_of: index of a surface, by its number in the file.
        gap_of: index of the gap whose thickness a surface of the file gives.
    """

    surfaces: tuple[Surface, ...]
    gaps: tuple[Gap, ...]
    surface_of: dict[int, int]
    gap_of: dict[int, int]


def framed(rows: Sequence[Row], medium: Medium, moving: frozenset[int], stop: int) -> Frame:
    """The surfaces of a lens from those of a file.

    Args:
        rows: between object and image.
        medium: in the object's space.
        moving: numbers of surfaces whose thickness differs between configurations.
        stop: number of the stop.
    """
    surfaces: list[Surface] = []
    gaps: list[Gap] = []
    surface_of: dict[int, int] = {}
    gap_of = {0: 0}
    index = 0
    while index < len(rows):
        three = rows[index : index + 3]
        taken = three if _posed(three, moving, stop) else three[:1]
        middle = taken[len(taken) // 2]
        for row in taken:
            medium = row.medium or medium
        surface_of[middle.number] = len(surfaces)
        gap_of[taken[-1].number] = len(surfaces) + 1
        pose = taken[0].surface.turn if len(taken) == 3 else None
        surfaces.append(replace(middle.surface, pose=pose))
        gaps.append(Gap(taken[-1].thickness, medium))
        index += len(taken)
    return Frame(tuple(surfaces), tuple(gaps), surface_of, gap_of)


def _posed(rows: Sequence[Row], moving: frozenset[int], stop: int) -> bool:
    """Whether rows are a break, a surface, and a break that undoes the first, in one place."""
    if [row.broken for row in rows] != [True, False, True]:
        return False
    there, surface, back = rows
    if there.medium is not None or back.medium is not None or stop in (there.number, back.number):
        return False
    if moving & {there.number, surface.number}:
        return False
    return there.thickness == surface.thickness == 0.0 and _undone(there.surface.turn, back.surface.turn)


def _undone(there: Pose | None, back: Pose | None) -> bool:
    """Whether a frame after another is the frame before both."""
    if there is None or back is None:
        return False
    opposite = all(
        a == -b for a, b in zip(there.decentre + there.tilt, back.decentre + back.tilt, strict=True)
    )
    return opposite and (there.tilt_first != back.tilt_first or _orderless(there))


def _orderless(pose: Pose) -> bool:
    """Whether moving first or turning first comes to the same."""
    turns = sum(angle != 0.0 for angle in pose.tilt)
    return turns == 0 or (turns == 1 and not any(pose.decentre))

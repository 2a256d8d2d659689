"""Coordinate breaks: turns of the axis, and surfaces that alone are out of their place."""

from math import radians

import pytest

from lichtbild.optics.lens import Gap, Lens
from lichtbild.optics.medium import ModelGlass
from lichtbild.optics.surface import Pose, Surface
from zemax_files import BACK, FRONT, read, text_of


def coordinate_break(*values: float, thickness: float = 0.0, extra: tuple[str, ...] = ()) -> tuple[str, ...]:
    parameters = (f"PARM {place} {value}" for place, value in enumerate(values, start=1))
    return ("TYPE COORDBRK", "CURV 0", *parameters, f"DISZ {thickness}", *extra)


PLACE = (0.1, -0.2, 3.0, -4.0, 5.0, 0.0)
BACK_AGAIN = (-0.1, 0.2, -3.0, 4.0, -5.0, 1.0)
MIDDLE = ("TYPE STANDARD", "CURV 0.03", "DISZ 0")
POSE = Pose((0.1, -0.2, 0.0), (radians(3), radians(-4), radians(5)))


def lens_of(*surfaces: tuple[str, ...], after: tuple[str, ...] = ()) -> Lens:
    return read(text_of(FRONT, *surfaces, BACK, after=after)).lens


def test_a_break_is_a_plane_that_turns_the_axis() -> None:
    lens = lens_of(coordinate_break(*PLACE, thickness=2.0, extra=("COMM fold",)))
    assert lens.surfaces[1] == Surface(turn=POSE, label="fold")
    assert lens.gaps[2] == Gap(2.0, ModelGlass(1.5, 60.0))  # the glass goes on through a break
    assert len(lens.surfaces) == 3


def test_lengths_of_a_break_have_the_lens_unit() -> None:
    text = text_of(FRONT, coordinate_break(*PLACE), BACK).replace("UNIT MM", "UNIT CM")
    assert read(text).lens.surfaces[1].turn == Pose((1.0, -2.0, 0.0), POSE.tilt)


def test_the_order_is_a_flag() -> None:
    assert lens_of(coordinate_break(0, 0, 1, 0, 0, 1)).surfaces[1].turn.tilt_first
    assert lens_of(coordinate_break(0, 0, 1, 0, 0, 7)).surfaces[1].turn.tilt_first


@pytest.mark.parametrize(
    ("there", "back"),
    [
        (PLACE, BACK_AGAIN),
        ((*PLACE[:5], 1.0), (*BACK_AGAIN[:5], 0.0)),
        ((1, 2, 0, 0, 0, 0), (-1, -2, 0, 0, 0, 0)),
        ((0, 0, 0, 5, 0, 0), (0, 0, 0, -5, 0, 0)),
    ],
    ids=["order 0", "order 1", "moved", "turned"],
)
def test_there_and_back_is_a_pose(there: tuple[float, ...], back: tuple[float, ...]) -> None:
    lens = lens_of(coordinate_break(*there), MIDDLE, coordinate_break(*back, thickness=7.0))
    assert len(lens.surfaces) == 3
    posed = lens.surfaces[1]
    assert posed.curvature == 0.03
    assert posed.turn is None
    assert posed.pose.decentre == (*there[:2], 0.0)
    assert posed.pose.tilt == tuple(map(radians, there[2:5]))
    assert posed.pose.tilt_first == bool(there[5])
    assert lens.gaps[2].thickness == 7.0


@pytest.mark.parametrize(
    ("there", "middle", "back"),
    [
        (coordinate_break(*PLACE), MIDDLE, coordinate_break(*BACK_AGAIN[:5], 0)),  # not the inverse order
        (coordinate_break(0, 0, 3), MIDDLE, coordinate_break(0, 0, 3)),  # a fold
        (coordinate_break(0, 0, 3), MIDDLE, coordinate_break(0, 0, -3.0000001)),
        (coordinate_break(0, 0, 3), (*MIDDLE[:2], "DISZ 1"), coordinate_break(0, 0, -3)),
        (coordinate_break(0, 0, 3, thickness=1.0), MIDDLE, coordinate_break(0, 0, -3)),
    ],
    ids=["order", "fold", "nearly", "thick", "thick before"],
)
def test_anything_else_stays_as_it_is(
    there: tuple[str, ...], middle: tuple[str, ...], back: tuple[str, ...]
) -> None:
    lens = lens_of(there, middle, back)
    assert len(lens.surfaces) == 5
    assert [surface.turn is not None for surface in lens.surfaces] == [False, True, False, True, False]


def test_a_place_that_configurations_change_stays_as_it_is() -> None:
    surfaces = (coordinate_break(0, 1), MIDDLE, coordinate_break(0, -1))
    moved = ("MNUM 2 1", "THIC 3 1 0", "THIC 3 2 1")
    assert len(lens_of(*surfaces, after=moved).surfaces) == 5
    assert len(lens_of(*surfaces, after=("MNUM 2 1", "THIC 4 1 0", "THIC 4 2 1")).surfaces) == 3


def test_the_stop_is_found_behind_breaks() -> None:
    front = tuple(line for line in FRONT if line != "STOP")
    around = (coordinate_break(0, 1), ("STOP", *MIDDLE), coordinate_break(0, -1))
    lens = read(text_of(front, *around, BACK)).lens
    assert lens.stop == 1
    assert lens.surfaces[1].pose is not None
    at_break = (coordinate_break(0, 1, extra=("STOP",)), MIDDLE, coordinate_break(0, -1))
    assert read(text_of(front, *at_break, BACK)).lens.stop == 1
    assert len(read(text_of(front, *at_break, BACK)).lens.surfaces) == 5

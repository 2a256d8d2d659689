"""Estimated depth: the guesses are those that are stated, and say that they are guesses."""

import numpy as np
import pytest

from lichtbild.core.window import Extent
from lichtbild.develop.estimated_depth import HELD_AT, SHOULDERS, estimated_depth
from lichtbild.image.metadata import Orientation

SIZE, FOCAL = Extent(300, 400), 350.0


def _person() -> np.ndarray:
    alpha = np.zeros(SIZE, np.float32)
    alpha[120:300, 150:250] = 1
    return alpha


def test_a_person_stands_where_their_width_puts_them() -> None:
    found = estimated_depth(SIZE, FOCAL, _person())
    assert found.focus_mm == pytest.approx(FOCAL * SHOULDERS / 100)
    assert found.depth.distance[200, 200] == pytest.approx(found.focus_mm)
    assert found.depth.is_estimated and "estimated" in found.notes[0]


def test_all_else_lies_behind_and_what_is_higher_is_farther() -> None:
    found = estimated_depth(SIZE, FOCAL, _person())
    beside = found.depth.distance[:, 20]
    assert np.all(beside > 1.1 * found.focus_mm)
    assert np.all(np.diff(beside) <= 0)


def test_the_ground_lies_where_a_camera_held_up_sees_it() -> None:
    found = estimated_depth(SIZE, FOCAL, None)
    assert found.depth.distance[299, 0] == pytest.approx(HELD_AT * FOCAL / 149.5, rel=1e-4)
    assert "no person" in found.notes[0]


@pytest.mark.parametrize(
    ("orientation", "turned"),
    [
        (Orientation.HALF_TURN, lambda plane: plane[::-1, ::-1]),
        (Orientation.QUARTER_TURN, lambda plane: np.rot90(plane, 1)),
        (Orientation.THREE_QUARTER_TURN, lambda plane: np.rot90(plane, -1)),
    ],
)
def test_the_ground_is_below_however_the_camera_was_held(orientation: Orientation, turned: object) -> None:
    upright = estimated_depth(SIZE, FOCAL, None).depth.distance
    assert callable(turned)
    stored = turned(upright)
    found = estimated_depth(Extent(*stored.shape), FOCAL, None, orientation).depth.distance
    np.testing.assert_allclose(found, stored, rtol=1e-5)

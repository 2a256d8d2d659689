"""Scenes whose things move."""

from dataclasses import replace

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm
from lichtbild.image.bands import Bands
from lichtbild.image.scene import Scene
from lichtbild.scene.motion import blurred, moved

SHAPE = (60, 100)
PIXEL = 0.01


def square(velocity: tuple[float, float], background: float = 0.0, depth: float = 1000.0) -> Scene:
    """A square of 20 pixels of brightness 1 that moves by pixels per second, right and up."""
    weights = np.full((*SHAPE, 1), background, np.float32)
    motion, far = np.zeros((*SHAPE, 2)), np.full(SHAPE, 5000.0)
    part = (slice(20, 40), slice(30, 50))
    weights[part], far[part] = 1.0, depth
    motion[part] = np.array(velocity) * PIXEL
    size = (SHAPE[0] * PIXEL, SHAPE[1] * PIXEL)
    return Scene(weights, np.ones((1, 1)), Bands.even(nm(400), nm(700), 1), size, far, motion)


def test_a_moving_square_is_a_trapezoid() -> None:
    """20 pixels that move by 30: up for 20, on top for 10 at 2/3, down for 20."""
    found = blurred(square((30.0, 0.0)), 0.0, 1.0).weights[30, :, 0]
    middles = np.arange(100) + 0.5
    expected = np.interp(middles, [30, 50, 60, 80], [0, 20 / 30, 20 / 30, 0])
    assert found == pytest.approx(expected, abs=0.02)
    assert found.sum() == pytest.approx(20.0, rel=1e-4)


def test_up_is_up_and_a_part_of_a_pixel_is_shared() -> None:
    found = moved(square((0.0, 10.0)), 0.35).weights[:, 40, 0]
    assert found[15:18] == pytest.approx([0.0, 0.5, 1.0], abs=1e-5)
    assert found[35:38] == pytest.approx([1.0, 0.5, 0.0], abs=1e-5)


def test_what_was_behind_goes_on_as_beside() -> None:
    found = moved(square((100.0, 0.0), background=0.3), 0.4)
    assert found.weights[20:40, 30:50, 0] == pytest.approx(np.full((20, 20), 0.3), rel=1e-5)
    assert (found.weights[20:40, 70:90, 0] == 1).all()
    assert found.depth[30, 40] == pytest.approx(5000.0, rel=1e-5) and found.depth[30, 80] == 1000.0
    assert not found.motion[30, 40].any() and found.motion[30, 80, 0] == pytest.approx(1.0)
    # And so it can move on.
    again = moved(found, -0.4)
    np.testing.assert_allclose(again.weights, square((100.0, 0.0), background=0.3).weights, rtol=1e-5)


def test_nearer_things_hide_farther_ones() -> None:
    """A post at rest at 500 mm is before the square that moves, and behind it at 2000 mm."""
    for depth, expected in ((500.0, 0.6), (2000.0, 1.0)):
        given = square((100.0, 0.0))
        weights, far = given.weights.copy(), given.depth.copy()
        weights[:, 60:64], far[:, 60:64] = 0.6, depth
        found = moved(replace(given, weights=weights, depth=far), 0.25).weights[30, :, 0]
        assert found[60:64] == pytest.approx(np.full(4, expected), rel=1e-6)
        assert found[58] == 1.0 and found[66] == 1.0


def test_rows_that_begin_later_have_moved_farther() -> None:
    start = np.linspace(0.0, 0.59, 60)
    found = moved(square((20.0, 0.0)), start).weights[..., 0]
    middle = (found * (np.arange(100) + 0.5)).sum(axis=1)[20:40] / 20
    assert middle == pytest.approx(40 + 20 * start[20:40], abs=1e-4)


def test_a_scene_at_rest_is_not_touched() -> None:
    for motion in (None, np.zeros((*SHAPE, 2))):
        given = replace(square((1.0, 0.0)), motion=motion)
        assert blurred(given, 0.0, 1.0) is given and moved(given, 2.0) is given


def test_times_and_motion_that_cannot_be() -> None:
    with pytest.raises(BadInput, match="0 s or more"):
        blurred(square((1.0, 0.0)), 0.0, -1.0)
    with pytest.raises(BadInput, match="finite tangents"):
        moved(square((np.nan, 0.0)), 1.0)

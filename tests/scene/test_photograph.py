"""Photographs as scenes: their level, their refusal without one, depth and motion."""

import math

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.scene.photograph import Surroundings, central, photograph
from scene.charts import D65, luminances

PICTURE = np.random.default_rng(4).uniform(0, 1, (6, 8, 3))
ANGLE = math.radians(60)


def test_white_has_the_luminance_that_was_said() -> None:
    result = photograph(np.ones((6, 8, 3)), ANGLE, Surroundings(D65, 250.0))
    # sRGB's white is told to 4 digits; XYZ through the primaries are exact.
    assert luminances(result.scene) == pytest.approx(np.full((6, 8), 250.0), rel=1e-6)
    assert result.scene.size == pytest.approx((2 * math.tan(ANGLE / 2) * 0.75, 2 * math.tan(ANGLE / 2)))
    assert result.scene.depth == math.inf and result.scene.motion is None


def test_depth_and_motion_are_kept() -> None:
    depth = np.linspace(500, 9000, 48).reshape(6, 8)
    motion = np.full((6, 8, 2), 0.01)
    scene = photograph(PICTURE, ANGLE, Surroundings(D65, 1.0, depth, motion)).scene
    assert scene.depth == pytest.approx(depth) and scene.motion is motion


def test_a_scene_without_scale_is_refused() -> None:
    with pytest.raises(BadInput, match="a scene without scale: say how bright its white is"):
        photograph(PICTURE, ANGLE, Surroundings(D65))
    with pytest.raises(BadInput, match=r"without scale.*0 is none"):
        photograph(PICTURE, ANGLE, Surroundings(D65, 0.0))


@pytest.mark.parametrize(
    ("surroundings", "sentence"),
    [
        (Surroundings(D65, 1.0, np.ones((3, 3))), "do not fit a picture of 6 x 8"),
        (Surroundings(D65, 1.0, -1.0), "not above 0 mm"),
        (Surroundings(D65, 1.0, np.inf, np.zeros((2, 2, 2))), "two finite velocities"),
    ],
)
def test_what_does_not_fit(surroundings: Surroundings, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        photograph(PICTURE, ANGLE, surroundings)


def test_cropping_keeps_the_middle() -> None:
    picture = np.arange(6 * 8 * 3.0).reshape(6, 8, 3)
    assert np.array_equal(central(picture, 1.0), picture[:, 1:7])
    assert np.array_equal(central(picture, 4.0), picture[2:4])
    with pytest.raises(BadInput, match="above 0, not -1"):
        central(picture, -1.0)

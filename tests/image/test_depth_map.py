"""The depth map: what it refuses, and how it counts."""

import numpy as np
import pytest

from lichtbild.core.window import Extent
from lichtbild.image.depth_map import DepthMap


def _map(*distances: float) -> DepthMap:
    row = np.array([distances], np.float32)
    return DepthMap(row, np.ones_like(row), "file")


def test_vergence_is_the_reciprocal_and_0_if_far() -> None:
    found = _map(500.0, 2000.0, np.inf)
    np.testing.assert_allclose(found.vergence, [[2e-3, 5e-4, 0.0]], rtol=1e-6)
    assert found.extent == Extent(1, 3)


@pytest.mark.parametrize("bad", [0.0, -1.0, 9.0, np.nan])
def test_a_distance_that_is_none_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="at least 10 mm"):
        _map(100.0, bad)


def test_confidences_of_another_shape_are_refused() -> None:
    row = np.full((1, 3), 100, np.float32)
    with pytest.raises((ValueError, TypeError)):  # types are checked first while tests run
        DepthMap(row, row[:, :2], "file")


def test_notes_follow_one_another() -> None:
    assert _map(100.0).with_note("a").with_note("b").note == "a; b"
    assert DepthMap(_map(100.0).distance, _map(100.0).confidence, "estimated").is_estimated


def test_a_notebook_shows_what_is_near_as_light() -> None:
    assert _map(100.0, 1000.0)._repr_png_().startswith(b"\x89PNG")

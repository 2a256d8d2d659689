"""The share of the light that one photodiode of a dual pixel sees."""

from dataclasses import replace

import numpy as np
import pytest

from lichtbild.core.window import Extent
from lichtbild.optics.view_share import view_share
from optics.responses import everywhere, gaussian, response

LENS = response(everywhere(gaussian(1.0)), Extent(90, 120))


def test_a_whole_pupil_has_all_the_light() -> None:
    assert np.array_equal(view_share(LENS, np.zeros(2), np.zeros(3)), np.ones((2, 3, 3), np.float32))


def test_shares_are_bilinear_between_nodes_and_as_there_beyond() -> None:
    """A product of straight lines is told exactly, upward and to the right, in each band by itself."""
    y, x = LENS.rows[:, None, None], LENS.columns[:, None]
    law = (0.5 + y) * (1 + 2 * x) * np.array([0.5, 0.6, 0.7])
    left = replace(LENS, view="left", share=law)
    up, right = np.array([0.09, 0.03, -0.05, -0.2]), np.array([-0.2, -0.07, 0.01, 0.11])
    within = np.clip(up, -0.09, 0.09)[:, None, None], np.clip(right, -0.12, 0.12)[:, None]
    expected = (0.5 + within[0]) * (1 + 2 * within[1]) * np.array([0.5, 0.6, 0.7])
    found = view_share(left, up, right)
    assert found == pytest.approx(expected, rel=1e-6)
    other = view_share(replace(LENS, view="right", share=1 - law), up, right)
    assert found + other == pytest.approx(np.ones((4, 4, 3)), abs=1e-6)

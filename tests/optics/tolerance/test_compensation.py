"""Compensation: the image surface found is where a lens really is sharpest."""

from dataclasses import replace
from math import radians

import numpy as np
import pytest

from lichtbild.optics.best_focus import best_wavefront_focus
from lichtbild.optics.focusing import with_thicknesses
from lichtbild.optics.pencil import pencil
from lichtbild.optics.tolerance.budget import Compensation
from lichtbild.optics.tolerance.build import built, refocused
from lichtbild.optics.tolerance.monte_carlo import Builds, as_builds, of_table
from lichtbild.optics.tolerance.phase_table import phase_table
from optics.toleranced import BOTH, FREQUENCY, ready

pytestmark = pytest.mark.slow  # compiles for minutes

NOTHING = Compensation(focus=False, image_tilt=False)
AWAY = 0.2
"""By how far the image is put out of focus, mm: some waves."""


def adjusted(lens, how: Compensation) -> Builds:
    return as_builds(of_table(phase_table(lens, [FREQUENCY], 24), how))


def defocused():
    lens = ready().lens
    last = len(lens.gaps) - 1
    return with_thicknesses(lens, {last: float(lens.gaps[-1].thickness) + AWAY})


@pytest.mark.parametrize("by", ["wavefront", "contrast"])
def test_a_lens_out_of_focus_is_focused_back(by: str) -> None:
    """To the same plane as the lens in focus: Newton's method within a micrometre, the parabola at once."""
    how = Compensation(focus=True, by=by)
    before, after = adjusted(ready().lens, how), adjusted(defocused(), how)
    assert after.focus[0] + AWAY == pytest.approx(before.focus[0], abs=1e-3)
    assert after.contrast == pytest.approx(before.contrast, abs=2e-3)
    assert np.all(adjusted(defocused(), NOTHING).contrast[0, 0] < after.contrast[0, 0] - 0.05)


def test_the_least_variance_is_that_of_best_focus() -> None:
    lens = ready().lens
    found = adjusted(lens, Compensation(focus=True, by="wavefront")).focus[0]
    assert found == pytest.approx(float(best_wavefront_focus(pencil(lens))), rel=1e-6)


def test_no_plane_nearby_has_more_contrast() -> None:
    """The mean contrast falls on either side of what is found, by focus and by tilt about x and y."""
    wrong = ready().errors(3, 4)[2]
    lens = built(ready().lens, ready().parameters, wrong)
    found = adjusted(lens, BOTH)
    at = (found.focus[0], *found.tilt[:, 0])
    best = np.mean(adjusted(refocused(lens, *at), NOTHING).contrast)
    for step in ((0.06, 0, 0), (0, radians(0.05), 0), (0, 0, radians(0.05))):
        for sign in (1, -1):
            moved = refocused(lens, *(a + sign * b for a, b in zip(at, step, strict=True)))
            assert np.mean(adjusted(moved, NOTHING).contrast) < best + 1e-4


def test_an_image_surface_really_moved_and_tilted_sees_the_contrast_that_was_promised() -> None:
    """A local shift stands for the tilted surface; what it leaves out is of the second order in the tilt."""
    lens = built(ready().lens, ready().parameters, ready().errors(1, 11)[0])
    found = adjusted(lens, BOTH)
    assert abs(found.tilt).max() > 1e-4, "nothing is shown if nothing is tilted"
    there = adjusted(refocused(lens, found.focus[0], *found.tilt[:, 0]), NOTHING)
    assert there.contrast == pytest.approx(found.contrast, abs=1e-3)


def test_with_nothing_to_adjust_nothing_is_moved() -> None:
    found = adjusted(defocused(), replace(NOTHING, by="contrast"))
    assert found.focus[0] == 0 and np.all(found.tilt == 0)

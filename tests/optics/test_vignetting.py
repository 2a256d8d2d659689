from dataclasses import replace
from math import pi, sqrt, tan

import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.lens import Vignetting
from lichtbild.optics.vignetting import ellipses, vignetting_factors
from optics.plane_tube import ANGLES, DEPTH, FRONT, STOP, tube


@pytest.mark.slow  # compiles for long
def test_factors_of_a_cut_pupil_are_those_of_its_chords() -> None:
    for angle, found in zip(ANGLES, vignetting_factors(tube()), strict=True):
        shift = DEPTH * tan(angle)
        bottom = max(-STOP, shift - FRONT)
        middle = (STOP + bottom) / 2
        side = min(sqrt(STOP**2 - middle**2), sqrt(FRONT**2 - (middle - shift) ** 2))
        wanted = (0.0, middle / STOP, 1 - side / STOP, 1 - (STOP - bottom) / 2 / STOP)
        # Chords' ends are points of an interpolated rim, beside corners to some thousandths.
        assert (found.dx, found.dy, found.cx, found.cy) == pytest.approx(wanted, abs=2e-4)


def test_an_ellipse_is_compressed_then_moved_then_turned() -> None:
    given = Vignetting(dx=0.1, dy=0.2, cx=0.25, cy=0.5, angle=pi / 2)
    lens = replace(tube(), fields=(tube().fields[0], replace(tube().fields[1], vignetting=given)))
    found = ellipses(lens)
    assert found is not None
    inside, factor = found.points(jnp.array([[1.0, 0.0], [0.0, 1.0]]))
    assert found.is_given.ravel().tolist() == [False, True]
    assert np.asarray(inside[:, 1, 0]) == pytest.approx(np.array([[-0.2, -0.7], [0.85, 0.1]]))
    assert float(factor[1, 0, 0]) == pytest.approx(0.75 * 0.5)


def test_without_factors_there_are_no_ellipses() -> None:
    assert ellipses(tube()) is None

"""Where pixels lie in tangents."""

import math

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.scene.frame import Frame


def test_a_right_angle_across_is_two_tangents_wide() -> None:
    frame = Frame.across(30, 40, math.radians(90))
    assert frame.size == pytest.approx((1.5, 2.0), rel=1e-12)
    assert frame.pixel == pytest.approx((0.05, 0.05))
    assert (frame.x[0], frame.x[-1]) == pytest.approx((-0.975, 0.975))
    assert (frame.y[0], frame.y[-1]) == pytest.approx((0.725, -0.725))
    assert (frame.y_edges[0], frame.x_edges[0]) == pytest.approx((0.75, -1.0))


def test_what_is_no_frame() -> None:
    with pytest.raises(BadInput, match="below 180 degrees, not 180"):
        Frame.across(3, 4, math.pi)
    with pytest.raises(BadInput, match="1 row"):
        Frame(0, 4, (1.0, 1.0))
    with pytest.raises(BadInput, match="tangents above 0"):
        Frame(3, 4, (1.0, -1.0))
    with pytest.raises(BadInput, match="above 0 mm"):
        Frame(3, 4, (1.0, 1.0), 0.0)

"""Numbers of noise."""

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.sensor.noise import DarkCurrent, FixedPattern, TemporalNoise


def test_dark_current_doubles() -> None:
    dark = DarkCurrent(5.0, 333.15, 8.0)
    assert dark.at(333.15) == 5.0
    assert dark.at(341.15) == pytest.approx(10.0)
    assert dark.at(317.15) == pytest.approx(1.25)


def test_limits_are_told() -> None:
    with pytest.raises(BadInput, match=r"PRNU is 0\.5; give a number from 0 to 0\.2"):
        FixedPattern(prnu=0.5)
    with pytest.raises(BadInput, match="tail shape"):
        TemporalNoise(tail_shape=-0.5)
    with pytest.raises(BadInput, match="dark current is nan"):
        DarkCurrent(float("nan"))

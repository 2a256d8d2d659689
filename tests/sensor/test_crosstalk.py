"""Crosstalk moves electrons and loses none."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.sensor.crosstalk import Crosstalk, spread


def test_electrons_are_conserved() -> None:
    electrons = np.random.default_rng(1).uniform(0, 1000, (13, 17))
    share = np.random.default_rng(2).uniform(0, 0.25, (13, 17))
    assert spread(electrons, share).sum() == pytest.approx(electrons.sum(), rel=1e-13)


def test_even_electrons_stay_even() -> None:
    np.testing.assert_allclose(spread(np.full((5, 6), 7.0), 0.05), 7.0, rtol=1e-15)


def test_one_lit_pixel_gives_its_share_to_four() -> None:
    lit = np.zeros((5, 5))
    lit[2, 2] = 100.0
    result = spread(lit, Crosstalk(0.02, 0.0, 0.01).share(0.0))
    np.testing.assert_allclose(result[2], [0, 3, 88, 3, 0])
    np.testing.assert_allclose(result[:, 2], [0, 3, 88, 3, 0])


def test_optical_share_rises_with_the_angle() -> None:
    shares = Crosstalk(0.02, 2.0, 0.01).share(np.array([0.0, 0.5, 10.0]))
    np.testing.assert_allclose(shares, [0.03, 0.04, 0.25])


def test_a_share_is_none_of_a_third() -> None:
    with pytest.raises(
        BadInput, match=r"optical crosstalk to a neighbour is 0\.3; give a number from 0 to 0\.2"
    ):
        Crosstalk(0.3)

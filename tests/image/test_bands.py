"""Photons counted in other bands."""

import numpy as np
import pytest

from lichtbild.core.units import nm
from lichtbild.image.bands import FINE, Bands


def test_photons_are_neither_lost_nor_made() -> None:
    fine, coarse = FINE, Bands.even(nm(300), nm(900), 7)
    photons = np.random.default_rng(0).uniform(size=len(fine))
    assert (photons @ coarse.shares_of(fine)).sum() == pytest.approx(photons.sum(), rel=1e-13)


def test_a_band_is_split_where_the_others_meet() -> None:
    one, two = Bands(np.array([1.0, 3.0])), Bands(np.array([0.0, 1.5, 2.0, 9.0]))
    assert two.shares_of(one) == pytest.approx(np.array([[0.25, 0.25, 0.5]]))
    assert one.shares_of(two)[:, 0] == pytest.approx([0.5 / 1.5, 1.0, 1.0 / 7.0])


def test_middles_of_the_fine_bands_are_every_five_nanometres() -> None:
    assert FINE.middles == pytest.approx(np.arange(380, 785, 5) * 1e-6)
    assert FINE.widths == pytest.approx(np.full(81, 5e-6))


@pytest.mark.parametrize("edges", [[1.0], [1.0, 1.0], [2.0, 1.0]])
def test_edges_that_make_no_bands(edges: list[float]) -> None:
    with pytest.raises(ValueError, match="two edges or more"):
        Bands(np.array(edges))

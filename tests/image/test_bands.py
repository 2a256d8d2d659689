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


OVER = Bands.even(nm(400), nm(700), 12, overlapping=True)


def test_overlapping_bands_share_light_by_how_near_it_is() -> None:
    bands = Bands(np.array([0.0, 2.0, 4.0, 10.0]), overlapping=True)  # middles at 1, 3 and 7
    narrow = Bands(np.array([-1.0, 0.5, 1.9, 2.1, 4.9, 5.1, 8.0, 12.0]))
    shares = bands.shares_of(narrow)
    # From -1 to 0 and from 10 to 12 there is no band; up to the first middle all is the first's.
    assert shares[0] == pytest.approx([0.5 / 1.5, 0.0, 0.0])
    assert shares[2] == pytest.approx([0.5, 0.5, 0.0])
    assert shares[4] == pytest.approx([0.0, 0.5, 0.5])
    assert shares[6] == pytest.approx([0.0, 0.0, 0.5])


def test_overlapping_bands_lose_no_photon() -> None:
    photons = np.random.default_rng(1).uniform(size=len(FINE))
    inside = np.clip(
        (np.minimum(FINE.edges[1:], nm(700)) - np.maximum(FINE.edges[:-1], nm(400))) / nm(5), 0, 1
    )
    assert (photons @ OVER.shares_of(FINE)).sum() == pytest.approx(photons @ inside, rel=1e-13)


def test_curves_of_straight_lines_meet_any_light_exactly_in_overlapping_bands() -> None:
    values = np.random.default_rng(2).uniform(size=len(OVER))
    curve = OVER.shares_of(FINE) @ values
    lamp = np.eye(len(FINE))[[8, 33, 50]].sum(axis=0)  # of three lines
    assert curve @ OVER.means_of(FINE) == pytest.approx(values, rel=1e-12)
    assert lamp @ OVER.shares_of(FINE) @ (curve @ OVER.means_of(FINE)) == pytest.approx(
        lamp @ curve, rel=1e-12
    )


def test_overlapping_bands_meet_smooth_light_closer_than_steps_by_two_orders_of_width() -> None:
    sensor = np.exp(-0.5 * ((FINE.middles - nm(540)) / nm(40)) ** 2)
    edges = nm(450) + nm(200) * np.linspace(0, 1, 9)[:, None]
    objects = 0.5 + 0.4 * np.tanh((FINE.middles - edges) / nm(50))
    truth = objects @ sensor

    def worst(count: int, overlapping: bool) -> float:
        bands = Bands.even(FINE.edges[0], FINE.edges[-1], count, overlapping=overlapping)
        found = objects @ bands.shares_of(FINE) @ (sensor @ bands.means_of(FINE))
        return float(np.abs(found - truth).max() / sensor.sum())

    # Light and sensor each deviate from steps by the first power of a band's width over their own, from lines
    # by the second; products of the two are missed by the second and by the fourth.
    finer = np.log(27 / 15)
    assert np.log(worst(15, False) / worst(27, False)) / finer == pytest.approx(2, abs=0.5)
    assert np.log(worst(15, True) / worst(27, True)) / finer == pytest.approx(4, abs=1.0)
    assert worst(15, True) < worst(15, False) / 10


def test_lines_of_a_lamp_meet_what_straight_lines_leave_of_a_sensor() -> None:
    sensor = np.exp(-0.5 * ((FINE.middles - nm(540)) / nm(40)) ** 2)
    inside = slice(8, 60)
    met = OVER.shares_of(FINE) @ (sensor @ OVER.means_of(FINE))
    # A parabola's best line is off by h^2 / 12 times half its curvature at the most, in the middle h^2 / 24
    # of it; the sensor's greatest curvature is 1 / 40^2.
    assert np.abs(met - sensor)[inside].max() < 25**2 / 24 / 40**2 * 2
    steps = Bands.even(nm(400), nm(700), 12)
    assert np.abs(steps.shares_of(FINE) @ (sensor @ steps.means_of(FINE)) - sensor)[inside].max() > 0.1


def test_one_overlapping_band_is_one_that_does_not() -> None:
    ends = nm(1) * np.array([402.5, 697.5])
    one, other = Bands(ends, overlapping=True), Bands(ends)
    assert one.shares_of(FINE) == pytest.approx(other.shares_of(FINE), abs=1e-13)
    assert one.means_of(FINE) == pytest.approx(other.means_of(FINE), abs=1e-13)


def test_light_in_overlapping_bands_is_not_counted_anew() -> None:
    assert (OVER.shares_of(Bands(OVER.edges, overlapping=True)) == np.eye(12)).all()
    with pytest.raises(ValueError, match="cannot be counted in other ones"):
        FINE.shares_of(OVER)

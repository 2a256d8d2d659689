"""Leaves: the same on every lattice, with the mean and spread of their greys."""

from dataclasses import replace

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.image import leaves
from lichtbild.image.chart import Leaves
from lichtbild.image.leaves import Lattice, fallen, greys, leaf_means

SIZE, RADII = (8.0, 10.0), (0.2, 3.0)


def test_places_see_the_same_leaves_on_any_lattice() -> None:
    coarse = fallen(SIZE, RADII, 5, Lattice(24, 30, (8 / 24, 10 / 30)))
    fine = fallen(SIZE, RADII, 5, Lattice(72, 90, (8 / 72, 10 / 90)))
    part = fallen(SIZE, RADII, 5, Lattice(12, 15, (8 / 24, 10 / 30), (4.0, 5.0)))
    # The middle of a coarse place is that of each third fine one.
    np.testing.assert_array_equal(fine[1::3, 1::3], coarse)
    np.testing.assert_array_equal(part, coarse[12:, 15:])
    assert (fallen(SIZE, RADII, 6, Lattice(24, 30, (8 / 24, 10 / 30))) != coarse).mean() > 0.9


def test_greys_are_even_between_two_reflectances() -> None:
    found = greys(3, (0.5, 0.1))[:, 0]
    assert 0.1 <= found.min() < 0.101 and 0.499 < found.max() <= 0.5
    # Four standard errors of the mean of 4096.
    assert found.mean() == pytest.approx(0.3, abs=4 * 0.4 / np.sqrt(12 * 4096))


def test_a_part_and_strips_are_those_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    shape = Leaves((3.0, 2.0), SIZE, RADII, (0.1, 0.5), 7)
    x, y = np.linspace(3.0, 13.0, 41), np.linspace(2.0, 10.0, 33)
    whole = leaf_means(shape, x, y)
    np.testing.assert_array_equal(leaf_means(shape, x[8:25], y[4:17]), whole[4:16, 8:24])
    monkeypatch.setattr(leaves, "_STRIP", 40 * 16 * 5)
    np.testing.assert_array_equal(leaf_means(shape, x, y), whole)
    assert whole.min() >= 0.1 and whole.max() <= 0.5
    with pytest.raises(BadInput, match="take grey"):
        leaf_means(replace(shape, coloured=True), x, y)

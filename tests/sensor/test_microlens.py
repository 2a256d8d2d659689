"""Response to the chief angle."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.image.optical_image import ChiefAngles
from lichtbild.sensor.microlens import Microlens

LIGHT = ChiefAngles(np.array([0.0, 4.0]), np.array([0.0, 0.4]))


def test_all_light_is_taken_where_it_comes_as_designed() -> None:
    sensitivity = Microlens(LIGHT, (0.3,)).sensitivity(np.linspace(0, 4, 9), LIGHT, 3)
    np.testing.assert_array_equal(sensitivity, np.ones((3, 9)))


def test_half_is_left_at_the_acceptance_of_each_colour() -> None:
    lens = Microlens(acceptance=(0.4, 0.2, 0.1))
    sensitivity = lens.sensitivity(np.array([0.0, 2.0, 4.0]), LIGHT, 3)
    np.testing.assert_allclose(sensitivity, [[1, 2**-0.25, 0.5], [1, 0.5, 2**-4.0], [1, 2**-4.0, 2**-16.0]])


def test_a_microlens_without_acceptance_loses_nothing() -> None:
    np.testing.assert_array_equal(Microlens().sensitivity(np.array([9.0]), LIGHT, 2), np.ones((2, 1)))


def test_heights_increase() -> None:
    with pytest.raises(BadInput, match="increasing heights"):
        Microlens(ChiefAngles(np.array([1.0, 0.0]), np.array([0.0, 0.1])))

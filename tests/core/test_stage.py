"""What a stage is, apart from what it does."""

import numpy as np

from lichtbild.core.window import Window
from lichtbild.develop.linearise import Linearise
from lichtbild.image.levels import Levels


def test_stages_that_hold_arrays_are_not_equal_to_one_another() -> None:
    """A cache that is asked by a stage would otherwise give one frame the levels of another."""

    def stage(black: float) -> Linearise:
        return Linearise(Levels(np.full((1, 1, 1), black), np.array([1023.0])), Window(0, 0, 8, 8))

    first, second = stage(16.0), stage(64.0)
    assert first != second and first == first
    assert len({first: 1, second: 2}) == 2

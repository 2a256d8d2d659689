import numpy as np
import pytest

from lichtbild.look.learn.registration import overlapping, shift
from look.learn.looks import photograph, warm_and_contrasty


@pytest.mark.parametrize("by", [(0, 0), (3, -5), (-7, 2)])
def test_a_shift_is_found_and_undone(by: tuple[int, int]) -> None:
    picture = photograph(3, 200)
    after = np.roll(warm_and_contrasty(picture), by, axis=(0, 1))
    assert shift(picture, after) == by
    first, second = overlapping(picture, after, by)
    np.testing.assert_allclose(second, warm_and_contrasty(first), atol=1e-12)


def test_pictures_that_have_nothing_in_common_are_not_shifted() -> None:
    assert shift(photograph(1), photograph(2)) == (0, 0)

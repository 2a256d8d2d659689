import numpy as np
import pytest

from lichtbild.quality.colour_map import difference_map, mean_difference, statistics


def test_a_grey_step_is_its_closed_form() -> None:
    """Between greys CIEDE2000 is the difference of L* over S_L (Sharma et al., equations 15 to 22)."""
    light = [((lightness + 16) / 116) ** 3 for lightness in (48.0, 52.0)]
    reference, picture = (np.full((20, 5, 3), value) for value in light)
    # At a mean L* of 50 S_L is 1, and greys of linear sRGB are grey to 1e-13 of CIELAB.
    np.testing.assert_allclose(difference_map(reference, picture), 4.0, rtol=0, atol=1e-9)


def test_known_statistics() -> None:
    found = statistics(np.arange(101.0).reshape(1, 101))
    assert (found.mean, found.median, found.high, found.most) == (50.0, 50.0, 95.0, 100.0)


def test_equal_pictures_have_no_difference() -> None:
    picture = np.random.default_rng(1).random((33, 4, 3))
    assert mean_difference(picture, picture.copy()) == 0.0


def test_bands_are_put_together_in_order() -> None:
    rng = np.random.default_rng(2)
    reference, picture = rng.random((2, 40, 3, 3))
    parts = [difference_map(reference[k : k + 1], picture[k : k + 1]) for k in range(40)]
    assert difference_map(reference, picture) == pytest.approx(np.concatenate(parts), abs=1e-12)

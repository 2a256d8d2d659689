import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality import flip as flip_file
from lichtbild.quality.flip import flip, flip_map
from reference_pair import reference_pair

REFERENCE, PICTURE = reference_pair()


@pytest.mark.parametrize(
    ("view", "mean", "place"), [((), 0.26060939, 0.17893252), ((30.0,), 0.27585840, 0.17748712)]
)
def test_it_is_that_of_its_authors(view: tuple[float, ...], mean: float, place: float) -> None:
    """flip_evaluator 1.7 (single precision) at 67 and 30 pixels a degree."""
    seen = flip_map(REFERENCE.astype(np.float64), PICTURE.astype(np.float64), *view)
    assert seen.mean() == pytest.approx(mean, abs=5e-7)
    assert seen[10, 20] == pytest.approx(place, abs=3e-6)


def test_equal_pictures_have_none_and_a_difference_has_at_most_1() -> None:
    assert flip(REFERENCE, REFERENCE) == 0.0
    green, blue = np.zeros((2, 30, 30, 3))
    green[..., 1] = blue[..., 2] = 1.0
    # The two colours furthest apart, with no feature between them: 1 to the power of 1.
    assert flip_map(green, blue) == pytest.approx(1.0, abs=1e-9)


def test_bands_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = flip_map(REFERENCE, PICTURE)
    monkeypatch.setattr(flip_file, "_BAND", 13)
    np.testing.assert_allclose(flip_map(REFERENCE, PICTURE), whole, rtol=0, atol=1e-6)


def test_other_sizes_are_refused() -> None:
    with pytest.raises(BadInput, match="cannot be compared"):
        flip(REFERENCE, PICTURE[1:])

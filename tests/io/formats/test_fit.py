"""The best quality that fits is found, and no other."""

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.io.formats.fit import LEAST_QUALITY, best_fitting


def encode(quality: int) -> bytes:
    return bytes(100 * quality)


@pytest.mark.parametrize("most", [3000, 3001, 4999, 5000, 9199, 9200, 10**6])
@pytest.mark.parametrize("quality", [30, 31, 55, 92])
def test_it_is_the_highest_that_fits(quality: int, most: int) -> None:
    assert len(best_fitting(encode, quality, most)) == 100 * min(quality, most // 100)


def test_without_a_limit_it_is_what_was_asked_for() -> None:
    asked = []
    best_fitting(lambda quality: bytes(asked.append(quality) or 10), 92, None)
    assert asked == [92]


def test_few_trials_are_made() -> None:
    asked = []
    best_fitting(lambda quality: asked.append(quality) or encode(quality), 100, 5555)
    assert len(asked) <= 2 + 7  # both ends, and the bisection of 70 qualities


@pytest.mark.parametrize(("quality", "lowest"), [(92, LEAST_QUALITY), (10, 10)])
def test_what_cannot_fit_is_said_with_the_remedy(quality: int, lowest: int) -> None:
    with pytest.raises(BadInput, match=f"{100 * lowest} bytes at quality {lowest}.*--long-edge"):
        best_fitting(encode, quality, 999)

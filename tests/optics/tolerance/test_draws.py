"""Draws: by their distribution, the same for the same seed, and more of them begin alike."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.tolerance.draws import draws

COUNT = 20_000
STANDARD_ERROR = 1 / np.sqrt(COUNT)


@pytest.mark.parametrize(
    ("distribution", "spread", "largest"),
    # A normal distribution cut at two standard deviations has 0.8796 of its own (Johnson and Kotz, 13.10.1).
    [("normal", 0.5, np.inf), ("uniform", 1 / np.sqrt(3), 1.0), ("truncated normal", 0.5 * 0.87963, 1.0)],
)
def test_distributions(distribution: str, spread: float, largest: float) -> None:
    found = draws(COUNT, 3, distribution, 1)
    assert np.std(found, axis=0) == pytest.approx(spread, rel=4 * STANDARD_ERROR)
    assert np.abs(np.mean(found, axis=0)).max() < 4 * STANDARD_ERROR * spread
    assert np.abs(found).max() <= largest
    assert distribution != "normal" or np.abs(found).max() > 1.5


def test_a_seed_gives_the_same_draws_and_more_of_them_go_on_from_fewer() -> None:
    assert np.array_equal(draws(50, 7, "normal", 3)[:20], draws(20, 7, "normal", 3))
    assert not np.array_equal(draws(20, 7, "normal", 3), draws(20, 7, "normal", 4))


@pytest.mark.parametrize("count", [0, 10**9])
def test_numbers_of_builds_that_nobody_means(count: int) -> None:
    with pytest.raises(BadInput, match="ask for 1 to"):
        draws(count, 2, "normal", 0)

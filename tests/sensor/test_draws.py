"""Random numbers by counter."""

import numpy as np
import pytest
from scipy import stats

from lichtbild.core.errors import BadInput
from lichtbild.sensor.draws import frame_draws, pattern_draws
from lichtbild.sensor.kernels.draws import words
from lichtbild.sensor.sensor import Sensor


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0, 0, 0), 0, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ],
)
def test_words_are_those_of_the_paper(
    counter: tuple[int, int, int], key: int, expected: tuple[int, ...]
) -> None:
    """Known answers of Philox-4x32 with 10 rounds (Salmon et al. 2011, Random123's kat_vectors)."""
    assert tuple(int(word) for word in words.keep()(*counter, key)) == expected


def test_shares_are_uniform_and_independent(mono_sensor: Sensor) -> None:
    """Chi-square of 100 cells and correlations; limits at a chance of 1e-4."""
    draws = frame_draws(mono_sensor, 1)
    counts = np.histogram(draws.shot, 100, (0, 1))[0]
    assert stats.chisquare(counts).pvalue > 1e-4
    limit = 3.9 / np.sqrt(draws.shot.size)
    shot, read = draws.shot_normal, draws.read
    assert abs(np.corrcoef(shot.ravel(), read.ravel())[0, 1]) < limit
    assert abs(np.corrcoef(shot[:, 1:].ravel(), shot[:, :-1].ravel())[0, 1]) < limit
    assert abs(np.corrcoef(shot[1:].ravel(), shot[:-1].ravel())[0, 1]) < limit
    other = frame_draws(mono_sensor, 2).shot_normal
    assert abs(np.corrcoef(shot.ravel(), other.ravel())[0, 1]) < limit
    view = frame_draws(mono_sensor, 1, view=1).shot_normal
    assert abs(np.corrcoef(shot.ravel(), view.ravel())[0, 1]) < limit


def test_a_larger_sensor_begins_with_the_same_numbers(mono_sensor: Sensor) -> None:
    whole, part = pattern_draws(mono_sensor), pattern_draws(mono_sensor.sized(20, 30))
    np.testing.assert_array_equal(whole.response[:20, :30], part.response)


@pytest.mark.parametrize("key", [-1, 2**63])
def test_a_key_has_63_bits(mono_sensor: Sensor, key: int) -> None:
    with pytest.raises(BadInput, match="from 0 to 2"):
        frame_draws(mono_sensor, key)

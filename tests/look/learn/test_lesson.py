import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.look.learn.display_colour import difference, to_cielab
from lichtbild.look.learn.held_out import held_out
from lichtbild.look.learn.learning_page import learning_page
from lichtbild.look.learn.lesson import from_finished, from_pairs
from look.learn.looks import photograph, red_filter, warm_and_contrasty

PICTURES = [photograph(seed) for seed in range(3)]
PAIRS = [(picture, np.round(warm_and_contrasty(picture) * 255) / 255) for picture in PICTURES]


def test_what_was_held_out_is_right_on_a_look_without_local_tone() -> None:
    error = held_out(PAIRS)
    assert error.mean < 1
    assert error.mean < error.p95 < error.before
    assert error.local < 0.3


@pytest.mark.slow
def test_local_tone_is_told() -> None:

    noise = np.random.default_rng(2).random((3, 160, 160, 3)) * 0.8
    waves = 0.3 + 0.2 * np.sin(np.arange(160) / 160 * 2 * np.pi)[:, None]
    parts = [np.clip(0.3 * one + waves, 0, 1) for one in noise]
    same = held_out([(one, warm_and_contrasty(one)) for one in parts]).local
    across = [(one, np.clip(warm_and_contrasty(one) + 0.5 * (waves - 0.3), 0, 1)) for one in parts]
    assert held_out(across).local > 5 * same + 1


def test_a_lesson_of_pairs_tells_its_error() -> None:
    lesson = from_pairs(PAIRS, hold_out=True)
    assert any("held out" in line for line in lesson.told)
    assert lesson.numbers["pairs"] == 3
    other = photograph(9).reshape(-1, 3)
    assert difference(lesson.lut(other), warm_and_contrasty(other)).mean() < 1
    assert "<html" in learning_page(lesson, "mine")


def test_the_same_picture_twice_is_refused() -> None:
    with pytest.raises(BadInput, match="no more than 0 codes"):
        from_pairs([(PICTURES[0], PICTURES[0])])


def test_finished_pictures_without_colour_make_a_look_without() -> None:
    lesson = from_finished([red_filter(picture) for picture in PICTURES])
    after = lesson.lut(photograph(8).reshape(-1, 3))
    assert np.array_equal(after[:, 0], after[:, 1])
    assert np.array_equal(after[:, 0], after[:, 2])


def test_warmer_finished_pictures_make_a_warmer_look() -> None:
    def warmed(picture: np.ndarray) -> np.ndarray:
        return np.clip(picture * [1.1, 1.0, 0.8], 0, 1)

    plain, warm = (from_finished([do(picture) for picture in PICTURES]) for do in (np.asarray, warmed))
    grey = np.full((1, 3), 0.6)
    assert to_cielab(warm.lut(grey))[0, 2] > to_cielab(plain.lut(grey))[0, 2] + 0.5


def test_finished_pictures_that_say_nothing_are_refused() -> None:
    with pytest.raises(BadInput, match="one finished picture"):
        from_finished([])
    with pytest.raises(BadInput, match="says nothing of a look"):
        from_finished([np.zeros((100, 100, 3))])

import numpy as np

from lichtbild.image.charts.marks import code, mark
from lichtbild.quality.detect.mark_cells import marks_among

MARKS = [mark(3, place, (0.0, 0.0), 14.0) for place in range(4)]


def shown(number: int, turns: int, noise: float) -> np.ndarray:
    cells = np.zeros((8, 8))
    cells[0], cells[-1], cells[:, 0], cells[:, -1] = 1, 1, 1, 1
    cells[2:6, 2:6] = code(number)
    plane = np.kron(np.rot90(cells, turns), np.ones((4, 4))) * 120 + 60
    chance = np.random.default_rng(4)
    return np.clip(plane + noise * chance.normal(size=plane.shape), 0, 255).astype(np.uint8)


SQUARE = np.array([[3.5, 3.5], [27.5, 3.5], [27.5, 27.5], [3.5, 27.5]])


def test_a_mark_is_told_with_its_way_up_through_noise():
    for turns in range(4):
        ((number, corners),) = marks_among(shown(MARKS[1].number, turns, 40.0), SQUARE[None], MARKS)
        assert number == MARKS[1].number
        # The printed upper left goes anticlockwise, one corner back of the clockwise four a turn.
        assert np.allclose(corners[0], SQUARE[-turns % 4])


def test_a_blank_square_and_a_mark_of_others_are_none():
    blank = np.full((32, 32), 60, np.uint8)
    blank[8:24, 8:24] = 180
    assert marks_among(blank, SQUARE[None], MARKS) == []
    assert marks_among(shown(mark(5, 0, (0.0, 0.0), 14.0).number, 0, 5.0), SQUARE[None], MARKS) == []
    assert marks_among(blank, np.zeros((0, 4, 2)), MARKS) == []

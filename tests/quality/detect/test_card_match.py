import numpy as np
import pytest

from lichtbild.quality.detect.card_lattice import Lattice
from lichtbild.quality.detect.card_layout import card_layouts, reference
from lichtbild.quality.detect.card_match import LEFT, MARGIN, matches
from lichtbild.quality.detect.card_view import tone

CLASSIC = card_layouts()[0]
CAST = np.array([[0.9, 0.1, 0.0], [0.05, 0.6, 0.1], [0.0, 0.1, 1.4]])


def tiles(colours: np.ndarray) -> np.ndarray:
    """A picture with a margin of two cells and 10 px for each."""
    grid = np.full((colours.shape[0] + 4, colours.shape[1] + 4, 3), 0.02)
    grid[2:-2, 2:-2] = colours
    return tone(np.repeat(np.repeat(grid, 10, axis=0), 10, axis=1)).astype(np.float32)


def lattice(rows: int, columns: int) -> Lattice:
    cells = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2)
    to_view = np.array([[10.0, 0, 25], [0, 10, 25], [0, 0, 1]])
    return Lattice(to_view, cells, np.arange(len(cells)), 0.9)


@pytest.mark.parametrize("turns", range(4))
def test_turn_and_place_are_read_under_a_colour_cast(turns: int) -> None:
    colours = np.rot90((reference(CLASSIC) @ CAST.T).reshape(4, 6, 3), -turns)
    match = matches(tiles(colours), lattice(*colours.shape[:2]))[0]
    assert match.turns == turns
    assert match.left < LEFT
    assert match.second > MARGIN * match.left
    first = match.to_view @ (0, 0, 1)
    expected = {0: (25, 25), 1: (55, 25), 2: (75, 55), 3: (25, 75)}[turns]
    np.testing.assert_allclose(first[:2], expected, atol=1e-6)


def test_mirrored_or_shuffled_colours_are_no_card() -> None:
    colours = reference(CLASSIC).reshape(4, 6, 3)
    shuffled = np.random.default_rng(0).permutation(reference(CLASSIC)).reshape(4, 6, 3)
    for wrong in (colours[:, ::-1], shuffled):
        assert all(match.left > LEFT for match in matches(tiles(wrong), lattice(4, 6)))


def test_a_foreign_patch_is_off() -> None:
    colours = reference(CLASSIC).reshape(4, 6, 3).copy()
    colours[1, 2] = (0.0, 0.9, 0.9)
    match = matches(tiles(colours), lattice(4, 6))[0]
    assert int(np.argmax(match.off)) == 8

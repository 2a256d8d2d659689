import cv2
import numpy as np
import pytest

from lichtbild.quality.detect.card_edges import refined
from lichtbild.quality.detect.card_lattice import apply
from lichtbild.quality.detect.card_layout import card_layouts
from lichtbild.quality.detect.card_view import card_view
from warped_cards import drawn_card, straight


@pytest.mark.parametrize(("index", "right"), [(0, 0.05), (1, 0.05), (2, 0.2)])  # the last has gaps of 0.9 px
def test_the_map_is_right_to_a_fraction_of_a_pixel_and_tells_the_maker(index: int, right: float) -> None:
    layout = card_layouts()[index]
    truth = straight(40.3, (71.37, 60.61), 17)
    truth[2, :2] = (0.004, -0.006)
    view = card_view(drawn_card(layout, truth, (340, 340)), 340)
    off = truth @ np.array([[1, 0.004, 0.02], [-0.004, 1, -0.02], [0, 0, 1]])
    card = refined(view, off, layout.rows, layout.columns)
    assert card is not None
    cells = np.array([[0.0, 0], [5, 0], [5, 3], [0, 3], [2.5, 1.5]])
    np.testing.assert_allclose(apply(card.to_view, cells), apply(truth, cells), atol=right)
    # The drawing's corners lie on a grid of 1/1024 px, its pixels hold sixteenths: 0.25 px of a pitch of 40.
    assert abs(card.outer - layout.patch) < 0.01
    assert card.rms < 2 * right


def test_gaps_that_blur_has_closed_leave_the_map_right() -> None:
    """Seed 980 of the benchmark's cards: its dark corner was a quarter of a pitch off."""
    layout = card_layouts()[2]
    truth = straight(34.8, (71.37, 60.61), 17)
    light = cv2.GaussianBlur(drawn_card(layout, truth, (340, 340)), (0, 0), 2.2)
    rough = light + 0.01 * np.random.default_rng(1).standard_normal(light.shape, np.float32)
    view = card_view(rough.clip(0, 1), 340)
    off = truth @ np.array([[1, 0.01, 0.08], [-0.01, 1, -0.08], [0, 0, 1]])
    card = refined(view, off, layout.rows, layout.columns)
    assert card is not None
    cells = np.array([[0.0, 0], [5, 0], [5, 3], [0, 3], [2.5, 1.5]])
    # The pitch is 35 px, and the dark corner is on black: by all light it is 0.9 px off.
    assert np.abs(apply(card.to_view, cells) - apply(truth, cells)).max() < 0.5


def test_an_even_picture_has_no_borders() -> None:
    view = card_view(np.full((200, 200, 3), 0.5, np.float32), 200)
    assert refined(view, straight(25, (30, 30)), 4, 6) is None

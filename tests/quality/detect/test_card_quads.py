import numpy as np

from lichtbild.quality.detect.card_layout import card_layouts
from lichtbild.quality.detect.card_quads import quads
from lichtbild.quality.detect.card_view import tone
from warped_cards import drawn_card, straight


def test_patches_are_quadrilaterals_at_their_places() -> None:
    layout, matrix = card_layouts()[1], straight(40.3, (70, 60), 20)
    light = drawn_card(layout, matrix, (330, 330))
    even, outlines, bright = quads(tone(light))
    middles = [matrix @ (column, row, 1) for row in range(4) for column in range(6)]
    for kind, least in ((even, 23), (outlines, 16), (bright, 16)):
        off = [np.hypot(*(kind.centres - middle[:2]).T).min() for middle in middles]
        assert np.count_nonzero(np.array(off) < 1.5) >= least
    # v lies clockwise of u as seen, so that no lattice is a mirror image.
    assert (np.linalg.det(even.sides) > 0).all()


def test_an_even_picture_has_none() -> None:
    assert all(len(kind.areas) == 0 for kind in quads(np.full((90, 120, 3), 0.4, np.float32)))

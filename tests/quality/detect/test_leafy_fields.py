import cv2
import numpy as np

from lichtbild.quality.detect.leafy_fields import leafy_fields
from lichtbild.quality.detect.preview import preview

CORNERS = np.array([[150.0, 40.0], [330.0, 110.0], [262.0, 290.0], [80.0, 222.0]])


def within() -> np.ndarray:
    mask = np.zeros((640, 800), np.uint8)
    return cv2.fillPoly(mask, [np.round(2 * CORNERS).astype(np.int32)], 1) > 0


def picture(texture: np.ndarray) -> np.ndarray:
    """A texture in a square on its corner, on even ground, with an even patch beside it."""
    plane = np.where(within(), texture, 0.6).astype(np.float32)
    plane[60:200, 640:720] = 0.3
    small = cv2.resize(plane, (400, 320), interpolation=cv2.INTER_AREA)
    return np.repeat(small[..., None], 3, axis=2)


def leaves() -> np.ndarray:
    """Discs with radii like r^-3 over one another."""
    chance = np.random.default_rng(2)
    plane = np.full((640, 800), 0.3, np.float32)
    for radius in 2.0 / np.sqrt(chance.uniform(0.003, 1, 30000)):
        x, y = chance.uniform(0, 800), chance.uniform(0, 640)
        cv2.circle(plane, (int(x), int(y)), round(radius), float(chance.uniform(0.08, 0.5)), -1)
    return plane


def test_leaves_that_stand_on_a_corner_are_found_with_their_sides():
    view = preview(picture(leaves()))
    assert view is not None
    (found,) = leafy_fields(view)
    (field,) = found.chart.targets
    (x, y), (height, width) = field.corner, field.size
    rim = 4.0  # px that are left out
    outer = [[x - rim, y - rim], [x + width + rim, y - rim], [x + width + rim, y + height + rim]]
    seen = found.map(np.array([*outer, [x - rim, y + height + rim]]))
    assert np.linalg.norm(seen[:, None] - CORNERS[None], axis=2).min(axis=1).max() < 3.0


def test_stripes_are_no_leaves():
    view = preview(picture(np.tile(0.3 + 0.2 * np.sin(np.arange(800) / 4), (640, 1))))
    assert view is not None and leafy_fields(view) == ()

import cv2
import numpy as np

from lichtbild.image.charts.marks import code, mark
from lichtbild.quality.detect.mark_quads import mark_quads
from lichtbild.quality.detect.mark_sides import exact_corners

TRUE = np.array([[30.3, 22.1], [56.9, 27.4], [51.2, 54.8], [24.6, 48.0]])


def shown(blur: float) -> np.ndarray:
    cells = np.ones((10, 10), np.float32)
    cells[2:8, 2:8] = 0.05
    cells[3:7, 3:7] = np.where(code(mark(4, 1, (0.0, 0.0), 14.0).number), 0.9, 0.05)
    fine = np.kron(cells, np.ones((16, 16), np.float32))
    corners = np.array([[32.0, 32.0], [128.0, 32.0], [128.0, 128.0], [32.0, 128.0]], np.float32)
    way = cv2.getPerspectiveTransform(corners - 0.5, (4 * TRUE - 0.5).astype(np.float32))
    plane = cv2.warpPerspective(fine, way, (320, 320), flags=cv2.INTER_LINEAR, borderValue=1.0)
    plane = cv2.GaussianBlur(cv2.resize(plane, (80, 80), interpolation=cv2.INTER_AREA), (0, 0), blur)
    return np.repeat(plane[..., None], 3, axis=2)


def test_sides_tell_the_corners_that_blur_has_rounded():
    light = shown(1.0)
    grey = np.round(255 * light[..., 0] ** (1 / 2.2)).astype(np.uint8)
    quads = mark_quads(grey) + 0.5
    away = np.linalg.norm(quads[:, :, None] - TRUE[None, None], axis=3).min(axis=2).max(axis=1)
    exact = exact_corners(light, quads[np.argmin(away)])
    off = np.linalg.norm(exact[:, None] - TRUE[None], axis=2).min(axis=1)
    assert off.max() < 0.35 < 0.7 < away.min()


def test_what_does_not_show_stays():
    assert np.allclose(exact_corners(np.full((80, 80, 3), 0.4), TRUE), TRUE)

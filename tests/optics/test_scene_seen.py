"""Where squares look, beside the plain warp."""

import numpy as np
import pytest

from lichtbild.core.window import Extent, Window
from lichtbild.image.scene import Scene
from lichtbild.numerics import warp
from lichtbild.numerics.blocks import blocks
from lichtbild.optics.scene_seen import Squares, imaged, seen
from optics.responses import BANDS, everywhere, gaussian, response

WHOLE = Extent(122, 154)


def test_squares_are_sorted_and_planes_of_nothing_left_out() -> None:
    """As cubic convolution of all planes gives them, each square in its place of its pixel."""
    rng = np.random.default_rng(4)
    weights = rng.uniform(size=(140, 170, 3)).astype(np.float32)
    weights[..., 1] = 0
    weights[:70, :60, 2] = 0
    given = response(everywhere(gaussian(1.0)), Extent(60, 76), barrel=0.1)
    size = tuple(side * given.pitch / 5.0 for side in weights.shape[:2])
    looks = seen(Scene(weights, np.ones((3, 3)), BANDS, size), given, WHOLE)
    for block in blocks(WHOLE, (30, 90), (20, 77, 140)):
        which, found = looks.looked(block, Squares((1, 0), 2))
        window, whole = block.window, Window.whole(Extent(140, 170))
        y = (61 - 0.5 - np.arange(window.top, window.bottom))[:, None] * given.pitch
        x = (np.arange(window.left, window.right) + 0.5 - 77) * given.pitch
        ratio = np.polynomial.polynomial.polyval((x * x + y * y) / given.height[-1] ** 2, imaged(given).ratio)
        rows, columns = 69.5 - y * ratio / size[0] * 140, 84.5 + x * ratio / size[1] * 170
        plain = warp.resample(weights, whole, Extent(140, 170), rows[None], columns[None])
        plain = plain * block.weight[..., None]
        assert 1 not in which and 0 in which
        for plane in set(range(3)) - set(which.tolist()):
            assert not plain[..., plane].any()
        for plane, squares in zip(which, found, strict=True):
            for row in range(window.height):
                line = squares[2 * ((row + 1) % 2) :][:2, (row + 1) // 2]
                flat = line.T.ravel()[: window.width]
                assert flat == pytest.approx(plain[row, :, plane], abs=1e-6)


def test_slopes_are_differences_of_tangents() -> None:
    tangents = imaged(response(everywhere(gaussian(1.0)), Extent(60, 76), barrel=0.4))
    place, step = np.array([0.05, -0.03]), 1e-6
    found = tangents.slopes((0.05, -0.03))
    for axis in (0, 1):
        away = np.eye(2)[axis] * step
        slope = (tangents.at(tuple(place + away)) - tangents.at(tuple(place - away))) / (2 * step)
        assert found[:, axis] == pytest.approx(slope, rel=1e-6, abs=1e-8)

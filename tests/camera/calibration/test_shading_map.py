import numpy as np
import pytest

from lichtbild.camera.calibration.shading_map import shading_map
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.develop.shading import gain_mapped
from lichtbild.image.cfa import Cfa

SIZE = (192, 256)
FALLS = np.array([0.55, 0.45, 0.5])


def field(noise: float = 0.0) -> np.ndarray:
    """Each colour falls off by another cos^4-like share, from a place off the middle."""
    x, y = (np.arange(SIZE[1]) - 130.5) / 160, ((np.arange(SIZE[0]) - 90.5) / 160)[:, None]
    square = x * x + y * y
    colour = Cfa.bayer("GRBG").planes(Extent(*SIZE))
    clean = 0.6 / (1 + FALLS[colour] * square) ** 2
    return clean + noise * np.random.default_rng(0).standard_normal(SIZE)


@pytest.mark.parametrize(("noise", "most"), [(0.0, 4e-3), (0.002, 1e-2)])
def test_the_map_makes_the_field_even(noise: float, most: float) -> None:
    """Lines 16 px apart leave a twelfth of 16^2 times the gain's curvature, 2 * 2.2 / 160^2: 0.4 %.

    Noise of 0.002 is 0.8 % of a corner's light; 28 terms from 12,288 pixels leave a twentieth of it, and
    three to five times that in corners: 0.3 %, and twice that in the worst of four corners.
    """
    extent, even = Extent(*SIZE), field().astype(np.float32)[..., None]
    for opcode in shading_map(field(noise), Cfa.bayer("GRBG")):
        even = gain_mapped(opcode, even, Window.whole(extent), extent)
    for row in range(2):
        for column in range(2):
            plane = even[row::2, column::2, 0]
            assert np.abs(plane / plane.mean() - 1).max() < most


def test_rims_that_begin_to_cut() -> None:
    """Light that falls from a height on by a third within a sixth of the half diagonal, as behind rims.

    Lines between points 1/32 of the width apart leave an eighth of the curvature, 16 / 160^2 of the light's
    logarithm, times 8^2: 0.5 %, and half of it about their mean; more only where the bend is sharp.
    """
    x, y = (np.arange(SIZE[1]) - 127.5) / 160, ((np.arange(SIZE[0]) - 95.5) / 160)[:, None]
    height = np.hypot(x, y)
    fall = np.exp(-8 * np.maximum(height - 0.75, 0) ** 2) / (1 + 0.5 * height**2) ** 2
    extent, even = Extent(*SIZE), fall.astype(np.float32)[..., None]
    for opcode in shading_map(fall, Cfa.bayer("GRBG")):
        even = gain_mapped(opcode, even, Window.whole(extent), extent)
    flat = even[::2, ::2, 0] / even[::2, ::2, 0].mean()
    assert np.sqrt(np.mean((flat - 1) ** 2)) < 1e-3
    assert np.abs(flat - 1).max() < 1e-2


def test_dark_fields() -> None:
    with pytest.raises(BadInput, match="dark"):
        shading_map(0 * field(), Cfa.bayer("GRBG"))

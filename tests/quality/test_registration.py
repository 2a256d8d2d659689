import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Leaves
from lichtbild.numerics.separable import filtered, gaussian
from lichtbild.quality.leaf_pattern import leaf_pattern
from lichtbild.quality.registration import overlapping, register, whole_shift

PARTS, SIDE, EDGE = 8, 128, 12


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    """Leaves of 0.75 to 12 px in samples of an eighth of a pixel."""
    size = float(SIDE + 2 * EDGE)
    leaves = leaf_pattern(Leaves((0.0, 0.0), (size, size), (0.75, 12.0), (0.1, 0.9), 8))
    place = (np.arange(int(size) * PARTS) + 0.5) / PARTS
    return leaves(*np.meshgrid(place, place))


def seen(scene: np.ndarray, down: int, right: int, blur: float = 0.0) -> np.ndarray:
    """Square pixels of a part of the scene, from eighths of a pixel on."""
    if blur:
        line = gaussian(blur * PARTS, round(4 * blur * PARTS))
        scene = filtered(scene, line, line, "held")
    top, left, size = EDGE * PARTS + down, EDGE * PARTS + right, SIDE * PARTS
    part = scene[top : top + size, left : left + size]
    return part.reshape(SIDE, PARTS, SIDE, PARTS).mean(axis=(1, 3))


@pytest.mark.parametrize("blur", [0.0, 0.7, 1.5])
@pytest.mark.parametrize("noise", [0.0, 0.01, 0.03])
def test_a_shift_is_found_to_a_fiftieth_of_a_pixel(scene: np.ndarray, noise: float, blur: float) -> None:
    """Noise in both, as parts of the range; the picture has another gain, an offset and a slope of light."""
    rng, shape = np.random.default_rng(6), (SIDE, SIDE)
    reference = seen(scene, 0, 0) + noise * rng.standard_normal(shape)
    picture = 0.7 * seen(scene, 11, -20, blur) + noise * rng.standard_normal(shape)
    picture = picture + 0.1 + 0.05 * np.linspace(0, 1, SIDE)
    found = register(reference, picture)
    assert found.shift == pytest.approx([11 / 8, -20 / 8], abs=0.02)
    # Without noise what is left is the aliasing of the pixels, which the deviation does not know.
    assert (np.abs(found.shift - [11 / 8, -20 / 8]) < 4 * found.sigma + 0.01).all()


def test_a_turn_and_a_scale_are_found(scene: np.ndarray) -> None:
    """A picture drawn at turned places of the same leaves; 0.02 px at the corner, 64 px away."""
    size = float(SIDE + 2 * EDGE)
    leaves = leaf_pattern(Leaves((0.0, 0.0), (size, size), (0.75, 12.0), (0.1, 0.9), 8))
    known = np.array([[1.004, 0.01], [-0.008, 0.997]])
    place = (np.arange(SIDE * PARTS) + 0.5) / PARTS - SIDE / 2
    y, x = np.meshgrid(place, place, indexing="ij")
    middle = SIDE / 2 + EDGE
    down, right = known[0, 0] * y + known[0, 1] * x, known[1, 0] * y + known[1, 1] * x
    picture = leaves(right + middle + 0.3, down + middle - 0.2)
    found = register(seen(scene, 0, 0), picture.reshape(SIDE, PARTS, SIDE, PARTS).mean(axis=(1, 3)))
    assert found.shift == pytest.approx([-0.2, 0.3], abs=0.02)
    assert np.abs(found.matrix - known).max() * 64 < 0.02


def test_whole_pixels_and_what_both_show() -> None:
    wide = np.random.default_rng(7).random((80, 90))
    reference, picture = wide[:64, :64], wide[9:73, 3:67]
    assert whole_shift(reference, picture) == (9.0, 3.0)
    np.testing.assert_array_equal(*overlapping(reference, picture, (9, 3)))


def test_strangers_are_refused() -> None:
    first, second = np.random.default_rng(8).random((2, 64, 64))
    with pytest.raises(BadInput, match=r"correlate|do not lie"):
        register(first, second)
    with pytest.raises(BadInput, match="of one size"):
        register(first, second[1:])
    with pytest.raises(BadInput, match="48 px"):
        register(first[:40], first[:40])
    with pytest.raises(BadInput, match="without any detail"):
        register(first, np.ones((64, 64)))

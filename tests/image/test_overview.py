import numpy as np
import pytest

from lichtbild.core.window import Extent, Window
from lichtbild.image.overview import Overview


def test_cells_cover_the_image() -> None:
    samples, full = np.zeros((2, 3, 3), np.float32), np.zeros((2, 3), np.float32)
    assert Overview(samples, full, samples, 16, Extent(17, 48)).window == Window(0, 0, 2, 3)
    with pytest.raises(ValueError, match="1 x 3 cells of 16 pixels, not 2 x 3"):
        Overview(samples, full, samples, 16, Extent(16, 48))

import io

import numpy as np
import PIL.Image

from lichtbild.core.window import Extent, Window
from lichtbild.image.mask import Mask


def test_a_mask_is_a_raster_of_one_plane_and_shows_itself() -> None:
    samples = np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 4, 1)
    mask = Mask(samples, Window(0, 0, 3, 4), Extent(3, 4))
    assert mask.crop(Window(1, 1, 2, 3)).samples.shape == (1, 2, 1)
    shown = np.asarray(PIL.Image.open(io.BytesIO(mask._repr_png_())))
    np.testing.assert_array_equal(shown, np.round(samples[..., 0] * 255))

"""View: samples as a small PNG, so that a notebook shows what a noun holds."""

from typing import Any, Final

import numpy as np

from lichtbild.colour import transfer
from lichtbild.colour.spaces import REC2020_TO_XYZ, SRGB_TO_XYZ
from lichtbild.figure.png import block_means, png_bytes

PREVIEW_WIDTH: Final = 1024
_REC2020_TO_SRGB: Final = np.linalg.solve(SRGB_TO_XYZ, REC2020_TO_XYZ).astype(np.float32)


def scene_png(samples: Any) -> bytes:
    """Bytes of a PNG in sRGB of linear Rec.2020 samples, cut to what a display can show."""
    return _encoded(_small(samples) @ _REC2020_TO_SRGB.T)


def sensor_png(samples: Any) -> bytes:
    """Bytes of a PNG of linear sensor samples: the first three planes as red, green, blue, or one as grey."""
    small = _small(samples)
    return _encoded(small[..., :3] if small.shape[2] >= 3 else small[..., :1])


def _small(samples: Any) -> Any:
    """Block means that fit the width of a notebook; a mosaic becomes grey with them."""
    array = np.asarray(samples, np.float32)
    return block_means(array, -(-array.shape[1] // PREVIEW_WIDTH))


def _encoded(linear: Any) -> bytes:
    return png_bytes(transfer.SRGB.encode(linear.clip(0, 1)).astype(np.float32))

"""Full mask: where the sensor was full, in the picture as it is shown."""

from typing import Any

import numpy as np
from jaxtyping import Bool

from lichtbild.camera.photograph import Parts
from lichtbild.core.chain import Chain
from lichtbild.core.stage import ResampleStage
from lichtbild.core.window import Window
from lichtbild.develop.overview import FULL
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.raw_frame import RawFrame


def full_mask(frame: RawFrame, own: Parts) -> Bool[np.ndarray, "h w"]:
    """Whether a pixel of the picture, or one beside it, was full.

    Args:
        frame: the raw frame.
        own: its stages; those that move light move the mask.

    A frame whose pixels are binned or enlarged says nothing of it: the mask is empty.
    """
    first = [name for name, _ in own.developing].index("linearise") + 1
    moved = [one for one in own.developing[first:] if isinstance(one[1], ResampleStage)]
    linear = Chain(own.developing[:first])(frame)
    mask: Any = _with_neighbours(np.asarray(linear.samples).max(axis=2) >= FULL)
    planes = np.empty((*mask.shape, 3), np.float32)
    planes[...] = mask[..., None]
    image: Any = CameraImage(planes, Window.whole(linear.extent), linear.extent)
    if moved and mask.any():
        image = Chain(tuple(moved)).gather(image)  # in tiles, which are quicker than the whole at once
    elif moved:
        return np.zeros(own.chain.until("geometry").extent(frame.extent), bool)
    stored = Chain(own.developing).extent(frame.extent)
    if image.extent != stored:
        return np.zeros(own.geometry.extent(stored), bool)
    mask = np.ascontiguousarray(image.samples)
    turned = own.geometry(LinearImage(mask, image.window, stored))
    return np.asarray(turned.samples[..., 1] > 0.5)


def _with_neighbours(full: Bool[np.ndarray, "h w"]) -> Bool[np.ndarray, "h w"]:
    grown = full.copy()
    for axis in (0, 1):
        before = grown.copy()
        low, high = (slice(None),) * axis + (slice(1, None),), (slice(None),) * axis + (slice(None, -1),)
        grown[low] |= before[high]
        grown[high] |= before[low]
    return grown

"""Segment: where people are in a picture, by a small network that others have trained.

The network sees the whole picture, 256 pixels wide and high, as it would be shown, upright. It says how sure
it is; doubts count as background. Its card is `weights/person.md`.

Source: Google, MediaPipe Selfie Segmentation, model of 256 x 256 pixels (2021), under the Apache License 2.0.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core import resources
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.mask import Mask
from lichtbild.image.metadata import Orientation

SIDE: Final = 256
SURE: Final = (0.4, 0.9)
"""What the network says where a pixel is background, and from where on it is a person's."""

_SWAPPED: Final = Orientation.TRANSPOSED
_ROWS_FLIPPED: Final = (
    Orientation.HALF_TURN,
    Orientation.FLIPPED,
    Orientation.TRANSVERSED,
    Orientation.THREE_QUARTER_TURN,
)
_COLUMNS_FLIPPED: Final = (
    Orientation.MIRRORED,
    Orientation.HALF_TURN,
    Orientation.QUARTER_TURN,
    Orientation.TRANSVERSED,
)


def library() -> Any:
    """The class that runs the network.

    Raises:
        BadInput: the runtime is not installed.
    """
    try:
        from ai_edge_litert import interpreter
    except ImportError as error:
        raise BadInput("finding people needs a runtime: pip install 'lichtbild[person]'") from error
    return interpreter


def people(shown: Float[np.ndarray, "rows columns 3"], orientation: Orientation = Orientation.NORMAL) -> Mask:
    """Where people are.

    Args:
        shown: the whole picture as a display takes it, sRGB from 0 to 1; a small one will do.
        orientation: how it is to be turned upright; the mask is as it is.

    Raises:
        BadInput: the runtime is not installed.
    """
    swapped, flips = orientation >= _SWAPPED, _flips(orientation)
    upright = (shown.swapaxes(0, 1) if swapped else shown)[flips]
    small = sampled(np.clip(upright, 0.0, 1.0), SIDE, SIDE)
    found = sampled(_network(small.astype(np.float32)), *upright.shape[:2])[flips]
    sure = np.clip((found - SURE[0]) / (SURE[1] - SURE[0]), 0.0, 1.0)
    plane = sure * sure * (3 - 2 * sure)
    extent = Extent(*shown.shape[:2])
    mask = plane.swapaxes(0, 1) if swapped else plane
    return Mask(np.ascontiguousarray(mask, np.float32), Window.whole(extent), extent)


def _flips(orientation: Orientation) -> tuple[slice, slice]:
    """Rows and columns in the order in which the picture is looked at (TIFF 6.0, tag 274)."""
    return (
        slice(None, None, -1 if orientation in _ROWS_FLIPPED else 1),
        slice(None, None, -1 if orientation in _COLUMNS_FLIPPED else 1),
    )


def _network(small: Any) -> Any:
    """What the network says, ``[row, column, 1]``, of an sRGB picture of its own size."""
    runtime = library()
    with _unheard():
        network = runtime.Interpreter(
            model_content=resources.read("develop", "weights", "person.tflite"), num_threads=1
        )
        network.allocate_tensors()
    network.set_tensor(network.get_input_details()[0]["index"], small[None])
    network.invoke()
    return network.get_tensor(network.get_output_details()[0]["index"])[0]


@contextmanager
def _unheard() -> Iterator[None]:
    """Nothing comes to the standard error: the runtime would tell which kernels it takes."""
    kept, (heard, said) = os.dup(2), os.pipe()  # a line or two, which a pipe holds unread
    try:
        os.dup2(said, 2)
        yield
    finally:
        os.dup2(kept, 2)
        for end in (kept, heard, said):
            os.close(end)


def sampled(plane: Any, height: int, width: int) -> Any:
    """The planes ``[row, column, plane]`` at another number of pixels, by straight lines between them."""
    for axis, size in ((0, height), (1, width)):
        count = plane.shape[axis]
        place = np.clip((np.arange(size) + 0.5) * count / size - 0.5, 0, count - 1)
        first = np.minimum(place.astype(np.intp), max(count - 2, 0))
        share = (place - first).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
        low = np.take(plane, first, axis)
        plane = low + (np.take(plane, np.minimum(first + 1, count - 1), axis) - low) * share
    return plane

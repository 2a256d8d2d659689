"""Voted pixels: those that stand out at the same place of the sensor in most frames of a burst.

A hand moves the scene over the sensor, and defects stay where they are. So a pixel that is too little out of
line to be called hot in a single frame (`lichtbild.develop.hot_pixels`) is known by all of them together:
where it lies above, or below, all its eight neighbours of its own colour by `SIGMAS` of the noise in at least
half of the frames. By chance that happens to one pixel in 10^4 in one frame, and in four of eight to none.

On a tripod stars do not move either. What stands out is therefore light, and stays, if the pixels of other
colours around it show it too, by the rule that holds for a single frame, and in all frames alike: texture
that moves over a defect does so now and then.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from typing import Final

import numpy as np
from jaxtyping import Float, Float32, Int64

from lichtbild.develop.hot_pixels import LIT
from lichtbild.develop.kernels import votes as kernels

SIGMAS: Final = 3.0
"""Departure from all neighbours, in sigmas of the noise, that is a vote."""
SHARE: Final = 0.5
"""Of the frames that must vote alike; at least two."""
CERTAIN: Final = 3.0
"""Standard errors of the light around a pixel, over all frames, that it must have to be light."""
_STRIP: Final = 256


def voted_pixels(
    frames: Callable[[], Iterable[Float32[np.ndarray, "h w"]]],
    shape: tuple[int, int],
    noise: Float[np.ndarray, "2 2 2"],
    pool: Executor,
) -> Int64[np.ndarray, "n 2"]:
    """Rows and columns of the sensor's pixels that no frame's light explains.

    Args:
        frames: gives linear mosaics with a period of two pixels, one after another, as often as it is asked.
        shape: of each.
        noise: slope and offset of the variance against the mean of each pixel of the cell.
        pool: strips of a frame at a time.
    """
    limits = np.tile(SIGMAS**2 * noise, (1, -(-shape[1] // 2), 1))[:, : shape[1]].astype(np.float32)
    slope, offset = np.ascontiguousarray(limits[..., 0]), np.ascontiguousarray(limits[..., 1])
    votes, count = np.zeros(shape, np.int8), 0
    for frame in frames():
        count += 1

        def vote(top: int, frame: Float32[np.ndarray, "h w"] = frame) -> None:
            part = slice(top, top + _STRIP + 4)  # with the neighbours of the first and the last row
            kernels.vote(frame[part], slope, offset, votes[part])

        list(pool.map(vote, range(0, max(shape[0] - 4, 0), _STRIP)))
    places = np.argwhere(np.abs(votes) >= max(2, int(np.ceil(SHARE * count))))
    sums = np.zeros((len(places), 3))
    if len(places):
        for frame in frames():
            kernels.lit(frame, places, sums)
    departure, light, square = sums.T / max(count, 1)
    deviation = np.sqrt(np.maximum(square - light**2, 0) / max(count - 1, 1))
    return np.asarray(places[(light < LIT * departure) | (light < CERTAIN * deviation)])

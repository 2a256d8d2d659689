"""Draws: the random numbers of a frame and of a sensor's fixed pattern, as arrays that only a key decides."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent
from lichtbild.sensor.kernels.draws import shares
from lichtbild.sensor.quantile import normal_quantile, read_quantile
from lichtbild.sensor.sensor import Sensor

PIXELS, ROWS, COLUMNS, FIXED, FIXED_COLUMNS, STREAMS = range(6)
"""Streams of random numbers; a further view of the same frame begins at the next multiple of ``STREAMS``."""

KEYS: Final = 2**63


@dataclass(frozen=True, eq=False)
class Draws:
    """Random numbers of a frame.

    Attributes:
        shot: shares between 0 and 1, for the photons.
        shot_normal: their normal quantiles.
        read: deviates of read noise, of variance 1.
        read_low: those of a merge's low mode.
        row: deviates of each row.
        column: deviates of each column.
    """

    shot: Float[np.ndarray, "h w"]
    shot_normal: Float[np.ndarray, "h w"]
    read: Float[np.ndarray, "h w"]
    read_low: Float[np.ndarray, "h w"]
    row: Float[np.ndarray, " h"]
    column: Float[np.ndarray, " w"]


@dataclass(frozen=True, eq=False)
class PatternDraws:
    """Random numbers of a sensor's fixed pattern.

    Attributes:
        response: deviates of the response to light.
        offset: deviates of the offset.
        heat: dark current over the mean's, 1 but for hot pixels.
        column: deviates of the columns' offset.
    """

    response: Float[np.ndarray, "h w"]
    offset: Float[np.ndarray, "h w"]
    heat: Float[np.ndarray, "h w"]
    column: Float[np.ndarray, " w"]


def frame_draws(sensor: Sensor, key: int, view: int = 0) -> Draws:
    """The random numbers of a frame.

    Args:
        sensor: whose size and tails they have.
        key: of the frame, from 0 to 2^63 - 1.
        view: 0 for a whole frame, 1 and 2 for the left and right halves of dual pixels.
    """
    extent, tail = sensor.pixels.extent, sensor.noise.tail_shape
    pixels = _shares(extent, checked(key), PIXELS + STREAMS * view)
    return Draws(
        shot=pixels[..., 0],
        shot_normal=normal_quantile(pixels[..., 0]),
        read=read_quantile(pixels[..., 1], tail),
        read_low=read_quantile(pixels[..., 2], tail),
        row=line_draws(extent.height, key, ROWS + STREAMS * view),
        column=line_draws(extent.width, key, COLUMNS + STREAMS * view),
    )


def pattern_draws(sensor: Sensor) -> PatternDraws:
    """The random numbers of a sensor's fixed pattern, by its serial number."""
    extent, pattern = sensor.pixels.extent, sensor.pattern
    pixels = _shares(extent, sensor.serial, FIXED)
    hot = pixels[..., 2] < pattern.hot_share
    return PatternDraws(
        response=normal_quantile(pixels[..., 0]),
        offset=normal_quantile(pixels[..., 1]),
        heat=np.where(hot, 1 - pattern.hot_factor * np.log(pixels[..., 3]), 1.0),
        column=line_draws(extent.width, sensor.serial, FIXED_COLUMNS),
    )


def line_draws(count: int, key: int, stream: int) -> Float[np.ndarray, " count"]:
    """Normal deviates, one for each row or column."""
    return np.asarray(normal_quantile(_shares(Extent(count, 1), key, stream)[:, 0, 0]))


def checked(key: int) -> int:
    """The key of a frame.

    Raises:
        BadInput: it is none.
    """
    if not 0 <= key < KEYS:
        raise BadInput(f"the key of a frame is {key}; give a whole number from 0 to 2^63 - 1")
    return key


def _shares(extent: Extent, key: int, stream: int) -> Float[np.ndarray, "h w 4"]:
    result = np.empty((*extent, 4))
    shares(key, stream, result)
    return result

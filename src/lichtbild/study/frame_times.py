"""Frame times: when the frames of a simulated burst begin, and what their files say of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.capture import SUB_SECOND
from lichtbild.sensor.exposure import Exposure
from lichtbild.sensor.sensor import Sensor

NOMINAL_START: Final = datetime(2000, 1, 1, 12)
"""When each burst is said to begin. No clock was asked: the same seed gives the same bytes on any day."""


def spans(sensor: Sensor, exposures: Sequence[Exposure]) -> Float[np.ndarray, " frame"]:
    """Time from each frame's beginning to the next one's, s: its exposure and the readout of all rows."""
    readout = sensor.readout.row_time * sensor.pixels.rows
    return np.array([float(one.time_s) + readout for one in exposures])


def starts(spans: Float[np.ndarray, " frame"]) -> tuple[float, ...]:
    """Times at which frames begin, one after the other, s from the first."""
    return tuple(float(start) for start in np.concatenate([[0.0], np.cumsum(spans)[:-1]]))


def dated(frame: RawFrame, start_s: float) -> RawFrame:
    """The frame with its time, `NOMINAL_START` and ``start_s`` seconds, to a microsecond.

    So are the frames of a burst known for such (`lichtbild.study.bursts`).
    """
    begun = NOMINAL_START + timedelta(seconds=start_s)
    kept = {**frame.metadata.exif, SUB_SECOND: f"{begun.microsecond:06}"}
    taken_at = begun.strftime("%Y:%m:%d %H:%M:%S")
    return replace(frame, metadata=replace(frame.metadata, taken_at=taken_at, exif=kept))

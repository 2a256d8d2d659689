"""Camera path: how a camera turns while it takes a photograph, and when its rows see."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput


@dataclass(frozen=True, eq=False)
class CameraPath:
    """Angles of a camera against time, straight from sample to sample; beyond the ends as there.

    A camera that turns moves what it sees by tangents, whatever the distance. Translation is left out: at
    arm's length from what is near it matters as much, at two metres and a phone's focal length it does not.

    Attributes:
        times: s, increasing, two or more.
        angles: pitch (up), yaw (to the right) and roll (clockwise for the photographer), rad, ``[time, 3]``.
    """

    times: Float[np.ndarray, " time"]
    angles: Float[np.ndarray, "time 3"]

    def __post_init__(self) -> None:
        times, angles = self.times, self.angles
        if times.ndim != 1 or len(times) < 2 or angles.shape != (len(times), 3):
            raise ValueError(f"angles of shape {angles.shape} do not fit times of shape {times.shape}")
        if not (np.isfinite(angles).all() and np.isfinite(times).all() and (np.diff(times) > 0).all()):
            raise BadInput("a camera's path has increasing times and finite angles; look through its samples")

    def at(self, times: Float[np.ndarray, " moment"]) -> Float[np.ndarray, "moment 3"]:
        """Angles at times, rad."""
        return np.stack([np.interp(times, self.times, angle) for angle in self.angles.T], axis=-1)

    def mean(self, start: Float[np.ndarray, " moment"], time: float) -> Float[np.ndarray, "moment 3"]:
        """Mean angles over a time that begins at each start, rad, without any error of sums.

        Args:
            start: s.
            time: s, 0 or more; with 0 the angles at the start.
        """
        if time == 0:
            return self.at(start)
        return np.asarray((self._sum_until(start + time) - self._sum_until(start)) / time)

    def _sum_until(self, times: Float[np.ndarray, " moment"]) -> Float[np.ndarray, "moment 3"]:
        """Integral of the angles from the first sample to times, rad s."""
        step = np.diff(self.times)[:, None]
        sums = np.concatenate(
            [np.zeros((1, 3)), np.cumsum((self.angles[1:] + self.angles[:-1]) / 2 * step, 0)]
        )
        inside = np.clip(times, self.times[0], self.times[-1])
        index = np.clip(np.searchsorted(self.times, inside, side="right") - 1, 0, len(step) - 1)
        since = (inside - self.times[index])[..., None]
        value = self.angles[index] + (self.at(inside) - self.angles[index]) / 2
        return np.asarray(sums[index] + value * since + self.at(times) * (times - inside)[..., None])


@dataclass(frozen=True, eq=False)
class Shutter:
    """When each row of a sensor sees, and how the camera turns meanwhile.

    Attributes:
        path: of the camera.
        time_s: for which each row gathers light, 0 or more; with 0 it sees one moment.
        start_s: time of the path at which row 0 begins.
        row_time_s: by which each row begins later than the one above; 0 for a global shutter.
    """

    path: CameraPath
    time_s: float
    start_s: float = 0.0
    row_time_s: float = 0.0

    def __post_init__(self) -> None:
        if not (self.time_s >= 0 and self.row_time_s >= 0 and np.isfinite(self.start_s)):
            raise BadInput(
                f"rows see for {self.time_s:g} s and begin {self.row_time_s:g} s apart; both are 0 s or more"
            )

    def begins(self, rows: Float[np.ndarray, " row"]) -> Float[np.ndarray, " row"]:
        """Times at which rows begin to see, s; fractions of rows and rows beyond the sensor are allowed."""
        return self.start_s + rows * self.row_time_s

"""Shake: what the motion of a camera does to rows and points while they are exposed."""

from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.image.camera_path import CameraPath, Shutter
from lichtbild.optics.scene_seen import Tangents
from lichtbild.optics.spread import Grid

RATE: Final = 1000.0
"""Samples of a path, s^-1."""

DRIFT: Final = 1.5
"""Frequency from which on slow motion falls, Hz (estimated)."""

TREMOR: Final = (9.0, 2.0)
"""Middle and half width of physiological tremor, Hz: 8 to 12 Hz in a hand, less with a phone's mass in it."""

TREMOR_SHARE: Final = 0.25
"""Of the variance of the rates (estimated)."""

ROLL: Final = 0.5
"""Rate of roll, in that of pitch and of yaw (estimated)."""

STEP: Final = 0.125
"""Squares between two samples of a trace, at most, on average."""

LEAST: Final = 8
MOST: Final = 4096
"""Samples of a trace."""


def hand_shake(rate: float, seconds: float, seed: int) -> CameraPath:
    """A path of a camera in a hand, beginning at rest at angles 0.

    Rates of pitch, yaw and roll are Gaussian noise of a spectrum of two parts: slow drift, whose power falls
    with the square of the frequency, and the tremor of muscles. That hands shake so, and not as a random
    walk, is what F. Gavant, L. Alacoque, A. Dupret and D. David show in "A physiological camera shake model
    for image stabilization systems", IEEE Sensors 2011; the frequency of tremor is that of R. N. Stiles and
    J. E. Randall, "Mechanical factors in human tremor frequency", J. Appl. Physiol. 23, 324 (1967). Widths
    and shares are estimated.

    Args:
        rate: root mean square rate of pitch and of yaw, rad s^-1, 0 or more; calm hands have about 0.01,
            unsteady ones 0.05 (estimated).
        seconds: length of the path, above 0.
        seed: 0 or more; the same gives the same path.

    Raises:
        BadInput: an argument lies outside of its range.
    """
    if not (rate >= 0 and np.isfinite(rate) and 0 < seconds <= 3600 and seed >= 0):
        raise BadInput(
            f"a hand shakes by 0 rad/s or more, for up to 3600 s, by a seed of 0 or more, not by {rate:g} "
            f"for {seconds:g} and seed {seed}"
        )
    count = max(2, int(np.ceil(seconds * RATE)) + 1)
    # Noise is drawn for a longer time, so that the path's ends do not meet.
    drawn = 2 * max(count, int(8 * RATE))
    frequency = np.fft.rfftfreq(drawn, 1 / RATE)
    drift = 1 / (1 + (frequency / DRIFT) ** 2)
    tremor = np.exp(-(((frequency - TREMOR[0]) / TREMOR[1]) ** 2) / 2)
    power = (1 - TREMOR_SHARE) * drift / drift.sum() + TREMOR_SHARE * tremor / tremor.sum()
    rng = np.random.default_rng(seed)
    normal = rng.normal(size=(2, 3, len(frequency)))
    waves = np.sqrt(power / 4) * drawn * (normal[0] + 1j * normal[1])
    waves[:, [0, -1]] = 0.0
    rates = np.fft.irfft(waves, drawn)[:, :count] * np.array([[1.0], [1.0], [ROLL]]) * rate
    times = np.linspace(0.0, seconds, count)
    steps = (rates[:, 1:] + rates[:, :-1]) / 2 * np.diff(times)
    return CameraPath(times, np.concatenate([np.zeros((3, 1)), np.cumsum(steps, axis=1)], axis=1).T)


def rotations(angles: Float[np.ndarray, "moment 3"]) -> Float[np.ndarray, "moment 3 3"]:
    """Matrices from the camera's directions (right, up, ahead) to the scene's: roll first, yaw last.

    Args:
        angles: pitch, yaw and roll, rad.
    """
    (sp, sy, sr), (cp, cy, cr) = np.moveaxis(np.sin(angles), -1, 0), np.moveaxis(np.cos(angles), -1, 0)
    one, no = np.ones_like(sp), np.zeros_like(sp)

    def matrix(*rows: tuple[np.ndarray, ...]) -> np.ndarray:
        return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)

    yaw = matrix((cy, no, sy), (no, one, no), (-sy, no, cy))
    pitch = matrix((one, no, no), (no, cp, sp), (no, -sp, cp))
    roll = matrix((cr, sr, no), (-sr, cr, no), (no, no, one))
    return np.asarray(yaw @ pitch @ roll)


def turns(shutter: Shutter, rows: Float[np.ndarray, " row"]) -> Float[np.ndarray, "row 3 3"]:
    """The mean rotation of a camera while each row sees.

    Args:
        shutter: when rows see.
        rows: 0 is the sensor's first; rows between and beyond are allowed.
    """
    return rotations(shutter.path.mean(shutter.begins(rows), shutter.time_s))


def trace(
    shutter: Shutter, row: float, place: tuple[float, float], tangents: Tangents, count: int = 0
) -> Float[np.ndarray, "time 2"]:
    """Where a point's image goes while a row sees, from where it is by the mean rotation: right and down, mm.

    Args:
        shutter: when rows see.
        row: of the sensor.
        place: of the image by the mean rotation, x and y, mm.
        tangents: that the lens images.
        count: of moments, evenly; 0 for as many as the path has samples meanwhile.
    """
    count = count or int(np.clip(np.ceil(shutter.time_s * RATE), LEAST, MOST))
    begin = shutter.start_s + row * shutter.row_time_s
    times = begin + (np.arange(count) + 0.5) / count * shutter.time_s
    direction = np.array([*tangents.at(place), 1.0])
    seen = turns(shutter, np.array([row]))[0] @ direction
    own = seen @ rotations(shutter.path.at(times))  # by the transposed matrix
    moved = own[:, :2] / own[:, 2:] - direction[:2]
    right_up = np.linalg.solve(tangents.slopes(place), moved.T)
    return np.stack([right_up[0], -right_up[1]], axis=1)


def farthest(shutter: Shutter, tangents: Tangents, squares: Grid) -> int:
    """Squares that the trace of any point of the sensor reaches to either side, and one more."""
    if shutter.time_s == 0:
        return 0
    height, width = squares.extent
    pitch = squares.pitch
    most = 0.0
    for row in np.linspace(0.0, height - 1, 33):
        for x in (-width / 2, 0.0, width / 2):
            place = (x * pitch * squares.finer, (height / 2 - row) * pitch * squares.finer)
            most = max(most, float(np.abs(trace(shutter, float(row), place, tangents)).max()) / pitch)
    # Between the places that were tried it may be a little more.
    return int(np.ceil(1.1 * most)) + 1


def moved_by(
    kernels: Float[np.ndarray, "band y x"], path: Float[np.ndarray, "time 2"], size: int
) -> Float[np.ndarray, "band size size"]:
    """Point spreads of points that move.

    Args:
        kernels: of points at rest.
        path: squares right and down, for equal times; samples between which a point moves straight.
        size: squares along a side of the result.
    """
    from scipy import fft

    margin = (size - kernels.shape[-1]) // 2
    if margin == 0:
        return kernels
    drawn = _drawn(path, margin)
    shape = [fft.next_fast_len(size, real=True)] * 2
    waves = fft.rfft2(kernels, shape) * fft.rfft2(drawn, shape)
    return np.asarray(fft.irfft2(waves, shape)[:, :size, :size])


def _drawn(path: np.ndarray, margin: int) -> np.ndarray:
    """Share of the time that a point spends in each square about the mean.

    A point between two squares is shared by both, which spreads it by f (1 - f) along each axis; that is
    taken off again by second differences.
    """
    path = _finer(path)
    found = np.zeros((2 * margin + 1, 2 * margin + 1))
    whole = np.floor(np.clip(path, -margin, margin - 1)).astype(int)
    part = np.clip(path - whole, 0.0, 1.0)
    for i, down in enumerate((1 - part[:, 1], part[:, 1])):
        for j, right in enumerate((1 - part[:, 0], part[:, 0])):
            np.add.at(found, (whole[:, 1] + margin + i, whole[:, 0] + margin + j), down * right / len(path))
    wide = np.pad(found, 1)
    excess = (part * (1 - part)).mean(axis=0)
    across = wide[1:-1, :-2] + wide[1:-1, 2:] - 2 * found
    along = wide[:-2, 1:-1] + wide[2:, 1:-1] - 2 * found
    sharp = found - (excess[0] * across + excess[1] * along) / 2
    return np.asarray(sharp / sharp.sum(), np.float32)


def _finer(path: np.ndarray) -> np.ndarray:
    """The same path by samples that are no farther from each other than `STEP` on average."""
    length = float(np.hypot(*np.diff(path, axis=0).T).sum())
    count = int(np.clip(np.ceil(length / STEP), len(path), MOST))
    if count == len(path):
        return path
    at = (np.arange(count) + 0.5) / count * len(path) - 0.5
    index = np.clip(at.astype(int), 0, len(path) - 2)
    share = (at - index)[:, None]
    return np.asarray(path[index] * (1 - share) + path[index + 1] * share)

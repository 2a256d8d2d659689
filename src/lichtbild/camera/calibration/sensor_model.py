"""Sensor model: a sensor that behaves as the frames of a real one did, for simulation."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log2, sqrt
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.camera.calibration.spectral_curves import BANDS
from lichtbild.image.cfa import Cfa
from lichtbild.image.frame_calibration import NoiseAt
from lichtbild.sensor.exposure import ROUNDING
from lichtbild.sensor.pixel import Pixels
from lichtbild.sensor.readout import Mode, Readout
from lichtbild.sensor.sensor import Sensor
from lichtbild.sensor.spectral_response import ResponseTable

PEAK: Final = 0.6
"""Quantum efficiency that the most sensitive band is taken to have where no illuminance is known."""
_GREEN: Final = 1
_HIGHEST_GAIN: Final = 64.0


@dataclass(frozen=True, eq=False)
class Codes:
    """How a sensor's frames are stored.

    Attributes:
        rows: of pixels.
        columns: of pixels.
        pitch: mm.
        cfa: colour of each pixel.
        black: code without light.
        white: code of a full pixel.
    """

    rows: int
    columns: int
    pitch: float
    cfa: Cfa
    black: float
    white: float


def full_well(noise: NoiseAt) -> float:
    """Electrons of a white at a sensitivity, by green's noise of photons."""
    return 1 / noise.profile.scale[_GREEN]


def sensor_model(
    name: str, codes: Codes, noise: Sequence[NoiseAt], curves: Float[np.ndarray, "3 band"], peak: float | None
) -> Sensor:
    """The sensor.

    Args:
        name: of the camera.
        codes: how its frames are stored.
        noise: at each sensitivity that was measured, rising, one at least.
        curves: relative sensitivities, the largest 1, in `BANDS`.
        peak: quantum efficiency of the largest; None where it is not known.
    """
    base, span = noise[0], codes.white - codes.black
    electrons = full_well(base)
    per_code = electrons / span
    before, behind = _read_noise(noise, span)
    marks = {
        "mode": "measured: noise of its own frames",
        "response": "measured: colour card; "
        + ("absolute by the illuminance" if peak is not None else f"level estimated, a peak of {PEAK:g}"),
    }
    if peak is None:
        marks["response"] = f"estimated: shape by a colour card, a peak of {PEAK:g} is assumed"
    return Sensor(
        name=name,
        # In whole picometres, so that a file can hold it.
        pixels=Pixels(codes.rows, codes.columns, round(codes.pitch * 1e3, 6) / 1e3),
        cfa=codes.cfa,
        response=ResponseTable(np.round(curves * (PEAK if peak is None else peak), 6), BANDS),
        modes=(Mode("measured", per_code, electrons, before * per_code),),
        readout=Readout(
            bits=min(max(ceil(log2(codes.white + 1)), 6), 16),
            black=codes.black,
            gain_range=(1.0, max(_HIGHEST_GAIN, noise[-1].iso / base.iso)),
            base_iso=base.iso,
            converter_noise=behind,
        ),
        marks=marks,
    )


def _read_noise(noise: Sequence[NoiseAt], span: float) -> tuple[float, float]:
    """Noise of darkness in codes at the base sensitivity: what is amplified, and what is not."""
    gains = np.array([one.iso / noise[0].iso for one in noise])
    variance = np.array([one.profile.offset[_GREEN] * span**2 for one in noise])
    if len(noise) == 1:
        return sqrt(max(float(variance[0]) - ROUNDING, 0.0)), 0.0
    terms = np.stack([gains**2, np.ones_like(gains)], axis=1)
    before, behind = np.linalg.lstsq(terms / variance[:, None], np.ones_like(variance), rcond=None)[0]
    if behind < ROUNDING:
        before = float(
            np.sum(np.maximum(variance - ROUNDING, 0) / gains**2 / variance) / np.sum(1 / variance)
        )
        return sqrt(max(before, 0.0)), 0.0
    if before < 0:
        return 0.0, sqrt(max(float(variance.mean()) - ROUNDING, 0.0))
    return sqrt(float(before)), sqrt(float(behind) - ROUNDING)

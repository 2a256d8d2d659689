"""Photon transfer: a sensor's noise against its signal, by its model."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lichtbild.sensor.exposure import (
    ROUNDING,
    Exposure,
    dark_codes,
    read_deviation,
    setting,
    white,
)
from lichtbild.sensor.sensor import Sensor


@dataclass(frozen=True, eq=False)
class PhotonTransfer:
    """Noise of a sensor at one setting.

    Attributes:
        electrons: mean photo-electrons, from 0 to saturation.
        code: mean code above the dark one.
        variance: temporal variance of the code.
        spatial: variance of the code over the pixels, by PRNU, DSNU and columns.
        codes_per_electron: gain K.
        dark_noise: temporal noise without light, electrons rms, without rounding.
        saturation: electrons at which the pixel or the converter is full.
    """

    electrons: Float[np.ndarray, " n"]
    code: Float[np.ndarray, " n"]
    variance: Float[np.ndarray, " n"]
    spatial: Float[np.ndarray, " n"]
    codes_per_electron: float
    dark_noise: float
    saturation: float

    @property
    def snr(self) -> Float[np.ndarray, " n"]:
        """Signal over temporal noise."""
        return np.asarray(self.code / np.sqrt(self.variance))

    @property
    def total_snr(self) -> Float[np.ndarray, " n"]:
        """Signal over temporal and spatial noise."""
        return np.asarray(self.code / np.sqrt(self.variance + self.spatial))

    @property
    def largest_snr_db(self) -> float:
        """Signal-to-noise ratio at saturation, dB (20 per decade)."""
        return float(20 * np.log10(np.sqrt(self.saturation)))

    @property
    def threshold(self) -> float:
        """Electrons whose signal equals the temporal noise."""
        dark = np.sqrt(self.dark_noise**2 + ROUNDING / self.codes_per_electron**2)
        return float(dark + 0.5)

    @property
    def dynamic_range_db(self) -> float:
        """Saturation over threshold, dB (20 per decade)."""
        return float(20 * np.log10(self.saturation / self.threshold))


def photon_transfer(sensor: Sensor, exposure: Exposure, count: int = 101) -> PhotonTransfer:
    """The photon transfer curve of a sensor at an exposure's gain, time and temperature.

    Args:
        sensor: the sensor.
        exposure: setting.
        count: levels, spread evenly in the logarithm from a tenth of an electron, after 0.

    Source: EMVA Standard 1288 Release 4.0, section 2 (linear model), equations for the variance, the
    absolute sensitivity threshold and the dynamic range.
    """
    chosen = setting(sensor, exposure)
    k, black = float(chosen.codes_per_electron), float(dark_codes(sensor, exposure, chosen))
    full = (float(white(sensor, chosen)) - black) / k
    dark = (black - float(sensor.readout.black)) / k
    electrons = np.concatenate([[0.0], np.geomspace(0.1, full, count - 1)])
    reads = [float(read_deviation(sensor, mode, chosen.gain)) for mode in chosen.readouts]
    read = np.full(count, reads[0] ** 2 + ROUNDING)
    if len(reads) == 2:
        high, low = chosen.readouts
        ratio = float(low.electrons_per_code / high.electrons_per_code)
        top = (2.0**sensor.readout.bits - 1 - sensor.readout.black) / k
        knee = chosen.knee * min(float(high.full_well), float(top))
        read = np.where(electrons < knee, read, (reads[1] ** 2 + ROUNDING) * ratio**2)
    lines = (sensor.noise.row**2 + sensor.noise.column**2) * k**2
    pattern = sensor.pattern
    spatial = (pattern.prnu * electrons) ** 2 + pattern.dsnu**2 + pattern.column**2
    return PhotonTransfer(
        electrons=electrons,
        code=electrons * k,
        variance=(electrons + dark) * k**2 + read + lines,
        spatial=spatial * k**2,
        codes_per_electron=k,
        dark_noise=float(np.sqrt((reads[0] ** 2 + lines) / k**2 + dark)),
        saturation=full,
    )

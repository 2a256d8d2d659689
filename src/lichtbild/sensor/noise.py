"""Noise: what comes on top of the photons' own, anew in each frame or the same in all."""

import math
from dataclasses import dataclass

from lichtbild.sensor.scalar import Scalar, check


@dataclass(frozen=True)
class TemporalNoise:
    """Noise that each frame draws anew, beside that of the readout.

    Attributes:
        row: electrons rms, common to a row.
        column: electrons rms, common to a column.
        tail_shape: shape of the Tukey lambda distribution of read noise; None for a normal one, which
            0.14 comes close to, and smaller shapes have heavier tails.

    Source: Wei, Fu, Yang, Huang, "A physics-based noise formation model for extreme low-light raw denoising"
    (CVPR 2020), section 3: Tukey lambda and row noise.
    """

    row: Scalar = 0.0
    column: Scalar = 0.0
    tail_shape: float | None = None

    def __post_init__(self) -> None:
        check("row noise", self.row, 0.0, 1000.0, "e-")
        check("column noise", self.column, 0.0, 1000.0, "e-")
        if self.tail_shape is not None:
            check("the tail shape of read noise", self.tail_shape, -0.4, 1.0)


@dataclass(frozen=True)
class FixedPattern:
    """What differs from pixel to pixel and stays; a sensor's serial number says how.

    Attributes:
        prnu: relative standard deviation of the pixels' response to light.
        dsnu: standard deviation of the pixels' offset, electrons; it has no shot noise of its own.
        column: standard deviation of the columns' offset, electrons.
        hot_share: share of hot pixels.
        hot_factor: their mean dark current over that of all others; it is exponentially distributed.

    Source: EMVA Standard 1288 Release 4.0, section 4 (spatial nonuniformity).
    """

    prnu: Scalar = 0.0
    dsnu: Scalar = 0.0
    column: Scalar = 0.0
    hot_share: float = 0.0
    hot_factor: Scalar = 1.0

    def __post_init__(self) -> None:
        check("PRNU", self.prnu, 0.0, 0.2)
        check("DSNU", self.dsnu, 0.0, 10_000.0, "e-")
        check("the columns' fixed pattern", self.column, 0.0, 10_000.0, "e-")
        check("the share of hot pixels", self.hot_share, 0.0, 0.1)
        check("the factor of hot pixels", self.hot_factor, 1.0, 1e6)


@dataclass(frozen=True)
class DarkCurrent:
    """Electrons that heat frees.

    Attributes:
        rate: electrons per second and pixel at the reference temperature.
        temperature: reference, K.
        doubling: temperature difference that doubles the rate, K.

    Source: EMVA Standard 1288 Release 4.0, section 3 (dark current).
    """

    rate: Scalar = 0.0
    temperature: float = 333.15
    doubling: Scalar = 8.0

    def __post_init__(self) -> None:
        check("dark current", self.rate, 0.0, 1e6, "e-/s")
        check("the reference temperature of dark current", self.temperature, 150.0, 450.0, "K")
        check("the doubling temperature of dark current", self.doubling, 1.0, 50.0, "K")

    def at(self, temperature: float) -> Scalar:
        """Electrons per second at a temperature in K."""
        rate: Scalar = self.rate * 2.0 ** ((temperature - self.temperature) / self.doubling)
        return rate


def tail_deviation(shape: float) -> float:
    """Standard deviation of the Tukey lambda distribution of a shape above -0.5.

    The quantile is (u^s - (1 - u)^s) / s, and its variance
    2 (1 / (1 + 2 s) - Gamma(s + 1)^2 / Gamma(2 s + 2)) / s^2; pi^2 / 3 at s = 0, the logistic distribution.
    """
    if abs(shape) < 1e-4:
        return math.pi / math.sqrt(3.0)
    both = math.gamma(shape + 1) ** 2 / math.gamma(2 * shape + 2)
    return math.sqrt(2 * (1 / (1 + 2 * shape) - both)) / abs(shape)

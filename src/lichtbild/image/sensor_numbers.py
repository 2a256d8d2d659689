"""Sensor numbers: what a sensor's own frames say of its gain and noise."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class SensorNumber:
    """A value with its interval of 95 %.

    Attributes:
        value: best guess.
        low: lower end.
        high: upper end.
        unit: such as "e-".
    """

    value: float
    low: float
    high: float
    unit: str


@dataclass(frozen=True, eq=False)
class SensorNumbers:
    """What dark and flat frames say about a sensor.

    Attributes:
        electrons_per_code: inverse of the gain K.
        dark_noise: temporal noise without light, electrons, row and column noise included.
        row: temporal noise common to a row, electrons.
        column: temporal noise common to a column, electrons.
        prnu: relative deviation of the pixels' responses.
        dsnu: deviation of the pixels' offsets, electrons.
        dark_current: electrons per second; None where all dark frames have one exposure time.
        saturation: electrons at the largest temporal variance; its interval reaches to the next levels.
        linearity_error: mean deviation from a line, as a share; None where the exposures are not known.
        black: mean code without light.
        code: mean code of each level above the dark one: the photon transfer curve.
        variance: temporal variance of each level above the dark one.
        notes: what a reader has to know.
    """

    electrons_per_code: SensorNumber
    dark_noise: SensorNumber
    row: SensorNumber
    column: SensorNumber
    prnu: SensorNumber
    dsnu: SensorNumber
    dark_current: SensorNumber | None
    saturation: SensorNumber
    linearity_error: float | None
    black: float
    code: Float[np.ndarray, " level"]
    variance: Float[np.ndarray, " level"]
    notes: tuple[str, ...] = ()

    def named(self) -> dict[str, SensorNumber]:
        """What has an interval, by its name for readers."""
        values = {
            "electrons per code": self.electrons_per_code,
            "dark noise": self.dark_noise,
            "row noise": self.row,
            "column noise": self.column,
            "PRNU": self.prnu,
            "DSNU": self.dsnu,
            "dark current": self.dark_current,
            "saturation": self.saturation,
        }
        return {name: value for name, value in values.items() if value is not None}

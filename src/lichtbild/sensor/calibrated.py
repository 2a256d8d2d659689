"""Calibrated: a sensor whose numbers come from its own frames."""

from dataclasses import replace

import numpy as np

from lichtbild.image.sensor_numbers import SensorNumbers
from lichtbild.sensor.sensor import Sensor


def calibrated(sensor: Sensor, found: SensorNumbers, source: str) -> Sensor:
    """A sensor with the numbers of its first mode measured, and marked so.

    Args:
        sensor: what is not measured is taken from it.
        found: measured at an analogue gain of 1.
        source: who measured and how, for the marks.
    """
    first, *others = sensor.modes
    rows, columns = found.row.value, found.column.value
    alone = max(found.dark_noise.value**2 - rows**2 - columns**2, 0.0)
    mode = replace(
        first,
        electrons_per_code=found.electrons_per_code.value,
        read_noise=float(np.sqrt(alone)),
        full_well=found.saturation.value,
    )
    keys = ["electrons_per_code", "read_noise_e", "full_well_e"]
    changed = [f"mode.{first.name}.{key}" for key in keys]
    changed += ["noise.row_e", "noise.column_e", "pattern.prnu", "pattern.dsnu_e", "readout.black_dn"]
    return replace(
        sensor,
        modes=(mode, *others),
        noise=replace(sensor.noise, row=rows, column=columns),
        pattern=replace(sensor.pattern, prnu=found.prnu.value, dsnu=found.dsnu.value),
        readout=replace(sensor.readout, black=found.black, amplifier_noise=0.0, converter_noise=0.0),
        marks={**sensor.marks, **dict.fromkeys(changed, f"measured: {source}")},
    )

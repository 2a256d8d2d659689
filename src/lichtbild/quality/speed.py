"""Speed: the ISO speeds of a camera, where the exposure of the sensor is known."""

from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import transfer
from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure
from lichtbild.quality.dynamic_range import Steps, crossing, snr_of
from lichtbild.quality.estimate import Estimate
from lichtbild.quality.interval import of_ratio
from lichtbild.quality.oecf import Oecf, oecf

METHOD: Final = "speed 1"
CLAUSE: Final = "after ISO 12232:2019"

SATURATION: Final = 78.0
"""lx s over the exposure that saturates: a grey of 18 % and half a stop beside, from memory."""

NOISE: Final = 10.0
"""lx s over the exposure of a ratio or an output, from memory."""

MIDDLE: Final = 118 / 255
"""Output of the standard output sensitivity, of an sRGB picture, from memory."""

CAMERA: Final = 0.65
"""lx s at the focal plane for 1 cd s/m2 at f/1: the lens's losses and cos^4 of 10 degrees, from memory."""

RATIOS: Final = (40, 10)
"""Signal-to-noise ratios of the first excellent and the first acceptable picture."""

Numbers = Float[np.ndarray, " n"]


def focal_plane_exposures(
    relative: Numbers, white: float | None, time_s: float | None, f_number: float | None
) -> Numbers:
    """Exposure of the sensor, lx s, by patches of known relative luminance.

    Args:
        relative: luminance of each patch over that of white.
        white: luminance of white, cd/m2; None where it was not measured.
        time_s: exposure time; None where the file does not tell it.
        f_number: likewise.

    Raises:
        BadInput: one of the three is missing; the sentence names it.

    Source: ISO 12232:2019, H = 0.65 L t / N^2, from memory.
    """
    missing = [
        name
        for name, value in (
            ("the luminance of white in cd/m2", white),
            ("the exposure time", time_s),
            ("the f-number", f_number),
        )
        if value is None or not value > 0
    ]
    if missing or white is None or time_s is None or f_number is None:
        raise BadInput(f"ISO speed needs the exposure of the sensor; give {' and '.join(missing)}")
    return np.asarray(CAMERA * white * np.asarray(relative, float) * time_s / f_number**2)


def measures(steps: Steps, where: str = "", *, picture: bool = True) -> tuple[Measure, ...]:
    """Saturation based, noise based and standard output speeds.

    Args:
        steps: patches whose light is the exposure of the sensor, lx s, and whose signal is linear light.
        where: such as the channel.
        picture: whether the light is that of a finished sRGB picture, which alone has a standard output
            sensitivity.

    Raises:
        BadInput: too few patches have a signal below the clip.

    Source: ISO 12232:2019, S_sat = 78 / H_sat, S_noise = 10 / H at SNR 40 and 10, SOS = 10 / H at output
    118 of 255; from memory of literature.
    """
    curve = oecf(
        steps.light,
        steps.signal,
        steps.signal_error,
        clip=steps.clip,
        kind="focal plane",
        clipped=steps.clipped,
    )
    beyond = "" if steps.saturated.any() else "the chart does not saturate: carried on"
    rows = [_at(curve, "speed_saturation", steps.clip, SATURATION, (where, beyond))]
    light, ratio, error = snr_of(steps, curve)
    for wanted in RATIOS:
        found, side = crossing(light, ratio, error, wanted)
        note = f"all patches have an SNR {side} {wanted}" if found is None else ""
        rows.append(_speed(f"speed_noise_{wanted}", found, NOISE, (where, note)))
    if picture:
        middle = float(transfer.SRGB.decode(MIDDLE))
        rows.append(_at(curve, "speed_standard_output", middle, NOISE, (where, "")))
    return tuple(rows)


def _at(curve: Oecf, name: str, code: float, constant: float, words: tuple[str, str]) -> Measure:
    """The speed by the exposure of a code."""
    return _speed(name, curve.estimate_of(code), constant, words)


def _speed(name: str, exposure: Estimate | None, constant: float, words: tuple[str, str]) -> Measure:
    where, note = words
    if exposure is None:
        return Measure(name, float("nan"), "", CLAUSE, METHOD, None, where, note=note)
    value = constant / exposure.value
    # The curve is straight in the logarithms, and so its errors are even there.
    ends = of_ratio(value, exposure.error / exposure.value)
    return Measure(name, value, "", CLAUSE, METHOD, ends, where, note=note)

"""Metering: the exposure that suits the light on a sensor.

An image of pixels of twice the sensor's pitch is metered for the binned sensor, and the exposure says so.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.image.optical_image import OpticalImage
from lichtbild.sensor.expose import PITCH, collected
from lichtbild.sensor.exposure import Exposure, dark_codes, iso_range, setting, white
from lichtbild.sensor.scalar import check
from lichtbild.sensor.sensor import Sensor, binned

GREY = 0.18
"""Reflectance of a grey card, and the share of white that a mean is brought to."""

_STEPS = 100
"""Most steps in which pixels are found to be full."""


@dataclass(frozen=True)
class Limits:
    """What metering may choose.

    Attributes:
        longest_s: longest exposure time.
        shortest_s: shortest exposure time.
        least_iso: ISO that is kept until the longest time is reached; the sensor's least without it.
        largest_iso: largest ISO; the sensor's without it.
    """

    longest_s: float = 1 / 30
    shortest_s: float = 1 / 32_000
    least_iso: float | None = None
    largest_iso: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.shortest_s <= self.longest_s:
            raise BadInput(
                f"exposure times from {self.shortest_s:g} to {self.longest_s:g} s leave none; give a "
                "shortest time above 0 and a longest one not below it"
            )


_USUAL = Limits()


def iso_limits(sensor: Sensor, limits: Limits) -> tuple[float, float]:
    """The least and the largest ISO that metering may choose for a sensor.

    Raises:
        BadInput: a limit is not among the sensor's ISOs, or they leave none.
    """
    least, largest = iso_range(sensor)
    low = _within(limits.least_iso, least, largest, least)
    high = _within(limits.largest_iso, least, largest, largest)
    if low > high:
        raise BadInput(f"ISO {low:g} to {high:g} leave none; give a least ISO not above the largest")
    return low, high


def limits_for(sensor: Sensor, limits: Limits) -> Limits:
    """Limits moved to the nearest ISOs of a sensor: for a camera that is given another one."""
    least, largest = iso_range(sensor)
    low, high = (
        None if iso is None else min(max(iso, least), largest)
        for iso in (limits.least_iso, limits.largest_iso)
    )
    return replace(limits, least_iso=low, largest_iso=high)


def mean_metered(
    sensor: Sensor, image: OpticalImage, limits: Limits = _USUAL, level: float = GREY
) -> Exposure:
    """The exposure whose mean in green, or in a monochrome sensor's only colour, is a share of white.

    What is brighter than white counts as white: a lamp in the picture does not make all else dark.
    """
    used = _used(sensor, image)
    rates = _rates(used, image)
    exposure = _for_share(used, _mean(used, rates, np.ones_like(rates), level), level, limits)
    return replace(exposure, binned=used is not sensor)


def centre_metered(
    sensor: Sensor, image: OpticalImage, limits: Limits = _USUAL, level: float = GREY, width: float = 0.25
) -> Exposure:
    """The exposure whose mean about the middle is a share of white; see `mean_metered`.

    Args:
        sensor: the sensor.
        image: light on it.
        limits: of time and ISO.
        level: share of white, above 0 and up to 1.
        width: standard deviation of the Gaussian weights, as a share of the picture's diagonal.
    """
    check("the width of centre metering", width, 0.01, 10.0)
    used = _used(sensor, image)
    electrons = _rates(used, image)
    y, x = (np.arange(n) + 0.5 - n / 2 for n in electrons.shape)
    scale = width * np.hypot(*electrons.shape)
    down, across = np.exp(-0.5 * (y / scale) ** 2), np.exp(-0.5 * (x / scale) ** 2)
    mean = _mean(used, electrons, down[:, None] * across, level)
    return replace(_for_share(used, mean, level, limits), binned=used is not sensor)


def highlight_metered(
    sensor: Sensor, image: OpticalImage, limits: Limits = _USUAL, level: float = 0.9, clipped: float = 0.001
) -> Exposure:
    """The exposure at which all but a share of the pixels, of whatever colour, stay below a share of white.

    Args:
        sensor: the sensor.
        image: light on it.
        limits: of time and ISO.
        level: share of white, above 0 and up to 1.
        clipped: share of the pixels that may be brighter.
    """
    check("the share of pixels that may clip", clipped, 0.0, 0.5)
    used = _used(sensor, image)
    bright = np.quantile(collected(used, image, 1.0), 1 - clipped)
    return replace(_for_share(used, float(bright), level, limits), binned=used is not sensor)


def _used(sensor: Sensor, image: OpticalImage) -> Sensor:
    """The sensor, or its binned one where the image has twice its pitch."""
    return binned(sensor) if abs(image.pitch / (2 * sensor.pixels.pitch) - 1) < PITCH else sensor


def _rates(sensor: Sensor, image: OpticalImage) -> Float[np.ndarray, "h w"]:
    """Electrons per second: mean of the green pixels in each period of the pattern; of all without green."""
    electrons = collected(sensor, image, 1.0).astype(np.float64)
    if sensor.cfa is None or "green" not in sensor.cfa.colours:
        return electrons
    period = sensor.cfa.extent
    height, width = (size // step for size, step in zip(electrons.shape, period, strict=True))
    if not height or not width:
        return electrons
    cells = electrons[: height * period.height, : width * period.width]
    cells = cells.reshape(height, period.height, width, period.width)
    green = np.asarray(sensor.cfa.pattern) == sensor.cfa.colours.index("green")
    return np.asarray((cells * green[:, None, :]).sum(axis=(1, 3)) / green.sum())


def _mean(
    sensor: Sensor, rates: Float[np.ndarray, "h w"], weights: Float[np.ndarray, "h w"], level: float
) -> float:
    """Rate of an even light that comes to a share of white in the same time as these.

    Those that are full by then have only counted as white; which ones follows step by step, for the more are
    left out, the longer it takes.
    """
    check("the share of white to meter for", level, 1e-4, 1.0)
    shares = weights / weights.sum()
    full, time = np.zeros(rates.shape, bool), 0.0
    for _ in range(_STEPS):
        rest = float(np.sum(shares * rates, where=~full))
        wanted = level - float(np.sum(shares, where=full))
        if not rest > 0 or not wanted > 0:
            return 0.0
        time = wanted / rest
        more = rates * time >= 1.0
        if (more == full).all():
            break
        full = more
    return level / time


def _for_share(sensor: Sensor, rate: float, level: float, limits: Limits) -> Exposure:
    """The exposure that brings so many electrons per second to a share of white."""
    check("the share of white to meter for", level, 1e-4, 1.0)
    low, high = iso_limits(sensor, limits)
    share = _share(sensor, low, rate)
    wanted = level / share if share > 0 else np.inf
    time = float(np.clip(wanted, limits.shortest_s, limits.longest_s))
    iso = float(np.clip(low * wanted / time, low, high))
    return Exposure(time, iso)


def _share(sensor: Sensor, iso: float, rate: float) -> float:
    """What share of white a second at an ISO brings."""
    exposure = Exposure(1e-6, iso)
    chosen = setting(sensor, exposure)
    span = float(white(sensor, chosen) - dark_codes(sensor, exposure, chosen))
    return rate * float(chosen.codes_per_electron) / span


def _within(value: float | None, least: float, largest: float, usual: float) -> float:
    if value is None:
        return usual
    check("ISO", value, least, largest)
    return value

"""Noise model: the noise profile that a raw file states, from a sensor's measured numbers.

With e electrons a code and w codes from black to white, a mean m has the variance

    m / (e w) + (d / (e w))^2,

d being the noise without light in electrons.

Source: DNG 1.7.1, NoiseProfile (tag 51041).
"""

from collections.abc import Sequence

from lichtbild.core.errors import BadInput
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.sensor_numbers import SensorNumbers


def noise_model(planes: Sequence[SensorNumbers], white: float) -> NoiseProfile:
    """The profile of a sensor at the gain at which it was measured.

    Args:
        planes: numbers of each plane, one plane at least.
        white: code of a full sensor.

    Raises:
        BadInput: white does not lie above a plane's black.
    """
    ranges = [white - numbers.black for numbers in planes]
    if not planes or min(ranges) <= 0:
        raise BadInput(f"white, code {white:g}, does not lie above the measured black; give the file's own")
    electrons = [one.electrons_per_code.value * codes for one, codes in zip(planes, ranges, strict=True)]
    return NoiseProfile(
        tuple(1 / full for full in electrons),
        tuple((one.dark_noise.value / full) ** 2 for one, full in zip(planes, electrons, strict=True)),
    )

"""Metering: the exposure that places a scene's light as a good camera's picture has it.

::

    key of the scene     0.18 in daylight, lower the darker the scene is
    by the middle        the logarithmic mean of light comes to the key
    by the highlights    the 99th percentile stays within the shoulder of the tone curve
    metered              half of the smaller of the two, in EV

Half, because there are two opinions on the right exposure, the meter's and that of who took the picture, and
in logarithms of light their mean lies half way.

Sources: logarithmic mean and key, Reinhard, Stark, Shirley and Ferwerda, "Photographic tone reproduction for
digital images", SIGGRAPH 2002, equations 1 and 2; key from luminance, 1.03 - 2 / (2 + log10(L + 1)),
Krawczyk, Myszkowski and Seidel, "Perceptual effects in real-time tone mapping", Spring Conference on Computer
Graphics 2005, equation 11; luminance from exposure, ISO 12232:2019, saturation based speed.
"""

from math import log2, log10
from typing import Final

import numpy as np

from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.array import transformed
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.metadata import Metadata
from lichtbild.image.overview import Overview

KEY: Final = 0.18
"""Logarithmic mean of light in a picture of a scene of `DAYLIGHT`."""
DAYLIGHT: Final = 1000.0
"""Luminance in cd/m2 from which a scene is shown at full key: an overcast day."""
REACH: Final = 2.0
"""Light that the brightest hundredth of a picture may have, where white paper is 1."""
LIMITS: Final = (-1.0, 2.0)
"""Least and most that is added, in EV: a night stays a night, whatever the file says."""
_DARKEST: Final = 2.0**-12


def metered_ev(scene: LinearImage, metadata: Metadata, baseline_ev: float = 0.0) -> float:
    """Exposure in EV to add to the file's own baseline, -1 to 2.

    Args:
        scene: a small picture of the scene's light before exposure, as `overview.scene` gives it.
        metadata: how it was taken; where ISO, time and f-number are known, they tell how bright the scene
            was, and what was dark is kept dark.
        baseline_ev: exposure that the file asks for.
    """
    light = transformed(np.asarray(scene.samples, np.float64), REC2020_TO_XYZ[1:2])[..., 0]
    light = np.maximum(light, _DARKEST)
    mean = float(np.exp(np.log(light).mean()))
    # A low key takes lift away; it is no reason to darken what was exposed.
    by_middle = max(log2(key(mean, metadata) / mean), min(log2(KEY / mean), baseline_ev))
    by_highlights = log2(REACH / float(np.percentile(light, 99)))
    wanted = 0.5 * (min(by_middle, by_highlights) - baseline_ev)
    return min(max(wanted, LIMITS[0]), LIMITS[1])


def key(mean: float, metadata: Metadata) -> float:
    """Logarithmic mean of light that the picture of a scene is to have.

    Args:
        mean: logarithmic mean of the scene's light, where 1 is a full sensor.
        metadata: how it was taken.
    """
    full = full_luminance(metadata)
    if full is None:
        return KEY
    return KEY * min(_by_luminance(mean * full) / _by_luminance(DAYLIGHT), 1.0)


def full_luminance(metadata: Metadata) -> float | None:
    """Luminance in cd/m2 that just fills the sensor; None where ISO, time or f-number are unknown.

    A sensor of saturation based speed S is full at 78/S lx s, and a lens of f-number N gives 0.65 L t / N^2.

    Source: ISO 12232:2019, clauses on the saturation based speed and on focal-plane exposure.
    """
    iso, time, f_number = metadata.iso, metadata.exposure_time_s, metadata.f_number
    if not iso or not time or not f_number:
        return None
    return 78.0 / iso * f_number**2 / (0.65 * time)


def mean_luminance(scene: LinearImage, metadata: Metadata) -> float | None:
    """Mean luminance of a scene in cd/m2, above 0; None where ISO, time or f-number are unknown.

    Args:
        scene: a small picture of its light before exposure; what was full counts as just full.
        metadata: how it was taken.
    """
    full = full_luminance(metadata)
    if full is None:
        return None
    light = transformed(np.asarray(scene.samples, np.float64), REC2020_TO_XYZ[1:2])[..., 0]
    return full * max(float(light.mean()), _DARKEST)


def luminance_of_cells(overview: Overview, metadata: Metadata) -> float | None:
    """About the mean luminance in cd/m2 before a white is known: by the plane that has most light."""
    full = full_luminance(metadata)
    return None if full is None else full * float(overview.samples.mean(axis=(0, 1)).max())


def _by_luminance(luminance: float) -> float:
    """The key of Krawczyk et al. (2005) for a luminance in cd/m2."""
    return 1.03 - 2.0 / (2.0 + log10(luminance + 1.0))

"""Light meter: the exposure for a scene, before its picture is formed.

Light is measured as on a sensor of few large pixels behind a lens that does not blur, which leaves its
means as they are.
"""

from dataclasses import replace

import numpy as np

from lichtbild.camera.camera import Automatic
from lichtbild.camera.module import Module
from lichtbild.core.window import Extent
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.scene import Scene
from lichtbild.optics.form_image import form_image
from lichtbild.sensor.exposure import Exposure
from lichtbild.sensor.metering import GREY, Limits, centre_metered, highlight_metered, mean_metered
from lichtbild.sensor.sensor import Sensor

ACROSS = 512
"""About how many pixels a light meter has along a row."""

HIGHLIGHTS = 0.9
"""Share of white that the brightest part is brought to."""


def metered(module: Module, scene: Scene, automatic: Automatic, limits: Limits) -> Exposure:
    """The exposure that a camera chooses.

    Args:
        module: the camera made ready.
        scene: what it looks at.
        automatic: its habits.
        limits: of time and ISO.
    """
    period = 2 if module.sensor.cfa is None else module.sensor.cfa.extent.width
    step = max(1, module.extent.width // ACROSS)
    rows, columns = (side // step // period * period for side in module.extent)
    sensor = _coarse(module.sensor, (max(rows, period), max(columns, period)), step)
    sharp = _sharp(module.response, float(sensor.pixels.pitch))
    image = form_image(sharp, scene, Extent(*sensor.pixels.extent), 1)
    above = 2.0**automatic.ev
    match automatic.metering:
        case "centre":
            return centre_metered(sensor, image, limits, level=GREY * above)
        case "highlights":
            return highlight_metered(sensor, image, limits, level=HIGHLIGHTS * above)
        case _:
            return mean_metered(sensor, image, limits, level=GREY * above)


def _coarse(sensor: Sensor, size: tuple[int, int], step: int) -> Sensor:
    """A sensor of pixels that take the light of many and store the codes of one."""
    area = float(step * step)
    return replace(
        sensor.sized(*size),
        pixels=replace(sensor.pixels, rows=size[0], columns=size[1], pitch=sensor.pixels.pitch * step),
        modes=tuple(
            replace(mode, full_well=mode.full_well * area, electrons_per_code=mode.electrons_per_code * area)
            for mode in sensor.modes
        ),
    )


def _sharp(response: OpticalResponse, pitch: float) -> OpticalResponse:
    """A response that does not blur, in squares of another pitch."""
    whole = np.ones((*response.psf.shape[:3], 1, 1), np.float32)
    return replace(response, psf=whole, pitch=pitch)

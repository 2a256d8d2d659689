"""Shoot: a scene becomes the raw frame that a camera would store of it."""

from dataclasses import replace
from math import isfinite
from typing import Any

import numpy as np

from lichtbild.camera.lens_opcodes import lens_opcodes
from lichtbild.camera.spectral_calibration import shares_in, spectral_colour
from lichtbild.core.window import Extent
from lichtbild.image.bands import FINE
from lichtbild.image.optical_image import OpticalImage
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.raw_frame import RawFrame
from lichtbild.image.scene import Scene
from lichtbild.optics.form_image import form_image
from lichtbild.sensor.expose import expose
from lichtbild.sensor.exposure import Exposure
from lichtbild.sensor.metering import mean_metered
from lichtbild.sensor.sensor import Sensor, binned


def shoot(
    sensor: Sensor,
    response: OpticalResponse,
    scene: Scene,
    exposure: Exposure | None = None,
    key: int = 0,
    *,
    finer: int = 2,
) -> RawFrame:
    """The raw frame of a scene, with the calibration and the corrections that belong to its camera.

    Args:
        sensor: of any size that the lens covers; it takes the middle of the image.
        response: of the lens over the sensor, told in squares of the stored pixels' pitch over ``finer``.
        scene: what the camera looks at.
        exposure: time, gain, mode and binning; by default metered for the mean, without binning.
        key: of the frame's noise; the same key gives the same bytes.
        finer: squares along a pixel.

    Raises:
        BadInput: lens, sensor, scene or exposure do not go together.
    """
    stored = binned(sensor) if exposure is not None and exposure.binned else sensor
    image = form_image(response, scene, Extent(*stored.pixels.extent), finer)
    chosen = mean_metered(sensor, image) if exposure is None else exposure
    return raw_frame(stored, response, image, replace(chosen, binned=False), key, white=white_of(scene))


def raw_frame(
    sensor: Sensor,
    response: OpticalResponse,
    image: OpticalImage,
    exposure: Exposure,
    key: int,
    *,
    white: Any = None,
) -> RawFrame:
    """The raw frame of an optical image.

    Args:
        sensor: as it is read; of the image's pixels.
        response: of the lens that formed the image.
        image: light on the sensor.
        exposure: time, gain and mode.
        key: of the frame's noise; the same key gives the same bytes.
        white: photon radiance of a white in the scene's light, in the bands of `FINE`; None if unknown.

    Raises:
        BadInput: sensor, image and exposure do not go together.
    """
    frame = expose(sensor, image, exposure, key)
    metadata = replace(
        frame.metadata, make="Lichtbild", model=sensor.name, focal_length_mm=_focal_length(response)
    )
    if sensor.cfa is None:
        return replace(frame, metadata=metadata)
    axis = np.asarray(response.solid_angle)[0]
    through = shares_in(FINE, response.bands, axis / axis.max())
    return replace(
        frame,
        colour=spectral_colour(sensor, through, white),
        opcodes=lens_opcodes(sensor, response),
        metadata=metadata,
    )


def white_of(scene: Scene) -> Any:
    """Photon radiance of the scene's white in fine bands; None where it is unknown."""
    return None if scene.white is None else np.asarray(scene.white) @ FINE.shares_of(scene.bands)


def _focal_length(response: OpticalResponse) -> float | None:
    """Of the middle of the field, mm."""
    found = float(response.height[1] / np.asarray(response.tangent)[1])
    return found if isfinite(found) else None

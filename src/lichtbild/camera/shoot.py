"""Shoot: a scene becomes the raw frame that a camera would store of it."""

from dataclasses import replace
from math import isfinite
from typing import Any

import numpy as np

from lichtbild.camera.lens_opcodes import lens_opcodes
from lichtbild.camera.spectral_calibration import neutral_of, shares_in, spectral_colour
from lichtbild.core.window import Extent
from lichtbild.image.bands import FINE
from lichtbild.image.opcode import GainMap, Opcode, OpcodeLists
from lichtbild.image.optical_image import OpticalImage
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.raw_frame import RawFrame
from lichtbild.image.scene import Scene
from lichtbild.optics.form_image import form_image
from lichtbild.optics.view_share import view_share
from lichtbild.sensor.expose import expose, expose_dual
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
    return _calibrated(sensor, response, expose(sensor, image, exposure, key), white)


def raw_views(
    sensor: Sensor,
    responses: tuple[OpticalResponse, OpticalResponse],
    images: tuple[OpticalImage, OpticalImage],
    exposure: Exposure,
    key: int,
    *,
    white: Any = None,
) -> tuple[RawFrame, RawFrame]:
    """The raw frames of the left and the right photodiodes of dual pixels.

    Each has half of the light, in half of the well, and about as many electrons as half of the whole frame;
    its noise is its own. Colours are those of the whole, and its gain maps undo its own shading.

    Args:
        sensor: as it is read; of the images' pixels.
        responses: of the lens, left and right.
        images: light on the left and on the right photodiodes.
        exposure: time, gain and mode.
        key: of the noise, as of `raw_frame`.
        white: as of `raw_frame`.

    Raises:
        BadInput: as of `raw_frame`, or the sensor has no dual pixels.
    """
    frames = expose_dual(sensor, images, exposure, key)
    left, right = (
        _calibrated(sensor, response, frame, white) for response, frame in zip(responses, frames, strict=True)
    )
    return left, right


def white_of(scene: Scene) -> Any:
    """Photon radiance of the scene's white in fine bands; None where it is unknown."""
    return None if scene.white is None else np.asarray(scene.white) @ FINE.shares_of(scene.bands)


def _calibrated(sensor: Sensor, response: OpticalResponse, frame: RawFrame, white: Any) -> RawFrame:
    """The frame with what a developer must know of its camera."""
    metadata = replace(
        frame.metadata, make="Lichtbild", model=sensor.name, focal_length_mm=_focal_length(response)
    )
    if sensor.cfa is None:
        return replace(frame, metadata=metadata)
    axis = np.asarray(response.solid_angle)[0]
    colour = spectral_colour(sensor, shares_in(FINE, response.bands, axis / axis.max()))
    if white is not None:  # as this camera sees it, whose light is counted in the lens's bands
        neutral = neutral_of(sensor, response.bands, white @ response.bands.shares_of(FINE) * axis)
        colour = replace(colour, as_shot_neutral=tuple(neutral.tolist()))
    return replace(
        frame,
        colour=colour,
        opcodes=_opcodes(sensor, response),
        metadata=metadata,
    )


def _opcodes(sensor: Sensor, response: OpticalResponse) -> OpcodeLists:
    """Those of the lens, with gain maps that also undo how a view's share of the light changes."""
    usual = lens_opcodes(sensor, response)
    if response.share is None:
        return usual
    height, width = (side * float(sensor.pixels.pitch) for side in sensor.pixels.extent)
    light = np.asarray(response.solid_angle)[0]

    def shares(y: np.ndarray, x: np.ndarray) -> np.ndarray:
        return np.asarray(view_share(response, y, x) @ (light / light.sum()))

    middle = float(shares(np.zeros(1), np.zeros(1))[0, 0])

    def undone(gain: Opcode) -> Opcode:
        if not isinstance(gain, GainMap):
            return gain
        rows, columns = gain.gains.shape[:2]
        y, x = np.linspace(0.5, -0.5, rows) * height, np.linspace(-0.5, 0.5, columns) * width
        return replace(gain, gains=gain.gains * (middle / shares(y, x))[..., None])

    return replace(usual, on_linear=tuple(undone(one) for one in usual.on_linear))


def _focal_length(response: OpticalResponse) -> float | None:
    """Of the middle of the field, mm."""
    found = float(response.height[1] / np.asarray(response.tangent)[1])
    return found if isfinite(found) else None

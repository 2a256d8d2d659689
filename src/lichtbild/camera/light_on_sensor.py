"""Light on sensor: a scene through a lens: in and out of focus, shaken, and with light gone astray."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np

from lichtbild.camera.module import Module
from lichtbild.image.camera_path import Shutter
from lichtbild.image.optical_image import OpticalImage
from lichtbild.image.scene import Scene
from lichtbild.optics.form_image import form_image, in_silence
from lichtbild.optics.form_layers import AtDistance, form_layers
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.respond import Spread, respond_through
from lichtbild.optics.stray_light import stray_light
from lichtbild.scene.motion import blurred

SEEN = 0.5
"""Pixels by which a disc out of focus must differ from what is in focus to be told from it."""

STEP = 2.0
"""Pixels by which discs out of focus differ from one distance to the next, if there may be so many."""

DISTANCES = 3
"""At which a scene's depth is told, at most."""


@dataclass(frozen=True, eq=False)
class View:
    """A scene before a camera.

    Attributes:
        module: the camera made ready.
        scene: what it looks at.
        responses: of its lens to the distances of the scene, nearest first.
    """

    module: Module
    scene: Scene
    responses: tuple[AtDistance, ...]


def view(module: Module, scene: Scene, most: int = DISTANCES) -> View:
    """A scene before a camera, with what the lens does to the distances that are in it.

    Args:
        module: the camera made ready.
        scene: with its depth.
        most: distances, 1 or more; with one a scene of many distances is in focus everywhere.
    """
    focus = 1.0 / float(module.lens.object_distance)
    low, high = 1.0 / float(np.max(scene.depth)), 1.0 / float(np.min(scene.depth))
    first = first_order(module.lens)
    # The diameter of a disc out of focus is f^2 / N times the difference of the reciprocal distances.
    pixels = float(first.focal_length**2 / first.working_f_number) / float(module.sensor.pixels.pitch)
    count = min(most, 1 + ceil((high - low) * pixels / STEP)) if (high - low) * pixels > SEEN else 1
    alone = count == 1 and (abs(high - focus) * pixels <= SEEN or high > low)
    if alone:
        return View(module, scene, (AtDistance(float(module.lens.object_distance), module.response),))
    knots = np.linspace(high, low, count) if count > 1 else np.array([high])
    response = module.response
    spread = Spread(response.psf.shape[:2], response.psf.shape[-1])
    with np.errstate(divide="ignore"):
        distances = [float(distance) for distance in 1.0 / knots]
    found = respond_through(module.lens, module.size, response.pitch, response.bands, distances, spread)
    return View(module, scene, tuple(AtDistance(*one) for one in found))


def light_on_sensor(
    seen: View,
    shutter: Shutter | None = None,
    *,
    threads: int | None = None,
    told: Callable[[int, int], None] = in_silence,
) -> OpticalImage:
    """The light of a frame; the same for any number of threads.

    Args:
        seen: a scene before a camera.
        shutter: when rows see, and how the camera moves meanwhile; None is one moment at rest.
        threads: at once; by default one for each core.
        told: of progress.

    Raises:
        BadInput: the camera moves too far while a row sees.
    """
    module, scene = seen.module, _at(seen, shutter)
    moving = shutter if shutter is not None and np.any(shutter.path.angles) else None
    if len(seen.responses) == 1:
        response = seen.responses[0].response
        image = form_image(
            response, scene, module.extent, module.finer, shutter=moving, threads=threads, told=told
        )
    else:
        image = form_layers(
            seen.responses, scene, module.extent, module.finer, shutter=moving, threads=threads, told=told
        )
    if module.stray is not None:
        astray = stray_light(module.stray, scene, module.response, module.extent, image.pitch)
        astray.lay_on(image.irradiance)
    return image


def _at(seen: View, shutter: Shutter | None) -> Scene:
    """The scene as it is while the frame is taken; its rows are seen one after the other."""
    if shutter is None or seen.scene.motion is None:
        return seen.scene
    rows = (np.arange(seen.scene.extent.height) + 0.5) / seen.scene.extent.height
    starts = shutter.begins(rows * seen.module.extent.height)
    return blurred(seen.scene, starts, shutter.time_s)

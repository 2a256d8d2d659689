"""Light on sensor: a scene through a lens: in and out of focus, shaken, and with light gone astray.

Dual pixels have two views of a scene, each of the light through its half of the pupil. What goes astray they
share as they share the light that does not. Both photodiodes lie under one microlens and count together what
falls on it: half pupils diffract more than the whole one, and their light is only asked how each pixel's is
parted. So a thing in focus is as sharp in a view as in the whole picture.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from lichtbild.camera.module import Module
from lichtbild.core.errors import BadInput
from lichtbild.image.camera_path import Shutter
from lichtbild.image.measured_lens import MeasuredLens
from lichtbild.image.optical_image import OpticalImage
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.scene import Scene
from lichtbild.optics.form_image import form_image, in_silence
from lichtbild.optics.form_layers import AtDistance, form_layers
from lichtbild.optics.half_pupil import View as Side
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.respond import Spread, respond_through
from lichtbild.optics.stray_light import StrayLight, stray_light
from lichtbild.optics.view_share import view_share
from lichtbild.scene.motion import blurred

SEEN = 0.5
"""Pixels by which a disc out of focus must differ from what is in focus to be told from it."""

STEP = 2.0
"""Pixels by which discs out of focus differ from one distance to the next, if there may be so many."""

DISTANCES = 3
"""At which a scene's depth is told, at most."""

STRIP = 128
"""Rows whose light is parted at once."""


@dataclass(frozen=True, eq=False)
class View:
    """A scene before a camera.

    Attributes:
        module: the camera made ready.
        scene: what it looks at.
        responses: of its lens to the distances of the scene, nearest first; all of the whole pupil, or of
            the half that one photodiode sees.
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
    distances = _told(module, scene, most)
    if not distances:
        return View(module, scene, (AtDistance(module.distance, module.response),))
    (found,) = _responses(module, distances, ("whole",))
    return View(module, scene, found)


def dual_views(module: Module, scene: Scene, most: int = DISTANCES) -> tuple[View, View]:
    """A scene before a camera of dual pixels, as its left and its right photodiodes see it.

    What is in focus lies at the same place in both; the nearer a thing, the farther to the right it lies in
    the left view, and what is farther than the focus lies to the left (`lichtbild.optics.half_pupil`).

    Args:
        module: the camera made ready.
        scene: with its depth.
        most: distances, as of `view`.

    Raises:
        BadInput: the lens is a measured one.
    """
    if isinstance(module.lens, MeasuredLens):
        raise BadInput("nothing is known of the pupil of a measured lens; leave --dual-pixels out")
    distances = _told(module, scene, most) or [module.distance]
    left, right = _responses(module, distances, ("left", "right"))
    return View(module, scene, left), View(module, scene, right)


def _told(module: Module, scene: Scene, most: int) -> list[float]:
    """Distances that a scene is told at, nearest first, mm; none where all of it is in focus."""
    if isinstance(module.lens, MeasuredLens):
        return []  # what it does to light that is not in focus is not known
    focus = 1.0 / module.distance
    low, high = 1.0 / float(np.max(scene.depth)), 1.0 / float(np.min(scene.depth))
    first = first_order(module.lens)
    # The diameter of a disc out of focus is f^2 / N times the difference of the reciprocal distances.
    pixels = float(first.focal_length**2 / first.working_f_number) / float(module.sensor.pixels.pitch)
    deep = (high - low) * pixels > SEEN
    count = min(most, 1 + ceil((high - low) * pixels / STEP)) if deep else 1
    if deep and count == 1:
        return []
    knots = np.linspace(high, low, count) if deep else np.array([(high + low) / 2])
    # What is in focus is known already.
    knots[np.abs(knots - focus) * pixels <= SEEN] = focus
    if not deep and knots[0] == focus:
        return []
    with np.errstate(divide="ignore"):
        return [float(distance) for distance in 1.0 / knots]


def _responses(
    module: Module, distances: list[float], sides: tuple[Side, ...]
) -> tuple[tuple[AtDistance, ...], ...]:
    """The responses of the module's lens to distances, of each side."""
    assert not isinstance(module.lens, MeasuredLens)  # of which no distances are told
    usual, size = module.response, module.size
    spread = Spread(usual.psf.shape[:2], usual.psf.shape[-1])
    known = module.distance if sides == ("whole",) else None
    others = [distance for distance in distances if distance != known]
    found = respond_through(module.lens, size, usual.pitch, usual.bands, others, spread, views=sides)
    if len(others) < len(distances):
        found = (*found, (module.distance, usual))
    of_sides = (found[first :: len(sides)] for first in range(len(sides)))
    return tuple(
        tuple(AtDistance(*one) for one in sorted(of_side, key=lambda one: one[0])) for of_side in of_sides
    )


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
    response = seen.responses[-1].response
    if len(seen.responses) == 1 and response.share is None:
        image = form_image(
            response, scene, module.extent, module.finer, shutter=moving, threads=threads, told=told
        )
    else:
        image = form_layers(
            seen.responses, scene, module.extent, module.finer, shutter=moving, threads=threads, told=told
        )
    if module.stray is not None:
        astray = stray_light(module.stray, scene, module.response, module.extent, image.pitch)
        _of_view(astray, response, image.pitch).lay_on(image.irradiance)
    return image


def dual_light(
    views: tuple[View, View],
    whole: OpticalImage,
    shutter: Shutter | None = None,
    *,
    threads: int | None = None,
    told: Callable[[int, int], None] = in_silence,
) -> tuple[OpticalImage, OpticalImage]:
    """The light on the left and on the right photodiodes of dual pixels, which together is that of the whole.

    Args:
        views: left and right of a scene, of `dual_views`.
        whole: the light on both, of `light_on_sensor` with the same shutter.
        shutter: as of `light_on_sensor`, and so on.
        threads: at once.
        told: of progress.

    Raises:
        BadInput: as of `light_on_sensor`.
    """

    def telling(before: int) -> Callable[[int, int], None]:
        return lambda done, total: told(before * total + done, 2 * total)

    left, right = (
        light_on_sensor(one, shutter, threads=threads, told=telling(before))
        for before, one in enumerate(views)
    )
    for top in range(0, whole.extent.height, STRIP):
        a, b, both = (image.irradiance[top : top + STRIP] for image in (left, right, whole))
        total = a + b
        np.divide(a, total, out=a, where=total > 0)
        a[total <= 0] = 0.5
        a *= both
        np.subtract(both, a, out=b)
    return left, right


def _of_view(astray: StrayLight, response: OpticalResponse, pitch: float) -> StrayLight:
    """The part of stray light that a view has, as much as of other light."""
    if response.share is None:
        return astray
    (rows, columns), (height, width) = astray.cells.shape[:2], astray.extent
    y = (height / 2 - (np.arange(rows) + 0.5) * astray.step) * pitch
    x = ((np.arange(columns) + 0.5) * astray.step - width / 2) * pitch
    return replace(astray, cells=astray.cells * view_share(response, y, x))


def _at(seen: View, shutter: Shutter | None) -> Scene:
    """The scene as it is while the frame is taken; its rows are seen one after the other."""
    if shutter is None or seen.scene.motion is None:
        return seen.scene
    rows = (np.arange(seen.scene.extent.height) + 0.5) / seen.scene.extent.height
    starts = shutter.begins(rows * seen.module.extent.height)
    return blurred(seen.scene, starts, shutter.time_s)

"""Following a lens: the light of a camera's lens over its sensor, and the lens's drawing."""

from math import inf

import numpy as np

from lichtbild.camera.camera import Camera
from lichtbild.camera.module import module, sharp_response
from lichtbild.image.measured_lens import MeasuredLens
from lichtbild.optics.arrivals import through
from lichtbild.optics.drawing.drawn_rays import seen_rays
from lichtbild.optics.drawing.layout import layout
from lichtbild.study.camera_room import Followed

HEIGHTS = (0.0, 0.4, 0.7, 1.0)
"""Of the image, whose rays are drawn."""
_FEW = (3, 3)


def followed(camera: Camera) -> Followed:
    """A camera's lens with its light followed.

    Raises:
        BadInput: the lens does not cover the sensor.
    """
    ready = module(camera, nodes=_FEW, stray=False)
    response, pitch = sharp_response(ready), float(ready.sensor.pixels.pitch)
    words = (
        ("camera", camera.name),
        ("lens", ready.lens.name),
        ("focal length", f"{ready.focal_length:.2f} mm"),
        ("f-number on the axis", f"{response.f_number:.2f}"),
        ("sensor", f"{camera.sensor.name}, {ready.extent.width} x {ready.extent.height}"),
        ("pixel", f"{1000 * pitch:.2f} µm"),
    )
    if isinstance(ready.lens, MeasuredLens):
        return Followed(response, None, pitch, words)
    corner = min(float(np.hypot(*ready.size)) / 2, float(response.height[-1]))
    tangents = np.interp(np.array(HEIGHTS) * corner, response.height, np.asarray(response.tangent))
    rays = seen_rays(through(ready.lens, response.bands).at(inf), tangents, 7)
    return Followed(response, layout(ready.lens, rays, title="").svg, pitch, words)

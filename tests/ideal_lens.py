"""An ideal lens of 50 mm and f/2, as rays by their place in its stop."""

from math import pi

import numpy as np

from lichtbild.image.blur_field import BlurField

FOCAL, OPEN = 50.0, 2.0


def ideal(far_rim: float = 1.0) -> BlurField:
    """A thin lens focused far, whose stop is itself; off the axis a rim cuts off what lies beyond."""
    vergence = np.linspace(0, 1 / 500, 5)
    plane = 1 / (1 / FOCAL - vergence) - FOCAL
    radius = FOCAL / OPEN / 2
    table = np.zeros((5, 2, 3, 5, 2, 2))
    # A ray through the stop at s comes to r s (1 - f / image distance) on the plane of a far focus.
    share = 1 - FOCAL / (FOCAL + plane)
    for axis, (i, j) in enumerate(((1, 0), (0, 1))):
        table[..., axis, i, j] = (radius * share)[:, None, None]
        table[..., axis + 2, i, j] = (-radius / (FOCAL + plane))[:, None, None]
    table[..., 4, 0, 0] = 1.0
    rim = np.ones((5, 2, 3, 256))
    azimuth = np.arange(256) * 2 * pi / 256
    away = np.maximum(np.sin(azimuth), 1e-9)
    rim[:, 1] = np.minimum(1.0, far_rim / away)
    box = np.broadcast_to(np.array([0.0, 0.0, 1.0, 1.0]), (5, 2, 3, 4))
    centre = np.zeros((5, 2, 3, 2))
    return BlurField(FOCAL, OPEN, 21.6, vergence, plane, np.array([0.0, 1.0]), table, box, centre, rim)

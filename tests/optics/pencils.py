"""Pencils of known amplitude and eikonal, without a lens."""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from lichtbild.optics.disc import polar, rim
from lichtbild.optics.pencil import Pencil

WAVELENGTH = 0.00055

Eikonal = Callable[[Any, Any], Any]


def pencil(
    na: float = 0.25,
    eikonal: Eikonal | None = None,
    *,
    axes: tuple[float, float] = (1.0, 1.0),
    middle: tuple[float, float] = (0.0, 0.0),
    rays: tuple[int, int] = (12, 40),
) -> Pencil:
    """A pencil that fills an ellipse of direction cosines evenly.

    Args:
        na: half-width of the ellipse where its axis is 1.
        eikonal: of coordinates on the unit disc, mm; none is a perfect image.
        axes: of the ellipse.
        middle: of the ellipse.
        rays: rings and arms.
    """
    points = polar(*rays)
    scale, shift = na * np.array(axes)[:, None], np.array(middle)[:, None]
    path = jnp.zeros(points.weights.size) if eikonal is None else eikonal(*points.points)
    cosines = scale * points.points + shift
    return Pencil(
        cosines=jnp.asarray(cosines)[:, None, None],
        eikonal=jnp.asarray(path)[None, None],
        displacement=jnp.zeros((2, 1, 1, points.weights.size)),
        weight=jnp.asarray(points.weights)[None, None],
        amplitude=jnp.full((1, 1, points.weights.size), 1 / np.sqrt(np.prod(scale))),
        rim=jnp.asarray(scale * rim(64).points + shift)[:, None, None],
        centre=jnp.zeros((3, 1)),
        wavelength=jnp.asarray([WAVELENGTH]),
        index=jnp.asarray([1.0]),
    )


def waves(**terms: float) -> Eikonal:
    """Aberrations in wavelengths at the rim; coma and astigmatism along y, tilt along x."""

    def eikonal(x: Any, y: Any) -> Any:
        square = x * x + y * y
        shapes = {
            "defocus": square,
            "spherical": square**2,
            "coma": square * y,
            "astigmatism": y * y,
            "tilt": x,
        }
        total = 0 * square
        for name, size in terms.items():
            total = total + WAVELENGTH * size * shapes[name]
        return total

    return eikonal

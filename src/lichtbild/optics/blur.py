"""Blur: the rays of a lens as polynomials in the stop, for points of all distances and heights.

Rays fill the pupil that the stop and all rims leave (`lichtbild.optics.bundle`); to each of their numbers on
the image plane a polynomial is fitted by least squares.
"""

from math import inf, pi, tan
from typing import Any, Final

import jax.numpy as jnp
import numpy as np
from scipy.linalg import cho_factor, cho_solve

from lichtbild.image.blur_field import BANDS, BlurField
from lichtbild.optics.apertures import with_semi_apertures
from lichtbild.optics.bundle import Bundle, bundle
from lichtbild.optics.focusing import at_distance, with_thicknesses
from lichtbild.optics.lens import Lens
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.pencil import Rings, inside, points
from lichtbild.optics.pupil import rim_at

DEGREE: Final = 28
"""Of the polynomials; 16 ripples where a strong asphere bends the outermost rays (22 dB against single rays),
24 leaves 39 dB, 28 leaves 51."""
RAYS: Final = Rings(24, 64, 128)
"""Rays of a pupil; the 408 of a usual one carry degree 16 only."""
DISTANCES: Final = 13
HEIGHTS: Final = 9
NEAREST: Final = 9.0
"""Nearest object, focal lengths."""
AZIMUTHS: Final = 256
RIDGE: Final = 1e-13
"""Of the least squares; it moves a ray by its root times the coefficients, far below a nanometre."""


def blur_field(lens: Lens, *, distances: int = DISTANCES, heights: int = HEIGHTS) -> BlurField:
    """The rays of a lens; where surfaces have no apertures, they are as wide as the light needs.

    Args:
        lens: focused far, with fields up to the corner of its format.
        distances: from infinity to nine focal lengths, evenly spaced in their reciprocals.
        heights: from the axis to the corner.

    Raises:
        BadInput: no light comes through the lens.
    """
    lens = with_semi_apertures(lens)
    order = first_order(lens)
    focal, defocus = float(order.focal_length), float(order.defocus)
    vergence = np.linspace(0, 1 / (NEAREST * focal), distances)
    fields = fields_of(lens, heights)
    parts, planes = [], []
    for each in vergence:
        distance = inf if each == 0 else 1 / each
        near = at_distance(lens, distance, defocus=defocus)
        planes.append(float(near.gaps[-1].thickness) - float(lens.gaps[-1].thickness))
        placed = with_thicknesses(lens, {0: distance})
        light = bundle(placed, points(RAYS), fields, jnp.asarray(BANDS))
        parts.append(_parts(light))
    height = np.array([part["height"] for part in parts])[0]
    return BlurField(
        focal_length=focal,
        f_number=float(order.f_number),
        half_diagonal=float(height[-1]),
        vergence=vergence,
        plane=np.array(planes),
        height=height / height[-1],
        **{name: np.stack([part[name] for part in parts]) for name in ("table", "box", "centre", "rim")},
    )


def fields_of(lens: Lens, heights: int) -> Any:
    """Fields along y from the axis to the corner, ``[field, 2]``, about evenly spaced in image height.

    Args:
        lens: whose fields reach to the corner.
        heights: how many.
    """
    most = max(float(np.hypot(point.x, point.y)) for point in lens.fields)
    share = np.linspace(0, 1, heights)
    angles = lens.field_kind == "angle"
    values = np.arctan(share * tan(most)) if angles else share * most
    return np.stack([np.zeros(heights), values], axis=-1)


def _parts(light: Bundle) -> dict[str, Any]:
    """Polynomials and pupils of a bundle, ``[field, band, ...]``, and heights of chief rays, ``[field]``."""
    within = inside(RAYS)
    stop = np.asarray(light.stop)[..., within]
    rays, arrived = light.traced.rays, np.asarray(light.traced.status)[..., within] == 0
    place, direction = np.asarray(rays.position)[:2], np.asarray(rays.direction)
    slope = direction[:2] / direction[2]
    height = place[1, :, 1, -1]
    side = np.where(height < 0, -1.0, 1.0)[:, None, None]
    density = np.asarray(light.weight / light.area)[..., within]
    values = np.stack([place[0], side * place[1], slope[0], side * slope[1]])[..., within]
    values = np.concatenate([values, density[None]])
    stop = stop * np.stack([np.ones_like(side), side])
    azimuth = np.arange(AZIMUTHS) * (2 * pi / AZIMUTHS)
    shape = (*stop.shape[1:3], AZIMUTHS)
    rim = np.asarray(rim_at(light.pupil, jnp.broadcast_to(jnp.asarray(_wrapped(azimuth)), shape)))
    mirrored = rim[..., -np.arange(AZIMUTHS) % AZIMUTHS]
    rim = np.where(side < 0, mirrored, rim)
    centre = np.moveaxis(np.asarray(light.pupil.centre)[..., 0], 0, -1) * np.concatenate(
        [np.ones_like(side), side], axis=-1
    )
    low, high = stop.min(axis=-1), stop.max(axis=-1)
    middle, half = (low + high) / 2, (high - low) / 2 * 1.02
    box = np.moveaxis(np.concatenate([middle, half]), 0, -1)
    table = np.array(
        [
            [
                _fitted(stop[:, f, b, arrived[f, b]], box[f, b], values[:, f, b, arrived[f, b]])
                for b in range(stop.shape[2])
            ]
            for f in range(stop.shape[1])
        ]
    )
    return {"table": table, "box": box, "centre": centre, "rim": rim, "height": np.abs(height)}


def _wrapped(azimuth: Any) -> Any:
    """Azimuths from -pi to pi, as the rim is told."""
    return (azimuth + pi) % (2 * pi) - pi


def _fitted(stop: Any, box: Any, values: Any) -> Any:
    """Coefficients ``[value, i, j]`` of Chebyshev products up to the degree together.

    Products that differ in the corners of the box only, where no ray goes, are told apart by the ridge.
    """
    x, y = (stop - box[:2, None]) / box[2:, None]
    along = [np.polynomial.chebyshev.chebvander(v, DEGREE) for v in (x, y)]
    i, j = np.nonzero(np.add.outer(np.arange(DEGREE + 1), np.arange(DEGREE + 1)) <= DEGREE)
    products = along[0][:, i] * along[1][:, j]
    normal = products.T @ products
    normal[np.diag_indices_from(normal)] += RIDGE * len(products)
    found = cho_solve(cho_factor(normal, overwrite_a=True), products.T @ values.T)
    table = np.zeros((len(values), DEGREE + 1, DEGREE + 1))
    table[:, i, j] = found.T
    return table

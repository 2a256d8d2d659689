"""Crop response: what a lens does to the light of one small part of its image, with exact derivatives.

`lichtbild.optics.respond` tells a whole sensor's response in tables. Here a lens is followed to a few hundred
pixels around one place, in operations that JAX differentiates to the last digit: the point spread of the
place, and, along a few chief rays whose heights span the crop, distortion, illumination and chief angles::

    fixed tangents -> chief rays -> heights r(lens)     polynomial in r^2 through them: tangent / r, sr, rad
    tangent of the middle -> pencil -> pupil function -> point spread on the crop's squares

All counts and tangents are chosen once by `crop_site`, for the lens as it stands; a lens that changes a
little is then followed by the same operations, so that finite differences see no choice flip.

Source: as of `lichtbild.optics.respond`; isoplanatic patch, Goodman, Introduction to Fourier Optics (3rd
ed.), section 2.3.
"""

from dataclasses import dataclass, replace
from functools import partial
from math import ceil, isinf

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent
from lichtbild.image.bands import Bands
from lichtbild.optics import fourier
from lichtbild.optics.bundle import bundle
from lichtbild.optics.chief_ray import FLOOR, chief
from lichtbild.optics.lens import FieldPoint, Lens
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.pencil import Pencil, Rings, of_bundle, points
from lichtbild.optics.pupil_function import PupilFunction, over_pupils, pupil_function
from lichtbild.optics.pupil_grid import pupil_grid
from lichtbild.optics.pytree import register

RAYS, DEGREE = Rings(rings=12, arms=34, rim=64), 16
"""Of the pencil, and of its eikonal."""

NODES = 5
"""Chief rays that tell distortion, illumination and angles of a crop."""

NEAREST = 0.2
"""Least height of a node as a share of the greatest: ratios to the height are 0 / 0 on the axis."""

ALONG = 2
"""Squares along a pixel."""

TRIED = 65
"""Chief rays by which the nodes' tangents are found."""

SPARE = 1.75
"""Samples of the pupil, in even ones that a window needs: Gauss's lie pi / 2 times as far apart inside."""

FINER = 0.9
"""Step of a point spread's samples, in those that its light needs."""

OPENING = 1.15
"""Width of the pupil in direction cosines, in parts of one over the working f-number, that is allowed for."""

FADES = 0.8
"""Share of a point spread's half width from which on it fades."""


@dataclass(frozen=True, eq=False)
class CropSite:
    """Where a crop lies in the image, and how finely its light is told; nothing here moves with the lens.

    Attributes:
        middle: x to the right and y up of the crop's middle, mm from the axis.
        extent: pixels.
        pitch: of pixels, mm.
        finer: squares along a pixel.
        bands: of wavelength; rays run at their middles.
        tangents: of the chief rays that tell what changes over the crop, of the axis, which is 0, and of the
            crop's middle, ``[node + 2]``.
        span: least and greatest squared height that polynomials are scaled by, mm^2.
        squares: along either side of the point spread, odd.
        fine: samples along a square.
        samples: of the pupil across its width.
    """

    middle: tuple[float, float]
    extent: Extent
    pitch: float
    finer: int
    bands: Bands
    tangents: Float[np.ndarray, " ray"]
    span: tuple[float, float]
    squares: int
    fine: int
    samples: int

    @property
    def border(self) -> int:
        """Squares around the crop from which light reaches it, whole pixels."""
        return -(-(self.squares // 2) // self.finer) * self.finer

    def places(self) -> tuple[Float[np.ndarray, "row 1"], Float[np.ndarray, "1 column"]]:
        """Places y and x of the squares' middles with the border, mm."""
        rows, columns = (side * self.finer + 2 * self.border for side in self.extent)
        step = self.pitch / self.finer
        y = self.middle[1] + (rows / 2 - 0.5 - np.arange(rows)) * step
        x = self.middle[0] + (np.arange(columns) + 0.5 - columns / 2) * step
        return y[:, None], x[None, :]

    def pixels(self) -> tuple[Float[np.ndarray, "row 1"], Float[np.ndarray, "1 column"]]:
        """Places y and x of the pixels' middles, mm."""
        rows, columns = self.extent
        y = self.middle[1] + (rows / 2 - 0.5 - np.arange(rows)) * self.pitch
        x = self.middle[0] + (np.arange(columns) + 0.5 - columns / 2) * self.pitch
        return y[:, None], x[None, :]


@register
@dataclass(frozen=True)
class CropResponse:
    """The response of a lens at a crop; polynomials are of the squared height, scaled to -1 to 1.

    Args:
        psf: share of a point's light in each square, about the chief ray of the middle band,
            ``[band, y, x]``, rows going down; sums to 1.
        held: share of the light that the squares hold before they fade, ``[band]``.
        ratio: tangent in object space over height, coefficients by rising powers, 1 / mm, ``[power]``.
        solid_angle: projected, of the light that comes there, sr, ``[power, band]``; surfaces and media take
            nothing away.
        axis: the same on the axis, sr, ``[band]``.
        angle: chief angle over height, rad / mm, ``[power]``.
    """

    psf: Array
    held: Array
    ratio: Array
    solid_angle: Array
    axis: Array
    angle: Array


def crop_site(
    lens: Lens,
    middle: tuple[float, float],
    extent: Extent,
    pitch: float,
    bands: Bands,
    *,
    squares: int = 63,
) -> CropSite:
    """The site of a crop, for a lens and all that are much like it.

    Args:
        lens: of revolution, whose every asphere has a semi-aperture.
        middle: x and y, mm from the axis; y is up.
        extent: pixels, each side 8 or more.
        pitch: of pixels, mm.
        bands: of wavelength.
        squares: along either side of the point spread, odd, 3 or more.

    Raises:
        BadInput: the lens is not one of revolution or looks at something near, its image does not reach the
            crop, or a count is wrong.
    """
    if squares % 2 == 0 or squares < 3 or min(extent) < 8:
        raise BadInput(
            "a crop has 8 x 8 pixels or more, and point spreads of an odd number of squares from 3 on"
        )
    if not isinf(float(lens.object_distance)):
        raise BadInput(
            f"the lens looks at {float(lens.object_distance):g} mm; crops are of far scenes, so make the "
            "first gap infinite, and focus by another"
        )
    for number, surface in enumerate((*lens.surfaces, lens.image)):
        if surface.pose is not None or surface.turn is not None:
            raise BadInput(f"surface {number} is out of its place; crops are formed by lenses of revolution")
    reach = squares * pitch / ALONG / 2
    sides = [side * pitch / 2 + reach for side in extent]
    x, y = (abs(place) for place in middle)
    far = float(np.hypot(x + sides[1], y + sides[0]))
    closest = float(np.hypot(max(x - sides[1], 0.0), max(y - sides[0], 0.0)))
    near = max(closest, NEAREST * far)
    squared = np.linspace(near**2, far**2, NODES)
    heights = np.array([*np.sqrt(squared), 0.0, np.hypot(*middle)])
    opening = OPENING / float(first_order(lens).working_f_number)
    shortest, square = float(bands.middles.min()), pitch / ALONG
    return CropSite(
        middle=middle,
        extent=extent,
        pitch=pitch,
        finer=ALONG,
        bands=bands,
        tangents=_tangents_of(lens, heights),
        span=(near**2, far**2),
        squares=squares,
        fine=ceil(square * 2 * opening / (FINER * shortest)),
        samples=ceil(SPARE * squares * square * opening / shortest),
    )


def crop_response(lens: Lens, site: CropSite) -> CropResponse:
    """The response of a lens at a crop.

    Its parts are compiled each by itself: call it and differentiate it as it is, since to compile all of it
    as one takes minutes.

    Args:
        lens: the one that the site was chosen for, or one much like it; its numbers may be JAX's.
        site: the crop.
    """
    at, waves = _looking(lens, site.tangents), jnp.asarray(site.bands.middles)
    light = bundle(at, points(RAYS), None, waves)
    rays = of_bundle(at, light, waves, RAYS)
    x, y, z = light.traced.rays.direction[:, :, len(site.bands) // 2, -1]
    angle = jnp.arctan2(jnp.sqrt(jnp.maximum(x * x + y * y, FLOOR)), z)
    told = _told(
        rays.centre[1], jnp.sum(rays.weight, axis=-1), angle, 1 / first_order(lens).focal_length, site
    )
    psf, held = _spread(pupil_function(_last(rays), DEGREE), site)
    return CropResponse(psf, held, *told)


@partial(jax.jit, static_argnames="site")
def _told(height: Array, flux: Array, angle: Array, paraxial: Array, site: CropSite) -> tuple[Array, ...]:
    """What polynomials tell of a response, from the rays of all tangents: nodes, axis, middle.

    No light is lost between object and image, so that irradiance over radiance is the beam's cross-section
    times the solid angle in object space of an element of the image, by its area.
    """
    nodes = slice(0, NODES)
    squared = height[nodes] ** 2
    places = scaled(site, squared)
    fit = partial(_polynomial, places)
    tangent = jnp.asarray(site.tangents[nodes])
    ratio = fit(tangent / height[nodes])
    slope = jnp.polyval((ratio * np.arange(NODES))[:0:-1], places) * 2 / (site.span[1] - site.span[0])
    # With t = h r(u) and u = h^2, t dt / (h dh) = r (r + 2 u dr/du).
    at = tangent / height[nodes]
    element = at * (at + 2 * squared * slope) / (1 + tangent**2) ** 1.5
    return (
        ratio,
        fit(flux[nodes] * element[:, None]),
        flux[NODES] * paraxial**2,
        fit(angle[nodes] / height[nodes]),
    )


def scaled(site: CropSite, squared: Array | np.ndarray) -> Array:
    """Squared heights as the polynomials of a site count them, -1 at its near end and 1 at its far one."""
    low, high = site.span
    return jnp.asarray((2 * squared - low - high) / (high - low))


def _polynomial(places: Array, values: Array) -> Array:
    """Coefficients, by rising powers, of the polynomial through values at places."""
    found: Array = jnp.linalg.solve(jnp.vander(places, increasing=True), values)
    return found


def _looking(lens: Lens, tangents: np.ndarray) -> Lens:
    """The lens with fields up one radius, told by tangents from its entrance pupil."""
    chosen = tuple(FieldPoint(0.0, float(np.arctan(tangent))) for tangent in tangents)
    return replace(lens, fields=chosen, field_kind="angle", configurations=())


def _tangents_of(lens: Lens, heights: np.ndarray) -> Float[np.ndarray, " ray"]:
    """About the tangents whose chief rays meet the image at heights, mm.

    Raises:
        BadInput: chief rays do not reach the last but one, the farthest.
    """
    farthest = float(heights.max())
    tried = np.linspace(0.0, 1.6 * farthest / abs(float(first_order(lens).focal_length)), TRIED)
    found = chief(_looking(lens, tried))
    reached = np.asarray(jnp.abs(found.image[1, :, lens.primary]))
    whole = np.asarray(found.found[:, lens.primary]) & (np.r_[1.0, np.diff(reached)] > 0)
    count = int(np.argmin(whole)) if not whole.all() else len(whole)
    if reached[count - 1] < farthest:
        raise BadInput(
            f"the crop reaches {farthest:.3g} mm from the axis, and the lens images no farther than "
            f"{reached[count - 1]:.3g} mm; move the crop inward"
        )
    return np.asarray(np.interp(heights, reached[:count], tried[:count]))


def _last(rays: Pencil) -> Pencil:
    """The pencil of the last field alone."""
    first = {name: getattr(rays, name)[-1:] for name in ("eikonal", "weight", "amplitude")}
    second = {name: getattr(rays, name)[:, -1:] for name in ("cosines", "displacement", "rim", "centre")}
    return replace(rays, **first, **second)


@partial(jax.jit, static_argnames="site")
def _spread(pupils: PupilFunction, site: CropSite) -> tuple[Array, Array]:
    """The point spread ``[band, y, x]``, rows going down, and what share its squares hold ``[band]``."""
    turn = np.arctan2(*site.middle)
    # Columns of the grid go along the sensor's y, seen from the crop's own radius.
    toward = jnp.asarray([-np.sin(turn), np.cos(turn)])
    step, count = site.pitch / site.finer / site.fine, site.squares * site.fine
    places = jnp.asarray((np.arange(count) - (count - 1) / 2) * step)

    def one(pupil: PupilFunction) -> Array:
        k = 2 * np.pi / pupil.wavelength
        grid = pupil_grid(pupil, toward, site.samples)
        waves = grid.weighted().transposed()
        power = fourier.from_grid(waves, -k * grid.across, k * grid.along, places, places).power()
        side = site.squares
        return jnp.sum(power.reshape(side, site.fine, side, site.fine), axis=(1, 3)) / pupil.wavelength**2

    found = over_pupils(one, pupils)[0, :, ::-1] * step**2
    held = jnp.sum(found, axis=(1, 2))
    faded = found * _faded(site.squares)
    return faded / jnp.sum(faded, axis=(1, 2), keepdims=True), held


def _faded(squares: int) -> Float[np.ndarray, "y x"]:
    """Weights that fall to 0 toward a circle, with the slope of a smooth step."""
    at = np.abs(np.arange(squares) - squares // 2) / (squares / 2)
    left = np.clip((1 - np.hypot(at[:, None], at)) / (1 - FADES), 0.0, 1.0)
    return np.asarray(left * left * (3 - 2 * left))

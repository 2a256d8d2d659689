"""Respond: what a lens does to light at every place of a sensor.

Chief rays say where the light of each direction arrives, the pupils' outlines how much, and pencils of rays
what becomes of a point. Around the axis all is alike, so that rays are traced for one quarter of the nodes,
up one radius; the point spread of each node is then summed on the sensor's own squares, turned by the node's
azimuth (`lichtbild.optics.pupil_grid`).
"""

from dataclasses import replace
from functools import partial
from math import ceil, isinf

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.core.errors import BadInput
from lichtbild.image.bands import Bands
from lichtbild.image.optical_image import ChiefAngles
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.optics import fourier, outline
from lichtbild.optics.chief_ray import chief
from lichtbild.optics.illumination import relative_illumination
from lichtbild.optics.lens import FieldPoint, Lens
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.pencil import Pencil, Rings, pencil
from lichtbild.optics.pupil_function import PupilFunction, over_pupils, pupil_function
from lichtbild.optics.pupil_grid import pupil_grid

NODES = (9, 9)
"""Rows and columns at which point spreads are told."""

RAYS, DEGREE = Rings(rings=12, arms=34, rim=64), 16
"""Of each pencil, and of its eikonal."""

HEIGHTS = 24
"""Distances from the axis at which distortion and illumination are told."""

BEYOND = 1.06
"""How far beyond the corner these reach, for light that comes from outside the picture."""

TERMS = 8
"""Of the polynomial of the squared height that tangents by heights follow."""

SPARE = 1.75
"""Samples of the pupil, in even ones that a window needs: Gauss's lie pi / 2 times as far apart inside."""

FADES = 0.8
"""Share of a point spread's half width from which on it fades."""

FINER = 0.9
"""Step of a point spread's samples, in those that its light needs."""


def respond(
    lens: Lens,
    size: tuple[float, float],
    pitch: float,
    bands: Bands,
    *,
    nodes: tuple[int, int] = NODES,
    squares: int = 63,
) -> OpticalResponse:
    """The response of a lens over a sensor in the middle of its image.

    Args:
        lens: of revolution, whose every asphere has a semi-aperture; its object distance is that of what it
            looks at, wherever it is focused.
        size: height and width of the sensor, mm.
        pitch: of the squares that point spreads are told in, mm.
        bands: of wavelength; rays run at their middles.
        nodes: rows and columns of nodes, odd.
        squares: along either side of a point spread, odd.

    Raises:
        BadInput: the lens is not one of revolution, or its image does not reach the sensor's corners.
    """
    _check(lens)
    if any(count % 2 == 0 or count < 3 for count in (*nodes, squares)):
        raise BadInput("nodes and squares are odd numbers from 3 on, such as 9 x 9 and 63")
    rows, columns = np.linspace(1, -1, nodes[0]) * size[0] / 2, np.linspace(-1, 1, nodes[1]) * size[1] / 2
    corner = float(np.hypot(*size)) / 2
    height, tangent = _imaged(lens, corner)
    waves = bands.middles
    up, right = np.meshgrid(rows[: nodes[0] // 2 + 1], columns[nodes[1] // 2 :], indexing="ij")
    radii, which = np.unique(np.round(np.hypot(up, right), 12).ravel(), return_inverse=True)
    at = _tangents(lens, jnp.asarray(tangent))
    # One trace for the heights and for the nodes: compiling costs more than rays.
    both = jnp.concatenate([jnp.asarray(tangent), jnp.asarray(np.interp(radii, height, tangent))])
    rays = pencil(_tangents(lens, both), None, waves, RAYS)
    pupils = jax.tree.map(lambda v: v[which], pupil_function(_fields(rays, slice(HEIGHTS, None)), DEGREE))
    turn = np.arctan2(right.ravel(), up.ravel())
    quarter, held = _spreads(pupils, turn, pitch, squares)
    spreads = _all_around(quarter.reshape(*up.shape, *quarter.shape[1:]))
    angles = np.asarray(chief(at, None, waves).angle[:, len(waves) // 2])
    light = relative_illumination(at, None, waves, lossy=True).transmission
    flux = jnp.sum(rays.weight[:HEIGHTS], axis=-1) * _looked_at(lens, height, tangent)[:, None]
    return OpticalResponse(
        psf=spreads,
        rows=rows,
        columns=columns,
        pitch=pitch,
        held=float(held),
        height=height,
        tangent=jnp.asarray(tangent),
        solid_angle=flux * light,
        bands=bands,
        chief_angles=ChiefAngles(height, angles),
        f_number=float(first_order(lens).working_f_number),
    )


def _check(lens: Lens) -> None:
    for number, surface in enumerate((*lens.surfaces, lens.image)):
        if surface.pose is not None or surface.turn is not None:
            raise BadInput(
                f"surface {number} is out of its place; pictures are formed by lenses of revolution"
            )


def _tangents(lens: Lens, tangents: Array) -> Lens:
    """The lens with fields up one radius, told by tangents from its entrance pupil."""
    if isinf(float(lens.object_distance)):
        points = tuple(FieldPoint(0.0, place) for place in jnp.arctan(tangents))
        return replace(lens, fields=points, field_kind="angle", configurations=())
    distance = lens.object_distance + first_order(lens).entrance_pupil
    points = tuple(FieldPoint(0.0, place) for place in -tangents * distance)
    return replace(lens, fields=points, field_kind="object height", configurations=())


def _imaged(lens: Lens, corner: float) -> tuple[np.ndarray, np.ndarray]:
    """Heights in the image from 0 to beyond the corner, and the tangents that are imaged there.

    Raises:
        BadInput: chief rays do not reach the corner.
    """
    focal = abs(float(first_order(lens).focal_length))
    tried = np.linspace(0.0, 1.5 * BEYOND * corner / focal, 4 * HEIGHTS)
    found = chief(_tangents(lens, jnp.asarray(tried)))
    reached = np.asarray(jnp.abs(found.image[1, :, lens.primary]))
    whole = np.asarray(found.found[:, lens.primary]) & (np.r_[1.0, np.diff(reached)] > 0)
    count = int(np.argmin(whole)) if not whole.all() else len(whole)
    most = float(reached[count - 1])
    if most < corner:
        raise BadInput(
            f"the sensor's corner lies {corner:.3g} mm from the axis, and the lens images no farther than "
            f"{most:.3g} mm; take a smaller sensor or a lens with a larger image circle"
        )
    height = np.linspace(0.0, min(BEYOND * corner, most), HEIGHTS)
    return height, _inverted(reached[:count], tried[:count], height)


def _inverted(reached: np.ndarray, tried: np.ndarray, height: np.ndarray) -> np.ndarray:
    """Tangents imaged at heights, by a smooth curve through those tried."""
    from scipy.interpolate import PchipInterpolator

    return np.asarray(PchipInterpolator(reached, tried)(height))


def _fields(rays: Pencil, which: slice) -> Pencil:
    """Some fields of pencils."""
    first = {name: getattr(rays, name)[which] for name in ("eikonal", "weight", "amplitude")}
    second = {name: getattr(rays, name)[:, which] for name in ("cosines", "displacement", "rim", "centre")}
    return replace(rays, **first, **second)


def _looked_at(lens: Lens, height: np.ndarray, tangent: np.ndarray) -> np.ndarray:
    """What of the object an element of the image sees, by its area: solid angle; area, if it is near.

    Times the cross-section of the beam (or the cosine-weighted solid angle in which a near point sends it)
    this is irradiance by radiance; no light is lost between object and image.
    """
    share = (height / height[-1]) ** 2
    ratio = np.polynomial.Polynomial.fit(share[1:], tangent[1:] / height[1:], TERMS, w=height[1:])
    # With t = h r(u) and u = (h / H)^2, t dt / (h dh) = r (r + 2 u dr/du).
    element = ratio(share) * (ratio(share) + 2 * share * ratio.deriv()(share))
    if isinf(float(lens.object_distance)):
        return np.asarray(element / (1 + tangent**2) ** 1.5)
    distance = float(lens.object_distance + first_order(lens).entrance_pupil)
    return np.asarray(element * distance**2)


def _spreads(pupils: PupilFunction, turn: np.ndarray, pitch: float, squares: int) -> tuple[Array, Array]:
    """Point spreads ``[node, wavelength, y, x]``, rows going down, and the least share that they hold.

    Args:
        pupils: of each node.
        turn: azimuths of the nodes, from y to x, rad.
        pitch: of the squares, mm.
        squares: along either side.
    """
    wave = pupils.wavelength
    points = outline.curve(pupils.outline, np.linspace(0, 2 * np.pi, 64, endpoint=False))[0]
    widest = float(jnp.max(jnp.max(points, axis=-1) - jnp.min(points, axis=-1)))
    shortest = float(jnp.min(wave))
    fine = ceil(pitch * 2 * widest / (FINER * shortest))
    samples = ceil(SPARE * squares * pitch * widest / shortest)
    # Rows of a node's picture go along the sensor's y, seen from the node's own radius.
    toward = jnp.asarray(np.stack([-np.sin(turn), np.cos(turn)], axis=1))[:, None]
    step, count = pitch / fine, squares * fine
    places = jnp.asarray((np.arange(count) - (count - 1) / 2) * step)
    along = jnp.broadcast_to(toward, (len(turn), wave.shape[1], 2))
    found = _squares(pupils, along, places, fine, samples) * step**2 * _faded(squares)
    whole = jnp.sum(found, axis=(-1, -2), keepdims=True)
    return found[..., ::-1, :] / whole, jnp.min(whole)


def _faded(squares: int) -> Array:
    """Weights that fall to 0 toward a circle: a square's sides would be seen around every lamp."""
    at = np.abs(np.arange(squares) - squares // 2) / (squares / 2)
    left = np.clip((1 - np.hypot(at[:, None], at)) / (1 - FADES), 0.0, 1.0)
    return jnp.asarray(left * left * (3 - 2 * left))


@partial(jax.jit, static_argnames=("fine", "samples"))
def _squares(pupils: PupilFunction, toward: Array, places: Array, fine: int, samples: int) -> Array:
    """Power in squares of so many samples, ``[node, wavelength, y, x]``, in samples' areas."""

    def one(case: tuple[PupilFunction, Array]) -> Array:
        pupil, along = case
        k = 2 * np.pi / pupil.wavelength
        grid = pupil_grid(pupil, along, samples)
        waves = grid.weighted().transposed()
        power = fourier.from_grid(waves, -k * grid.across, k * grid.along, places, places).power()
        side = len(places) // fine
        return jnp.sum(power.reshape(side, fine, side, fine), axis=(1, 3)) / pupil.wavelength**2

    return over_pupils(one, (pupils, toward))


def _all_around(quarter: Array) -> Array:
    """Nodes of the upper right quarter, its first column on the axis, mirrored into all."""
    half = jnp.concatenate([quarter[:, :0:-1, ..., ::-1], quarter], axis=1)
    return jnp.concatenate([half, half[-2::-1, :, :, ::-1]], axis=0)

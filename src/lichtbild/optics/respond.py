"""Respond: what a lens does to light at every place of a sensor.

Chief rays say where the light of each direction arrives, cones of rays how much of it and what becomes of a
point. Around the axis all is alike, so that rays are traced up one radius; the point spread of each node of
a quarter is then summed on the sensor's own squares, turned by the node's azimuth
(`lichtbild.optics.wave_sum`).

A lens is focused by a gap (`lichtbild.optics.focusing.at_distance`), and looks at what lies at its object
distance, wherever that is: `respond_through` tells what it does to light from many distances.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.image.bands import Bands
from lichtbild.image.optical_image import ChiefAngles
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.optics.arrivals import DEGREE, HEIGHTS, Area, Arrivals, Through, arrivals, looked_at, through
from lichtbild.optics.half_pupil import DIVIDE, View, check_divide
from lichtbild.optics.lens import Lens
from lichtbild.optics.squares_holding import faded, least_holding, point_squares, side_by_side
from lichtbild.optics.wave_sum import Light, light_in_squares, smooth_pupils

NODES = (13, 13)
"""Rows and columns at which point spreads are told."""

SQUARES = 63
"""Along either side of a point spread."""

WIDEST = 127
"""The same where point spreads shall hold 99.5 % of their light: beyond, pictures take much longer."""


@dataclass(frozen=True)
class Spread:
    """How finely a response tells point spreads.

    Args:
        nodes: rows and columns of nodes, odd.
        squares: along either side of a point spread, odd; None takes as many as hold 99.5 % of its light, up
            to `WIDEST`.
        divide: width of the divide between the photodiodes of a dual pixel, in that of the pupil.
    """

    nodes: tuple[int, int] = NODES
    squares: int | None = SQUARES
    divide: float = DIVIDE

    def __post_init__(self) -> None:
        squares = SQUARES if self.squares is None else self.squares
        if any(count % 2 == 0 or count < 3 for count in (*self.nodes, squares)):
            raise BadInput("nodes and squares are odd numbers from 3 on, such as 9 x 9 and 63")
        check_divide(self.divide)


USUAL = Spread()
"""As finely as photographs need."""


def respond(
    lens: Lens,
    size: tuple[float, float],
    pitch: float,
    bands: Bands,
    *,
    nodes: tuple[int, int] = NODES,
    squares: int | None = SQUARES,
) -> OpticalResponse:
    """The response of a lens over a sensor in the middle of its image.

    Args:
        lens: of revolution, whose every asphere has a semi-aperture; its object distance is that of what it
            looks at, wherever it is focused.
        size: height and width of the sensor, mm.
        pitch: of the squares that point spreads are told in, mm.
        bands: of wavelength; rays run at their middles.
        nodes: rows and columns of nodes, odd.
        squares: along either side of a point spread, odd; None takes as many as hold 99.5 % of its light
            (`lichtbild.optics.squares_holding`), up to `WIDEST`.

    Raises:
        BadInput: the lens is not one of revolution, or its image does not reach the sensor's corners.
    """
    told = Spread(nodes, squares)
    (found,) = _responses(through(lens, bands), Area(size, pitch, bands), told, ("whole",))
    return found


def respond_views(
    lens: Lens,
    size: tuple[float, float],
    pitch: float,
    bands: Bands,
    spread: Spread = USUAL,
) -> tuple[OpticalResponse, OpticalResponse]:
    """The responses of a lens to the left and right photodiodes of dual pixels.

    The light of one trace, summed twice; see `lichtbild.optics.half_pupil` for sides and signs. The
    shares of left and right add up to 1 at every node and in every band.

    Args:
        lens: as of `respond`.
        size: height and width of the sensor, mm.
        pitch: of the squares that point spreads are told in, mm.
        bands: of wavelength.
        spread: how finely.

    Raises:
        BadInput: as `respond`.
    """
    left, right = _responses(through(lens, bands), Area(size, pitch, bands), spread, ("left", "right"))
    return left, right


def respond_through(  # noqa: PLR0913  the last one says whose light, not what
    lens: Lens,
    size: tuple[float, float],
    pitch: float,
    bands: Bands,
    distances: Sequence[float],
    spread: Spread = USUAL,
    *,
    views: tuple[View, ...] = ("whole",),
) -> tuple[tuple[float, OpticalResponse], ...]:
    """The responses of a lens to planes at several distances, itself staying as it is: in and out of focus.

    The stop keeps the radius that it has for the lens as given. Nothing is compiled anew for a distance.
    Views of one distance, made by one trace as of `respond_views`, follow each other in their order.

    Args:
        lens: as of `respond`, focused where it shall be (`lichtbild.optics.focusing.at_distance`).
        size: height and width of the sensor, mm.
        pitch: of the squares that point spreads are told in, mm.
        bands: of wavelength.
        distances: from the object to the first surface, mm, above 0; infinite for far ones.
        spread: how finely.
        views: whose light is told: of the whole pupil, or of the left and the right photodiodes.

    Raises:
        BadInput: as `respond`, or a distance is not above 0.
    """
    for distance in distances:
        if not distance > 0:
            raise BadInput(f"a plane {distance:g} mm before the lens has no image; give more than 0 mm")
    ready = through(lens, bands)
    found = []
    for distance in distances:
        responses = _responses(ready.at(distance), Area(size, pitch, bands), spread, views)
        found += [(float(distance), response) for response in responses]
    return tuple(found)


@dataclass(frozen=True, eq=False)
class _Nodes:
    """Nodes of the upper right quarter, in order, and the radii they lie on.

    Args:
        rows: y of all rows from the top, mm.
        columns: x of all columns, mm.
        turn: azimuth of each node of the quarter from y toward x, rad.
        radii: different ones, mm, rising.
        which: radius of each node.
    """

    rows: np.ndarray
    columns: np.ndarray
    turn: np.ndarray
    radii: np.ndarray
    which: np.ndarray

    @property
    def quarter(self) -> tuple[int, int]:
        """Rows and columns of the quarter."""
        return len(self.rows) // 2 + 1, len(self.columns) // 2 + 1


def _nodes(size: tuple[float, float], count: tuple[int, int]) -> _Nodes:
    rows, columns = np.linspace(1, -1, count[0]) * size[0] / 2, np.linspace(-1, 1, count[1]) * size[1] / 2
    up, right = np.meshgrid(rows[: count[0] // 2 + 1], columns[count[1] // 2 :], indexing="ij")
    radii, which = np.unique(np.round(np.hypot(up, right), 12).ravel(), return_inverse=True)
    return _Nodes(rows, columns, np.arctan2(right, up).ravel(), radii, which.ravel())


def _responses(
    ready: Through, sensor: Area, spread: Spread, views: tuple[View, ...]
) -> tuple[OpticalResponse, ...]:
    """The responses of all views, by one trace."""
    nodes = _nodes(sensor.size, spread.nodes)
    seen = arrivals(ready, sensor, nodes.radii)
    height, tangent = seen.height, seen.tangents[:HEIGHTS]
    quarter = _quarter(seen, sensor, nodes, spread, views)
    flux = (seen.light.power * seen.light.arriving)[:HEIGHTS] * looked_at(ready, height, tangent)[:, None]
    angles = ChiefAngles(height, seen.middle.angle[:HEIGHTS, len(sensor.bands) // 2])

    def response(view: View) -> OpticalResponse:
        own, other = quarter[view], quarter[_OTHER[view]]
        whole = own.power.sum(axis=(-1, -2), keepdims=True)
        psf = _all_around(own.power / whole, other.power / other.power.sum(axis=(-1, -2), keepdims=True))
        return OpticalResponse(
            psf=psf[..., ::-1, :],
            rows=nodes.rows,
            columns=nodes.columns,
            pitch=sensor.pitch,
            held=float((whole[..., 0, 0] / own.share).min()),
            height=height,
            tangent=tangent,
            solid_angle=flux,
            bands=sensor.bands,
            chief_angles=angles,
            f_number=ready.f_number,
            view=view,
            share=None if view == "whole" else _all_around(own.share, other.share),
        )

    return tuple(response(view) for view in views)


_OTHER: dict[View, View] = {"whole": "whole", "left": "right", "right": "left"}
"""The view that a mirror makes of one."""


def _quarter(
    seen: Arrivals, sensor: Area, nodes: _Nodes, spread: Spread, views: tuple[View, ...]
) -> dict[View, Light]:
    """Light of the quarter's nodes by each view, faded: ``[row, column, band, ...]``."""
    pupils = smooth_pupils(seen.light.fields(slice(HEIGHTS, None)), sensor.bands.middles, DEGREE)
    count = spread.squares or least_holding(pupils, seen.light, sensor, most=WIDEST)[0]
    squares, chief = point_squares(seen.light, sensor, count), seen.middle.cosine[HEIGHTS:]

    def one(case: tuple[int, int]) -> Light:
        node, band = case
        field = nodes.which[node]
        divide = float(chief[field, band]), spread.divide
        return light_in_squares(
            pupils[field][band], float(nodes.turn[node]), squares[field][band], views, divide
        )

    every = side_by_side(one, product(range(len(nodes.turn)), range(len(sensor.bands))))
    shape, fading = (*nodes.quarter, len(sensor.bands)), faded(count)

    def of_view(number: int) -> Light:
        power = np.stack([each.power[number] for each in every]) * fading
        share = np.array([each.share[number] for each in every])
        return Light(power.reshape(*shape, *power.shape[1:]), share.reshape(shape))

    return {view: of_view(number) for number, view in enumerate(views)}


def _all_around(quarter: np.ndarray, mirrored: np.ndarray) -> np.ndarray:
    """Values of the upper right quarter's nodes, its first column on the axis, for all nodes.

    Args:
        quarter: ``[row, column, band]`` or ``[row, column, band, y, x]``.
        mirrored: the same of what a mirror makes of it.
    """
    spread = quarter.ndim > 3
    beside = mirrored[:, :0:-1, ..., ::-1] if spread else mirrored[:, :0:-1]
    half = np.concatenate([beside, quarter], axis=1)
    below = half[-2::-1]
    return np.concatenate([half, below[..., ::-1, :] if spread else below], axis=0)

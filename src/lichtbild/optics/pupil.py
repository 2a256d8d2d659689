"""Pupil: the part of the stop that the light of each field point and wavelength fills.

The stop and every other aperture cut the light. What passes all of them is a region of the stop, known here
by its rim: from a centre inside it, the distance to its edge at many azimuths, each found by tracing rays
through the whole lens until one touches an aperture. A disc mapped to that region by `rim_at` loses no ray,
so that sums over it need no mask and are differentiable by all that moves the rim.

The centre is the middle of the region, rounded to quarters of the stop's radius: a choice of coordinates,
that does not move with the lens, and that is the stop's own centre wherever little is cut off.
"""

from dataclasses import dataclass, replace
from math import pi
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics import disc, plane_map
from lichtbild.optics.aim import Aimed, Sights
from lichtbild.optics.continuation import jacobian, solved
from lichtbild.optics.launch import launched
from lichtbild.optics.plane_map import PlaneMap
from lichtbild.optics.pytree import register
from lichtbild.optics.trace import Status, trace_through

AZIMUTHS = 64
"""Points of a rim."""

SURVEY = 1.1
"""How far the first look at a pupil goes, in stop radii as they look from the chief ray."""

ROUND = 4
"""Parts of the stop's radius that centres are rounded to."""

TOUCHING = 1e-12
"""By how much of itself an aperture may be missed by a ray on the rim."""

TURNS = 5
"""Evaluations of the search that puts rays of a rim on their azimuths."""

SETTLED = 1e-11
"""How far from its azimuth and from its aperture that search may leave a ray, stop radii and parts."""

NARROW = 1e-12
"""Bracket at which the search for a rim ends where no aperture but a failure of rays bounds it."""

LOOKS = 60
"""Most evaluations of that search."""

NOTHING = -1
"""Binding surface where rays fail before they reach an aperture."""


@register
@dataclass(frozen=True)
class Pupil:
    """The part of the stop that light fills, for each field and wavelength.

    Args:
        centre: that azimuths are counted around, ``[2, field, wavelength, 1]``, stop radii.
        azimuth: of rim points, rising, ``[field, wavelength, azimuth]``, rad.
        rim: their distances from the centre, stop radii.
        binding: index of the surface whose aperture (or the stop) ends the pupil there.
        map: from places on the stop to places in the plane that rays are launched from; for first guesses.
        open: whether any light passes, ``[field, wavelength, 1]``.
    """

    centre: Array
    azimuth: Array
    rim: Array
    binding: Array
    map: PlaneMap
    open: Array


def pupil(aims: Sights, chief: Aimed) -> Pupil:
    """The pupils of object points at wavelengths.

    Args:
        aims: the lens, the points and the wavelengths.
        chief: their chief rays.
    """
    frozen, chief = jax.lax.stop_gradient((aims, chief))
    centre, plane, is_open = _survey(frozen, chief)
    angles = 2 * pi * (jnp.arange(AZIMUTHS) + 0.5) / AZIMUTHS - pi
    along = jnp.stack([jnp.cos(angles), jnp.sin(angles)])[:, None, None, :]
    edge = _on_azimuths(frozen, centre, along, _edge(frozen, centre, plane, along))
    x, y = rim_place(aims, centre, edge) - centre
    azimuth, rim = jnp.arctan2(y, x), jnp.sqrt(jnp.maximum(x * x + y * y, 1e-30))
    order = jnp.argsort(jax.lax.stop_gradient(azimuth), axis=-1)
    azimuth, rim, binding = (
        jnp.take_along_axis(values, order, axis=-1) for values in (azimuth, rim, edge.binding)
    )
    return Pupil(centre, azimuth, jnp.where(is_open, rim, 0.0), binding, plane, is_open)


def levels(aims: Sights, place: Array) -> tuple[Array, Array, Array, Array]:
    """How far rays go out in each aperture.

    Returns:
        ``(levels, there, whole, reached)``: squared radii over squared semi-apertures ``[surface, ...]``,
            places
        on the stop ``[2, ...]`` (the stop's own radius is among the levels), whether rays pass all
        surfaces, and whether they reach the stop.
    """
    passage = trace_through(aims.train, launched(aims.light, place))
    squared = jnp.sum(passage.place**2, axis=1)
    semi = aims.train.semi_aperture.reshape(-1, *([1] * (squared.ndim - 1)))
    there = passage.place[aims.stop] / aims.radius
    filled = jnp.sum(there**2, axis=0)
    shares = squared / jnp.maximum(semi, 1e-12) ** 2
    shares = shares.at[aims.stop].set(jnp.maximum(shares[aims.stop], filled))
    whole = passage.status == Status.PASSED
    return shares, there, whole, whole | (passage.where > aims.stop)


def _survey(aims: Sights, chief: Aimed) -> tuple[Array, PlaneMap, Array]:
    """A first look at pupils: their centres, the maps between planes, whether light passes."""
    looked = disc.polar(5, 2 * plane_map.DEGREE + 1)
    nodes = jnp.asarray(np.concatenate([looked.points * SURVEY, np.zeros((2, 1))], axis=1))
    weight = jnp.asarray(np.append(looked.weights, looked.weights[0]))
    place = chief.place + solved(chief.columns, nodes[:, None, None, :])
    shares, there, whole, reached = levels(aims, place)
    passes = whole & (jnp.max(shares, axis=0) <= 1)
    plane = plane_map.fitted(there, place, reached)
    share = jnp.where(passes, weight, 0.0)
    total = jnp.sum(share, axis=-1, keepdims=True)
    middle = jnp.sum(there * share, axis=-1, keepdims=True) / jnp.maximum(total, 1e-30)
    centre = jnp.round(middle * ROUND) / ROUND
    return centre, plane, (total > 0) & chief.found


@register
@dataclass(frozen=True)
class Edge:
    """Rays that touch the apertures, as a search left them.

    Args:
        place: where they are launched, ``[2, field, wavelength, azimuth]``, mm.
        there: where they pass the stop, stop radii.
        binding: the surface they touch.
    """

    place: Array
    there: Array
    binding: Array


def _edge(aims: Sights, centre: Array, plane: PlaneMap, along: Array) -> Edge:
    """The outermost rays that pass, from pupils' centres outward.

    Newton's method on the share of the fullest aperture, kept between a ray that passes and one that does
    not.
    """

    def look(t: Array) -> tuple[Array, tuple[Array, Edge]]:
        place = plane_map.mapped(plane, centre + t * along)
        shares, there, whole, _ = levels(aims, place)
        share = jnp.sqrt(jnp.maximum(jnp.max(shares, axis=0), 1e-30))
        return share, (whole, Edge(place, there, jnp.argmax(shares, axis=0)))

    def goes_on(state: Any) -> Any:
        return (state[0] < LOOKS) & jnp.any(state[4])

    def step(state: Any) -> Any:
        count, t, low, high, active, edge = state
        share, slope, (whole, found) = jax.jvp(look, (t,), (jnp.ones_like(t),), has_aux=True)
        inside = whole & (share <= 1)
        touches = whole & (jnp.abs(share - 1) <= TOUCHING)
        low, high = jnp.where(inside, jnp.maximum(t, low), low), jnp.where(inside, high, jnp.minimum(t, high))
        newton = t + (1 - share) / jnp.where(slope > 1e-9, slope, 1.0)
        trusted = whole & (slope > 1e-9) & (newton > low) & (newton < high)
        halfway = jnp.where(jnp.isinf(high), t + 0.25, (low + high) / 2)
        found = replace(found, binding=jnp.where(touches, found.binding, NOTHING))
        keeps = active & (inside | touches)
        edge = jax.tree.map(lambda new, old: jnp.where(keeps, new, old), found, edge)
        goes = active & ~touches & (high - low > NARROW)
        return count + 1, jnp.where(goes, jnp.where(trusted, newton, halfway), t), low, high, goes, edge

    both = jnp.zeros(jnp.broadcast_shapes(centre.shape, along.shape))
    zeros = both[0]
    edge = Edge(both, both + centre, jnp.full(zeros.shape, NOTHING))
    state = (jnp.int32(0), zeros + 1, zeros, zeros + jnp.inf, jnp.ones(zeros.shape, bool), edge)
    outermost: Edge = jax.lax.while_loop(goes_on, step, state)[-1]
    return outermost


def _on_azimuths(aims: Sights, centre: Array, along: Array, edge: Edge) -> Edge:
    """The rays that touch the apertures exactly in the directions wanted on the stop.

    As the points of a rim then move along fixed lines, so does what is interpolated between them, and has the
    derivatives that they have. Newton's method on how far a ray lies beside its line and on the share of the
    fullest aperture; where it does not settle, beside a corner, the ray stays as it was.
    """

    def look(place: Array) -> tuple[Array, tuple[Array, Edge]]:
        shares, there, whole, _ = levels(aims, place)
        out = there - centre
        share = jnp.sqrt(jnp.maximum(jnp.max(shares, axis=0), 1e-30))
        beside = along[0] * out[1] - along[1] * out[0]
        return jnp.stack([beside, share - 1]), (whole, Edge(place, there, jnp.argmax(shares, axis=0)))

    def goes_on(state: Any) -> Any:
        return (state[0] < TURNS) & jnp.any((state[2] > SETTLED) & found_before)

    def step(state: Any) -> Any:
        count, trial, least, best = state
        value, columns, (whole, found) = jacobian(look, trial)
        size = jnp.where(whole, jnp.max(jnp.abs(value), axis=0), jnp.inf)
        better = size < least
        best = jax.tree.map(lambda new, old: jnp.where(better, new, old), found, best)
        return count + 1, trial - solved(columns, value), jnp.minimum(size, least), best

    found_before = edge.binding != NOTHING
    state = (jnp.int32(0), edge.place, jnp.full(edge.binding.shape, jnp.inf), edge)
    _, _, least, turned = jax.lax.while_loop(goes_on, step, state)
    settled = (least <= SETTLED) & found_before
    both: Edge = jax.tree.map(lambda new, old: jnp.where(settled, new, old), turned, edge)
    return both


@jax.custom_jvp
def rim_place(aims: Sights, centre: Array, edge: Edge) -> Array:
    """Places on the stop where rays touch the apertures, with their derivatives by the lens.

    Seen from the centre each keeps its azimuth.
    """
    return edge.there


@rim_place.defjvp
def _rim_derivative(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Array, Array]:
    """With g the binding share, a across and s the place: dg = 0 and a . ds = 0 give du."""
    aims, centre, edge = primals
    surface = jnp.maximum(edge.binding, 0)[None]
    outward = edge.there - centre
    outward = outward / jnp.sqrt(jnp.maximum(jnp.sum(outward**2, axis=0), 1e-30))

    def look(aims: Sights, place: Array) -> tuple[Array, Array]:
        """Shares of the binding apertures, and how far places lie across and outward."""
        shares, there, whole, _ = levels(aims, place)
        share = jnp.take_along_axis(shares, surface, axis=0)[0]
        across = outward[0] * there[1] - outward[1] * there[0]
        return jnp.stack([across, share, jnp.sum(outward * there, axis=0)]), whole

    _, columns, _ = jacobian(lambda place: look(aims, place), edge.place)
    _, change = jax.jvp(lambda aims: look(aims, edge.place)[0], (aims,), (tangents[0],))
    step = -solved(columns[:2], change[:2])
    farther = change[2] + jnp.sum(columns[2] * step, axis=0)
    return edge.there, outward * jnp.where(edge.binding == NOTHING, 0.0, farther)


def rim_at(pupil: Pupil, angle: Array) -> Array:
    """Distances of the rim from the centre, ``[field, wavelength, ray]``, at azimuths that broadcast to it.

    A cubic through four points of the rim that one aperture bounds, a parabola beside a corner, and in the
    cell of a corner the nearer of the two edges that meet there.
    """
    count = pupil.azimuth.shape[-1]
    known = jax.lax.stop_gradient(pupil.azimuth)
    find = jnp.vectorize(lambda row, angle: jnp.searchsorted(row, angle), signature="(a),(r)->(r)")
    cell = find(known, angle) - 1

    def node(offset: int) -> tuple[Array, Array, Array]:
        index = cell + offset
        turns = 2 * pi * jnp.floor_divide(index, count)
        values = (
            jnp.take_along_axis(v, index % count, axis=-1) for v in (pupil.azimuth, pupil.rim, pupil.binding)
        )
        where, rim, binding = values
        return where + turns - angle, rim, binding

    return _interpolated(*(node(offset) for offset in (-1, 0, 1, 2)))


def _interpolated(*nodes: tuple[Array, Array, Array]) -> Array:
    """The rim at 0 from two points on either side: (azimuth, rim, binding)."""
    (xa, ya, ba), (xb, yb, bb), (xc, yc, bc), (xd, yd, bd) = nodes
    left = _line(xa, ya, xb, yb)
    middle = _line(xb, yb, xc, yc)
    right = _line(xc, yc, xd, yd)
    before = _joined(xa, left, xc, middle)
    behind = _joined(xb, middle, xd, right)
    cubic = _joined(xa, before, xd, behind)
    smooth = jnp.where(ba == bb, jnp.where(bd == bc, cubic, before), jnp.where(bd == bc, behind, middle))
    corner = jnp.minimum(jnp.where(ba == bb, left, jnp.inf), jnp.where(bd == bc, right, jnp.inf))
    corner = jnp.where(jnp.isfinite(corner), jnp.maximum(corner, middle), middle)
    return jnp.where(bb == bc, smooth, corner)


def _line(xa: Array, ya: Array, xb: Array, yb: Array) -> Array:
    """A straight line's value at 0."""
    return (ya * xb - yb * xa) / _apart(xa, xb)


def _joined(xa: Array, low: Array, xb: Array, high: Array) -> Array:
    """Neville's step: one order more from two curves that share all points but the outermost."""
    return (low * xb - high * xa) / _apart(xa, xb)


def _apart(xa: Array, xb: Array) -> Array:
    return jnp.maximum(xb - xa, 1e-12)

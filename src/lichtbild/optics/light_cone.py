"""Light cones: the rays that arrive at points of the image, as wide as apertures let them in.

Rays are found in the plane that they are launched from: a chief ray, then along evenly spaced azimuths around
it the ray that just touches an aperture, then rays within that rim. Searches run here; the rays themselves go
through the one compiled function of a `lichtbild.optics.scope`.

What is found agrees with `lichtbild.optics.pencil`, which is differentiable and takes half a minute to
compile.
"""

from dataclasses import dataclass
from math import isinf
from typing import Any

import numpy as np

from lichtbild.optics.scope import Scope, Seen

FIRST_STRIDE, SHORTEST = 0.25, 1e-3
"""Of the walk from the axis to a field point, in its whole length."""

NEWTONS = 8
"""Most steps of Newton's method at one place of that walk."""

FINE = 1e-12
"""Stop radii by which a chief ray may miss the middle of the stop, and share of an aperture a rim ray may,
unless rounding allows no better."""

TRUSTED = 0.5
"""Largest miss of a guess that Newton's method is trusted with, stop radii."""

ROUGH = 1e-9
"""The same where rounding allows no better, as with objects at a kilometre."""

ROOM = 0.98
"""Share of the fullest aperture at which a chief ray still counts as the middle of its light."""

LOOKS = 60
"""Most evaluations of the search for a rim."""


@dataclass(frozen=True, eq=False)
class Chiefs:
    """Chief rays, ``[field, wavelength]``.

    Args:
        place: of launch, mm, along y.
        height: y on the image, mm.
        slope: derivatives of the place on the stop by the place of launch along x and y, ``[2, f, w]``.
        cosine: q, times the index.
        angle: to the normal of a flat image, rad.
        position: on the image, mm, ``[3, f, w]``.
        path: optical, mm.
        found: whether there is such a ray, and it arrives; what others say means nothing.
    """

    place: np.ndarray
    height: np.ndarray
    slope: np.ndarray
    cosine: np.ndarray
    angle: np.ndarray
    position: np.ndarray
    path: np.ndarray
    found: np.ndarray


def points_of(lens: Scope, tangents: np.ndarray, pupil: float) -> np.ndarray:
    """Numbers of object points (`launch`) up one radius, by tangents from the entrance pupil.

    Args:
        lens: before an object.
        tangents: ``[field]``.
        pupil: distance of the entrance pupil behind the first surface, mm.
    """
    return np.arctan(tangents) if isinf(lens.distance) else tangents * (lens.distance + pupil)


def chiefs(lens: Scope, points: np.ndarray, waves: Any = None) -> Chiefs:
    """Rays through the stop's middle, each followed from the axis to its object point.

    Args:
        lens: looked through.
        points: of the object, ``[field]``.
        waves: numbers of the wavelengths; by default all.
    """
    numbers = np.arange(len(lens.wavelength)) if waves is None else np.asarray(waves)
    shape = len(points), len(numbers)
    wave, y = (np.broadcast_to(v, shape).ravel() for v in (numbers, points[:, None]))
    place, whole = _walked(lens, wave, y)
    seen = lens.look(wave, y, np.stack([np.zeros_like(place), place]))
    whole &= seen.whole & (seen.value[4] <= ROOM)
    found = (
        place,
        seen.position[1],
        np.stack([seen.columns[2, 0], seen.columns[3, 1]]),
        seen.value[1],
        seen.angle,
        seen.position,
        seen.path,
        whole,
    )
    return Chiefs(*(v.reshape(*v.shape[:-1], *shape) for v in found))


def _walked(lens: Scope, wave: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places of chief rays along y, and whether they were reached: as `continuation.follow`, on one axis."""
    t, root, rate = np.zeros_like(y), np.zeros_like(y), np.zeros_like(y)
    stride = np.full_like(y, FIRST_STRIDE)
    going = np.ones(len(y), bool)
    while going.any():
        which = np.flatnonzero(going)
        to = np.minimum(t[which] + stride[which], 1.0)
        guess = root[which] + rate[which] * (to - t[which])
        place, settled = _centred(lens, wave[which], y[which] * to, guess)
        came, back = which[settled], which[~settled]
        rate[came] = (place[settled] - root[came]) / (to[settled] - t[came])
        root[came], t[came] = place[settled], to[settled]
        stride[came], stride[back] = stride[came] * 2, stride[back] / 4
        going = (t < 1) & (stride > SHORTEST)
    return root, t >= 1


def _centred(
    lens: Scope, wave: np.ndarray, y: np.ndarray, start: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Newton's method on the place on the stop; a step that does not halve the miss gives the search up."""
    place, size, settled = start.copy(), np.full(len(y), 2 * TRUSTED), np.zeros(len(y), bool)
    active = np.arange(len(y))
    for _ in range(NEWTONS):
        seen = lens.look(wave[active], y[active], np.stack([np.zeros(len(active)), place[active]]))
        miss = seen.value[3]
        settled[active[seen.whole & (np.abs(miss) < FINE)]] = True
        falls = seen.whole & (np.abs(miss) <= size[active] / 2)
        settled[active[~falls & (size[active] < ROUGH)]] = True
        active, miss, slope = active[falls], miss[falls], seen.columns[3, 1][falls]
        size[active] = np.abs(miss)
        place[active] -= miss / slope
        active = active[~settled[active]]
        if not len(active):
            break
    return place, settled


@dataclass(frozen=True, eq=False)
class Cones:
    """The rays of each field and wavelength on the half of the pupil where x is not negative.

    The other half is its mirror image. ``[field, wavelength, ...]``.

    Args:
        cosines: p and q, times the index, ``[2, f, w, ray]``.
        eikonal: mm (`lichtbild.optics.pencil`), about the middle wavelength's chief ray.
        weight: power of each ray's element, both mirror images together.
        amplitude: |A|, the root of power by dp dq.
        transmission: share of each ray's power that arrives.
        rim: p and q at even steps of azimuth all around, ``[2, f, w, azimuth]``.
        found: whether the rim was found and all rays arrive, ``[f, w]``.
    """

    cosines: np.ndarray
    eikonal: np.ndarray
    weight: np.ndarray
    amplitude: np.ndarray
    transmission: np.ndarray
    rim: np.ndarray
    found: np.ndarray

    def fields(self, which: slice) -> "Cones":
        """Those of some fields."""
        return Cones(
            self.cosines[:, which],
            self.eikonal[which],
            self.weight[which],
            self.amplitude[which],
            self.transmission[which],
            self.rim[:, which],
            self.found[which],
        )

    @property
    def power(self) -> np.ndarray:
        """Of the whole cone, as it is launched, ``[field, wavelength]``."""
        return np.asarray(self.weight.sum(axis=-1))

    @property
    def arriving(self) -> np.ndarray:
        """Mean transmission of the light on the image, each ray by its solid angle, ``[f, w]``."""
        element = self.weight / self.amplitude**2
        return np.asarray((element * self.transmission).sum(axis=-1) / element.sum(axis=-1))


def cones(lens: Scope, middle: Chiefs, points: np.ndarray, *, rings: int = 12, arms: int = 34) -> Cones:
    """The rays that fill the pupils.

    Args:
        lens: looked through.
        middle: the chief rays of all points and wavelengths.
        points: of the object, ``[field]``.
        rings: of rays, Gauss's points of the squared radius.
        arms: azimuths of the rays, even; the rim has twice as many.
    """
    shape = middle.place.shape
    wave, y = (
        np.broadcast_to(v, shape)[..., None] for v in (np.arange(shape[1]), np.asarray(points)[:, None])
    )
    # From +y on either way to -y: azimuth k and its mirror image count as one, both ends by themselves.
    turn = 2 * np.pi * np.arange(arms + 1) / (2 * arms)
    along = np.stack([np.sin(turn), np.cos(turn)])[:, None, None] / np.abs(middle.slope)[..., None]
    start = np.stack([np.zeros(shape), middle.place])[..., None]
    reach, edge, closed = _reach(lens, wave, y, start, along)
    nodes, areas = np.polynomial.legendre.leggauss(rings)
    radii = np.sqrt((1 + nodes) / 2)
    spokes = (reach * along)[..., ::2]
    place = start[..., None] + spokes[..., None] * radii
    fold = np.full(arms // 2 + 1, 2.0)
    fold[[0, -1]] = 1.0
    determinant = 1 / np.abs(middle.slope[0] * middle.slope[1])
    area = reach[..., ::2] ** 2 * (determinant[..., None] * (np.pi / arms) * fold)
    area = (area[..., None] * (areas / 2)).reshape(*shape, -1)
    place = place.reshape(2, *shape, -1)
    seen = _looked(lens, wave, y, place)
    (a, b), (c, d) = seen.columns[:2]
    cosines = seen.value[:2]
    centre = middle.position[:, :, shape[1] // 2, None, None]
    ahead = np.sqrt(np.maximum(lens.index[:, None] ** 2 - (cosines**2).sum(axis=0), 0.0))
    apart = seen.position - centre
    eikonal = seen.path - cosines[0] * apart[0] - cosines[1] * apart[1] - ahead * apart[2]
    own = middle.path - middle.cosine * (middle.position - centre[..., 0])[1]
    return Cones(
        cosines,
        eikonal - own[..., None],
        seen.power * area,
        np.sqrt(seen.power / np.abs(a * d - b * c)),
        seen.transmission,
        _all_around(edge),
        closed & middle.found & seen.whole.all(axis=-1),
    )


def fan_places(lens: Scope, middle: Chiefs, points: np.ndarray, count: int) -> np.ndarray:
    """Places of launch of rays from edge to edge of each point's light, in the plane of y and z.

    Args:
        lens: looked through.
        middle: the chief rays of all points and wavelengths.
        points: of the object, ``[field]``.
        count: of rays, 2 or more.

    Returns:
        y, mm, ``[field, wavelength, ray]``.
    """
    shape = middle.place.shape
    wave, y = (
        np.broadcast_to(v, shape)[..., None] for v in (np.arange(shape[1]), np.asarray(points)[:, None])
    )
    start = np.stack([np.zeros(shape), middle.place])[..., None]
    sides = np.array([-1.0, 1.0]) / np.abs(middle.slope[1])[..., None]
    along = np.stack([np.zeros_like(sides), sides])
    reach, _, _ = _reach(lens, wave, y, start, along)
    low, high = np.moveaxis(middle.place[..., None] + reach * sides, -1, 0)
    return np.asarray(low[..., None] + (high - low)[..., None] * np.linspace(0.0, 1.0, count))


def _all_around(edge: np.ndarray) -> np.ndarray:
    """Rims anticlockwise from -y, from halves that run from +y over +x to -y."""
    mirrored = edge * np.array([-1.0, 1.0])[:, None, None, None]
    return np.concatenate([edge[..., :0:-1], mirrored[..., :-1]], axis=-1)


def _looked(lens: Scope, wave: np.ndarray, y: np.ndarray, place: np.ndarray) -> Seen:
    shape = place.shape[1:]
    waves, points = (np.broadcast_to(v, shape).ravel() for v in (wave, y))
    seen = lens.look(waves, points, place.reshape(2, -1))
    return Seen(*(v.reshape(*v.shape[:-1], *shape) for v in seen))


def _reach(
    lens: Scope, wave: np.ndarray, y: np.ndarray, start: np.ndarray, along: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How far light goes along lines from chief rays, its directions there, and whether rims are closed.

    Newton's method on the share of the fullest aperture, between a ray that passes and one that does not.
    """
    shape = along.shape[1:]
    every = (np.broadcast_to(v, shape).ravel() for v in (wave, y, start[1]))
    wave, y, middle = every
    along = along.reshape(2, -1)
    t, low, high = np.ones(len(y)), np.zeros(len(y)), np.full(len(y), np.inf)
    edge, touched = np.zeros((2, len(y))), np.zeros(len(y), bool)
    active = np.arange(len(y))
    for _ in range(LOOKS):
        way, at = along[:, active], t[active]
        seen = lens.look(wave[active], y[active], np.stack([way[0] * at, middle[active] + way[1] * at]))
        share, slope = seen.value[4], (seen.columns[4] * way).sum(axis=0)
        within = seen.whole & (share <= 1)
        touches = seen.whole & (np.abs(share - 1) <= FINE)
        edge[:, active] = np.where(within | touches, seen.value[:2], edge[:, active])
        touched[active] = seen.whole & (np.abs(share - 1) <= ROUGH)
        low[active] = np.where(within, np.maximum(at, low[active]), low[active])
        high[active] = np.where(within, high[active], np.minimum(at, high[active]))
        newton = at + (1 - share) / np.where(slope > 1e-9, slope, 1.0)
        trusted = seen.whole & (slope > 1e-9) & (newton > low[active]) & (newton < high[active])
        halfway = np.where(np.isinf(high[active]), at + 0.25, (low[active] + high[active]) / 2)
        narrow = high[active] - low[active] <= ROUGH
        t[active] = np.where(touches, at, np.where(trusted, newton, halfway))
        # Where a surface ends before its aperture, light ends between two rays.
        ends = narrow & ~touches & (low[active] > 0)
        t[active[ends]], touched[active[ends]] = low[active[ends]], True
        active = active[~touches & ~narrow]
        if not len(active):
            break
    closed = np.asarray(touched.reshape(shape).all(axis=-1))
    return t.reshape(shape), edge.reshape(2, *shape), closed

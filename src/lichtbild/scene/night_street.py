"""Night street: a wet road between houses, with lamps of three kinds, lit windows and signs.

The street is built of planes in metres: the road at height 0, a row of houses on each side, a house across
its end; the eye looks along it from 1.6 m. Each place's luminance is computed from the lamps' intensities,
I cos / d^2 / pi times reflectance, from the moon and from what shines itself, in cd/m2. The road mirrors what
stands above it by Schlick's form of Fresnel's law, stretched upright as by small waves. Shadows are left out,
and light that is reflected twice.

A street may be asked for by its *level*, the mean illuminance of its road, as EN 13201-2 tells a road's; all
its light, from the lamps' to the sky's, is then scaled by one factor, so that its contrasts stay.

Sources: C. Schlick, "An inexpensive BRDF model for physically-based rendering", Computer Graphics Forum 13,
233 (1994); EN 13201-2:2015, for how bright a lit road is (about 1 cd/m2).
"""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from os import cpu_count
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int

from lichtbild.colour.light import Light, level, named, of_function
from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm
from lichtbild.image.bands import FINE, Bands
from lichtbild.image.scene import Scene
from lichtbild.scene.frame import Frame

Samples = Float[np.ndarray, " sample"]
Kinds = Float[np.ndarray, "sample kind"]

_EYE: Final = 1.6
_HALF_WIDTH: Final = 7.0
_END: Final = 150.0
_LOT: Final = 12.0
_LAMP_HEIGHT: Final = 7.0
_LAMP_RADIUS: Final = 0.2
_POLE_RADIUS: Final = 0.07
_CELL: Final = (3.0, 3.2)
"""Width and height of the part of a house that has one window, m."""
_MOON_LUX: Final = 0.05
_MOON: Final = 3
_RED, _BLUE = 4, 5
_STEEPEST: Final = 0.035
"""Slope of the steepest waves on the road; flat ones are the most frequent."""
_WAVES: Final = 5
_BLOCK: Final = 1 << 18


@dataclass(frozen=True, eq=False)
class Street:
    """What stands along a street, drawn from a seed; sides are 0 for left and 1 for right.

    Attributes:
        height: of each house, m, ``[side, lot]``.
        facade: reflectance of each house.
        window: luminance of each window, cd m^-2, 0 where dark, ``[side, cell, floor]``.
        window_kind: which light a window has.
        sign: cell along the street of each side's signs, ``[side, sign]``.
        lamp: x, distance (m) and intensity (cd) of each lamp, ``[lamp, 3]``.
        lamp_kind: which light a lamp has.
        phase: of the road's wetness.
    """

    height: Float[np.ndarray, "2 lot"]
    facade: Float[np.ndarray, "2 lot"]
    window: Float[np.ndarray, "2 cell floor"]
    window_kind: Int[np.ndarray, "2 cell floor"]
    sign: Int[np.ndarray, "2 sign"]
    lamp: Float[np.ndarray, "lamp 3"]
    lamp_kind: Int[np.ndarray, " lamp"]
    phase: Float[np.ndarray, " wave"]


def night_street(
    frame: Frame,
    seed: int,
    *,
    lux: float | None = None,
    lamp: Light | None = None,
    bands: Bands = FINE,
    samples: int = 2,
) -> Scene:
    """A street at night, from about 0.001 to 10000 cd m^-2, with the distance of each place.

    Args:
        frame: where it lies; its depth is not used.
        seed: 0 or more, of the houses; the same gives the same bytes.
        lux: mean illuminance of the road that all light is scaled to; None leaves the lamps as they are,
            which comes to 6 or 7.
        lamp: that all street lamps are, in the same bands; None leaves them sodium, LED and halogen.
        bands: of the spectra.
        samples: along each side of a pixel, 1 or more.

    Raises:
        BadInput: the seed, the illuminance or the number of samples lie outside of their ranges.
    """
    if seed < 0 or samples < 1:
        raise BadInput(f"a street has a seed of 0 or more and 1 sample or more, not {seed} and {samples}")
    factor = 1.0 if lux is None else level(lux, "lux") / road_lux(built(seed))
    street, spot = built(seed), max(frame.pixel) / samples
    lights = lights_of(bands)
    if lamp is not None:
        street = replace(street, lamp_kind=np.zeros_like(street.lamp_kind))
        lights = (lamp, *lights[1:])
    weights = np.zeros((frame.rows, frame.columns, len(lights)), np.float32)
    depth = np.empty((frame.rows, frame.columns), np.float32)
    shift = (np.arange(samples) + 0.5) / samples - 0.5
    step = max(1, _BLOCK // frame.columns)

    def draw(top: int) -> None:
        rows = slice(top, min(top + step, frame.rows))
        for down in shift * frame.pixel[0]:
            for right in shift * frame.pixel[1]:
                y, x = np.meshgrid(frame.y[rows] - down, frame.x + right, indexing="ij")
                seen, distance = _looked(street, x.ravel(), y.ravel(), spot)
                weights[rows] += seen.reshape(*x.shape, -1)
        depth[rows] = 1000 * distance.reshape(x.shape)

    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        list(pool.map(draw, range(0, frame.rows, step)))
    weights /= np.float32(samples**2)
    spectra = np.stack([light.photons(factor) for light in lights])
    # There is no one white under several lamps. Cameras take one about here, and sodium stays amber.
    white = (named("3200 K", bands.edges) if lamp is None else lamp).photons(1.0)
    return Scene(weights, spectra, bands, frame.size, depth, white=white, name="night street")


def lights_of(bands: Bands) -> tuple[Light, ...]:
    """The street's lights: sodium, white LED, halogen, moon, and a red and a blue sign."""

    def line(middle: float) -> Light:
        return of_function(
            f"{middle:g} nm sign", lambda at: np.exp(-(((at - nm(middle)) / nm(12)) ** 2)), bands.edges
        )

    names = ("HP1", "LED-B3", "2900 K", "4100 K")
    return (*(named(name, bands.edges) for name in names), line(635), line(468))


def built(seed: int) -> Street:
    """The street of a seed."""
    rng = np.random.default_rng(seed)
    lots, cells, floors = math.ceil(_END / _LOT) + 1, math.ceil(_END / _CELL[0]) + 1, 8
    height = _CELL[1] * rng.integers(3, 7, (2, lots)) + 1.0
    window = np.exp(rng.uniform(math.log(2), math.log(60), (2, cells, floors)))
    window[rng.random(window.shape) > 0.35] = 0.0
    distance = 14.0 + 24.0 * np.arange(6)
    x = np.where(np.arange(6) % 2, 5.0, -5.0)
    lamp = np.stack([x, distance, rng.uniform(900, 1600, 6)], axis=1)
    return Street(
        height,
        rng.uniform(0.12, 0.4, (2, lots)),
        window,
        rng.choice([1, 2, 2], window.shape),
        rng.choice(np.arange(3, 16), (2, 3), replace=False),
        lamp,
        (np.arange(6) + int(rng.integers(3))) % 3,
        rng.uniform(0, 2 * math.pi, 4),
    )


def road_lux(street: Street) -> float:
    """Mean illuminance of a street's road, by its lamps and the moon."""
    across, along = (np.arange(-_HALF_WIDTH + 0.25, _HALF_WIDTH, 0.5), np.arange(0.25, _END, 0.5))
    x, distance = (axis.ravel() for axis in np.meshgrid(across, along))
    return float(_lit(street, (x, np.zeros_like(x), distance), (0.0, 1.0, 0.0)).sum(axis=1).mean())


def _looked(street: Street, x: Samples, y: Samples, spot: float) -> tuple[Kinds, Samples]:
    """Luminance in each light along directions, and distance along the axis, m."""
    eye = np.full_like(x, _EYE)
    seen, distance = _above(street, x, y, eye, spot)
    on_road = (y < 0) & (-y * distance > _EYE)
    if on_road.any():
        seen[on_road], distance[on_road] = _road(street, x[on_road], y[on_road], spot)
    _hang_lamps(street, (x, y, eye), distance, seen, spot)
    return seen, distance


def _road(street: Street, x: Samples, y: Samples, spot: float) -> tuple[Kinds, Samples]:
    """The road: dull asphalt, and a mirror where it is wet."""
    distance = -_EYE / y
    across = x * distance
    first, second, third, fourth = street.phase
    waves = np.sin(0.9 * across + first) * np.sin(0.35 * distance + second)
    waves += 0.5 * np.sin(2.3 * across + 0.8 * distance + third) * np.sin(0.9 * distance + fourth)
    wet = np.clip(0.55 + 0.5 * waves, 0.05, 1.0)
    seen = 0.08 / math.pi * _lit(street, (across, np.zeros_like(x), distance), (0.0, 1.0, 0.0))
    steep = -y / np.sqrt(1 + x * x + y * y)
    mirror = wet * (0.02 + 0.98 * (1 - steep) ** 5)
    grain = _grain(x, y)
    for wave in range(_WAVES):
        slope = 2 * (wave + grain) / _WAVES - 1
        up = np.maximum(-y + 2 * _STEEPEST * slope * np.abs(slope), 1e-4)
        # The mirrored ray leaves the road here, as if it came from an eye below.
        eye = -up * distance
        above, reach = _above(street, x, up, eye, spot)
        _hang_lamps(street, (x, up, eye), reach, above, spot)
        seen += (mirror / _WAVES)[:, None] * above
    return seen, distance


def _grain(x: Samples, y: Samples) -> Samples:
    """A number of 0 to 1 for each direction, as good as random, by whole numbers: mirrored lamps sparkle."""
    bits = (x * 2**24).astype(np.int64).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    bits ^= (y * 2**24).astype(np.int64).astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    bits = (bits ^ (bits >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return np.asarray((bits >> np.uint64(40)) / 2.0**24)


def _above(street: Street, x: Samples, y: Samples, eye: Samples, spot: float) -> tuple[Kinds, Samples]:
    """Houses and sky along directions from an eye; what is below the road counts as house."""
    beside = _HALF_WIDTH / np.maximum(np.abs(x), _HALF_WIDTH / _END)
    at_end = beside >= _END * (1 - 1e-9)
    up = eye + y * beside
    side = (x > 0).astype(int)
    lot = np.minimum((beside / _LOT).astype(int), street.height.shape[1] - 1)
    house = up < street.height[side, lot]
    seen = np.zeros((x.size, 6))
    glow = np.exp(-6 * np.maximum(y, 0.0))
    seen[:, _MOON] = np.where(house, 0.0, 0.0008 + 0.001 * glow)
    seen[:, 0] = np.where(house, 0.0, 0.004 * glow)
    if house.any():
        place = (x[house] * beside[house], up[house], beside[house])
        seen[house] = _facade(street, place, side[house], lot[house], at_end[house])
    return seen, np.where(house, beside, np.inf)


def _facade(
    street: Street,
    place: tuple[Samples, Samples, Samples],
    side: Int[np.ndarray, " sample"],
    lot: Int[np.ndarray, " sample"],
    at_end: Bool[np.ndarray, " sample"],
) -> Kinds:
    """Walls in the lamps' light, windows and signs."""
    across, up, distance = place
    inward = np.where(side == 1, -1.0, 1.0)
    wall = _lit(street, place, (np.where(at_end, 0.0, inward), 0.0, np.where(at_end, -1.0, 0.0)))
    along = np.where(at_end, across + _HALF_WIDTH, distance) / _CELL[0]
    floor_at = np.maximum(up, 0.0) / _CELL[1]
    cell = np.minimum(along.astype(int), street.window.shape[1] - 1)
    floor = np.minimum(floor_at.astype(int), street.window.shape[2] - 1)
    glass = (np.abs(along % 1 - 0.5) < 0.27) & (np.abs(floor_at % 1 - 0.55) < 0.27)
    reflectance = np.where(glass, 0.03, street.facade[side, lot])
    # Courses between the floors are a little darker.
    reflectance = np.where(floor_at % 1 < 0.05, 0.6 * reflectance, reflectance)
    seen = np.asarray(wall * (reflectance / math.pi)[:, None])
    shine = np.where(glass, street.window[side, cell, floor], 0.0)
    # A curtain: brighter at the top.
    seen[np.arange(len(shine)), street.window_kind[side, cell, floor]] += shine * (0.6 + 0.5 * (floor_at % 1))
    sign = (street.sign[side] == cell[:, None]).any(axis=1) & (np.abs(up - 3.2) < 0.35) & ~at_end
    seen[sign, np.where(cell[sign] % 2, _RED, _BLUE)] += 120.0
    return seen


def _lit(street: Street, place: tuple[Samples, Samples, Samples], normal: tuple[object, ...]) -> Kinds:
    """Illuminance of a surface by each light, lux."""
    lux = np.zeros((place[0].size, 6))
    lux[:, _MOON] = _MOON_LUX
    for (x, distance, intensity), kind in zip(street.lamp, street.lamp_kind, strict=True):
        way = (x - place[0], _LAMP_HEIGHT - place[1], distance - place[2])
        square = way[0] ** 2 + way[1] ** 2 + way[2] ** 2
        facing = sum(np.asarray(n) * w for n, w in zip(normal, way, strict=True))
        # A lamp's housing keeps light from going up.
        down = np.clip(0.1 + 0.9 * way[1] / np.sqrt(square), 0.02, 1.0)
        lux[:, kind] += intensity * down * np.maximum(facing, 0.0) / square**1.5
    return lux


def _hang_lamps(
    street: Street, rays: tuple[Samples, Samples, Samples], reach: Samples, seen: Kinds, spot: float
) -> None:
    """Put the lamps and their poles before what is farther, nearest last, into what is seen and its reach."""
    x, y, eye = rays
    for index in np.argsort(-street.lamp[:, 1]):
        across, distance, intensity = street.lamp[index]
        before = distance < reach
        up = eye + y * distance
        pole = before & (np.abs(x * distance - across) < max(_POLE_RADIUS, spot * distance / 4))
        pole &= (up > 0) & (up < _LAMP_HEIGHT)
        seen[pole] = 0.0
        seen[pole, _MOON] = _MOON_LUX * 0.1
        # A lamp smaller than a sample is drawn as large as one, with as much light.
        radius = max(_LAMP_RADIUS, 0.75 * spot * distance)
        lamp = before & ((x * distance - across) ** 2 + (up - _LAMP_HEIGHT) ** 2 < radius**2)
        seen[lamp] = 0.0
        seen[lamp, street.lamp_kind[index]] = intensity / (math.pi * radius**2)
        reach[pole | lamp] = distance

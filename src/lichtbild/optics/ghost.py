"""Ghost: light that two surfaces reflect on its way, and that reaches the sensor all the same.

For each pair i < j light goes on to surface j, back to surface i and on again, the sensor being one of those
that reflect. Such a way is a train whose rows are taken in that order, so that the tracer is the one of all
other analyses. Rays flood the first surface and apertures cut off what they cut off, in the direct image too,
which everything is measured against. Each reflection takes the mean of both polarisations.

What an aperture cuts off changes by whole rays: gradients know what surfaces reflect and where rays land, not
how many of them an aperture stops.

Source: Sheehan, Ghost image analysis, chapter 8 in Fischer, Tadic-Galeb and Yoder, Optical System Design (2nd
ed., 2008), for the terms.
"""

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics.aim import sights
from lichtbild.optics.disc import Disc, square
from lichtbild.optics.launch import Beam
from lichtbild.optics.lens import Lens
from lichtbild.optics.medium import Air
from lichtbild.optics.meridian import Meridian, follow, meridian
from lichtbild.optics.paraxial import paraxial_rays
from lichtbild.optics.pytree import register
from lichtbild.optics.sag import sag_and_slopes
from lichtbild.optics.trace import Rays, Status, trace_through
from lichtbild.optics.train import Train
from lichtbild.optics.transmission import Losses, absorbed, losses, reflectances

SENSOR = 0.05
"""Reflectance of a sensor where nothing else is known: its cover and its silicon between the microlenses."""


@register
@dataclass(frozen=True)
class Ways:
    """The ways of light that two surfaces reflect, filled up with the image surface to one length.

    Args:
        pair: the surface that reflects first and the one before it that reflects next, ``[way, 2]``; the
            sensor has the number after the last surface.
        surface: which one light meets, ``[way, step]``.
        back: whether it runs against the lens there, ``[way, step]``.
        bounce: whether it is reflected there, ``[way, step]``.
    """

    pair: Any
    surface: Any
    back: Any
    bounce: Any


@register
@dataclass(frozen=True)
class Ghosts:
    """All two-bounce ghosts of a lens.

    Args:
        pair: the surface that reflects first and the one that reflects next, ``[ghost, 2]``.
        focus: paraxially, from the image surface to where the ghost is sharp, mm, ``[ghost]``.
        paraxial_radius: of its patch of light on the sensor, for a point on the axis, mm, ``[ghost]``.
        power: in parts of the direct image's power, ``[ghost, field]``.
        centre: of the patch on the sensor, ``[2, ghost, field]``, mm.
        radius: of an even disc as spread out as the patch, mm, ``[ghost, field]``; 0 without light.
        irradiance: power over the area of an ellipse as spread out as the patch, 1 / mm^2.
    """

    pair: Array
    focus: Array
    paraxial_radius: Array
    power: Array
    centre: Array
    radius: Array
    irradiance: Array


@register
@dataclass(frozen=True)
class Landing:
    """Rays of ghosts on the sensor.

    Args:
        place: x and y, ``[2, ghost, field, wavelength, ray]``, mm.
        power: in parts of the direct image's power, all wavelengths together, ``[ghost, f, w, ray]``.
    """

    place: Array
    power: Array


def ways(lens: Lens) -> Ways:
    """The ways through a lens with two reflections, between surfaces that reflect at all."""
    last = len(lens.surfaces)
    reflects = [index for index in range(last) if _reflects(lens, index)]
    pairs = [(j, i) for i, j in combinations([*reflects, last], 2)]
    steps = 3 * last + 1
    surface = np.full((len(pairs), steps), last)
    back, bounce = np.zeros(surface.shape, bool), np.zeros(surface.shape, bool)
    for way, (j, i) in enumerate(pairs):
        order = [*range(j + 1), *range(j - 1, i - 1, -1), *range(i + 1, last + 1)]
        surface[way, : len(order)] = order
        back[way, j + 1 : 2 * j - i + 1] = True
        bounce[way, [j, 2 * j - i]] = True
    return Ways(np.array(pairs).reshape(-1, 2), surface, back, bounce)


def _reflects(lens: Lens, index: int) -> bool:
    """Whether a surface can make a ghost: a mirror's light is no ghost, and a stop in air reflects none."""
    surface = lens.surfaces[index]
    in_air = all(isinstance(gap.medium, Air) for gap in lens.gaps[index : index + 2])
    return not surface.mirror and (surface.coating is not None or not in_air)


def ghosts(
    lens: Lens, wavelengths: Any = None, *, sensor_reflectance: Any = SENSOR, across: int = 24
) -> Ghosts:
    """All ghosts that two reflections make of the lens's field points.

    Args:
        lens: whose surfaces have semi-apertures (`lichtbild.optics.apertures` finds them).
        wavelengths: mm, ``[wavelength]``; by default the lens's own, with its weights.
        sensor_reflectance: of the image surface.
        across: rays across the first surface.
    """
    landing = land(lens, wavelengths, sensor_reflectance=sensor_reflectance, disc=square(across))
    power = jnp.sum(landing.power, axis=(-2, -1))
    share = landing.power / jnp.maximum(power, TINY)[..., None, None]
    centre = jnp.sum(share * landing.place, axis=(-2, -1))
    x, y = landing.place - centre[..., None, None]
    xx, xy, yy = (jnp.sum(share * product, axis=(-2, -1)) for product in (x * x, x * y, y * y))
    # A disc of radius r has a variance of r^2 / 4 along any line through its middle.
    area = 4 * jnp.pi * jnp.sqrt(jnp.maximum(xx * yy - xy * xy, TINY**2))
    spread = jnp.where(xx + yy > 0, xx + yy, 1.0)
    focus, paraxial_radius = paraxial_ghosts(lens)
    return Ghosts(
        pair=jnp.asarray(ways(lens).pair),
        focus=focus,
        paraxial_radius=paraxial_radius,
        power=power,
        centre=centre,
        radius=jnp.where(xx + yy > 0, jnp.sqrt(2 * spread), 0.0),
        irradiance=power / jnp.maximum(area, SMALLEST),
    )


TINY = 1e-30
SMALLEST = 1e-8
"""Area of a ghost in focus, mm^2: a tenth of a micrometre across."""


def worst(found: Ghosts, count: int = 10) -> np.ndarray:
    """Numbers of the ghosts that are brightest on the sensor at any field point, the brightest first."""
    return np.argsort(-np.max(np.asarray(found.irradiance), axis=1))[:count]


def land(lens: Lens, wavelengths: Any = None, *, sensor_reflectance: Any = SENSOR, disc: Disc) -> Landing:
    """Where the rays of each ghost land, and what they bring.

    Args:
        lens: as of `ghosts`.
        wavelengths: as of `ghosts`.
        sensor_reflectance: of the image surface.
        disc: points over the first surface.
    """
    weights = jnp.asarray(lens.weights, float) if wavelengths is None else jnp.ones(len(wavelengths))
    aims = sights(lens, None, wavelengths)
    narrowest = jnp.minimum(aims.train.semi_aperture[aims.stop], aims.radius)
    surfaces = replace(aims.train, semi_aperture=aims.train.semi_aperture.at[aims.stop].set(narrowest))
    waves = None if wavelengths is None else jnp.asarray(wavelengths, float)[:, None]
    seen = losses(lens, waves, sensor_reflectance=sensor_reflectance)
    rays, area = flood(surfaces, aims.light, disc)
    place, power = _landed(_with_direct(ways(lens)), surfaces, seen, rays, area * weights[:, None])
    return Landing(place, power)


@jax.jit
def flood(surfaces: Train, light: Beam, disc: Disc) -> tuple[Rays, Array]:
    """Rays of each object point over the whole first surface, and the power of each ray's element.

    Args:
        surfaces: the first of which has a semi-aperture.
        light: of the object points, ``[..., field, 1, 1]``.
        disc: points over the first surface.

    Returns:
        Rays ``[3, field, 1, ray]`` that start on the first surface; areas of the beam's cross-section for a
        far object (mm^2), solid angles times cosines for a near one, ``[field, 1, ray]``.
    """
    first = surfaces.rows(0)
    x, y = jnp.asarray(disc.points) * first.semi_aperture
    z, z_x, z_y = sag_and_slopes(first.shape, x, y)
    place = jnp.stack([x, y, z])[:, None, None]
    ahead = jnp.where(light.far, light.middle + 0 * place, place - light.source)
    squared = jnp.sum(ahead**2, axis=0)
    direction = ahead / jnp.sqrt(squared)
    facing = jnp.maximum(direction[2] - z_x * direction[0] - z_y * direction[1], 0.0)
    weaker = jnp.where(light.far, 1.0, direction[2] / squared)  # a flat object sends light by the cosine
    area = facing * weaker * jnp.asarray(disc.weights) * first.semi_aperture**2
    return Rays(jnp.broadcast_to(place, direction.shape), direction), area


def _with_direct(along: Ways) -> Ways:
    """The ways, and after them the one without reflections."""
    last, steps = int(along.surface.max(initial=0)), along.surface.shape[1]
    straight = np.minimum(np.arange(steps), last)[None]
    no = np.zeros(straight.shape, bool)
    return Ways(
        np.concatenate([along.pair, [[-1, -1]]]),
        np.concatenate([along.surface, straight]),
        np.concatenate([along.back, no]),
        np.concatenate([along.bounce, no]),
    )


@jax.jit
def _landed(along: Ways, surfaces: Train, seen: Losses, rays: Rays, area: Array) -> tuple[Array, Array]:
    """Where the rays of all ways but the last land, and their power in parts of what arrives by the last."""

    @jax.checkpoint  # a gradient keeps the rays of one ghost at a time
    def landed(way: Ways) -> tuple[Array, Array]:
        place, share = _arriving(way, surfaces, seen, rays)
        return place, area * share

    place, power = jax.lax.map(landed, jax.tree.map(jnp.asarray, along))
    whole = jnp.sum(power[-1], axis=(-2, -1), keepdims=True)
    return jnp.moveaxis(place[:-1], 1, 0), power[:-1] / jnp.maximum(whole, TINY)


def _arriving(way: Ways, surfaces: Train, seen: Losses, rays: Rays) -> tuple[Array, Array]:
    """Where rays land that go one way, ``[2, ...]``, and the share of their power that arrives."""
    surfaces, seen = _taken(way, surfaces, seen)
    passage = trace_through(surfaces, rays)
    reflected = reflectances(surfaces, seen, passage.cosine)
    rank = (-1, *([1] * (reflected.ndim - 1)))
    share = jnp.prod(jnp.where(surfaces.mirror.reshape(rank), reflected, 1 - reflected), axis=0)
    share = share * jnp.exp(-absorbed(surfaces, seen, passage.path))
    wide = jnp.sum(passage.place**2, axis=1) > (surfaces.semi_aperture**2).reshape(rank)
    arrives = (passage.status == Status.PASSED) & ~jnp.any(wide, axis=0)
    return passage.position[-1, :2], jnp.where(arrives, share, 0.0)


def _taken(way: Ways, surfaces: Train, seen: Losses) -> tuple[Train, Losses]:
    """Surfaces and losses in the order of one way; the sensor takes all light that it does not throw back."""
    end = (way.surface == len(surfaces) - 1) & ~way.bounce
    taken, lost = surfaces.rows(way.surface), seen.rows(way.surface)
    back = way.back.reshape(-1, *([1] * (taken.before.ndim - 1)))
    taken = replace(
        taken,
        before=jnp.where(back, taken.after, taken.before),
        after=jnp.where(back, taken.before, taken.after),
        mirror=taken.mirror | way.bounce,
    )
    lost = replace(
        lost,
        coated=jnp.where(end.reshape(back.shape), 0.0, lost.coated),
        before=jnp.where(back, lost.after, lost.before),
        after=jnp.where(back, lost.before, lost.after),
    )
    return taken, lost


def paraxial_ghosts(lens: Lens) -> tuple[Array, Array]:
    """Where each ghost is sharp, from the image surface, and the radius of its patch there, mm.

    By the paraxial marginal ray of the primary wavelength: ``-y / u`` and ``|y|`` on the image surface,
    whatever apertures would make of it.
    """
    marginal = paraxial_rays(lens).marginal
    height, slope = _followed(ways(lens), meridian(lens), marginal.height[0], marginal.slope[0])
    return -height / jnp.where(slope == 0, TINY, slope), jnp.abs(height)


@jax.jit
def _followed(along: Ways, through: Meridian, height: Array, slope: Array) -> tuple[Array, Array]:
    """Height on the image surface and slope there of a paraxial ray, for each way."""
    curvature = jnp.append(through.curvature, 0.0)
    place = jnp.cumsum(through.thickness.at[0].set(0.0))
    index = jnp.append(through.index, through.index[-1])

    def one(way: Ways) -> tuple[Array, Array]:
        turned = jnp.cumsum(way.bounce) % 2 == 1
        sign = jnp.where(turned, -1.0, 1.0)
        behind = sign * index[jnp.where(turned, way.surface, way.surface + 1)]
        distance = jnp.diff(place[way.surface], append=place[-1])
        ray = follow(
            Meridian(
                curvature[way.surface],
                jnp.concatenate([through.index[:1], behind]),
                jnp.concatenate([through.thickness[:1], distance]),
            ),
            height,
            slope,
        )
        return ray.height[-1], ray.slope[-1]

    return jax.vmap(one)(jax.tree.map(jnp.asarray, along))


def ghost_map(landing: Landing, field: int, *, half_width: float, pixels: int = 101) -> Array:
    """Irradiance of all ghosts of one field point over a square of the sensor, ``[row, column]``, 1 / mm^2.

    In parts of the direct image's power; the first row lies at the least y. Each ray's power is shared out
    among the four pixels around it, so that the map has a gradient.

    Args:
        landing: of the rays.
        field: number of the field point.
        half_width: of the square about the axis, mm.
        pixels: along a side.
    """
    side = 2 * half_width / pixels
    x, y = ((landing.place[axis, :, field] + half_width) / side - 0.5 for axis in (0, 1))
    power = landing.power[:, field] / side**2
    column, line = jnp.floor(x), jnp.floor(y)
    canvas = jnp.zeros((pixels, pixels))
    for right in (0, 1):
        for up in (0, 1):
            share = jnp.abs(1 - right - (x - column)) * jnp.abs(1 - up - (y - line))
            at = (line + up).astype(int), (column + right).astype(int)
            inside = (at[0] >= 0) & (at[1] >= 0)  # a negative number would count from the other end
            canvas = canvas.at[at].add(jnp.where(inside, share * power, 0.0), mode="drop")
    return canvas

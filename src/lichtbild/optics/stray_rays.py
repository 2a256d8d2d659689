"""Stray rays: the ghosts of a lens as rays on its sensor, in numbers that light of any direction is made of.

Around the axis all is alike: sources lie up one radius, and rays fill one half of the first surface. Rays run
at the middle wavelength (a ghost's place hardly depends on colour); what surfaces reflect and pass is told at
several wavelengths, along the axis.

The default coating's residual of 0.5 % is an estimate: about what makers of broadband coatings warrant on
average over the visible (Edmund Optics, "VIS-EXT", from memory); what a phone lens carries is not published.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from math import isinf, pi
from os import cpu_count

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm
from lichtbild.image.stray_response import GhostRays
from lichtbild.optics.aim import Sights, sights
from lichtbild.optics.disc import Disc
from lichtbild.optics.ghost import SENSOR, TINY, flood, land, ways
from lichtbild.optics.lens import FieldPoint, Lens
from lichtbild.optics.medium import Air
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.surface import Coating
from lichtbild.optics.trace import Status, trace_through
from lichtbild.optics.train import train
from lichtbild.optics.transmission import Losses, fresnel, losses, transmission

RESIDUAL = 0.005
"""Reflectance of a broadband coating against reflections (estimated; see the module)."""

FINE = 96
"""Rays across the first surface for the direct light."""

AT_ONCE = 4
"""Fields that are traced together: compiled once, few enough to stay near the processor."""


def antireflection(lens: Lens, residual: float = RESIDUAL) -> Lens:
    """The lens with a broadband coating on every bare surface between a medium and air.

    Coatings that the lens names stay; so do cemented surfaces, which reflect little.

    Args:
        lens: any.
        residual: reflectance at all wavelengths and angles, 0 to 1.

    Raises:
        BadInput: the residual lies outside of that.
    """
    if not 0 <= residual <= 1:
        raise BadInput(f"a coating reflects 0 to 1 of the light, not {residual:g}; 0.005 is usual")
    coating = Coating((nm(400), nm(700)), (residual, residual), "broadband (estimated)")
    surfaces = []
    for index, surface in enumerate(lens.surfaces):
        airs = sum(isinstance(gap.medium, Air) for gap in lens.gaps[index : index + 2])
        bare = airs == 1 and surface.coating is None and not surface.mirror
        surfaces.append(replace(surface, coating=coating) if bare else surface)
    return replace(lens, surfaces=tuple(surfaces))


def ghost_rays(
    lens: Lens,
    tangents: np.ndarray,
    wavelengths: np.ndarray,
    *,
    sensor_reflectance: float = SENSOR,
    across: int = 12,
) -> GhostRays:
    """All two-bounce ghosts of a lens as rays.

    Args:
        lens: of revolution, with semi-apertures and coatings.
        tangents: of the sources from the entrance pupil, increasing from 0, as many as a multiple of 4.
        wavelengths: at which tints are told, mm, increasing; rays run between the first and the last.
        sensor_reflectance: of the image surface.
        across: rays across the first surface, even.

    Raises:
        BadInput: numbers of sources or rays that are none of these.
    """
    if len(tangents) % AT_ONCE or across % 2 or across < 4:
        raise BadInput(
            f"{len(tangents)} fields and {across} rays across: give a multiple of {AT_ONCE} of fields and an "
            "even number of rays from 4 on"
        )
    wave = float(wavelengths[0] + wavelengths[-1]) / 2
    (held, disc), (_, fine) = _half_disc(across), _half_disc(FINE)

    def landed(first: int) -> tuple[np.ndarray, np.ndarray]:
        some = _sources(lens, tangents[first : first + AT_ONCE])
        found = land(some, [wave], sensor_reflectance=sensor_reflectance, disc=disc)
        whole, better = _direct(some, wave, (disc, fine))
        # Few rays tell ghosts in parts of the direct light well, but not how much that is.
        power = np.where((whole > 0) & (better > 0), better, np.maximum(whole, TINY))
        return np.asarray(found.place[:, :, :, 0]), np.asarray(found.power[:, :, 0]) * power[:, None]

    starts = range(0, len(tangents), AT_ONCE)
    parts = [landed(0)]  # compiles
    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        parts += pool.map(landed, starts[1:])
    place = np.moveaxis(np.concatenate([part[0] for part in parts], axis=2), 0, -1)
    power = np.concatenate([part[1] for part in parts], axis=1) * _seen(lens, tangents)[:, None]
    place = np.where((power > 0)[..., None], place, 0.0)
    return GhostRays(
        pair=np.asarray(ways(lens).pair),
        tangent=tangents,
        place=place.astype(np.float32),
        reach=_reach(place, power > 0, held).astype(np.float32),
        power=power.astype(np.float32),
        shift=_shift(place, power > 0).astype(np.float32),
        tint=_tint(lens, wavelengths, wave, sensor_reflectance),
        wavelength=wavelengths,
    )


def _sources(lens: Lens, tangents: np.ndarray) -> Lens:
    """The lens with sources up one radius."""
    if isinf(float(lens.object_distance)):
        points = tuple(FieldPoint(0.0, float(angle)) for angle in np.arctan(tangents))
        return replace(lens, fields=points, field_kind="angle", configurations=())
    points = tuple(FieldPoint(0.0, float(-tangent * _distance(lens))) for tangent in tangents)
    return replace(lens, fields=points, field_kind="object height", configurations=())


def _distance(lens: Lens) -> float:
    """From a near object to the entrance pupil, mm."""
    return float(lens.object_distance + first_order(lens).entrance_pupil)


def _seen(lens: Lens, tangents: np.ndarray) -> np.ndarray:
    """Solid angle (of a near object area) by area in tangents."""
    if isinf(float(lens.object_distance)):
        return np.asarray((1 + tangents**2) ** -1.5)
    return np.full(len(tangents), _distance(lens) ** 2)


def _half_disc(across: int) -> tuple[np.ndarray, Disc]:
    """Those of a square's cells at x > 0 that lie in the unit disc, ``[y, x]``, and the half disc of them."""
    side = (2 * np.arange(across) + 1) / across - 1
    x, y = np.meshgrid(side[across // 2 :], side)
    held = x * x + y * y <= 1
    return held, Disc(np.stack([x[held], y[held]]), np.full(held.sum(), pi / 2 / held.sum()))


def _direct(lens: Lens, wave: float, discs: tuple[Disc, ...]) -> list[np.ndarray]:
    """What arrives of each source without reflections, by the rays of each disc, mm^2, ``[field]``."""
    waves = jnp.asarray([wave])
    bare = replace(lens, image=replace(lens.image, coating=None))
    points, areas = [disc.points for disc in discs], [disc.weights for disc in discs]
    every = Disc(np.concatenate(points, axis=1), np.concatenate(areas))
    arrives = np.asarray(_arriving(sights(lens, None, waves), losses(bare, waves[:, None]), every))
    ends = np.cumsum([0, *(disc.points.shape[-1] for disc in discs)])
    return [arrives[..., a:b].sum(axis=(-2, -1)) for a, b in pairwise(ends)]


@jax.jit
def _arriving(aims: Sights, seen: Losses, disc: Disc) -> Array:
    """What arrives of each ray over the first surface, mm^2, ``[field, 1, ray]``."""
    narrowest = jnp.minimum(aims.train.semi_aperture[aims.stop], aims.radius)
    surfaces = replace(aims.train, semi_aperture=aims.train.semi_aperture.at[aims.stop].set(narrowest))
    rays, area = flood(surfaces, aims.light, disc)
    passage = trace_through(surfaces, rays)
    wide = jnp.sum(passage.place**2, axis=1) > (surfaces.semi_aperture**2).reshape(-1, 1, 1, 1)
    arrives = (passage.status == Status.PASSED) & ~jnp.any(wide, axis=0)
    return jnp.where(arrives, area * transmission(surfaces, seen, passage), 0.0)


def _reach(place: np.ndarray, arrives: np.ndarray, held: np.ndarray) -> np.ndarray:
    """How far the next rays land, the mean of both sides where both arrive, ``[..., ray, direction, xy]``."""
    shape = (*place.shape[:2], *held.shape)
    spots, there = np.zeros((*shape, 2)), np.zeros(shape, bool)
    spots[:, :, held], there[:, :, held] = place, arrives
    # Over the line x = 0 lie the mirror images of the first column.
    spots = np.concatenate([spots[..., :1, :] * [-1.0, 1.0], spots], axis=3)
    there = np.concatenate([there[..., :1], there], axis=3)
    found = []
    for axis in (3, 2):
        step = np.diff(spots, axis=axis)
        both = np.take(there, range(1, there.shape[axis]), axis) & np.take(
            there, range(there.shape[axis] - 1), axis
        )
        edge = np.zeros((*np.take(there, [0], axis).shape, 2))
        weight = both[..., None].astype(float)
        none = edge[..., :1]
        before = np.concatenate([edge, step * weight], axis=axis)
        after = np.concatenate([step * weight, edge], axis=axis)
        sides = np.concatenate([none, weight], axis=axis) + np.concatenate([weight, none], axis=axis)
        found.append(((before + after) / np.maximum(sides, 1))[:, :, :, 1:][:, :, held])
    return np.stack(found, axis=-2)


def _shift(place: np.ndarray, arrives: np.ndarray) -> np.ndarray:
    """Mean step up to the next field of rays that arrive from both, ``[ghost, field]``.

    Where none does, a patch comes or goes, and moves as it does beside.
    """
    both = arrives[:, 1:] & arrives[:, :-1]
    count = np.pad(both.sum(axis=2), ((0, 0), (1, 2)))
    step = np.sum(np.diff(place[..., 1], axis=1) * both, axis=2)
    step = np.pad(step, ((0, 0), (1, 2))) / np.maximum(count, 1)
    beside = np.where(count[:, :-2] > 0, step[:, :-2], step[:, 2:])
    return np.asarray(np.where(count[:, 1:-1] > 0, step[:, 1:-1], beside))


def _tint(lens: Lens, wavelengths: np.ndarray, wave: float, sensor_reflectance: float) -> np.ndarray:
    """Power of each ghost at wavelengths over that at one, along the axis, ``[ghost, wave]``."""
    waves = jnp.asarray(np.append(wavelengths, wave))[:, None]
    met, lost = train(lens, waves), losses(lens, waves, sensor_reflectance=sensor_reflectance)
    bare = lost.bare[:, None, None] * fresnel(jnp.ones_like(met.before), met.before, met.after)
    reflected = np.asarray(lost.coated + bare)[..., 0]
    passed = np.log1p(-np.minimum(reflected[:-1], 1 - 1e-12))
    thick = np.array([abs(float(gap.thickness)) for gap in lens.gaps[1:]])
    through = np.exp(passed.sum(axis=0) - thick @ np.asarray(lost.after)[: len(thick), :, 0])
    first, second = np.asarray(ways(lens).pair).T
    power = np.maximum(reflected[first] * reflected[second], TINY) * through
    return np.asarray(power[:, :-1] / power[:, -1:])

"""Scope: a lens made ready to be looked through, its rays traced by one compiled function.

Rays go through a block at a time. The block's shape depends on the lens's structure alone, so that it is
compiled once whatever the fields, the wavelengths, the distance and the numbers of the lens.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics.aim import sights
from lichtbild.optics.continuation import jacobian
from lichtbild.optics.glass import internal_transmittance
from lichtbild.optics.launch import beam, density, launched
from lichtbild.optics.lens import FieldPoint, Lens
from lichtbild.optics.trace import Status, trace_through
from lichtbild.optics.train import Train
from lichtbild.optics.transmission import Losses, transmission

BLOCK = 2048
"""Rays that are traced at once."""


class Media(NamedTuple):
    """What surfaces have before and behind them at wavelengths, ``[surface, wavelength or ray]``.

    Args:
        before: refractive index in front.
        after: refractive index behind.
        coated: reflectance, as of `Losses`.
        bare: 1 where Fresnel's equations hold, else 0, ``[surface, 1]``.
        lost_before: absorption coefficient in front, 1 / mm.
        lost_after: absorption coefficient behind.
    """

    before: Any
    after: Any
    coated: Any
    bare: Any
    lost_before: Any
    lost_after: Any

    def at(self, waves: Any) -> "Media":
        """At some of the wavelengths, by their numbers."""
        return Media(*(v if v is self.bare else v[:, waves] for v in self))


class Glassware(NamedTuple):
    """A lens as rays meet it.

    Args:
        train: surfaces; its own indices count for nothing.
        media: between them.
        stop: index of the stop.
        radius: of the stop, mm.
        distance: of the object from the first surface, mm; infinite for a far one.
    """

    train: Any
    media: Media
    stop: Any
    radius: Any
    distance: Any


class Seen(NamedTuple):
    """Rays on the image, ``[..., ray]``.

    Args:
        value: direction cosines p and q, times the index; place on the stop, x and y, in its radii; share of
            the fullest aperture, ``[5, ray]``.
        columns: their derivatives by the two places of launch, 1 / mm, ``[5, 2, ray]``.
        position: mm, ``[3, ray]``.
        path: optical, mm.
        angle: to the normal of a flat image, rad.
        power: that goes through 1 mm^2 of the plane of launch (`lichtbild.optics.launch.density`).
        transmission: share of it that arrives.
        whole: whether the ray passes all surfaces.
    """

    value: Any
    columns: Any
    position: Any
    path: Any
    angle: Any
    power: Any
    transmission: Any
    whole: Any


@jax.jit
def _seen(through: Glassware, point: Array, place: Array) -> Seen:
    """Rays of points of the object ``[2, ray]``, launched at places ``[2, ray]``."""
    light, media = beam(through.distance, point), through.media
    surfaces: Train = replace(through.train, before=media.before, after=media.after)
    lost = Losses(media.coated, media.bare[:, 0], media.lost_before, media.lost_after)

    def look(place: Array) -> tuple[Array, Any]:
        passage = trace_through(surfaces, launched(light, place))
        squared = jnp.sum(passage.place**2, axis=1)
        there = jnp.take(passage.place, through.stop, axis=0) / through.radius
        shares = squared / surfaces.semi_aperture[:, None] ** 2
        share = jnp.maximum(jnp.max(shares, axis=0), jnp.sum(there**2, axis=0))
        share = jnp.sqrt(jnp.maximum(share, 1e-30))
        cosines = surfaces.after[-1] * passage.direction[-1][:2]
        return jnp.concatenate([cosines, there, share[None]]), passage

    value, columns, passage = jacobian(look, place)
    slope = passage.direction[-1]
    return Seen(
        value,
        columns,
        passage.position[-1],
        passage.path[-1],
        jnp.arctan2(jnp.sqrt(slope[0] ** 2 + slope[1] ** 2), jnp.abs(slope[2])),
        density(light, place),
        transmission(surfaces, lost, passage),
        passage.status == Status.PASSED,
    )


@dataclass(frozen=True, eq=False)
class Scope:
    """A lens of revolution as light cones are sought through it.

    Args:
        through: the lens, its indices and losses ``[surface, wavelength]``.
        wavelength: mm, ``[wavelength]``.
    """

    through: Glassware
    wavelength: np.ndarray

    @property
    def index(self) -> np.ndarray:
        """Of image space, ``[wavelength]``."""
        return np.asarray(np.abs(self.through.media.after[-1]))

    @property
    def distance(self) -> float:
        """Of the object from the first surface, mm."""
        return float(self.through.distance)

    def at_distance(self, distance: float) -> "Scope":
        """The same lens before an object at another distance; nothing in it moves."""
        return replace(self, through=self.through._replace(distance=np.asarray(distance, float)))

    def some(self, which: slice) -> "Scope":
        """The same at some of the wavelengths."""
        through = self.through._replace(media=self.through.media.at(which))
        return Scope(through, self.wavelength[which])

    def look(self, wave: np.ndarray, y: np.ndarray, place: np.ndarray) -> Seen:
        """Rays ``[2, ray]``, of wavelengths by their numbers, from object points up the y axis (`launch`)."""
        count = len(wave)
        blocks = [
            np.resize(np.arange(first, min(first + BLOCK, count)), BLOCK) for first in range(0, count, BLOCK)
        ]

        def traced(which: np.ndarray) -> Seen:
            point = np.stack([np.zeros(BLOCK), y[which]])
            found = _seen(
                self.through._replace(media=self.through.media.at(wave[which])), point, place[:, which]
            )
            return Seen(*(np.asarray(v) for v in found))

        done = [traced(blocks[0])]  # alone, lest several threads compile
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            done += pool.map(traced, blocks[1:])
        return Seen(*(np.concatenate(v, axis=-1)[..., :count] for v in zip(*done, strict=True)))


def scope(lens: Lens, wavelengths: Any) -> Scope:
    """A lens of revolution as light cones are sought through it.

    Args:
        lens: whose every asphere has a semi-aperture.
        wavelengths: mm, ``[wavelength]``.
    """
    waves = np.asarray(wavelengths, float)
    aims = sights(replace(lens, fields=(FieldPoint(),), field_kind="angle"), None, waves)
    before, after = (np.asarray(v)[..., 0] for v in (aims.train.before, aims.train.after))
    nothing = jnp.asarray(np.zeros(len(before)))
    surfaces = replace(aims.train, before=nothing, after=nothing)
    distance = np.asarray(lens.object_distance, float)
    media = Media(before, after, *_losses(lens, waves))
    through = Glassware(surfaces, media, np.asarray(aims.stop), np.asarray(aims.radius), distance)
    return Scope(through, waves)


def _losses(lens: Lens, waves: np.ndarray) -> tuple[np.ndarray, ...]:
    """As `lichtbild.optics.transmission.losses`, without compiling."""
    coated = []
    for surface in (*lens.surfaces, lens.image):
        uncoated = np.full(len(waves), float(surface.mirror))
        seen = surface.coating
        coated.append(uncoated if seen is None else np.interp(waves, seen.wavelengths, seen.reflectances))
    bare = [surface.coating is None and not surface.mirror for surface in lens.surfaces]
    depth = [-np.log(internal_transmittance(gap.medium, waves, np.ones(1))) for gap in lens.gaps[1:]]
    before = np.stack([np.zeros(len(waves)), *depth])
    after = np.concatenate([before[1:], before[-1:]])
    return np.stack(coated), np.array([*bare, False], float)[:, None], before, after

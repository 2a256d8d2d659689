"""A brute-force trace of single rays through a lens, and our kernel beside it."""

from dataclasses import replace
from math import inf
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from lichtbild.image.blur_field import BANDS, BlurField
from lichtbild.optics.aim import sights
from lichtbild.optics.apertures import with_semi_apertures
from lichtbild.optics.blur import fields_of
from lichtbild.optics.focusing import with_thicknesses
from lichtbild.optics.launch import density, launched
from lichtbild.optics.lens import Lens
from lichtbild.optics.trace import trace


def brute(lens: Lens, distance: float, shift: float, height: int, count: int, fields: Any) -> Any:
    """x, y and power of a grid of rays that pass all rims and the stop, on a plane that lies farther."""
    placed = with_thicknesses(lens, {0: distance})
    aims = sights(placed, fields[height : height + 1], jnp.asarray(BANDS[1:2]))
    surfaces = list(placed.surfaces)
    given = surfaces[placed.stop].semi_aperture
    opened = min(float(aims.radius), inf if given is None else float(given))
    surfaces[placed.stop] = replace(surfaces[placed.stop], semi_aperture=opened)
    aims = sights(
        replace(placed, surfaces=tuple(surfaces)), fields[height : height + 1], jnp.asarray(BANDS[1:2])
    )
    widest = 1.3 * max(float(s.semi_aperture) for s in placed.surfaces if s.semi_aperture is not None)
    low, high = np.full(2, -widest), np.full(2, widest)
    line = (np.arange(count) + 0.5) / count
    for _ in range(2):  # once to find the beam, once to fill it
        x, y = (a + (b - a) * line for a, b in zip(low, high, strict=True))
        place = jnp.asarray(np.stack(np.meshgrid(x, y)).reshape(2, 1, 1, -1))
        status, position, direction, power = _traced(aims.train, aims.light, place)
        passed = np.asarray(status)[0, 0]
        cell = float(np.prod((high - low) / count))
        flat = np.asarray(place)[:, 0, 0][:, passed]
        low, high = flat.min(axis=1) - 4 * widest / count, flat.max(axis=1) + 4 * widest / count
    position, direction, power = (np.asarray(part)[..., 0, 0, :] for part in (position, direction, power))
    arrived = (position[:2] + shift * direction[:2] / direction[2])[:, passed]
    return arrived, power[passed] * cell


@jax.jit
def _traced(train: Any, light: Any, place: Any) -> Any:
    found = trace(train, launched(light, place), clip=True)
    power = jnp.broadcast_to(density(light, place), found.status.shape)
    return found.status == 0, found.rays.position, found.rays.direction, power


def picture(x: Any, y: Any, weight: Any, middle: Any, half: float, size: int = 48) -> Any:
    """Points on pixels, each shared by four."""
    u, v = ((c - m + half) / (2 * half) * size - 0.5 for c, m in ((x, middle[0]), (y, middle[1])))
    i, j = np.floor(v).astype(int), np.floor(u).astype(int)
    f, g = v - i, u - j
    out = np.zeros((size + 2, size + 2))
    for a in (0, 1):
        for b in (0, 1):
            rows, columns = np.clip(i + a + 1, 0, size + 1), np.clip(j + b + 1, 0, size + 1)
            np.add.at(out, (rows, columns), weight * (f if a else 1 - f) * (g if b else 1 - g))
    return out / out.sum()


def compared(lens: Lens, field: BlurField, focus: float, place: int, height: int, count: int) -> Any:
    """dB of our kernel against brute force; our light, and theirs."""
    lens = with_semi_apertures(lens)
    vergence = float(field.vergence[place])
    distance = inf if vergence == 0 else 1 / vergence
    shift = field.plane_at(1 / focus)
    fields = fields_of(lens, len(field.height))
    names = ("table", "box", "centre", "rim")
    only = {name: getattr(field, name)[:, height : height + 1] for name in names}
    made = replace(field, height=field.height[height : height + 1], **only).focused(
        focus, count=1 << 17, within=(vergence, vergence)
    )
    x, y, weight = made.arrivals(vergence)[:, 0, 1]
    arrived, power = brute(lens, distance, shift, height, count, fields)
    side = -1.0 if np.median(arrived[1]) < 0 else 1.0
    theirs = np.stack([arrived[0], side * arrived[1]])
    # The chief ray is where brute force has none of its own; both are laid on their own centroids.
    mine = np.array([np.average(x, weights=weight), np.average(y, weights=weight)])
    centre = np.array([np.average(c, weights=power) for c in theirs])
    half = 1.15 * max(np.abs(theirs - centre[:, None]).max(), 1e-6)
    a, b = picture(x, y, weight, mine, half), picture(*theirs, power, centre, half)
    return 10 * np.log10(b.max() ** 2 / ((a - b) ** 2).mean()), float(weight.sum()), float(power.sum())

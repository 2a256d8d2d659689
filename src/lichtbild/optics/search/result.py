"""Result: a candidate as a lens of the lens room, and what it reached beside what was asked for.

Numbers here do not come from the search's own arrays: the lens is traced anew, with its apertures, by the
tracer whose intersections are proved, at the specification's own wavelengths.
"""

from dataclasses import dataclass, replace
from math import degrees, inf, isfinite

import jax.numpy as jnp
import numpy as np

from lichtbild.optics.best_focus import best_spot_focus
from lichtbild.optics.bundle import bundle
from lichtbild.optics.chief_ray import chief
from lichtbild.optics.disc import polar
from lichtbild.optics.distortion import distortion
from lichtbild.optics.illumination import relative_illumination
from lichtbild.optics.lens import Aperture, FieldPoint, Gap, Lens
from lichtbild.optics.medium import Air, Medium
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.sag import row, sag_and_slopes, stacked
from lichtbild.optics.search.candidate import Candidate
from lichtbild.optics.search.descent import SPARE
from lichtbild.optics.search.material import medium
from lichtbild.optics.specification import Specification
from lichtbild.optics.spot import spot
from lichtbild.optics.surface import PowerSeries, Surface
from lichtbild.optics.trace import Status

FIELDS = (0.0, 0.2, 0.4, 0.55, 0.7, 0.85, 1.0)
"""Shares of the full field that the lens is written with, if 0.85 is the unvignetted one."""

CLOSELY = 35
"""Field points up to the edge that limits on chief rays and spots are looked at."""

DISC = polar(10, 24)
"""Rays of a spot."""

CLEAR = 1.003
"""Semi-apertures over the light that they let through."""

HEIGHTS = 65
"""Heights that thicknesses and slopes are looked at."""

POWERS = tuple(range(4, 17, 2))


@dataclass(frozen=True)
class Measure:
    """One line of the table of specification against result.

    Args:
        name: what it is.
        least: that was asked for.
        most: that was asked for.
        value: what the lens has.
        unit: of all three.
    """

    name: str
    least: float
    most: float
    value: float
    unit: str

    @property
    def is_met(self) -> bool:
        """Whether the value lies within what was asked for, to the last digit that is shown."""
        slack = 1e-6 * max(abs(self.value), 1e-3)
        return self.least - slack <= self.value <= self.most + slack

    @property
    def missed(self) -> float:
        """How far the value lies outside, as a share of itself; infinite if there is none."""
        if self.is_met:
            return 0.0
        outside = max(self.least - self.value, self.value - self.most) / max(abs(self.value), 1e-3)
        return outside if isfinite(outside) else inf


SPOT = "RMS spot to"
"""What the line of the table begins with that lenses compete by, once they keep to all the others."""


@dataclass(frozen=True)
class Proof:
    """A candidate as a lens, with what that reaches.

    Args:
        lens: focused.
        measures: the table of specification against result.
    """

    lens: Lens
    measures: tuple[Measure, ...]

    @property
    def spot(self) -> float:
        """The greatest RMS radius, mm."""
        return next(each.value for each in self.measures if each.name.startswith(SPOT)) / 1e3

    @property
    def standing(self) -> tuple[float, float]:
        """What lenses are compared by, less is better: the limit missed farthest, and the spot, mm."""
        limits = (each.missed for each in self.measures if not each.name.startswith(SPOT))
        return max(limits), self.spot if isfinite(self.spot) else inf

    @property
    def is_met(self) -> bool:
        """Whether the specification is."""
        return all(each.is_met for each in self.measures)


def proof(wanted: Specification, candidate: Candidate) -> Proof:
    """A candidate as a lens in focus, and its table.

    Raises:
        BadInput: its chief rays cannot be followed; it is no lens.
    """
    lens = focused(wanted, lens_of(wanted, candidate))
    return Proof(lens, measured(wanted, lens))


def lens_of(wanted: Specification, candidate: Candidate) -> Lens:
    """The candidate as a lens: a stop in front, the elements, the plate and the sensor."""
    count = len(candidate.glasses)
    middle = sorted(wanted.wavelengths)[len(wanted.wavelengths) // 2]
    widths = [width * CLEAR / SPARE for width in candidate.widths]
    surfaces = (
        Surface(semi_aperture=widths[0], label="stop"),
        *(
            Surface(curvature, departure=PowerSeries(POWERS, even), semi_aperture=width)
            for curvature, even, width in zip(candidate.curvature, candidate.even, widths[1:], strict=False)
        ),
        *(Surface(semi_aperture=width, label="plate") for width in widths[-2:]),
    )
    media: list[Medium] = [Air()] * (2 * count + 4)
    media[2 : 2 * count + 1 : 2] = [medium(name) for name in candidate.glasses]
    media[2 * count + 2] = medium(wanted.plate_medium)
    return Lens(
        surfaces=surfaces,
        gaps=tuple(Gap(d, each) for d, each in zip((inf, *candidate.thickness), media, strict=True)),
        stop=0,
        aperture=Aperture("f-number", wanted.f_number),
        fields=tuple(FieldPoint(y=share * wanted.half_field) for share in FIELDS),
        wavelengths=tuple(sorted(wanted.wavelengths)),
        weights=(1.0,) * len(wanted.wavelengths),
        primary=sorted(wanted.wavelengths).index(middle),
        name=wanted.name or f"{count}P f/{wanted.f_number:g}",
        source="found by lichtbild design",
        notes=f"{candidate.origin}; {candidate.steps} steps of least squares",
    )


def measured(wanted: Specification, lens: Lens) -> tuple[Measure, ...]:
    """What a lens reaches beside a specification."""
    seen = first_order(lens)
    primary = lens.primary
    angles = np.linspace(0, wanted.half_field, CLOSELY)
    fields = np.stack([np.zeros(CLOSELY), angles], axis=1)
    bent = distortion(lens, fields)
    steep = np.asarray(chief(lens, fields).angle)[:, primary].max()
    height = float(jnp.abs(bent.real[1, -1]))
    light = float(relative_illumination(lens, fields[-1:]).polychromatic(jnp.asarray(lens.weights))[0])
    radii, lost = spots(wanted, lens)
    track = sum(float(gap.thickness) for gap in lens.gaps[2:])
    back = sum(float(gap.thickness) for gap in lens.gaps[-3:])
    share = f"{wanted.unvignetted:g} of the field"
    return (
        Measure("focal length", 0.0, inf, float(seen.focal_length), "mm"),
        Measure("f-number", 0.0, wanted.f_number, float(seen.f_number), ""),
        Measure("track", 0.0, wanted.track, track, "mm"),
        Measure("back focus", wanted.back_focus, inf, back, "mm"),
        Measure("image height", *_around(wanted.image_height, wanted.distortion), height, "mm"),
        Measure("distortion", 0.0, 100 * wanted.distortion, 100 * float(jnp.abs(bent.relative).max()), "%"),
        Measure("chief ray angle", 0.0, degrees(wanted.chief_angle), degrees(float(steep)), "deg"),
        Measure("relative illumination", wanted.illumination, inf, light, ""),
        Measure(f"light lost to {share}", 0.0, 0.0, 100 * lost, "%"),
        Measure(f"{SPOT} {share}", 0.0, 1e3 * wanted.spot, 1e3 * float(radii.max()), "um"),
        *_moulding(wanted, lens),
    )


def _around(value: float, share: float) -> tuple[float, float]:
    return value * (1 - share), value * (1 + share)


def spots(wanted: Specification, lens: Lens) -> tuple[np.ndarray, float]:
    """RMS radii about the centroid over all wavelengths, at one common focus, and the share of rays lost.

    The fields are those up to the unvignetted one, evenly, and the focus the best for all of them.

    Returns:
        Radii ``[field]`` in mm.
    """
    angles = np.linspace(0, wanted.unvignetted * wanted.half_field, SPOTS)
    rays = bundle(lens, DISC, np.stack([np.zeros(SPOTS), angles], axis=1))
    # Apertures that cut show in the part of the stop that is left.
    left = np.asarray(jnp.sum(rays.area, axis=-1)) / np.pi
    failed = np.asarray(rays.traced.status != Status.PASSED).mean()
    here = spot(rays, lens.weights, shift=best_spot_focus(rays, lens.weights))
    return np.asarray(here.rms), float(max(failed, 1 - left.min(), 0.0)) if left.min() < WHOLE else float(
        failed
    )


SPOTS = 12
"""Fields that spots are looked at."""

WHOLE = 1 - 1e-4
"""Share of the stop that counts as all of it."""


def _moulding(wanted: Specification, lens: Lens) -> tuple[Measure, ...]:
    """Thicknesses, gaps and slopes over the apertures that neighbours share."""
    limits, count = wanted.limits, (len(lens.surfaces) - 3) // 2
    shape = stacked(lens.surfaces)
    semi = np.array([float(surface.semi_aperture or 0.0) for surface in lens.surfaces])
    shared = np.minimum(semi[1:-1], semi[2:])
    radii = np.linspace(0, 1, HEIGHTS)
    gaps = np.array([float(gap.thickness) for gap in lens.gaps[2:-1]])

    def sags(surface: int, r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        z, slope, _ = sag_and_slopes(row(shape, surface), jnp.asarray(r), jnp.zeros(r.size))
        return np.asarray(z), np.asarray(slope)

    rooms = [
        gap + sags(i + 2, radii * wide)[0] - sags(i + 1, radii * wide)[0]
        for i, (gap, wide) in enumerate(zip(gaps, shared, strict=True))
    ]
    slope = max(np.abs(sags(i, radii * semi[i])[1]).max() for i in range(1, 2 * count + 1))
    glass, air = rooms[0 : 2 * count : 2], rooms[1 : 2 * count : 2]
    return (
        Measure("centre thickness, least", limits.centre, inf, min(float(room[0]) for room in glass), "mm"),
        Measure("element thickness, least", limits.edge, inf, min(float(room.min()) for room in glass), "mm"),
        Measure(
            "element thickness, most", 0.0, limits.thickest, max(float(room.max()) for room in glass), "mm"
        ),
        Measure("air gap, least", limits.gap, inf, min(float(room.min()) for room in air), "mm"),
        Measure("slope, steepest", 0.0, degrees(limits.slope), degrees(float(np.arctan(slope))), "deg"),
    )


def focused(wanted: Specification, lens: Lens) -> Lens:
    """The lens with its sensor where all spots up to the unvignetted field are least together."""
    angles = np.linspace(0, wanted.unvignetted * wanted.half_field, SPOTS)
    rays = bundle(lens, DISC, np.stack([np.zeros(SPOTS), angles], axis=1))
    shift = float(best_spot_focus(rays, lens.weights))
    last = lens.gaps[-1]
    return replace(lens, gaps=(*lens.gaps[:-1], Gap(float(last.thickness) + shift, last.medium)))

"""Yield of the lens that is best as drawn, and of the one that is best as made, from one search.

Usage: python benchmarks/lens_yield.py FOLDER [BUILDS] [RETRACED]

FOLDER holds the search for the six-element lens of ``examples/lens_6p.toml``, f/1.85, that
``lens_design.py`` left there. Its lenses, all of one f-number and track, are ranked by their spots, and the
best are refined further to the nominal optimum: the greatest contrast as drawn. The yield-aware one is found
likewise, but by spots and what the errors of a budget are expected to add to them, to the most good builds.
Both move the same numbers (curvatures, r^4 to r^16, distances), and keep focal length, track, distortion,
chief ray angle, room for edges and slopes. What counts is the least contrast, so the weights of both lenses'
fields grow where that is: as drawn, or in builds that are bad. The limit of contrast, one for all fields and
directions, is set with one set of draws so that 35 % of the nominal optimum's builds are good; the same draws
lead the yield-aware lens; yields are of fresh draws.
"""

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from math import inf, sin, tan
from pathlib import Path

# Threads that wait for one another cost a busy machine more than they give for 100 equations.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import jax.numpy as jnp
import numpy as np

import record
from lens_tolerance import ALIGNMENT
from lichtbild.core.errors import BadInput
from lichtbild.io.lens.specification import read_specification
from lichtbild.optics.desensitise import desensitised
from lichtbild.optics.lens import FieldPoint, Lens
from lichtbild.optics.merit.operands import (
    ChiefAngle,
    Distortion,
    FocalLength,
    Length,
    Operand,
    Room,
    Steepness,
)
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.refine import Bounds, Refined
from lichtbild.optics.refine_spots import Sampling, refine_spots
from lichtbild.optics.search.result import focused, lens_of, spots
from lichtbild.optics.search.target import TERMS
from lichtbild.optics.specification import Specification
from lichtbild.optics.tolerance.budget import Budget, Compensation, ContrastLimit
from lichtbild.optics.tolerance.prepared import Prepared, prepared
from lichtbild.optics.tolerance.retrace import joined, retraced
from lichtbild.optics.tolerance.yield_rate import Yield, good_builds, yield_of
from lichtbild.optics.yield_optimum import Judge, as_drawn, as_made, followed
from lichtbild.study.design import lenses_of

FIELDS = (0.0, 0.25, 0.5, 0.65, 0.8, 0.9, 1.0)
"""That spots are looked at, as shares of the unvignetted field."""

WEIGHTS = (4.0, 3.0, 3.0, 2.0, 2.0, 1.0, 1.0)
"""Of their squares, to begin with."""

JUDGED, AZIMUTHS = (0.0, 0.5, 0.8), 4
"""That contrast has a limit at, shares of the same, and at how many places around the axis."""

FREQUENCY = 110.0
CHOSEN = 16
"""The sharpest lenses of the search, that either optimum starts from."""

FINALISTS = 2
"""Of these, by their merit as they are, that are refined."""

STEPS, GAIN = 400, 1e-4
SAMPLING = Sampling(6, 8)
BUILDS, RETRACED = 10_000, 100
SOME = 2000
"""Builds that lenses are compared by on the way."""

WANTED = 0.35
SETTING, FRESH = 1, 2
"""Seeds: of the draws that set the limit and lead the yield-aware lens, and of those that yields are of."""

FREE = (-inf, inf)


def weighted(wanted: Specification, lens: Lens) -> Lens:
    edge = wanted.unvignetted * wanted.half_field
    points = (FieldPoint(y=share * edge, weight=w) for share, w in zip(FIELDS, WEIGHTS, strict=True))
    return replace(lens, fields=tuple(points))


def moving(wanted: Specification) -> Bounds:
    """All numbers of the elements and their distances."""
    last = 2 * wanted.elements
    limits = wanted.limits
    shapes = {f"surfaces[{n}].curvature": FREE for n in range(1, last + 1)}
    terms = {
        f"surfaces[{n}].departure.coefficients[{term}]": FREE
        for n in range(1, last + 1)
        for term in range(TERMS)
    }
    gaps = {"gaps[1].thickness": (-wanted.focal_length / 4, 0.0)}
    gaps |= {f"gaps[{n}].thickness": (limits.centre, limits.thickest) for n in range(2, last + 1, 2)}
    gaps |= {f"gaps[{n}].thickness": (limits.gap, 2.0) for n in range(3, last + 2, 2)}
    return shapes | terms | gaps


def kept_by_both(wanted: Specification, lens: Lens) -> tuple[Operand, ...]:
    """What both lenses keep."""
    limits, count = wanted.limits, len(lens.surfaces)
    least, most = np.full(count, -np.inf), np.full(count, np.inf)
    least[1 : count - 2 : 2], most[1 : count - 2 : 2] = limits.edge, limits.thickest
    least[2 : count - 2 : 2] = limits.gap
    slope, focal = np.full(count, tan(limits.slope)), wanted.focal_length
    return (
        FocalLength(*map(jnp.asarray, (focal, focal, 2e-3))),
        Length(1, *map(jnp.asarray, (-np.inf, wanted.track, 2e-3))),
        Length(2 * wanted.elements, *map(jnp.asarray, (wanted.back_focus, np.inf, 2e-3))),
        Distortion(*map(jnp.asarray, (wanted.distortion, 1e-3))),
        ChiefAngle(*map(jnp.asarray, (sin(wanted.chief_angle), 1e-3))),
        Room(*map(jnp.asarray, (least, most, limits.margin, 2e-3))),
        Steepness(*map(jnp.asarray, (slope, limits.margin, 1e-2))),
    )


def budget(limit: float) -> Budget:
    ours = {kind: value * kind.factor for kind, value in ALIGNMENT.items()}
    limits = (ContrastLimit(FREQUENCY, JUDGED, limit, limit),)
    adjusted = Compensation(focus=True, image_tilt=True)
    return Budget(ours, limits, compensation=adjusted, azimuths=AZIMUTHS)


@dataclass(frozen=True)
class Judged:
    """A lens and its builds."""

    name: str
    lens: Lens
    ready: Prepared


def judged(name: str, lens: Lens) -> Judged:
    return Judged(name, lens, prepared(lens, budget(1e-3)))


def least_contrasts(one: Judged, count: int, seed: int) -> np.ndarray:
    """The least contrast of each build over fields and directions."""
    return np.asarray(one.ready.predicted(one.ready.errors(count, seed)).contrast.min(axis=(1, 2, 3)))


def finalists(name: str, lenses: list[Lens], refined: Callable[[Lens, int], Refined]) -> list[Lens]:
    """The lenses of the search with the least merit as they are, refined."""
    ranked = []
    for lens in lenses:
        with suppress(BadInput):  # light that ends just beyond the rim of a surface
            ranked.append((refined(lens, 0).history[0], len(ranked), lens))
    found = [refined(lens, STEPS) for *_, lens in sorted(ranked)[:FINALISTS]]
    for each in found:
        print(name, f"{each.history[0]:.3f} to {each.merit:.3f} in {each.steps} steps", flush=True)
    return [each.lens for each in found]


def optimum(
    name: str,
    lenses: list[Lens],
    refined: Callable[[Lens, int], Refined],
    judge: Judge,
    seconds: dict[str, float],
) -> Judged:
    """The best of the finalists, refined on with weights that follow what limits it."""
    begin = time.perf_counter()
    best = max(finalists(name, lenses, refined), key=lambda lens: judge(lens).score)
    found = followed(best, lambda lens: refined(lens, STEPS).lens, judge)
    for turn, each in enumerate(found.history):
        print(f"{name}, turn {turn}: {each.score:.4f}, least at {each.limiting} of the field", flush=True)
    seconds[name] = time.perf_counter() - begin
    return judged(name, found.lens)


def searched(wanted: Specification, folder: Path) -> tuple[list[Judged], dict[str, float]]:
    """The sharpest lens of the search and both optima, and how long these took."""
    candidates = lenses_of(wanted, 0, folder / "lens_6p.toml")[:CHOSEN]
    lenses = [weighted(wanted, focused(wanted, lens_of(wanted, each))) for each in candidates]
    settings = {"gain": GAIN, "sampling": SAMPLING}
    numbers, wishes = moving(wanted), kept_by_both(wanted, lenses[0])

    def nominal(lens: Lens, steps: int) -> Refined:
        return refine_spots(lens, numbers, wishes, steps=steps, **settings)

    def aware(lens: Lens, steps: int) -> Refined:
        return desensitised(lens, budget(1e-3), numbers, wishes, steps=steps, **settings)

    seconds: dict[str, float] = {}
    sharpest = optimum("nominal optimum", lenses, nominal, as_drawn(budget(1e-3)), seconds)
    judge = as_made(budget(limit_of(sharpest, SOME)), SOME, SETTING)
    best = optimum("yield-aware optimum", lenses, aware, judge, seconds)
    return [judged("sharpest of the search", lenses[0]), sharpest, best], seconds


def limit_of(one: Judged, count: int) -> float:
    """The contrast that `WANTED` of the builds keep, to three digits."""
    return round(float(np.quantile(least_contrasts(one, count, SETTING), 1 - WANTED)), 3)


def row(wanted: Specification, one: Judged, limit: float, count: int) -> tuple[str, ...]:
    least = least_contrasts(one, count, FRESH)
    found = Yield(int(np.sum(least >= limit)), count)
    low, high = found.interval
    order = first_order(one.lens)
    radii, _ = spots(wanted, one.lens)
    return (
        one.name,
        f"{float(order.focal_length):.3f}",
        f"{float(order.f_number):.3f}",
        f"{sum(float(gap.thickness) for gap in one.lens.gaps[2:]):.3f}",
        f"{1e3 * radii.max():.2f}",
        f"{float(one.ready.nominal.contrast.min()):.3f}",
        f"{np.median(least):.3f}",
        f"{found.rate:.1%} ({low:.1%} to {high:.1%})",
    )


def traced(one: Judged, limit: float, count: int) -> tuple[str, ...]:
    """The same draws by derivatives and really traced."""
    ready = replace(one.ready, budget=budget(limit))
    errors = ready.errors(count, FRESH)
    both = ready.predicted(errors), joined(list(retraced(ready, errors)))
    good = [good_builds(builds, ready.budget, ready.share) for builds in both]
    apart = both[0].contrast - both[1].contrast
    yields = [yield_of(builds, ready.budget, ready.share).rate for builds in both]
    return (
        one.name,
        str(count),
        f"{np.sqrt(np.mean(apart**2)):.4f}",
        *(f"{share:.1%}" for share in yields),
        str(int(np.sum(good[0] != good[1]))),
    )


def main(folder: Path, count: int = BUILDS, retrace: int = RETRACED) -> None:
    (wanted,) = read_specification(record.ROOT / "examples" / "lens_6p.toml")
    lenses, seconds = searched(wanted, folder)
    limit = limit_of(lenses[1], count)
    head = ("", "f, mm", "f-number", "track, mm", "RMS, um", "as drawn", "median build", "yield (95 %)")
    beside = ("", "builds", "contrast apart, rms", "yield by derivatives", "yield traced", "judged otherwise")
    took = ", ".join(f"{name} {each:.0f} s" for name, each in seconds.items())
    record.write(
        "lens_yield",
        f"Yield of {count} builds at a least contrast of {limit:.3f} at {FREQUENCY:g} cycles/mm",
        record.table(head, [row(wanted, one, limit, count) for one in lenses]),
        f"Contrasts are the least over fields and directions. Searches, compiling included: {took}.",
        "The same draws by derivatives and traced",
        record.table(beside, [traced(one, limit, retrace) for one in lenses[1:]]) if retrace else "",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))

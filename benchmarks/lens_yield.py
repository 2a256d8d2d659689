"""Yield of a phone lens that is best as drawn, and of one that is best as made.

Usage: python benchmarks/lens_yield.py SHARED/data [BUILDS] [RETRACED]

The six-element lens of US 10073249 (embodiment 7), f/1.85. All searches move all numbers but those of the
plate (curvatures, conics, r^4 to r^20, gaps) within the same bounds for as many steps, and keep focal length,
track, f-number, distortion and room for edges, with the same weights of fields. From the patent's lens the
spots are made least; from there one search goes on so, the other minimises spots and what the budget's errors
are expected to add. The limit of contrast, one for all fields and directions, is set with one set of draws so
that 35 % of the nominal optimum's builds are good; yields are of fresh ones.
"""

import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

# Threads that wait for one another cost a busy machine more than they give for 146 equations.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import jax.numpy as jnp
import numpy as np

import record
from lens_optimise import FINE, LENS, judged, many, with_terms
from lens_tolerance import ALIGNMENT
from lichtbild.core.units import um
from lichtbild.optics.desensitise import desensitised, kept
from lichtbild.optics.lens import FieldPoint, Lens
from lichtbild.optics.medium import Air
from lichtbild.optics.merit.operands import Distortion, Operand, Room
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.refine import Refined
from lichtbild.optics.refine_spots import refine_spots
from lichtbild.optics.tolerance.budget import Budget, Compensation, ContrastLimit
from lichtbild.optics.tolerance.prepared import Prepared, prepared
from lichtbild.optics.tolerance.retrace import joined, retraced
from lichtbild.optics.tolerance.yield_rate import Yield, good_builds, yield_of

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from optics.phone_lenses import phone_lens

FIELDS = (0.0, 0.2, 0.4, 0.55, 0.7, 0.85, 1.0)
"""That spots are looked at."""

WEIGHTS = (4.0, 3.0, 3.0, 2.0, 2.0, 0.2, 0.1)
"""Of their squares: much where contrast has a limit, on the axis most, where it is least."""

JUDGED = (0.0, 0.4, 0.7)
"""That contrast has a limit at, each in four directions."""

FREQUENCY = 110.0
STEPS, GAIN = 150, 1e-4
BUILDS, RETRACED = 10_000, 100
WANTED = 0.35
SETTING, FRESH = 1, 2
"""Seeds: of the draws that set the limit, and of those that yields are of."""

LEAST_GLASS, LEAST_AIR = 0.2, 0.02
"""Of axial lengths over the whole shared aperture, mm."""


def start(data: Path) -> Lens:
    lens = phone_lens(data / LENS)
    edge = lens.fields[-1].y
    fields = (FieldPoint(y=share * edge, weight=w) for share, w in zip(FIELDS, WEIGHTS, strict=True))
    return with_terms(replace(lens, fields=tuple(fields)))


def wanted(lens: Lens) -> tuple[Operand, ...]:
    """What both lenses keep."""
    least = [LEAST_AIR if isinstance(gap.medium, Air) else LEAST_GLASS for gap in lens.gaps[1:]]
    room = Room(*map(jnp.asarray, (least, [9.0] * len(least), 0.02, um(10.0))))
    return (*kept(lens), room, Distortion(jnp.asarray(0.025), jnp.asarray(1e-3)))


def budget(limit: float) -> Budget:
    ours = {kind: value * kind.factor for kind, value in ALIGNMENT.items()}
    limits = (ContrastLimit(FREQUENCY, JUDGED, limit, limit),)
    return Budget(ours, limits, compensation=Compensation(focus=True, image_tilt=True))


@dataclass(frozen=True)
class Judged:
    """A lens and its builds."""

    name: str
    found: Refined
    seconds: float
    ready: Prepared


def judged_builds(name: str, found: Refined, seconds: float) -> Judged:
    print(name, found.steps, found.history[0], found.merit, found.is_still, f"{seconds:.0f} s", flush=True)
    return Judged(name, found, seconds, prepared(found.lens, budget(1e-3)))


def least_contrasts(ready: Prepared, count: int, seed: int) -> np.ndarray:
    """The least contrast of each build over fields and directions."""
    return np.asarray(ready.predicted(ready.errors(count, seed)).contrast.min(axis=(1, 2, 3)))


def limit_of(ready: Prepared, count: int) -> float:
    """The contrast that `WANTED` of the builds keep, to three digits."""
    return round(float(np.quantile(least_contrasts(ready, count, SETTING), 1 - WANTED)), 3)


def row(one: Judged, limit: float, count: int) -> tuple[str, ...]:
    lens = one.found.lens
    least = least_contrasts(one.ready, count, FRESH)
    found = Yield(int(np.sum(least >= limit)), count)
    low, high = found.interval
    nominal = float(one.ready.nominal.contrast.min())
    order = first_order(lens)
    track = sum(float(gap.thickness) for gap in lens.gaps[1:])
    return (
        one.name,
        f"{float(order.focal_length):.3f}",
        f"{float(order.f_number):.3f}",
        f"{track:.3f}",
        f"{judged(lens)[1]:.2f}",
        f"{nominal:.3f}",
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


def searched(lens: Lens) -> list[Judged]:
    """The patent's lens, and both optima."""
    settings = {"steps": STEPS, "gain": GAIN, "sampling": FINE}
    keeping, moving = wanted(lens), many(lens)
    common = refine_spots(lens, moving, keeping, **settings).lens
    begin = time.perf_counter()
    found = refine_spots(common, moving, keeping, **settings)
    middle = time.perf_counter()
    other = desensitised(common, budget(1e-3), moving, keeping, **settings)
    end = time.perf_counter()
    return [
        judged_builds("patent", Refined(lens, (0.0,), True), 0.0),
        judged_builds("nominal optimum", found, middle - begin),
        judged_builds("yield-aware optimum", other, end - middle),
    ]


def main(data: Path, count: int = BUILDS, retrace: int = RETRACED) -> None:
    lens = start(data)
    rows = searched(lens)
    limit = limit_of(rows[1].ready, count)
    head = (
        "",
        "f, mm",
        "f-number",
        "track, mm",
        "RMS, um",
        "as drawn",
        "of the median build",
        "yield (95 %)",
    )
    beside = ("", "builds", "contrast apart, rms", "yield by derivatives", "yield traced", "judged otherwise")
    seconds = ", ".join(f"{one.name} {one.seconds:.0f} s, {one.found.steps} steps" for one in rows[1:])
    record.write(
        "lens_yield",
        f"Yield of {count} builds at a least contrast of {limit:.3f} at {FREQUENCY:g} cycles/mm",
        record.table(head, [row(one, limit, count) for one in rows]),
        f"Contrasts are the least over fields and directions. Searches, compiling included: {seconds}.",
        "The same draws by derivatives and traced",
        record.table(beside, [traced(one, limit, retrace) for one in rows[1:]]) if retrace else "",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))

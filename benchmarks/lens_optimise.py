"""Local optimisation of a phone lens, beside Optiland from the same start.

Usage: python benchmarks/lens_optimise.py SHARED/data PYTHON

The six-element lens of US 10073249 (embodiment 7), f/1.85: 12 curvatures, 12 r^4 and 5 air gaps, disturbed by
a seeded draw; 5 fields and 3 wavelengths, focal length held. From there on all of its numbers: curvatures,
conics, r^4 to r^20, gaps. Every lens is judged by the lens room: 10 rings of 32 rays in its own f-number's
pupil. PYTHON is an interpreter with the packages of `requirements-peers.txt`.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

# Threads that wait for one another cost a busy machine more than they give for 146 equations.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import jax.numpy as jnp
import numpy as np

import lens_peers
import record
from lichtbild.core.units import um
from lichtbild.optics.bundle import bundle
from lichtbild.optics.configuration import value_at
from lichtbild.optics.disc import polar
from lichtbild.optics.glass import refractive_index
from lichtbild.optics.lens import FieldPoint, Lens
from lichtbild.optics.medium import Air
from lichtbild.optics.merit.operands import FocalLength
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.refine import Bounds, Refined, with_numbers
from lichtbild.optics.refine_spots import Sampling, refine_spots
from lichtbild.optics.spot import spot
from lichtbild.optics.surface import PowerSeries

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from optics.phone_lenses import phone_lens

LENS = "optics/phone/US-10073249-B2-e7.json"
SEED, SIZE = 0, 2.5
LIMITS = (0.02, 1.5)
"""Of gaps, mm."""

PEER = Path(__file__).with_name("lens_optimise_peer.py")
PEER_STEPS = 12
FREE = (-inf, inf)
FINE = Sampling(8, 10)
"""Rays where all numbers move: high powers wave between those that 29 variables need."""

HIGHEST = 20
"""Power of the last aspheric term where all numbers move."""

MOST_STEPS = 500
"""Where all numbers move."""


def bent(lens: Lens) -> list[int]:
    return [number for number, surface in enumerate(lens.surfaces) if surface.departure is not None]


def air_gaps(lens: Lens) -> list[int]:
    return [n for n, gap in enumerate(lens.gaps) if n and isinstance(gap.medium, Air)][:5]


def few(lens: Lens) -> Bounds:
    """29 variables."""
    curvatures = {f"surfaces[{n}].curvature": FREE for n in bent(lens)}
    terms = {f"surfaces[{n}].departure.coefficients[0]": FREE for n in bent(lens)}
    return curvatures | terms | {f"gaps[{n}].thickness": LIMITS for n in air_gaps(lens)}


def many(lens: Lens) -> Bounds:
    """All numbers but those of the plate."""
    shapes = {f"surfaces[{n}].{what}": FREE for n in bent(lens) for what in ("curvature", "conic")}
    terms = {
        f"surfaces[{n}].departure.coefficients[{term}]": FREE
        for n in bent(lens)
        for term in range(HIGHEST // 2 - 1)
    }
    gaps = {f"gaps[{n}].thickness": LIMITS for n in range(1, len(lens.gaps) - 1)}
    return shapes | terms | gaps


def disturbed(lens: Lens) -> Lens:
    """The start: curvatures by SIZE / 2 %, r^4 by SIZE 2e-4, gaps by SIZE 5 um, one sigma."""
    names = tuple(few(lens))
    now = np.array([value_at(lens, path) for path in names])
    draw = np.random.default_rng(SEED).normal(size=now.size) * SIZE
    scale = np.r_[0.005 * np.abs(now[:12]), np.full(12, 2e-4), np.full(5, 0.005)]
    return with_numbers(lens, names, (now + draw * scale).tolist())


def with_terms(lens: Lens) -> Lens:
    """The lens with all even powers to `HIGHEST`, new ones 0."""
    powers = tuple(range(4, HIGHEST + 1, 2))

    def grown(surface: Any) -> Any:
        if surface.departure is None:
            return surface
        own = dict(zip(surface.departure.powers, surface.departure.coefficients, strict=True))
        series = PowerSeries(powers, tuple(own.get(power, 0.0) for power in powers))
        return replace(surface, departure=series)

    return replace(lens, surfaces=tuple(map(grown, lens.surfaces)))


def judged(lens: Lens) -> tuple[float, float]:
    """Mean RMS radius over the fields, um: of the d line, and of all wavelengths together."""
    rays = bundle(lens, polar(10, 32))
    lost = float(jnp.mean(rays.traced.status != 0))
    both = [np.asarray(spot(rays, weights).rms) * 1e3 for weights in ((0.0, 1.0, 0.0), (1.0, 1.0, 1.0))]
    print("judged", both, "lost", lost, flush=True)
    return float(both[0].mean()), float(both[1].mean())


def as_json(lens: Lens, data: dict[str, Any]) -> dict[str, Any]:
    """The prescription as the peer reads it."""
    found = json.loads(json.dumps(data))
    for row, surface in zip(found["surfaces"][1:], lens.surfaces, strict=False):
        row["R"] = 1 / surface.curvature if surface.curvature else None
        if surface.departure is not None:
            pairs = zip(surface.departure.powers, surface.departure.coefficients, strict=True)
            row["a"] = {str(power): value for power, value in pairs}
        row["k"] = surface.conic
    for row, gap in zip(found["surfaces"][1:], lens.gaps[1:], strict=False):
        row["t"] = gap.thickness
        row["n"] = np.asarray(refractive_index(gap.medium, np.array(lens.wavelengths)) * np.ones(3)).tolist()
    found["fields"] = [float(np.degrees(point.y)) for point in lens.fields]
    found["bent"] = [number + 1 for number in bent(lens)]
    found["gaps"] = air_gaps(lens)
    found["limits"] = LIMITS
    return found


def ask(python: str, what: str, lens: dict[str, Any], given: Any) -> Any:
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    threads = dict.fromkeys(names, "2")
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "lens.json", Path(folder) / "answer.json"
        source.write_text(json.dumps(lens))
        if not isinstance(given, int):
            np.savez(Path(folder) / "rays.npz", **given)
            given = Path(folder) / "rays.npz"
        subprocess.run(
            [python, "-W", "ignore", PEER, what, source, str(given), out],
            check=True,
            env=os.environ | threads,
        )
        return json.loads(out.read_text())


def confirmed(python: str, lens: Lens, data: dict[str, Any]) -> tuple[float, int, int]:
    """Largest distance of our rays on the image from Optiland's, um, of how many, and how many it lost."""
    rays = bundle(lens, polar(4, 12))
    given = {
        "position": np.asarray(rays.launch.position[:, :, 1]).reshape(3, -1),
        "direction": np.broadcast_to(np.asarray(rays.launch.direction), (3, *rays.weight.shape))[
            :, :, 1
        ].reshape(3, -1),
        "wavelength": np.asarray(data["wavelengths_um"][1]),
    }
    found = ask(python, "rays", as_json(lens, data), given)
    own = np.asarray(rays.traced.rays.position)[:2, :, 1].reshape(2, -1)
    apart = np.hypot(*(own - np.array([found["x"], found["y"]], float)))
    met = np.isfinite(apart)
    return float(apart[met].max() * 1e3), int(apart.size), int((~met).sum())


def timed(lens: Lens, variables: Bounds, operands: Any, **settings: Any) -> tuple[Refined, float, float]:
    """A refined lens, and the seconds of the first and of a later run."""
    seconds = []
    for _ in range(4):
        begin = time.perf_counter()
        found = refine_spots(lens, variables, operands, **settings)
        seconds.append(time.perf_counter() - begin)
    print("steps", found.steps, "merit", found.merit, seconds, flush=True)
    return found, seconds[0], min(seconds[1:])


def row(name: str, lens: Lens, seconds: str, steps: str, merit: str) -> list[str]:
    line, all_lines = judged(lens)
    return [name, seconds, steps, merit, f"{line:.2f}", f"{all_lines:.2f}"]


def main(path: Path, python: str) -> None:
    data = json.loads((path / LENS).read_text())
    lens = phone_lens(path / LENS)
    edge = lens.fields[-1].y
    lens = replace(lens, fields=tuple(FieldPoint(y=share * edge) for share in lens_peers.FIELDS))
    focal = float(first_order(lens).focal_length)
    data["focal_length"] = focal
    operands = (FocalLength(*map(jnp.asarray, (focal, focal, um(10.0)))),)
    start = disturbed(lens)
    found, first, warm = timed(start, few(lens), operands)
    rows = [
        row("patent", lens, "", "", ""),
        row("start", start, "", "", f"{found.history[0]:.1f}"),
        row("Lichtbild, 29", found.lens, f"{warm:.2f}", str(found.steps), f"{found.merit:.4f}"),
    ]
    tight = refine_spots(start, few(lens), operands, steps=1500, gain=1e-12)
    rows.append(row("the same, run on", tight.lens, "", str(tight.steps), f"{tight.merit:.4f}"))
    peer = ask(python, "optimise", as_json(start, data), PEER_STEPS)
    theirs = of_rows(start, peer["surfaces"])
    beside = refine_spots(theirs, few(lens), operands, steps=1500, gain=1e-12)
    name = f"Optiland {peer['version']}, 29"
    rows.append(
        row(name, theirs, f"{peer['seconds']:.0f}", f"{peer['calls']} calls", f"{beside.history[0]:.1f}")
    )
    rows.append(row("Lichtbild from there", beside.lens, "", str(beside.steps), f"{beside.merit:.4f}"))
    grown = with_terms(found.lens)
    whole, first_whole, warm_whole = timed(grown, many(grown), operands, steps=MOST_STEPS, sampling=FINE)
    count = len(many(grown))
    name = f"Lichtbild, {count} from there"
    rows.append(row(name, whole.lens, f"{warm_whole:.2f}", str(whole.steps), f"{whole.merit:.4f}"))
    apart, rays, missed = confirmed(python, found.lens, data)
    record.write(
        "lens_optimise",
        "Local optimisation of a phone lens from a disturbed start",
        record.table(("", "seconds", "steps", "merit", "RMS d, um", "RMS, um"), rows),
        f"The first run waits {first:.0f} s for 29 and {first_whole:.0f} s for {count} variables while "
        f"kernels compile. Optiland ended with: {peer['said']} Of {rays} d-line rays through our lens of 29 "
        f"variables Optiland loses {missed}; the others meet the image within {apart:.1e} um of ours.",
    )


def of_rows(lens: Lens, rows: list[dict[str, Any]]) -> Lens:
    """The lens with the peer's numbers."""
    paths, numbers = [], []
    for n in bent(lens):
        paths += [f"surfaces[{n}].curvature", f"surfaces[{n}].departure.coefficients[0]"]
        numbers += [1 / rows[n + 1]["R"], rows[n + 1]["a"]["4"]]
    for n in air_gaps(lens):
        paths.append(f"gaps[{n}].thickness")
        numbers.append(min(max(rows[n]["t"], LIMITS[0]), LIMITS[1]))
    return with_numbers(lens, tuple(paths), numbers)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

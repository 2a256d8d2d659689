"""Tracing of a phone lens beside other programs: the same random rays, the same threads, the same run.

Usage: python benchmarks/lens_trace.py SHARED/data PYTHON

A million rays at 0.7 of the field, evenly over the paraxial entrance pupil, in float64 at the d line, through
a six-element lens of US 10073249 (embodiment 7: twelve aspheres to r^16, a stop, a plate and the image).
PYTHON is an interpreter with the packages of `requirements-peers.txt`. Rates are of wall time, the least of
several.
"""

import sys
import tempfile
import time
from math import tan
from pathlib import Path

import jax
import numpy as np

import lens_peers
import record
from lichtbild.optics import intersect
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.spectral_line import D_LINE
from lichtbild.optics.trace import Rays, Status, trace, trace_many
from lichtbild.optics.train import train

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from optics.phone_lenses import phone_lens

LENS = "optics/phone/US-10073249-B2-e7.json"
COUNT = 1_000_000
FIELD = 0.7
REPEATS = lens_peers.REPEATS


def pupil_rays(lens) -> dict[str, np.ndarray]:
    """Random rays over the paraxial entrance pupil, from 1 mm before the first vertex."""
    seen = first_order(lens, np.float64(D_LINE))
    radius, turn = np.sqrt(np.random.default_rng(1).random(COUNT)), np.random.default_rng(2).random(COUNT)
    radius *= float(seen.entrance_pupil_diameter) / 2
    x, y = radius * np.cos(2 * np.pi * turn), radius * np.sin(2 * np.pi * turn)
    angle = FIELD * lens.fields[-1].y
    y -= tan(angle) * (float(seen.entrance_pupil) + 1)
    zeros, ones = np.zeros(COUNT), np.ones(COUNT)
    return {
        "position": np.stack([x, y, -ones]),
        "direction": np.stack([zeros, np.sin(angle) * ones, np.cos(angle) * ones]),
    }


def by_lichtbild(lens, rays: dict[str, np.ndarray]) -> dict[str, float]:
    surfaces = train(lens, np.float64(D_LINE))
    launched = Rays(*(jax.numpy.asarray(rays[name]) for name in ("position", "direction")))
    traced = trace_many
    begin = time.perf_counter()
    found = jax.block_until_ready(traced(surfaces, launched))
    first = time.perf_counter() - begin
    seconds = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        jax.block_until_ready(traced(surfaces, launched))
        seconds.append(time.perf_counter() - begin)
    return {
        "seconds": min(seconds),
        "rays": COUNT,
        "rate": COUNT * len(surfaces) / min(seconds) / 1e6,
        "mean": float(found.rays.position[1].mean()),
        "lost": int((found.status != Status.PASSED).sum()),
        "first": first,
        "slow": slow_share(surfaces, launched),
    }


def slow_share(surfaces, rays: Rays) -> float:
    """Share of intersections that the usual steps do not end: those that a search without more would miss."""
    usual = intersect.STEPS
    intersect.STEPS = intersect.USUAL
    try:
        few = Rays(rays.position[:, :100_000], rays.direction[:, :100_000])
        cut = jax.jit(lambda surfaces, rays: trace(surfaces, rays, clip=False))(surfaces, few)
    finally:
        intersect.STEPS = usual
    return float((cut.status == Status.MISSED).mean())


def main() -> None:
    data, python = Path(sys.argv[1]), sys.argv[2]
    lens = phone_lens(data / LENS)
    rays = pupil_rays(lens)
    ours = by_lichtbild(lens, rays)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rays.npz"
        np.savez(file, **rays)
        found = {"Lichtbild": ours} | lens_peers.ask(python, "trace", data / LENS, file)
    one = next(answer["rate"] for name, answer in found.items() if "NumPy" in name)
    rows = [
        [
            name,
            f"{answer['rays']:,}",
            f"{answer['seconds']:.2f}",
            f"{answer['rate']:.2f}",
            f"{answer['rate'] / one:.2f}",
            f"{answer['mean']:.9f}",
            str(answer["lost"]),
        ]
        for name, answer in found.items()
    ]
    heads = ["program", "rays", "s", "million ray-surfaces/s", "ratio", "mean height, mm", "rays lost"]
    said = (
        f"The first call of Lichtbild, with compiling, took {ours['first']:.1f} s. Rays that needed more "
        f"than {intersect.USUAL} steps at one of their 16 surfaces or more: {100 * ours['slow']:.2g} %."
    )
    record.write("lens_trace", record.table(heads, rows), said)


if __name__ == "__main__":
    main()

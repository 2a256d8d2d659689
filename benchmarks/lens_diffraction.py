"""Fifteen point spreads and transfer functions of a phone lens, from the prescription, warm.

Usage: python benchmarks/lens_diffraction.py SHARED/data PYTHON

Five fields and three wavelengths of the six-element lens of US 10073249 (embodiment 7): 80 samples across the
pupil, 64 by 64 pixels of 0.25 um, 32 frequencies tangential and sagittal; aiming and tracing included.
PYTHON is an interpreter with the packages of `requirements-peers.txt`.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp

import lens_peers
import record
from lichtbild.core.units import um
from lichtbild.optics import mtf_correlation, psf
from lichtbild.optics.lens import FieldPoint, Lens
from lichtbild.optics.mtf import directions, mtf
from lichtbild.optics.pencil import pencil
from lichtbild.optics.pupil_function import pupil_function

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from optics.phone_lenses import phone_lens

LENS = "optics/phone/US-10073249-B2-e7.json"
FIELDS = lens_peers.FIELDS
FREQUENCIES = jnp.linspace(0.0, 620.0, 32)
REPEATS = lens_peers.REPEATS


def everything(lens: Lens) -> tuple[jax.Array, jax.Array]:
    pupils = pupil_function(pencil(lens))
    spreads = psf.fft(pupils, psf.SAMPLES, psf.sample_positions(64, um(0.25)))
    return spreads, mtf_correlation.transfer(pupils, directions(lens), FREQUENCIES)


def timed(function, *arguments) -> tuple[float, float, float]:
    """Seconds of the first call, and the least wall and processor seconds of later ones."""
    begin = time.perf_counter()
    jax.block_until_ready(function(*arguments))
    first = time.perf_counter() - begin
    wall, processor = [], []
    for _ in range(REPEATS):
        begin, began = time.perf_counter(), time.process_time()
        jax.block_until_ready(function(*arguments))
        wall.append(time.perf_counter() - begin)
        processor.append(time.process_time() - began)
    return first, min(wall), min(processor)


def main(data: Path, python: str) -> None:
    lens = phone_lens(data / LENS)
    edge = lens.fields[-1].y
    lens = replace(lens, fields=tuple(FieldPoint(y=share * edge) for share in FIELDS))
    whole = jax.jit(everything)
    rays = jax.jit(pencil)
    rows = []
    for name, function in (("rays aimed and traced", rays), ("all, from the prescription", whole)):
        first, wall, processor = timed(function, lens)
        rows.append((f"Lichtbild: {name}", f"{wall * 1e3:.0f}", f"{processor * 1e3:.0f}", f"{first:.0f}"))
    for name, found in lens_peers.ask(python, "diffraction", data / LENS).items():
        rows.append((name, f"{found['seconds'] * 1e3:.0f}", "", ""))
    fast, exact = (mtf(lens, FREQUENCIES, mode=mode).modulus for mode in ("fast", "reference"))
    apart = float(jnp.abs(fast - exact).max())
    record.write(
        "lens_diffraction",
        "15 point spreads and transfer functions",
        record.table(("", "wall ms", "processor ms", "first call s"), rows),
        f"The fast mode is within {apart:.1e} of the reference mode at all of these frequencies.",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

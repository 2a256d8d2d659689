"""Monte Carlo of a phone lens's tolerances: by derivatives, and on the same draws made and traced.

Usage: python benchmarks/lens_tolerance.py SHARED/data PYTHON [RETRACED]

The six-element lens of US 10073249 (embodiment 7), three wavelengths, nine field points (the axis, 0.4 and
0.7 of the field in four directions), two frequencies, tangential and sagittal. Surfaces and elements are
decentred and tilted; the image surface of each build is focused and tilted to the greatest mean contrast.
PYTHON is an interpreter with the packages of `requirements-peers.txt`.
"""

import sys
import time
from pathlib import Path

import numpy as np

import lens_peers
import record
from lichtbild.optics.tolerance.budget import Budget, Compensation, ContrastLimit
from lichtbild.optics.tolerance.comparison import Comparison, compared
from lichtbild.optics.tolerance.kind import Kind
from lichtbild.optics.tolerance.prepared import Prepared, prepared
from lichtbild.optics.tolerance.retrace import joined, retraced

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from optics.phone_lenses import phone_lens

LENS = "optics/phone/US-10073249-B2-e7.json"
BUILDS, RETRACED, ALL_KINDS = 10_000, 500, 100
SEED = 5
ALIGNMENT = {
    Kind.SURFACE_DECENTRE: 1.5,
    Kind.ELEMENT_DECENTRE: 3.0,
    Kind.SURFACE_TILT: 1.0,
    Kind.ELEMENT_TILT: 2.0,
}
OTHERS = {Kind.THICKNESS: 3.0, Kind.RADIUS: 0.1, Kind.INDEX: 5e-4, Kind.ABBE: 0.5}
LIMITS = (
    ContrastLimit(110.0, (0.0,), 0.2, 0.2),
    ContrastLimit(110.0, (0.4,), 0.18, 0.18),
    ContrastLimit(110.0, (0.7,), 0.14, 0.14),
    ContrastLimit(220.0, (0.0, 0.4, 0.7), 0.02, 0.02),
)


def budget(limits: dict[Kind, float]) -> Budget:
    ours = {kind: value * kind.factor for kind, value in limits.items()}
    return Budget(ours, LIMITS, compensation=Compensation(focus=True, image_tilt=True))


def timed_prediction(ready: Prepared) -> tuple[float, float]:
    """Wall and processor seconds of `BUILDS` builds, warm."""
    errors = ready.errors(BUILDS, SEED)
    ready.predicted(errors[:256])
    begin, began = time.perf_counter(), time.process_time()
    ready.predicted(errors)
    return time.perf_counter() - begin, time.process_time() - began


def against_traced(ready: Prepared, count: int) -> tuple[Comparison, float]:
    """The same draws both ways, and seconds of each build that is traced."""
    errors = ready.errors(count, SEED)
    next(retraced(ready, errors[:1]))
    begin = time.perf_counter()
    traced = joined(list(retraced(ready, errors)))
    seconds = (time.perf_counter() - begin) / count
    return compared(ready.predicted(errors), traced, ready.budget, ready.share), seconds


def row(name: str, ready: Prepared, found: Comparison) -> tuple[str, ...]:
    spread = np.std(found.traced.contrast, axis=0)
    first, second = (rate.rate for rate in found.yields)
    low, high = found.yields[1].interval
    return (
        name,
        str(len(ready.parameters)),
        str(len(found.traced)),
        f"{np.sqrt(np.mean(spread**2)):.3f}",
        f"{found.rms:.4f}",
        f"{np.max(found.per_build):.4f}",
        f"{first:.1%}",
        f"{second:.1%} ({low:.1%} to {high:.1%})",
    )


def main(data: Path, python: str, count: int = RETRACED) -> None:
    lens = phone_lens(data / LENS)
    begin = time.perf_counter()
    ready = prepared(lens, budget(ALIGNMENT))
    first = time.perf_counter() - begin
    begin = time.perf_counter()
    ready = prepared(lens, budget(ALIGNMENT))
    again = time.perf_counter() - begin
    wall, processor = timed_prediction(ready)
    found, each = against_traced(ready, count)
    whole = prepared(lens, budget(ALIGNMENT | OTHERS))
    more, _ = against_traced(whole, min(ALL_KINDS, count))
    times = [
        ("Lichtbild: made ready, one lens and budget", f"{again:.2f}", f"{first:.0f}"),
        (f"Lichtbild: {BUILDS} builds by derivatives", f"{wall:.2f}", f"{processor:.2f} of processor"),
        ("Lichtbild: one of them", f"{wall / BUILDS:.6f}", ""),
        ("Lichtbild: one build made, traced, compensated", f"{each:.3f}", ""),
    ]
    for name, seconds in lens_peers.ask(python, "tolerance", data / LENS).items():
        times.append((name, f"{seconds:.3f}", ""))
    head = (
        "errors",
        "parameters",
        "builds",
        "contrast's own spread",
        "apart, rms",
        "of the worst build",
        "yield by derivatives",
        "yield traced (95 %)",
    )
    rows = [row("decentre, tilt", ready, found), row("and thickness, radius, index, Abbe", whole, more)]
    record.write(
        "lens_tolerance",
        "Tolerances of a phone lens: seconds, warm; the first call beside",
        record.table(("", "wall s", "first call s"), times),
        "The same draws by derivatives and traced, focus and image tilt compensated by the same rule",
        record.table(head, rows),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:]))

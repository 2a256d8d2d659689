"""How long a simulated camera takes for its pictures, from lens to JPEG, and how much memory.

``[CAMERA]``: of the catalogue; ``main`` without. Each shot is a process of its own, as a user starts it; the
first one compiles everything anew. Twice the pixels are the whole sensor beside the half of its columns.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import record

COMMAND = "import sys; from lichtbild.cli.main import exit_code; sys.exit(exit_code())"
STILL = ("--scene", "dead-leaves", "--shake", "0")
SHOTS = (
    ("single, a machine's first", (*STILL, "--frames", "1")),
    ("single, kernels kept", (*STILL, "--frames", "1")),
    ("single, half the pixels", (*STILL, "--frames", "1", "--size", "3072x2048")),
    ("burst of 8, hand-held", ("--scene", "dead-leaves", "--frames", "8")),
    ("night street, single", ("--frames", "1", "--shake", "0")),
    ("night street, depth by 3 distances", ("--frames", "1", "--shake", "0", "--distances", "3")),
)


def measured(arguments: Sequence[str], folder: Path, cache: Path) -> tuple[float, float, float]:
    """Seconds, of them processor's, and the largest memory in GB of one shot."""
    environment = {**os.environ, "LICHTBILD_CACHE": str(cache), "XDG_CACHE_HOME": str(cache)}
    environment.pop("JAX_COMPILATION_CACHE_DIR", None)
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "shoot", *arguments, "-q", "-o", str(folder)], env=environment
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"shoot {' '.join(arguments)} ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e6


def main(camera: str) -> None:
    """Take all shots, one after the other."""
    rows = []
    with tempfile.TemporaryDirectory() as place:
        for number, (name, arguments) in enumerate(SHOTS):
            found = measured(("--camera", camera, *arguments), Path(place, str(number)), Path(place, "cache"))
            seconds, processor, memory = found
            rows.append([name, f"{seconds:.1f}", f"{processor:.1f}", f"{memory:.2f}"])
    record.write(
        "shooting",
        f"Camera `{camera}`: 12 bands, 13 x 13 nodes, lens to DNG, JPEG and report.",
        record.table(["shot", "s", "processor s", "GB"], rows),
    )


if __name__ == "__main__":
    main(*sys.argv[1:] or ["main"])

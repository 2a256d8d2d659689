"""How long one waits for the command line: for help, and for the first and later photographs.

    python benchmarks/startup.py

The first photograph compiles all kernels: its caches are new folders. ``lichtbild`` is the one beside this
interpreter.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import record

EXAMPLE = record.ROOT / "examples" / "colour_checker.dng"
LICHTBILD = Path(sys.executable).parent / "lichtbild"


def seconds(*arguments: str | Path, cache: str) -> float:
    """Wall time of one call of the command line."""
    own = {"NUMBA_CACHE_DIR": f"{cache}/numba", "LICHTBILD_CACHE": f"{cache}/lichtbild"}
    began = time.perf_counter()
    subprocess.run([LICHTBILD, *arguments], check=True, capture_output=True, env={**os.environ, **own})
    return time.perf_counter() - began


def main() -> None:
    """Measure and record."""
    with tempfile.TemporaryDirectory() as folder:
        shown = [seconds("--help", cache=folder) for _ in range(10)]
        shot = ("develop", EXAMPLE, "-o", f"{folder}/photograph.jpg", "--overwrite")
        first, second, third = (seconds(*shot, cache=folder) for _ in range(3))
    rows = [
        ["`lichtbild --help`, median of 10", f"{median(shown):.2f}", "0.3"],
        ["first `lichtbild develop examples/colour_checker.dng`, kernels compile", f"{first:.1f}", "25"],
        ["the same, second run", f"{second:.2f}", ""],
        ["the same, third run", f"{third:.2f}", ""],
    ]
    record.write("startup", record.table(["command", "seconds", "goal"], rows))


if __name__ == "__main__":
    main()

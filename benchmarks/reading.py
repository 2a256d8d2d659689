"""Time and memory of reading large files, each in a process of its own, beside the peers.

    python benchmarks/reading.py FILE...

Memory is the peak of the whole process, the interpreter and libraries included; pixels are decoded.
"""

import json
import subprocess
import sys
from pathlib import Path

import record

GOAL_MB = 1000
READERS = {
    "lichtbild": "import lichtbild; samples = lichtbild.read(file).samples",
    "tifffile": (
        "import tifffile; pages = tifffile.TiffFile(file).pages.first; "
        "raw = max([pages, *(pages.pages or ())], key=lambda page: page.imagewidth); samples = raw.asarray()"
    ),
    "dngpy": "import dngpy, numpy; samples = numpy.asarray(dngpy.Dng(file)._get_pixels().data)",
    "rawpy": "import rawpy; samples = rawpy.imread(file).raw_image",
}
"""How each reader gets the raw samples of ``file``."""

PROGRAM = """
import json, resource, sys, time
file, began = sys.argv[1], time.perf_counter()
{reader}
samples.sum()
used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
print(json.dumps([time.perf_counter() - began, used]))
"""


def read(reader: str, file: Path) -> str:
    """Seconds and megabytes of one reader, in words."""
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM.format(reader=reader), file]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        error = (done.stderr.strip().splitlines() or ["killed"])[-1]
        return "not installed" if error.startswith("ModuleNotFoundError") else "does not open"
    seconds, megabytes = json.loads(done.stdout.splitlines()[-1])
    return f"{seconds:.1f} s, {megabytes:.0f} MB"


def main(files: list[Path]) -> None:
    """Measure every reader on every file and record the table."""
    rows = [[file.name, *(read(reader, file) for reader in READERS.values())] for file in files]
    record.write(
        "reading",
        record.table(["file", *READERS], rows),
        f"Imports and decoding of all samples, peak memory of the process; the goal is below {GOAL_MB} MB.",
    )


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])

"""How long one waits for the command line: for help, for the first and later photographs, beside rawpy.

    python benchmarks/startup.py [DNG]

The first photograph compiles all kernels: its caches are new folders. ``lichtbild`` is the one beside this
interpreter. DNG is a lossless-JPEG file of 12 megapixels, such as ``bench_frame.py`` makes; for it the same
is asked of rawpy. Python's own bytecode is kept, as in any installation, also where the environment says
otherwise. Wall time is what one waits; processor time does not depend on who else uses the machine.
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
AHD = """
import sys, PIL.Image, rawpy
with rawpy.imread(sys.argv[1]) as raw:
    rgb = raw.postprocess()
PIL.Image.fromarray(rgb).save(sys.argv[2], quality=92)
"""
STEPS = """
import sys, time
began = time.process_time()
def step(name):
    global began
    now = time.process_time()
    print(f"{name}: {1000 * (now - began):.0f}")
    began = time.process_time()
import numpy; step("NumPy")
import llvmlite.binding; step("LLVM, which loads machine code")
from lichtbild.study import execute; step("Lichtbild's modules")
from lichtbild.study.warm import warm; warm(); step("every usual kernel, loaded and called on a small frame")
"""
RUNS = 5


def seconds(*command: str | Path, cache: str) -> tuple[float, float]:
    """Wall and processor seconds of one command, with caches of its own."""
    own = {
        "NUMBA_CACHE_DIR": f"{cache}/numba",
        "LICHTBILD_CACHE": f"{cache}/lichtbild",
        "PYTHONPYCACHEPREFIX": f"{cache}/bytecode",
    }
    environment = {**os.environ, **own}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{command[0]} failed")
    return wall, used.ru_utime + used.ru_stime


def row(name: str, goal: str, *command: str | Path, cache: str, runs: int = RUNS) -> list[str]:
    """The least wall and processor seconds of a command that is called several times."""
    found = [seconds(*command, cache=cache) for _ in range(runs)]
    wall, processor = (min(values) for values in zip(*found, strict=True))
    return [name, f"{wall:.2f}", f"{processor:.2f}", goal]


def steps(cache: str) -> list[list[str]]:
    """Processor time of the parts of a start, once all caches are warm."""
    own = {"NUMBA_CACHE_DIR": f"{cache}/numba", "LICHTBILD_CACHE": f"{cache}/lichtbild"}
    environment = {**os.environ, **own, "PYTHONPYCACHEPREFIX": f"{cache}/bytecode"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", STEPS]
    runs = [
        subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
        for _ in range(RUNS + 1)
    ]
    parts = [dict(line.rsplit(": ", 1) for line in run.splitlines()) for run in runs[1:]]
    return [[name, f"{median(float(part[name]) for part in parts):.0f}"] for name in parts[0]]


def main(*files: str) -> None:
    """Measure and record."""
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/photograph.jpg"
        shot = (LICHTBILD, "develop", EXAMPLE, "-o", out)
        seconds(LICHTBILD, "--help", cache=folder)
        rows = [row("`lichtbild --help`", "0.3", LICHTBILD, "--help", cache=folder)]
        name = "`lichtbild develop examples/colour_checker.dng`"
        rows.append(row(f"first {name}, kernels compile", "25", *shot, cache=folder, runs=1))
        rows.append(row(f"later {name}", "", *shot, cache=folder))
        for file in files:
            size = f"`{Path(file).name}`, {Path(file).stat().st_size / 1e6:.0f} MB"
            rawpy = (sys.executable, "-c", AHD, file, f"{folder}/rawpy.jpg")
            seconds(*rawpy, cache=folder)
            rows.append(row(f"python + rawpy (AHD), {size}", "", *rawpy, cache=folder))
            ours = (LICHTBILD, "develop", file, "-o", out)
            seconds(*ours, cache=folder)
            rows.append(row(f"`lichtbild develop`, {size}", "at most that", *ours, cache=folder))
            rows.append(row(f"the same, `-j 1`, {size}", "", *ours, "-j", "1", cache=folder))
        parts = steps(folder)
    record.write(
        "startup",
        record.table(["command", "wall s", "processor s", "goal, wall"], rows),
        record.table(["part of a start, all caches warm", "processor ms"], parts),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])

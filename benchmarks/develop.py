"""Time and memory from a DNG to a JPEG, beside other raw developers: same files, same machine, same hour.

    python benchmarks/bench_frame.py 03_jxl_bayer_raw_integer.dng FOLDER
    python benchmarks/develop.py FOLDER [PYTHON_WITH_MURAW]

In process: one core, libraries loaded and kernels compiled, best of several runs. Whole process: the command
line as a user waits for it, caches warm. muraw needs Python 3.12 or later, and so an environment of its own.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import peers
import record

RUNS = 5
ONE = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")}
LICHTBILD = Path(sys.executable).parent / "lichtbild"
AHD = """
import sys, PIL.Image, rawpy
with rawpy.imread(sys.argv[1]) as raw:
    rgb = raw.postprocess(demosaic_algorithm=rawpy.DemosaicAlgorithm.AHD, use_camera_wb=True)
PIL.Image.fromarray(rgb).save(sys.argv[2], quality=92)
"""
Parts = dict[str, tuple[float, float]]


def in_process(contender: str, file: Path, python: Path | str = sys.executable) -> Parts:
    """Processor and wall seconds of each part of a contender's work; empty where it cannot be run."""
    program = Path(__file__).with_name("one_thread.py")
    command = [str(python), "-W", "ignore", str(program), contender, str(file), str(RUNS)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **ONE})
    if done.returncode:
        sys.stderr.write(done.stderr)
        return {}
    parts: Parts = json.loads(done.stdout.splitlines()[-1])["parts"]
    return parts


def whole_process(command: list[str | Path], runs: int) -> tuple[float, float, float]:
    """Least processor and wall seconds of a command, and its peak memory in MB."""
    found = []
    for _ in range(runs):
        began = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise RuntimeError(f"{command[0]} failed")
        found.append((_processor(used), wall, used.ru_maxrss / 1000))
    return min(f[0] for f in found), min(f[1] for f in found), min(f[2] for f in found)


def _processor(used: resource.struct_rusage) -> float:
    return used.ru_utime + used.ru_stime


def contenders(file: Path, muraw: Path | str | None) -> list[list[str]]:
    """Rows of the table in process: each contender's parts, its sum, and that over rawpy's decode and AHD."""
    found = {"Lichtbild, everything on": in_process("lichtbild", file)}
    found["rawpy, AHD"] = in_process("rawpy", file)
    if muraw is not None:
        found["muraw, no denoising, no local tone"] = in_process("muraw", file, muraw)
    measure = sum(found["rawpy, AHD"][part][0] for part in ("decode", "develop"))
    rows = []
    for name, parts in found.items():
        if not parts:
            rows.append([name, "does not run", "", "", ""])
            continue
        cpu, wall = (sum(part[clock] for part in parts.values()) for clock in (0, 1))
        told = ", ".join(f"{part} {seconds[0]:.2f}" for part, seconds in parts.items())
        rows.append([name, told, f"{cpu:.2f}", f"{wall:.2f}", f"{cpu / measure:.2f}"])
    return rows


def commands(file: Path, folder: Path) -> dict[str, list[str | Path]]:
    """Command lines that make a JPEG of the file; of the programs, those that are installed."""
    made = folder / "picture.jpg"
    darktable = ["--configdir", folder, "--cachedir", folder, "--library", ":memory:", "--disable-opencl"]
    known: dict[str, list[str | Path]] = {
        "`lichtbild develop`": [LICHTBILD, "develop", file, "-o", made, "--overwrite"],
        "python, rawpy AHD, Pillow": [sys.executable, "-c", AHD, file, made],
        "rawtherapee-cli, neutral": ["rawtherapee-cli", "-Y", "-j92", "-o", made, "-c", file],
        "darktable-cli, as it comes": [
            "darktable-cli",
            file,
            folder / "dt_$(SEQUENCE).jpg",
            "--core",
            *darktable,
        ],
    }
    return {name: command for name, command in known.items() if peers.installed(command[0])}


def processes(file: Path, runs: int) -> list[list[str]]:
    """Rows of the table of whole processes."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, command in commands(file, Path(folder)).items():
            cpu, wall, megabytes = whole_process(command, runs)
            rows.append([name, f"{wall:.2f}", f"{cpu:.2f}", f"{megabytes:.0f}"])
    return rows


def stages(file: Path) -> list[list[str]]:
    """Rows of our own stages: milliseconds, and nanoseconds a pixel."""
    parts = in_process("stages", file)
    pixels = 4032 * 3024
    return [[name, f"{1e3 * cpu:.0f}", f"{1e9 * cpu / pixels:.1f}"] for name, (cpu, _) in parts.items()]


def main(folder: Path, muraw: Path | str | None) -> None:
    """Measure all and record."""
    file, plain, large = (folder / f"{name}.dng" for name in ("bench12", "bench12_plain", "bench61"))
    inside, inside_plain = contenders(file, muraw), contenders(plain, muraw)
    own, whole, big = stages(file), processes(file, 3), processes(large, 1)
    header = ["developer", "parts, processor", "processor", "wall", "ratio"]
    record.write(
        "develop",
        f"One core, in process, warm: {file.name}, 4032 x 3024 lossless JPEG with four gain maps, to JPEG of "
        "quality 92. Seconds; the ratio is processor time over that of rawpy's decoding and AHD alone.",
        record.table(header, inside),
        f"The same with {plain.name}, which asks for no gain maps (LibRaw leaves them out anyway).",
        record.table(header, inside_plain),
        f"Whole processes, as many threads as each takes: {file.name}.",
        record.table(["command", "wall s", "processor s", "peak MB"], whole),
        f"The same with {large.name}, 61 megapixels.",
        record.table(["command", "wall s", "processor s", "peak MB"], big),
        "Our stages, processor time, as the chain runs them in tiles.",
        record.table(["stage", "ms", "ns a pixel"], own),
        f"Peers: {peers.versions()}{', muraw by OpenCV' if muraw else ''}.",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)

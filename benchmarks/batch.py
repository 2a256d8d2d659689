"""A batch of many photographs: killed again and again, and how fast it goes with more workers.

    python benchmarks/batch.py [COUNT] [DNG]

COUNT small raw files (1000), one of them cut off, are developed by a command that is killed with SIGKILL, its
workers too, every so often, and at last let finish. At every moment each photograph is whole. DNG is
developed eight times with one worker and with one for every core.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import record

EXAMPLE = record.ROOT / "examples" / "colour_checker.dng"
LICHTBILD = Path(sys.executable).parent / "lichtbild"
CORES = len(os.sched_getaffinity(0))
KILLS = 8
COPIES = 8


def small_frames(folder: Path, count: int) -> None:
    """Raw files of 72 x 60 pixels, the middle one cut off."""
    sys.path.insert(0, str(record.ROOT / "tests"))
    from frames import smooth_frame
    from lichtbild.io.dng.write import write

    folder.mkdir()
    write(smooth_frame((60, 72)), folder / "0000.dng")
    data = (folder / "0000.dng").read_bytes()
    for number in range(1, count):
        (folder / f"{number:04d}.dng").write_bytes(data[: 3000 if number == count // 2 else None])


def photographs(folder: Path) -> list[Path]:
    """What has a photograph's name."""
    return [entry for entry in folder.iterdir() if not entry.name.startswith(".")]


def broken(folder: Path) -> int:
    """Photographs that are no JPEG from the first marker to the last."""
    found = [path.read_bytes() for path in photographs(folder)]
    return sum(data[:3] != b"\xff\xd8\xff" or data[-2:] != b"\xff\xd9" for data in found)


def kill(process: "subprocess.Popen[str]") -> None:
    """End a batch and its workers at once."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for pid in (process.pid, *map(int, children)):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.communicate()


def killed_batch(count: int) -> list[list[str]]:
    """What became of a batch that was killed `KILLS` times."""
    with tempfile.TemporaryDirectory() as name:
        raw, out = Path(name) / "raw", Path(name) / "out"
        small_frames(raw, count)
        out.mkdir()
        command = [str(LICHTBILD), "develop", str(raw), "-o", str(out)]
        half, checks = 0, 0
        for number in range(1, KILLS + 1):
            process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
            while process.poll() is None and len(photographs(out)) < count * number // (KILLS + 1):
                half, checks = half + broken(out), checks + 1
                time.sleep(0.05)
            kill(process)
            half, checks = half + broken(out), checks + 1
        drafts = sum(entry.name.endswith(".jpg") for entry in out.glob(".*"))
        last = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
        left = sum(entry.name.endswith(".jpg") for entry in out.glob(".*"))
        words = [line.strip() for line in last.stderr.splitlines() if line.strip()]
        failures = [line for line in words if line.startswith(str(raw))]
        return [
            ["raw files, one of them cut off; times killed", f"{count}; {KILLS}"],
            ["photographs at the end", str(len(photographs(out)))],
            ["half-written ones, at any of so many looks", f"{half} of {checks}"],
            ["drafts left behind by the last kill, and after the last run", f"{drafts}, {left}"],
            ["explained failures", str(len(failures))],
            ["its words", " ".join(failures[0].replace(f"{raw}/", "").split()) if failures else "none"],
            ["the last line of the last run, exit code", f"{words[-1]}, {last.returncode}"],
        ]


def rate(file: Path, workers: int) -> list[str]:
    """Wall seconds of a batch of copies of one file."""
    with tempfile.TemporaryDirectory() as name:
        raw, out = Path(name) / "raw", Path(name) / "out"
        raw.mkdir()
        for number in range(COPIES):
            shutil.copy(file, raw / f"{number}{file.suffix}")
        command = [str(LICHTBILD), "develop", str(raw), "-o", str(out), "-j", str(workers)]
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken = time.perf_counter() - began
        again = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return [str(workers), f"{taken:.1f}", f"{COPIES / taken:.2f}", f"{time.perf_counter() - again:.1f}"]


def main(count: int = 1000, file: Path = EXAMPLE) -> None:
    """Measure and record."""
    rows = killed_batch(count)
    rates = [rate(file, workers) for workers in sorted({1, CORES})]
    header = [f"workers, {COPIES} copies of `{file.name}`", "s", "pictures/s", "s to find all done already"]
    record.write("batch", record.table(["a batch that is killed", ""], rows), record.table(header, rates))


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(*(int(number) for number in arguments[:1]), *(Path(file) for file in arguments[1:2]))

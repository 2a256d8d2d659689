"""A batch that is killed again and again ends, when it is let, with every photograph whole."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from frames import smooth_frame
from lichtbild.io import ledger
from lichtbild.io.dng.write import write

COUNT = 24
CORRUPT = "p07.dng"


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small raw files, one of them cut off."""
    folder = tmp_path_factory.mktemp("raw")
    write(smooth_frame((60, 72)), folder / "p00.dng")
    for number in range(1, COUNT):
        shutil.copy(folder / "p00.dng", folder / f"p{number:02d}.dng")
    (folder / CORRUPT).write_bytes((folder / "p00.dng").read_bytes()[:3000])
    return folder


def begin(source: Path, output: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "lichtbild", "develop", str(source), "-o", str(output), "-j", "2"]
    return subprocess.Popen([*command, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def photographs_in(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.glob("*") if not entry.name.startswith("."))


def assert_whole(folder: Path) -> None:
    """Whatever has a photograph's name is a JPEG from its first marker to its last."""
    for path in photographs_in(folder):
        data = path.read_bytes()
        assert path.suffix == ".jpg" and data[:3] == b"\xff\xd8\xff" and data[-2:] == b"\xff\xd9", path


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def kill(process: subprocess.Popen[str], *, workers_too: bool) -> None:
    """End a batch at once; with its workers, as a power cut does, or without, as a user in haste."""
    for pid in [process.pid, *(children(process.pid) if workers_too else [])]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.communicate(timeout=60)


def wait_for(count: int, output: Path, process: subprocess.Popen[str]) -> None:
    """Until so many photographs are there, each of them whole."""
    while len(photographs_in(output)) < count:
        assert process.poll() is None, process.communicate()[1]
        assert_whole(output)
        time.sleep(0.001)


@pytest.mark.skipif(sys.platform != "linux", reason="finds a batch's workers in /proc")
def test_a_batch_killed_again_and_again_ends_whole(photographs: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    output.mkdir()
    for count, workers_too in ((4, True), (9, False), (15, True)):
        process = begin(photographs, output)
        wait_for(count, output, process)
        kill(process, workers_too=workers_too)
        assert_whole(output)
    process = begin(photographs, output)
    reports, words = process.communicate(timeout=120)
    outcomes = [json.loads(line) for line in reports.splitlines()]
    assert process.returncode == 2, words
    assert [path.stem for path in photographs_in(output)] == sorted(
        path.stem for path in photographs.iterdir() if path.name != CORRUPT
    )
    assert_whole(output)
    failed = [outcome for outcome in outcomes if outcome["status"] == "failed"]
    assert len(outcomes) == COUNT and [Path(outcome["source"]).name for outcome in failed] == [CORRUPT]
    assert failed[0]["message"] and "1 failed" in words and CORRUPT in words
    skipped = [outcome for outcome in outcomes if outcome["status"] == "skipped"]
    assert len(skipped) >= 15 and all("already done" in outcome["message"] for outcome in skipped)
    assert [path.name for path in output.iterdir() if path.name.startswith(".")] == [ledger.NAME]
    assert not list(photographs.glob(".*"))


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_batch_says_one_sentence(
    photographs: Path, tmp_path: Path, number: signal.Signals
) -> None:
    output = tmp_path / "out"
    output.mkdir()
    process = begin(photographs, output)
    wait_for(3, output, process)
    workers = children(process.pid)
    process.send_signal(number)
    _, words = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert words.strip().splitlines()[-1].startswith("lichtbild: interrupted") and "Traceback" not in words
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]
    assert_whole(output)
    assert [path.name for path in output.iterdir() if path.name.startswith(".")] == [ledger.NAME]

"""An experiment of small pictures, and a server of it in a process of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import PIL.Image

TOKEN = "a-token-of-the-experimenter-for-tests"
HEAD = 'schema = 1\nname = "Small test"\nquestion = "Which is better?"\n'


def write_pictures(
    folder: Path, scenes: tuple[str, ...], conditions: tuple[str, ...], size: int = 24
) -> None:
    """PNG pictures, each unlike all others."""
    rng = np.random.default_rng(7)
    for scene in scenes:
        (folder / scene).mkdir(parents=True, exist_ok=True)
        for condition in conditions:
            pixels = rng.integers(0, 256, (size, size + 8, 3), np.uint8)
            PIL.Image.fromarray(pixels).save(folder / scene / f"{condition}.png")


def write_experiment(
    folder: Path,
    text: str,
    scenes: tuple[str, ...] = ("barn", "lake"),
    conditions: tuple[str, ...] = ("a", "b", "c"),
    size: int = 24,
) -> Path:
    """An experiment's file with its pictures beside it."""
    write_pictures(folder / "pictures", scenes, conditions, size)
    file = folder / "experiment.toml"
    file.write_text(f'{HEAD}{text}\n[pictures]\npath = "pictures"\n', encoding="utf-8")
    return file


@dataclass(frozen=True)
class Served:
    """A server at work."""

    process: subprocess.Popen[str]
    address: str
    links: tuple[str, ...]

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)


@contextmanager
def served(file: Path, *options: object, invite: int = 0) -> Iterator[Served]:
    """A server of an experiment, for the block; it ends on the wish of the system."""
    command = [
        sys.executable,
        "-m",
        "lichtbild",
        "panel",
        "serve",
        file,
        "--port",
        0,
        "--invite",
        invite,
        *options,
    ]
    process = subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"LICHTBILD_PANEL_TOKEN": TOKEN},
    )
    assert process.stdout is not None and process.stderr is not None
    try:
        address = ""
        for line in process.stderr:
            if found := re.search(r"open at (\S+)/ until", line):
                address = found[1]
            if "desk" in line or line.startswith("lichtbild:"):
                break
        assert address, line
        links = tuple(process.stdout.readline().split()[1] for _ in range(invite))
        yield Served(process, address, links)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(30)
        process.stdout.close()
        process.stderr.close()

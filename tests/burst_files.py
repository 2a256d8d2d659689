"""Files of bursts, and a merge that is as simple as can be."""

import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from frames import smooth_frame
from lichtbild.image.burst import Burst
from lichtbild.image.metadata import Metadata
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.dng.write import write

SIZE = (60, 72)
TOLD = Metadata("Maker", "One", iso=1600.0, exposure_time_s=1 / 60, f_number=1.8, focal_length_mm=5.0)
OTHER_SCENE = "shows another scene"


def frame(second: float | None = 0.0, size: tuple[int, int] = SIZE, seed: int = 0, **told: Any) -> RawFrame:
    """A noisy frame that began some seconds after noon; None: nobody knows when."""
    plain = smooth_frame(size)
    noise = np.random.default_rng(seed).integers(-9, 10, plain.samples.shape)
    metadata = replace(TOLD, **told)
    if second is not None:
        whole, part = divmod(round(second * 1e6), 1_000_000)
        taken_at = f"2026:11:23 12:{whole // 60:02}:{whole % 60:02}"
        metadata = replace(metadata, taken_at=taken_at, exif={("exif", 37521): f"{part:06}"})
    return replace(plain, samples=(plain.samples + noise).astype(np.uint16), metadata=metadata)


def burst(folder: Path, count: int = 4, pause: float = 0.1, begin: float = 0.0, first: int = 1) -> list[Path]:
    """Files of a burst, frame_01.dng and on."""
    paths = [folder / f"frame_{number:02}.dng" for number in range(first, first + count)]
    for index, path in enumerate(paths):
        write(frame(begin + index * pause, seed=first + index), path)
    return paths


def cut(path: Path) -> None:
    """Let a file end in the middle, before the directory that our own DNGs end with."""
    path.write_bytes(path.read_bytes()[:3000])


def averaged(burst: Burst, *, threads: int = 1, progress: Any = None) -> Any:
    """The mean of frames that lie on one another; one that is twice as bright shows another scene."""
    light = [float(one.samples.mean()) for one in burst]
    apart = [index for index, mean in enumerate(light) if mean > 1.5 * min(light)]
    kept = [one.samples for index, one in enumerate(burst) if index not in apart]
    samples = np.rint(np.mean(kept, axis=0)).astype(np.uint16)
    for index in range(len(burst)):
        progress((index + 1) / len(burst))
    return SimpleNamespace(
        frame=replace(burst.frames[0], samples=samples),
        left_out=tuple((index, OTHER_SCENE) for index in apart),
        frames_used=np.full((samples.shape[0] // 2, samples.shape[1] // 2), len(kept), np.float32),
        variance=(1 / len(kept),) * 3,
    )


@pytest.fixture
def averaging(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bursts are averaged: their recognition and their files do not ask how well they are merged."""
    module: Any = ModuleType("lichtbild.develop.merge")
    module.merge_burst = averaged
    monkeypatch.setitem(sys.modules, module.__name__, module)

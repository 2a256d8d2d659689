"""One developer at work in a process of its own, on one core: seconds of each part, best of several runs.

    python benchmarks/one_thread.py CONTENDER FILE RUNS

Prints a JSON object: for each part the least processor and wall seconds, and the process's peak memory. The
libraries are imported where they are used, for not every interpreter has all of them.
"""

import io
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

QUALITY = 92
Lap = Callable[[str], None]


def lichtbild(file: str, lap: Lap) -> None:
    """Ours, with everything that the default recipe switches on."""
    import lichtbild
    from lichtbild.camera import photograph

    frame = lichtbild.read(file)
    lap("decode")
    picture = photograph.coded(frame, lichtbild.Recipe())
    lap("develop")
    target = Path("/dev/shm" if os.path.isdir("/dev/shm") else "/tmp") / f"one_thread_{os.getpid()}.jpg"
    lichtbild.save(picture, target, quality=QUALITY)
    target.unlink()
    lap("JPEG")


def stages(file: str, lap: Lap) -> None:
    """Ours, stage by stage: the time of each stage's tiles summed up, and all else that developing takes."""
    from unittest.mock import patch

    import lichtbild
    from lichtbild.camera import photograph
    from lichtbild.core.chain import Chain

    frame = lichtbild.read(file)
    lap("decode")
    spent: dict[str, list[float]] = {}

    def render(self: Chain, image: Any, window: Any) -> Any:
        windows = self._windows(image.extent, window)  # as Chain.render has it, with a clock
        image = image.crop(windows[0])
        for (name, stage), target in zip(self.stages, windows[1:], strict=True):
            began = time.process_time(), time.perf_counter()
            image = stage.render(image, target)
            total = spent.setdefault(name, [0.0, 0.0])
            total[0] += time.process_time() - began[0]
            total[1] += time.perf_counter() - began[1]
        return image

    with patch.object(Chain, "render", render):
        photograph.coded(frame, lichtbild.Recipe())
    lap("the rest")
    cpu, wall = PARTS["the rest"]
    PARTS["the rest"] = (
        cpu - sum(one for one, _ in spent.values()),
        wall - sum(two for _, two in spent.values()),
    )
    PARTS.update({name: (one, two) for name, (one, two) in spent.items()})


def rawpy(file: str, lap: Lap) -> None:
    """LibRaw through rawpy: AHD, white balance as shot, sRGB, 8 bits; JPEG by Pillow."""
    import PIL.Image
    import rawpy

    with rawpy.imread(file) as raw:
        raw.raw_image[:1].copy()
        lap("decode")
        rgb = raw.postprocess(
            demosaic_algorithm=rawpy.DemosaicAlgorithm.AHD,
            use_camera_wb=True,
            no_auto_bright=True,
            output_color=rawpy.ColorSpace.sRGB,
            output_bps=8,
        )
    lap("develop")
    PIL.Image.fromarray(rgb).save(io.BytesIO(), "JPEG", quality=QUALITY)
    lap("JPEG")


def muraw(file: str, lap: Lap) -> None:
    """The package muraw with its defaults (OpenCV's edge-aware demosaicing), 8 bits; JPEG by OpenCV."""
    import cv2
    import numpy as np
    from muraw import dngio

    cv2.setNumThreads(1)
    picture, _ = dngio.decode_dng(file, output_dtype=np.uint8)
    rgb = np.asarray(picture.realize())
    lap("decode and develop")
    cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    lap("JPEG")


CONTENDERS = {function.__name__: function for function in (lichtbild, stages, rawpy, muraw)}
PARTS: dict[str, tuple[float, float]] = {}


def run(contender: Callable[[str, Lap], None], file: str) -> dict[str, tuple[float, float]]:
    """Processor and wall seconds of each part of one run."""
    PARTS.clear()
    clocks = [time.process_time(), time.perf_counter()]

    def lap(part: str) -> None:
        now = time.process_time(), time.perf_counter()
        PARTS[part] = (now[0] - clocks[0], now[1] - clocks[1])
        clocks[:] = time.process_time(), time.perf_counter()

    contender(file, lap)
    return dict(PARTS)


def main(name: str, file: str, runs: int) -> None:
    """Run once to warm up, then several times, and print the least of each."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    contender = CONTENDERS[name]
    run(contender, file)
    found = [run(contender, file) for _ in range(runs)]
    parts = {part: [min(one[part][clock] for one in found) for clock in (0, 1)] for part in found[0]}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    sys.stdout.write(json.dumps({"parts": parts, "peak_mb": peak}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))

"""`lichtbild measure` on 20 photographs of 12.6 megapixels: seconds, processor seconds and the report's size.

``[FRAMES] [CORES]``: 20 and 2 by default. The photographs are of our ``bench`` chart, simulated: each turned
by another angle of up to 3 degrees, blurred by 0.8 px, with noise of its own, JPEG of quality 95. A grid of
slanted edges of 50 megapixels is measured beside them, by one call as the laboratory makes for a picture.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from lichtbild.colour import cielab
from lichtbild.colour.spaces import D50_XY, D65_XY, REC2020_TO_XYZ, SRGB_TO_XYZ
from lichtbild.colour.transfer import SRGB
from lichtbild.core.window import Extent, Window
from lichtbild.image.chart import Chart
from lichtbild.image.chart_catalogue import chart_named
from lichtbild.image.chart_raster import Canvas, drawn
from lichtbild.image.picture import Picture
from lichtbild.io.export import save

ROWS, COLUMNS = 3072, 4096
MOST_TURN = 3.0
_EXPOSURE, _BLUR, _NOISE = 0.8, 0.8, 0.005


def print_of(chart: Chart, rows: int) -> np.ndarray:
    """Linear sRGB light of a chart in so many rows, white at 0.8."""
    lab = cielab.adapted(np.array([paint.lab for paint in chart.paints]), D50_XY, D65_XY)
    light = cielab.to_rec2020(lab) @ (np.linalg.inv(SRGB_TO_XYZ) @ REC2020_TO_XYZ).T
    columns = round(rows * chart.size[1] / chart.size[0])
    canvas = Canvas.whole(chart, rows, columns, light, np.ones(3))
    return np.ascontiguousarray(drawn(chart, canvas) * _EXPOSURE, np.float32)


def photograph(paper: np.ndarray, shape: tuple[int, int], turn: float, seed: int) -> np.ndarray:
    """A print on a grey wall, turned by so many degrees, blurred and with noise."""
    matrix = cv2.getRotationMatrix2D((paper.shape[1] / 2, paper.shape[0] / 2), turn, 1.0)
    matrix[:, 2] += np.array(shape[::-1]) / 2 - np.array(paper.shape[1::-1]) / 2
    seen = cv2.warpAffine(paper, matrix, shape[::-1], flags=cv2.INTER_CUBIC, borderValue=(0.25,) * 3)
    seen = cv2.GaussianBlur(seen, (0, 0), _BLUR)
    noise = np.random.default_rng(seed).standard_normal(seen.shape, np.float32)
    return seen + noise * np.float32(_NOISE) * np.sqrt(np.maximum(seen, 1e-3))


def store(light: np.ndarray, path: Path) -> None:
    extent = Extent(*light.shape[:2])
    codes = np.asarray(SRGB.encode(light.clip(0, 1)), np.float32)
    save(Picture(codes, Window.whole(extent), extent), path, quality=95)


def run(folder: Path, cores: int) -> tuple[float, float, float]:
    """Seconds, processor seconds, and MB that the largest process held."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    command = [sys.executable, "-m", "lichtbild", "measure", str(folder / "frames"), "-j", str(cores)]
    subprocess.run([*command, "-o", str(folder / "report.html"), "--overwrite"], check=True)
    seconds = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, spent, after.ru_maxrss / 1024


def measured(frames: int, cores: int) -> list[str]:
    """Rows of the table: the first run after an installation compiles kernels, and is not counted."""
    chart = chart_named("bench")
    paper = print_of(chart, 2640)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "frames").mkdir()
        (folder / "first").mkdir()
        for seed, turn in enumerate(np.linspace(-MOST_TURN, MOST_TURN, frames)):
            store(photograph(paper, (ROWS, COLUMNS), float(turn), seed), folder / "frames" / f"{seed:02}.jpg")
        first = [sys.executable, "-m", "lichtbild", "measure", str(folder / "frames" / "00.jpg"), "-q"]
        subprocess.run([*first, "-o", str(folder / "first.html"), "--overwrite"], check=True)
        seconds, spent, held = run(folder, cores)
        size = (folder / "report.html").stat().st_size / 1e6
    load = os.getloadavg()[0]
    return [
        f"| {frames} | {cores} | {seconds:.1f} | {spent:.1f} | {spent / frames:.2f} | "
        f"{frames / seconds:.2f} | "
        f"{size:.2f} | {held:.0f} | {load:.1f} |"
    ]


def grid_50() -> str:
    """One 50 megapixel picture of the grid of slanted edges: found, and all its edges measured."""
    from lichtbild.image.specimen import Origin, Specimen
    from lichtbild.quality import bench
    from lichtbild.quality.parts.subject import Conditions

    chart = chart_named("esfr-grid")
    rows = round((50e6 * 0.9 * chart.size[0] / chart.size[1]) ** 0.5)
    paper = print_of(chart, rows // 8 * 8)
    shape = round(paper.shape[0] * 1.05), round(paper.shape[1] * 1.05)
    light = photograph(paper, shape, 1.0, 1)
    del paper
    specimen = Specimen("grid", "0" * 64, Origin.PICTURE, light, bits=8)
    told = []
    for _ in range(2):
        begin, processor = time.perf_counter(), time.process_time()
        record, charts = bench.measured(specimen, Conditions())
        told.append((time.perf_counter() - begin, time.process_time() - processor))
    count = sum(1 for measure in record.measures if measure.name == "mtf50" and "luminance" in measure.where)
    seconds, spent = min(told)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = light.shape[0] * light.shape[1] / 1e6
    return (
        f"| {size:.0f} | {', '.join(one.chart.name for one in charts)} | {count} | {seconds:.1f} | "
        f"{spent:.1f} | "
        f"{held:.0f} |"
    )


def main(frames: int = 20, cores: int = 2) -> None:
    print(
        "| frames of 12.6 MP | cores | s | processor s | a frame | frames/s | HTML, MB | most MB of a "
        "process | load |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for row in measured(frames, cores):
        print(row)
    print()
    print("| MP | chart | edges, each in 4 channels | s | processor s | most MB |")
    print("|---|---|---|---|---|---|")
    print(grid_50())


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))

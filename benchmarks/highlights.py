"""Highlights against the truth: HDR scenes and a real frame, overexposed in numbers, then rebuilt.

A scene's light is taken by a Sony A7R IV's calibration under daylight or tungsten light, brightened until a
share of its pixels is full in some plane, and cut there. What each method makes of it is rendered by the look
"natural" at the exposure where the first full plane is white, and compared with the scene that was not cut.
The real frame's codes are multiplied by six and cut at its white.

    python benchmarks/highlights.py HDR_FOLDER CALIBRATED.dng BENCH_FRAME.dng
"""

import sys
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import OpenEXR

import lichtbild
import record
from lichtbild.camera.photograph import develop
from lichtbild.camera.recipe import Recipe
from lichtbild.colour.spaces import D65_XY, REC2020_TO_XYZ, SRGB_TO_XYZ, XYZ_TO_REC2020
from lichtbild.colour.temperature import xy_of
from lichtbild.core.window import Extent, Window
from lichtbild.develop.colour_matrix import camera_to_rec2020
from lichtbild.develop.colour_matrix import neutral as neutral_of
from lichtbild.develop.highlights import HIGH, RebuildHighlights
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.overview import Overview
from lichtbild.io.recipe import changed
from lichtbild.look.style import style

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import colour

SCENES = ("StillLife", "CandleGlass", "MtTamWest", "Tree")
LIGHTS = {"daylight": D65_XY, "tungsten": xy_of(2856)}
SHARES = (0.003, 0.03, 0.12)
CELL = 8
"""Cells are half as wide as usual, as the scenes are a quarter as wide as photographs."""


def overview_of(camera: np.ndarray) -> Overview:
    """The overview of clipped, unbalanced planes; green counts twice, as on a Bayer sensor."""
    height, width = camera.shape[:2]
    padded = np.pad(camera, ((0, -height % CELL), (0, -width % CELL), (0, 0)), mode="edge")

    def means(of: np.ndarray) -> np.ndarray:
        rows, columns = of.shape[0] // CELL, of.shape[1] // CELL
        return of.reshape(rows, CELL, columns, CELL, -1).mean(axis=(1, 3)).astype(np.float32)

    samples = means(padded)
    full = means(((padded >= HIGH) @ [0.25, 0.5, 0.25])[..., None])[..., 0]
    return Overview(samples, full, np.ones_like(samples), CELL, Extent(height, width))


def rebuild(x: np.ndarray, white: np.ndarray) -> np.ndarray:
    """Lichtbild's method."""
    extent = Extent(*x.shape[:2])
    stage = RebuildHighlights.of(overview_of(x / white), tuple(1 / white))
    return stage(CameraImage(x, Window.whole(extent), extent)).samples


def opposed(x: np.ndarray, white: np.ndarray) -> np.ndarray:
    """A full plane from the mean cube root of the others, plus what it has more where nothing is full."""
    full = x >= 0.98 * white
    root = np.cbrt(np.maximum(x, 0))
    others = ((root.sum(axis=2, keepdims=True) - root) / 2) ** 3
    any_full = full.any(axis=2)
    near = any_full.copy()
    for shift in range(-3, 4):
        near |= np.roll(any_full, shift, 0) | np.roll(any_full, shift, 1)
    near &= ~any_full
    more = (x - others)[near].mean(axis=0) if near.any() else np.zeros(3)
    return np.where(full, np.maximum(x, others + more), x).astype(np.float32)


METHODS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "clip": lambda x, white: np.minimum(x, 1),
    "off": lambda x, white: x,
    "opposed": opposed,
    "rebuild": rebuild,
}


def lab_of(balanced: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    scene = np.maximum(balanced @ matrix.T, 0).astype(np.float32)
    extent = Extent(*scene.shape[:2])
    shown = style("natural").view(LinearImage(scene, Window.whole(extent), extent)).samples
    return colour.XYZ_to_Lab(shown @ REC2020_TO_XYZ.T, D65_XY)


def errors_of_scene(folder: Path, name: str, camera_colour) -> list[list[str]]:
    channels = OpenEXR.File(str(folder / f"{name}.exr")).channels()
    pixels = next(iter(channels.values())).pixels[..., :3].astype(np.float32)
    rgb = np.maximum(pixels @ (XYZ_TO_REC2020 @ SRGB_TO_XYZ).T, 0)
    rows = []
    for light, xy in LIGHTS.items():
        neutral = np.array(neutral_of(camera_colour, xy))
        matrix = camera_to_rec2020(camera_colour, tuple(neutral))
        white = (neutral.max() / neutral).astype(np.float32)
        raw = np.maximum(rgb @ np.linalg.inv(matrix).T, 0) / white
        for share in SHARES:
            taken = raw / np.quantile(raw.max(axis=2), 1 - share)
            truth = lab_of(taken * white, matrix)
            full = (taken >= 1).sum(axis=2)
            cut = (np.minimum(taken, 1) * white).astype(np.float32)
            cells = []
            for method in METHODS.values():
                error = colour.delta_E(lab_of(method(cut, white), matrix), truth, method="CIE 2000")
                part, all_full = (full > 0) & (full < 3), full == 3
                cells.append(
                    f"{error[part].mean():.1f} / {error[all_full].mean():.1f}"
                    if all_full.any()
                    else f"{error[part].mean():.1f}"
                )
            rows.append([name, light, f"{100 * share:g} %", *cells])
    return rows


def errors_of_frame(path: Path, times: float = 6.0) -> list[str]:
    """CIEDE2000 at the full pixels of a real frame whose exposure is multiplied."""
    frame = lichtbild.read(path)
    black, white = float(frame.levels.black.mean()), float(frame.levels.white.min())
    codes = np.minimum((frame.samples.astype(np.float32) - black) * times + black, white)
    over = replace(frame, samples=codes.astype(np.uint16))
    full = codes[frame.active_area.top :, frame.active_area.left :, 0] >= white

    def lab(source, method: str, ev: float) -> np.ndarray:
        settings = {"develop.highlights.method": method, "develop.exposure.ev": ev}
        settings |= {
            "geometry.upright": False,
            "geometry.default_crop": False,
            "develop.denoise.method": "off",
        }
        shown = develop(source, changed(Recipe(), settings)).samples
        there = shown[full[: shown.shape[0], : shown.shape[1]]][::11]
        return colour.XYZ_to_Lab(colour.sRGB_to_XYZ(there), D65_XY)

    truth = lab(frame, "off", float(np.log2(times)) - 1.6)
    cells = []
    for method in METHODS:
        if method == "opposed":
            cells.append("")
            continue
        found = lab(over, method, -1.6)
        cells.append(f"{colour.delta_E(found, truth, method='CIE 2000').mean():.1f}")
    return ["12 MP frame, times 6", "as shot", f"{100 * full.mean():.2g} %", *cells]


def main(folder: Path, calibrated: Path, bench: Path) -> None:
    """Measure and record."""
    camera_colour = lichtbild.read(calibrated).colour
    rows = [row for name in SCENES for row in errors_of_scene(folder, name, camera_colour)]
    rows.append(errors_of_frame(bench))
    record.write(
        "highlights",
        record.table(["scene", "light", "full", *METHODS], rows),
        "Mean CIEDE2000 of the pixels that are full in one or two planes / in all three, rendered by the "
        'look "natural". "Opposed" is the published idea of darktable\'s "inpaint opposed" in our own text, '
        "with one chrominance for the whole picture.",
    )


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))

"""Frames of a simulated phone for `calibrate.py`: the bench chart in A and D65, even fields, darkness.

The phone is a patent's lens, drawn smaller, before the middle of a measured sensor: all that an owner could
photograph at home of a real one, and all of its truth.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from lichtbild.camera.camera import Camera, LensSource
from lichtbild.camera.light_on_sensor import light_on_sensor, view
from lichtbild.camera.module import Module, module
from lichtbild.camera.shoot import raw_frame, white_of
from lichtbild.core.window import Extent
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.camera_file import catalogue_camera, write_camera
from lichtbild.io.dng.write import write
from lichtbild.io.lens import read_lens
from lichtbild.io.sensor_file import catalogue_sensor
from lichtbild.optics.scaled import scaled
from lichtbild.sensor.exposure import Exposure
from lichtbild.study.scene_order import SceneOrder

ROWS, COLUMNS = 1200, 1600
SCALE = 0.4
ISOS = (100.0, 800.0)
LUX = 1000.0
FLATS = (0.15, 0.6, 0.8)
"""Shares of a full well in the middle."""
FINELY = 2
"""Squares along a pixel, and pixels of a scene along one, where sharpness is told: with one, edges alias."""
CHARTS = 0.75
"""Share of a full well that a white of a chart fills."""


def phone() -> Camera:
    """The camera that is imitated."""
    usual = catalogue_camera("main")
    sensor = catalogue_sensor("imx477").sized(ROWS, COLUMNS)
    radii = () if usual.lens_from is None else usual.lens_from.semi_apertures
    source = LensSource("7p-f1.85", SCALE, tuple(round(one * SCALE / 2.09, 9) for one in radii))
    lens = scaled(read_lens("7p-f1.85").lens, SCALE)
    surfaces = tuple(
        replace(surface, semi_aperture=semi) if surface.semi_aperture is None else surface
        for surface, semi in zip(lens.surfaces, source.semi_apertures, strict=True)
    )
    made = replace(lens, surfaces=surfaces)
    return Camera("Phone", made, sensor, matched=True, lens_from=source)


def frame(ready: Module, scene: SceneOrder, share: float, iso: float, key: int, finely: int = 1) -> RawFrame:
    """A frame of which a white in the middle is a share of full; without light for a share of 0.

    A scene has as many pixels along one of the frame as are asked for.
    """
    size = Extent(finely * ready.extent.height, finely * ready.extent.width)
    made = scene.made(ready.field, size, None)
    image = light_on_sensor(view(ready, made, 1), threads=2)
    if share == 0:
        image = replace(image, irradiance=np.zeros_like(image.irradiance))
        return raw_frame(ready.sensor, ready.response, image, Exposure(0.01, iso), key)
    # What a white gives is told by a short trial.
    trial = raw_frame(ready.sensor, ready.response, _even(ready, scene), Exposure(1e-4, ISOS[0]), 0)
    black, white = float(np.mean(trial.levels.black)), float(trial.levels.white.min())
    rows, columns = trial.samples.shape[0] // 2, trial.samples.shape[1] // 2
    middle = np.asarray(trial.samples, float)[rows - 40 : rows + 40, columns - 40 : columns + 40, 0] - black
    most = max(middle[i::2, j::2].mean() for i in (0, 1) for j in (0, 1)) / (white - black)
    time = 1e-4 * share / most * ISOS[0] / iso
    return raw_frame(ready.sensor, ready.response, image, Exposure(time, iso), key, white=white_of(made))


def _even(ready: Module, scene: SceneOrder):
    flat = replace(scene, name="flat-field").made(ready.field, ready.extent, None)
    return light_on_sensor(view(ready, flat, 1), threads=2)


def frames(folder: Path, camera: Camera, only: tuple[str, ...] = ()) -> None:
    """All frames of a camera, in folders by their light."""
    fine = module(camera, finer=FINELY)
    for light in ("A", "D65"):
        made = frame(fine, SceneOrder("bench", light, LUX), CHARTS, ISOS[0], 1, FINELY)
        _put(folder / light / "bench.dng", made)
    dots = SceneOrder("dot-grid", "D65", LUX)
    _put(folder / "D65" / "dots.dng", frame(fine, dots, CHARTS, ISOS[0], 2, FINELY))
    if "charts" in only:
        return
    ready, flat = module(camera), SceneOrder("flat-field", "D65", LUX)
    for iso in ISOS:
        for number in range(2):
            _put(folder / f"dark_{iso:g}_{number}.dng", frame(ready, flat, 0.0, iso, 20 + number))
            for share in FLATS:
                name = f"flat_{iso:g}_{share:g}_{number}.dng"
                _put(folder / name, frame(ready, flat, share, iso, int(100 * share) * 2 + number))


def _put(path: Path, made: RawFrame) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # A real phone's file says nothing that is to be found out.
    write(replace(made, opcodes=replace(made.opcodes, on_linear=(), on_colour=())), path)


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.mkdir(parents=True, exist_ok=True)
    write_camera(phone(), place / "truth.toml")
    frames(place, phone())

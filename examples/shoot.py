"""A camera that does not exist photographs a night street.

    python examples/shoot.py [OUT]

A lens of the catalogue, a sensor of the catalogue, a scene by formula; out come a DNG that any raw developer
opens, and the photograph. Needs `requirements-camera.txt`.
"""

import sys
from pathlib import Path

import numpy as np

import lichtbild
from lichtbild.camera.module import BANDS
from lichtbild.camera.shoot import shoot
from lichtbild.io.dng.write import write
from lichtbild.io.lens import catalogue_lens
from lichtbild.io.sensor_file import catalogue_sensor
from lichtbild.optics.apertures import with_semi_apertures
from lichtbild.optics.respond import respond
from lichtbild.scene.frame import Frame
from lichtbild.scene.night_street import night_street
from lichtbild.sensor.exposure import Exposure

ROWS, COLUMNS = 600, 800


def main(folder: Path = Path()) -> None:
    """Write night.dng and night.jpg."""
    sensor = catalogue_sensor("one_inch").sized(2 * ROWS, 2 * COLUMNS)
    pitch = 2 * sensor.pixels.pitch
    lens = with_semi_apertures(catalogue_lens("6p-f1.85"))
    response = respond(lens, (ROWS * pitch, COLUMNS * pitch), pitch / 2, BANDS)
    # A little more than the sensor's corners see, so that all of the picture has a scene.
    half = np.arctan(1.05 * float(response.tangent[-1]) * COLUMNS / np.hypot(ROWS, COLUMNS))
    scene = night_street(Frame.across(ROWS, COLUMNS, 2 * half), seed=4)
    frame = shoot(sensor, response, scene, Exposure(1 / 8, iso=1600, binned=True), key=1)
    write(frame, folder / "night.dng")
    lichtbild.save(lichtbild.develop(frame), folder / "night.jpg")
    print(f"{2 * np.degrees(half):.0f} degrees across, f/{response.f_number:.2f}, night.dng and night.jpg")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))

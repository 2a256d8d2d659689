"""A simulated shot on the laboratory's bench: what is measured is what theory says of the camera."""

from dataclasses import replace
from math import atan2, pi

import numpy as np

from lichtbild.camera.photograph import intermediate
from lichtbild.camera.raw_mtf import mtf50, raw_mtf
from lichtbild.camera.shoot import shoot
from lichtbild.camera.specimen import PLAIN
from lichtbild.core.window import Extent
from lichtbild.image.scene import Scene
from lichtbild.io.sensor_file import catalogue_sensor
from lichtbild.quality.edge.region import region_of
from lichtbild.quality.edge.unbiased import response_of
from lichtbild.quality.sampling import mosaic_channels
from lichtbild.scene.coverage import half_plane
from lichtbild.scene.frame import Frame
from optics.responses import BANDS, FOCAL, PITCH, everywhere, gaussian, response

EXTENT = Extent(128, 128)
FREQUENCY = np.linspace(0.0, 0.6, 601)[1:]
REACH = 24.0


def test_an_edge_on_the_raw_green_is_lens_pixel_and_crosstalk() -> None:
    usual = catalogue_sensor("one_inch")
    sensor = replace(
        usual, cfa=usual.cfa.binned(), pixels=replace(usual.pixels, rows=128, columns=128, pitch=PITCH)
    )
    lens = response(everywhere(gaussian(1.6, 31)), EXTENT)
    size = tuple(side * PITCH / FOCAL * 1.2 for side in EXTENT)
    frame = Frame(2 * 154, 2 * 154, size)
    share = half_plane(frame, (0.0, 0.0), np.radians(7.0))
    weights = (0.15 + 0.45 * share)[..., None].astype(np.float32)
    scene = Scene(weights, np.full((1, len(BANDS)), 6e13), BANDS, size)
    raw = shoot(sensor, lens, scene, key=3)
    samples = np.asarray(intermediate(raw, PLAIN, "linearise").samples, float)[..., 0]
    (green,) = (each for each in mosaic_channels(samples, sensor.cfa) if each.name == "green")
    lean = np.tan(np.radians(7.0)) * 50
    start, end = (64.0 - lean, 14.0), (64.0 + lean, 114.0)
    found = response_of(region_of(green.near(start, end, REACH), start, end, REACH))
    azimuth = atan2(-found.direction[1], found.direction[0]) + pi / 2
    theory = mtf50(FREQUENCY, raw_mtf(sensor, lens, np.ones(3), (0.0, 0.0), azimuth, FREQUENCY))
    assert 0.1 < samples.max() < 0.98
    # 1 % is asked for; noise adds what the interval says.
    low, high = found.interval
    assert abs(found.mtf50 / theory - 1) < 0.01 + (high - low) / 2 / theory
    assert (high - low) / 2 / theory < 0.02

"""The laboratory measures a simulated camera: edges and colours against what theory says of it.

``[CAMERA]``: of the catalogue; ``main`` without. Slanted squares over the field are photographed by
`lichtbild.camera.shoot`; their edges are measured on the raw frame's green samples by the laboratory's own
estimator and compared with optics x pixel x crosstalk at that place and azimuth. A ColorChecker is found in
another shot, and its colours are compared with those that its spectra have through the same filters, white
balance and matrix.
"""

import sys
from dataclasses import dataclass, replace
from itertools import product
from math import atan2, cos, dist, hypot, pi, radians

import numpy as np

import record
from lichtbild.camera import photograph
from lichtbild.camera.module import Module, module
from lichtbild.camera.raw_mtf import electrons, mtf50, raw_mtf
from lichtbild.camera.recipe import Recipe
from lichtbild.camera.shoot import raw_frame, white_of
from lichtbild.camera.spectral_calibration import mixing, shares_in
from lichtbild.camera.specimen import PLAIN, specimen
from lichtbild.colour import cielab, difference, light
from lichtbild.core.window import Extent
from lichtbild.develop.colour_matrix import camera_to_rec2020
from lichtbild.develop.recipe import Corrections
from lichtbild.image.bands import FINE, Bands
from lichtbild.image.chart import Chart, Edge, Polygon
from lichtbild.image.charts.paints import grey
from lichtbild.image.charts.sheet import turned
from lichtbild.image.optical_image import OpticalImage
from lichtbild.image.scene import Scene
from lichtbild.io.camera_file import catalogue_camera
from lichtbild.optics.form_image import form_image
from lichtbild.optics.spread import grid
from lichtbild.optics.scene_seen import Tangents, imaged
from lichtbild.quality.edge.region import EdgeRegion
from lichtbild.quality.edge.unbiased import EdgeResponse, response_of
from lichtbild.quality.sampling import Channel, mosaic_channels, picture_channels
from lichtbild.scene.chart_scene import chart_scene
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import one_light
from lichtbild.sensor.expose import collected
from lichtbild.sensor.exposure import Exposure
from lichtbild.sensor.metering import mean_metered

FINER, SQUARES = 4, 127
PLACES = ((0.0, 0.0), (0.3, 0.2), (-0.5, 0.35), (0.0, -0.8), (-0.85, 0.0), (0.7, -0.7), (-1.0, 1.0))
"""Of the edges, in half pictures to the right and up."""
OUTER, KEPT, REACH, ROOM, APART = 210.0, 48.0, 28.0, 180.0, 330.0
"""Side of the squares, length of the edge that is measured, pixels beside it, from the picture's border, and
between the two edges of a place."""
TILT = radians(5.0)
"""Of the dark squares' sides from the direction to the picture's middle."""
FREQUENCY = np.linspace(0.0, 1.0, 801)[1:]
PAINTS = grey(0.0, "nothing"), grey(0.6), grey(0.15)
LUX = 1000.0


@dataclass(frozen=True)
class Shown:
    """An edge in the sensor's image: its middle and its ends, (x, y) in mm from the axis, y up.

    Attributes:
        place: of its middle.
        tangential: whether it lies across the way to the picture's middle.
        start: one end.
        end: the other.
    """

    place: tuple[float, float]
    tangential: bool
    start: tuple[float, float]
    end: tuple[float, float]


def edges(camera: Module) -> tuple[Chart, tuple[Shown, ...]]:
    """A chart of half-dark squares where the camera's picture shall have them, and their edges in its image.

    Its millimetres are thousandths of the scene's tangents. Images are formed by blocks of one point spread
    each: an edge lies in the middle of one, where theory and image mean the same lens.
    """
    pitch = float(camera.sensor.pixels.pitch)
    tangents, parts = imaged(camera.response), grid(camera.response, camera.extent, FINER)
    blocks = [parts.place(block) for row in parts.rows() for block in row]
    height, width = (1000 * side for side in camera.field)
    shapes, found = [], []
    for (right, up), radial in product(PLACES, (True, False)):
        inner = [side / 2 - ROOM * pitch for side in camera.size]
        beside = 0.0 if radial else APART * pitch * (1 if up <= 0 else -1)
        wanted = right * inner[1], up * inner[0] + beside
        place = min(blocks, key=lambda each, wanted=wanted: dist(each, wanted))
        seen = tangents.at(place)
        middle = float(width / 2 + 1000 * seen[0]), float(height / 2 - 1000 * seen[1])
        pixel = 1000 * pitch * float(np.sqrt(abs(np.linalg.det(tangents.slopes(place)))))
        turn = atan2(place[1], place[0]) + TILT + (0.0 if radial else pi / 2)
        corners = turned(middle, OUTER * pixel, turn)
        # The lower half of the turned square is dark; the border runs along its first side's direction.
        left, right_ = (_between(corners[i], corners[j]) for i, j in ((0, 3), (1, 2)))
        shapes += [Polygon(corners, 1), Polygon((left, right_, corners[2], corners[3]), 2)]
        ends = [_imaged(tangents, (x - width / 2) / 1000, (height / 2 - y) / 1000) for x, y in (left, right_)]
        half = KEPT / dist(*ends) * pitch * (np.array(ends[1]) - ends[0]) / 2
        found.append(Shown(place, not radial, tuple(place - half), tuple(place + half)))
    return Chart("loop", "Slanted edges", (height, width), PAINTS, tuple(shapes)), tuple(found)


def _between(first, last):
    return (first[0] + last[0]) / 2, (first[1] + last[1]) / 2


def _imaged(tangents: Tangents, x: float, y: float) -> tuple[float, float]:
    """Where a direction is imaged, mm."""
    curve, seen = np.polynomial.Polynomial(tangents.ratio), hypot(x, y)
    radius = seen / curve(0.0)
    for _ in range(100):
        radius = seen / curve((radius / tangents.reach) ** 2)
    return (x * radius / seen, y * radius / seen) if seen else (0.0, 0.0)


def shot(camera: Module, chart: Chart) -> tuple[Scene, OpticalImage]:
    """A chart that fills the field, and its light on the sensor."""
    rows, columns = (FINER * side for side in camera.extent)
    frame = Frame(rows, columns, camera.field)
    lighting = one_light(light.named("D65", camera.response.bands.edges), LUX)
    scene = chart_scene(chart, frame, lighting, fill=1.0, surround=0.0).scene
    return scene, form_image(camera.response, scene, camera.extent, FINER)


def measured(channel: Channel, edge: Shown, camera: Module) -> EdgeResponse:
    """The response across an edge by the laboratory's estimator."""
    start, end = (_pixel(camera, place) for place in (edge.start, edge.end))
    return response_of(EdgeRegion(channel.near(start, end, REACH), start, end, REACH))


def _pixel(camera: Module, place: tuple[float, float]) -> tuple[float, float]:
    pitch, (rows, columns) = float(camera.sensor.pixels.pitch), camera.extent
    return columns / 2 + place[0] / pitch, rows / 2 - place[1] / pitch


def expected(camera: Module, edge: Shown, found: EdgeResponse, radiance: np.ndarray) -> float:
    """MTF50 by theory at an edge's place, along the normal that was measured."""
    azimuth = atan2(-found.direction[1], found.direction[0]) + pi / 2
    curve = raw_mtf(camera.sensor, camera.response, radiance, edge.place, azimuth, FREQUENCY)
    return mtf50(FREQUENCY, curve)

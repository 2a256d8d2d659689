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
from math import atan2, dist, hypot, pi, radians

import numpy as np
from scipy.interpolate import CubicSpline

import record
from lichtbild.camera import photograph
from lichtbild.camera.module import BANDS, Module, module
from lichtbild.camera.raw_mtf import electrons, mtf50, raw_mtf
from lichtbild.camera.recipe import Recipe
from lichtbild.camera.shoot import raw_frame, white_of
from lichtbild.camera.specimen import PLAIN, specimen
from lichtbild.camera.spectral_calibration import mixing, shares_in
from lichtbild.colour import cielab, difference, light
from lichtbild.colour.spaces import REC2020_TO_XYZ, SRGB_TO_XYZ
from lichtbild.core.units import nm
from lichtbild.develop.colour_matrix import camera_to_rec2020
from lichtbild.develop.recipe import Corrections, DevelopRecipe, ExposureChoice
from lichtbild.image.bands import FINE, Bands
from lichtbild.image.chart import Chart, Polygon
from lichtbild.image.chart_catalogue import chart_named
from lichtbild.image.charts.paints import grey
from lichtbild.image.charts.sheet import turned
from lichtbild.image.optical_image import OpticalImage
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.raw_frame import RawFrame
from lichtbild.image.scene import Scene
from lichtbild.io.camera_file import catalogue_camera
from lichtbild.look.decode import Decode
from lichtbild.optics.form_image import form_image
from lichtbild.optics.respond import respond
from lichtbild.optics.scene_seen import Tangents, imaged
from lichtbild.optics.spread import grid
from lichtbild.quality.detect.cards import find
from lichtbild.quality.edge.region import region_of
from lichtbild.quality.edge.unbiased import EdgeResponse, response_of
from lichtbild.quality.patch_colour import patch_colours
from lichtbild.quality.sampling import Channel, mosaic_channels, picture_channels
from lichtbild.scene.chart_scene import chart_scene
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import one_light
from lichtbild.sensor.expose import collected
from lichtbild.sensor.exposure import Exposure, dark_codes, setting, white
from lichtbild.sensor.metering import Limits, highlight_metered
from lichtbild.sensor.sensor import Sensor

FINER, SQUARES = 4, 127
PLACES = ((0.0, 0.0), (0.3, 0.2), (-0.5, 0.35), (0.0, -0.8), (-0.85, 0.0), (0.7, -0.7), (-1.0, 1.0))
"""Of the edges, in half pictures to the right and up."""
OUTER, KEPT, REACH, ROOM, APART = 210.0, 48.0, 28.0, 180.0, 330.0
"""Side of the squares, length of the edge that is measured, pixels beside it, from the picture's border, and
between the two edges of a place."""
CARD = (768, 1152)
"""Rows and columns of the shot of a ColorChecker."""
RAW = ("field", "MTF", "theory MTF50", "noise-free, %", "frame, % (95 %)", "with shading, %", "nodes, %")
PICTURE = ("field", "MTF", "raw theory")
SMALL = {"nodes": (3, 3), "finer": 2, "squares": 63, "stray": False}
STEPS = Bands.even(nm(400), nm(700), 12)
"""As many as the usual bands, that do not overlap."""
LAMPS = ("D65", "D50", "A", "FL2", "FL4", "FL11", "FL12", "LED-B3", "LED-V1")
CARDS = ("light", "bands", "patches", "mean", "largest", "mean, 5 nm", "largest, 5 nm")
DEVELOPED = {
    "demosaic": (PLAIN, False),
    "and warp": (replace(PLAIN, develop=replace(PLAIN.develop, corrections=Corrections())), True),
    "usual": (Recipe(develop=DevelopRecipe(exposure=ExposureChoice(ev=0.0))), True),
}
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
    lighting = one_light(light.named("D65", FINE.edges), LUX)
    scene = chart_scene(chart, frame, lighting, fill=1.0, surround=0.0).scene
    return scene, form_image(camera.response, scene, camera.extent, FINER)


def measured(channel: Channel, edge: Shown, camera: Module) -> EdgeResponse:
    """The response across an edge by the laboratory's estimator."""
    start, end = (_pixel(camera, place) for place in (edge.start, edge.end))
    return response_of(region_of(channel.near(start, end, REACH), start, end, REACH))


def _pixel(camera: Module, place: tuple[float, float]) -> tuple[float, float]:
    pitch, (rows, columns) = float(camera.sensor.pixels.pitch), camera.extent
    return columns / 2 + place[0] / pitch, rows / 2 - place[1] / pitch


def even_mosaic(frame: RawFrame) -> np.ndarray:
    """Linear samples of a raw frame whose shading its own gain maps have undone."""
    recipe = replace(PLAIN, develop=replace(PLAIN.develop, corrections=Corrections(colour=False)))
    names = [name for name, _ in photograph.chain(frame, recipe).stages]
    last = names[names.index("white_balance") - 1]
    return np.asarray(photograph.intermediate(frame, recipe, last).samples, float)[..., 0]


def green(samples: np.ndarray, camera: Module) -> Channel:
    """The green samples of a mosaic, both lattices together."""
    assert camera.sensor.cfa is not None
    return next(each for each in mosaic_channels(samples, camera.sensor.cfa) if each.name == "green")


def luminance(recipe: Recipe, frame: RawFrame) -> Channel:
    """Luminance of the light that a developed picture would send out."""
    made = Decode(recipe.output.space)(photograph.develop(frame, recipe, threads=2)).samples
    return picture_channels(np.asarray(made, float))[-1]


def unwarped(edge: Shown, frame: RawFrame, camera: Module) -> tuple[Shown, float]:
    """An edge where the frame's own warp puts it, and pixels there for one of the raw frame across it."""
    (warp,) = frame.opcodes.on_colour
    half = hypot(*camera.size) / 2
    terms = np.polynomial.Polynomial(warp.radial[0])

    def moved(place):
        seen = hypot(*place) / half
        radius = seen
        for _ in range(60):
            radius = seen / terms(radius**2)
        return np.array(place) * (radius / seen if seen else 1.0)

    start, end = np.array(edge.start), np.array(edge.end)
    along = (end - start) / dist(start, end)
    normal, step = np.array([-along[1], along[0]]), 10 * float(camera.sensor.pixels.pitch)
    change = moved(edge.place + step * normal) - moved(edge.place - step * normal)
    new = moved(end) - moved(start)
    across = np.array([-new[1], new[0]]) / np.hypot(*new)
    shown = replace(edge, start=tuple(moved(start)), end=tuple(moved(end)))
    return shown, float(abs(change @ across)) / (2 * step)


def exact(camera: Module, edge: Shown, azimuth: float, radiance: np.ndarray) -> float:
    """MTF50 by theory with the lens traced for the very place of an edge, not between nodes."""
    pitch = float(camera.sensor.pixels.pitch)
    size = tuple(2 * max(abs(each), 0.05) for each in (edge.place[1], edge.place[0]))
    squares = pitch / FINER
    response = respond(camera.lens, size, squares, camera.response.bands, nodes=(3, 3), squares=SQUARES)
    whole = replace(response, height=camera.response.height, solid_angle=camera.response.solid_angle)
    curve = raw_mtf(camera.sensor, whole, radiance, edge.place, azimuth, FREQUENCY)
    return mtf50(FREQUENCY, curve)


def flat(camera: Module, radiance: np.ndarray) -> np.ndarray:
    """What an even light frees in green over the sensor, relative to the axis."""
    heights = camera.sensor.pixels.heights()
    at = np.linspace(0.0, heights.max(), 200)
    angles = camera.response.chief_angles.at(at)
    fall = [
        (
            mixing(camera.sensor, angle)
            @ electrons(camera.sensor, camera.response, radiance, (x, 0.0)).sum(-1)
        )[1]
        for x, angle in zip(at, angles, strict=True)
    ]
    return np.asarray(CubicSpline(at, np.array(fall) / fall[0])(heights))


def resolution(camera: Module) -> tuple[list[list[str]], list[list[str]]]:
    """Rows of all edges: the raw frame against theory, and developed pictures."""
    chart, shown = edges(camera)
    scene, image = shot(camera, chart)
    radiance = np.asarray(scene.in_bands(camera.response.bands))[0]
    exposure = highlight_metered(camera.sensor, image, Limits(longest_s=10.0))
    clean = collected(camera.sensor, image, float(exposure.time_s)).astype(float)
    frame = raw_frame(camera.sensor, camera.response, image, exposure, 1, white=white_of(scene))
    stored = np.asarray(photograph.intermediate(frame, PLAIN, "linearise").samples, float)[..., 0]
    planes = [green(each, camera) for each in (clean / flat(camera, radiance), even_mosaic(frame), stored)]
    pictures = [(luminance(recipe, frame), warped) for recipe, warped in DEVELOPED.values()]
    raw, developed = [], []
    for edge in shown:
        found = [measured(plane, edge, camera) for plane in planes]
        azimuth = atan2(-found[0].direction[1], found[0].direction[0]) + pi / 2
        curve = raw_mtf(camera.sensor, camera.response, radiance, edge.place, azimuth, FREQUENCY)
        theory, traced = mtf50(FREQUENCY, curve), exact(camera, edge, azimuth, radiance)
        low, high = found[1].interval or (0.0, 0.0)
        values = [100 * (each.mtf50 / theory - 1) for each in found]
        raw.append(
            [
                *_words(edge, camera),
                f"{theory:.4f}",
                f"{values[0]:+.2f}",
                f"{values[1]:+.2f} ({100 * (high - low) / 2 / theory:.2f})",
                f"{values[2]:+.2f}",
                f"{100 * (theory / traced - 1):+.1f}",
            ]
        )
        moved, scale = unwarped(edge, frame, camera)
        mtfs = [measured(plane, moved if warped else edge, camera).mtf50 for plane, warped in pictures]
        developed.append(
            [*_words(edge, camera), f"{theory:.4f}", *(f"{each:.4f}" for each in mtfs), f"{scale:.3f}"]
        )
    return raw, developed


def _words(edge: Shown, camera: Module) -> list[str]:
    share = hypot(*edge.place) / (hypot(*camera.size) / 2)
    return [f"{share:.2f}", "tangential" if edge.tangential else "sagittal"]


def colours(camera: Module, lamp: str) -> list[str]:
    """Differences of a ColorChecker's patches, found and measured in a shot, from their spectra's colours."""
    frame = Frame(*(2 * side for side in camera.extent), camera.field)
    lighting = one_light(light.named(lamp, FINE.edges), LUX)
    made = chart_scene(chart_named("colour-checker-classic"), frame, lighting)
    image = form_image(camera.response, made.scene, camera.extent, camera.finer)
    exposure = highlight_metered(camera.sensor, image, Limits(longest_s=10.0))
    taken = raw_frame(camera.sensor, camera.response, image, exposure, 2, white=white_of(made.scene))
    bench = specimen(taken, "closed loop", "", corrected=True, threads=2)
    (card,) = find(bench.light)
    patches = patch_colours(bench.light, card)
    photons = np.array([made.truth.reflectance_of(name) for name in patches.names]) * lighting.white
    told = camera.response.bands
    row = [lamp, f"{len(told)}{', overlapping' if told.overlapping else ''}", str(len(patches.names))]
    for bands in (camera.response.bands, FINE):
        known = Known(camera.sensor, camera.response, taken, exposure)
        theory = known.light(np.concatenate([lighting.white[None], photons]), bands)
        brightest = theory[0] @ SRGB_TO_XYZ[1]
        apart = difference.ciede2000(
            cielab.from_srgb(theory[1:] / brightest), cielab.from_srgb(np.asarray(patches.light) / brightest)
        )
        row += [f"{apart.mean():.2f}", f"{apart.max():.2f} ({patches.names[int(apart.argmax())]})"]
    return row


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of a shot, beside its pixels."""

    sensor: Sensor
    response: OpticalResponse
    frame: RawFrame
    exposure: Exposure

    def light(self, photons: np.ndarray, bands: Bands) -> np.ndarray:
        """Linear sRGB ``[object, RGB]`` of photon radiances in `FINE`, white first, calculated in some bands.

        In the lens's own bands white balance is the frame's; in others it is that of the white itself.
        """
        axis = np.asarray(self.response.solid_angle)[0]
        through = axis if bands is self.response.bands else shares_in(FINE, self.response.bands, axis)
        counted = photons @ bands.shares_of(FINE) if bands is not FINE else photons
        efficiency = mixing(self.sensor) @ np.asarray(self.sensor.response.efficiency(bands))
        rates = (counted * through) @ efficiency.T * float(self.sensor.pixels.pitch) ** 2
        chosen = setting(self.sensor, self.exposure)
        dark = float(dark_codes(self.sensor, self.exposure, chosen))
        full = (float(white(self.sensor, chosen)) - dark) / float(chosen.codes_per_electron)
        neutral = self.frame.colour.as_shot_neutral
        assert neutral is not None
        balance = np.array(neutral) if bands is self.response.bands else rates[0] / rates[0].max()
        balanced = rates * float(self.exposure.time_s) / full / balance
        to_srgb = np.linalg.inv(SRGB_TO_XYZ) @ REC2020_TO_XYZ
        return balanced @ camera_to_rec2020(self.frame.colour, neutral).T @ to_srgb.T


def main(name: str) -> None:
    """Measure all and write the tables."""
    camera = module(catalogue_camera(name), finer=FINER, squares=SQUARES, stray=False)
    cards = [
        colours(module(catalogue_camera(name), size=CARD, bands=bands, **SMALL), lamp)
        for bands in (BANDS, STEPS)
        for lamp in LAMPS
    ]
    raw, developed = resolution(camera)
    record.write(
        "closed_loop",
        f"Camera `{name}`, {FINER} squares of light along a pixel, {len(camera.response.bands)} bands, D65.",
        record.table(RAW, raw),
        record.table([*PICTURE, *DEVELOPED, "scale"], developed),
        record.table(CARDS, cards),
    )


if __name__ == "__main__":
    main(*sys.argv[1:] or ["main"])

"""The DNGs of cameras that do not exist, before the programs that open those of real ones.

``[PYTHON]``: a Python of another environment that has dngpy 0.1.3; without it that column says so. ExifTool
is used if it is installed (Debian's libimage-exiftool-perl).

Colour: a ColorChecker of 800 lux through a lens of six elements, in four lights and two cameras. Patch means
of the developed picture (linear; by our own development, and by LibRaw with the white balance as shot) are
judged by CIEDE2000 against the patches under D65, as which a camera balanced for its light should show them.
One factor for all patches makes the six greys as bright, in sum, as they are. LibRaw applies no opcodes, so
that its pictures keep the lens's shading: it is judged also with the gain maps applied to the codes.

Opening: frames of all kinds that a night burst comes in.
"""

import json
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import colour
import numpy as np
import rawpy

import lichtbild
import record
from lichtbild.camera.lens_opcodes import lens_opcodes
from lichtbild.camera.photograph import chain, intermediate
from lichtbild.camera.recipe import LookRecipe, Recipe
from lichtbild.camera.shoot import shoot
from lichtbild.colour import light, observer, spaces
from lichtbild.core.units import nm
from lichtbild.image.bands import FINE, Bands
from lichtbild.image.opcode import WarpRectilinear
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.dng.write import Method, write
from lichtbild.io.lens import catalogue_lens
from lichtbild.io.sensor_file import catalogue_sensor
from lichtbild.optics.apertures import with_semi_apertures
from lichtbild.optics.respond import respond
from lichtbild.scene.colour_checker import colour_checker
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import one_light
from lichtbild.scene.truth import ChartScene
from lichtbild.sensor.exposure import Exposure
from lichtbild.sensor.sensor import Sensor, binned
from peers import installed

ROWS, COLUMNS = 600, 800
LUX = 800.0
LIGHTS = ("D65", "A", "FL2", "LED-B3")
BANDS = Bands.even(nm(390), nm(710), 32)
LINEAR = Recipe(look=LookRecipe("linear"))
INNER = 0.3
"""Part of a patch that is left out on each side."""
Place = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Camera:
    """A sensor behind a lens.

    Attributes:
        sensor: of 600 x 800 stored pixels.
        response: of the lens, over them.
    """

    sensor: Sensor
    response: OpticalResponse

    @property
    def frame(self) -> Frame:
        """Of scenes: a little more than the corners see."""
        half = 1.04 * float(self.response.tangent[-1]) / np.hypot(ROWS, COLUMNS)
        return Frame(3 * ROWS // 2, 3 * COLUMNS // 2, (2 * half * ROWS, 2 * half * COLUMNS))

    def seen(self, x: float, y: float) -> tuple[float, float]:
        """Row and column of tangents on the sensor."""
        away = max(float(np.hypot(x, y)), 1e-9)
        scale = np.interp(away, self.response.tangent, self.response.height) / away
        scale /= float(self.sensor.pixels.pitch)
        return ROWS / 2 - y * scale, COLUMNS / 2 + x * scale

    def straight(self, x: float, y: float) -> tuple[float, float]:
        """Row and column of tangents in the developed picture, whose distortion is gone."""
        (warp,) = lens_opcodes(self.sensor, self.response).on_colour
        assert isinstance(warp, WarpRectilinear)
        half = np.hypot(ROWS, COLUMNS) / 2
        far = half * float(self.sensor.pixels.pitch) * warp.radial[0].sum()
        corner = np.interp(far, self.response.height, self.response.tangent)
        return ROWS / 2 - y / corner * half, COLUMNS / 2 + x / corner * half


def camera(sensor: Sensor) -> Camera:
    """A sensor behind the catalogue's lens of six elements."""
    pitch = float(sensor.pixels.pitch)
    lens = with_semi_apertures(catalogue_lens("6p-f1.85"))
    return Camera(sensor, respond(lens, (ROWS * pitch, COLUMNS * pitch), pitch / 2, BANDS))


def patch_means(picture: np.ndarray, chart: ChartScene, place: Place) -> np.ndarray:
    """Means over the inner part of each patch."""
    means = []
    for patch in chart.truth.patches:
        left, low, right, high = patch.borders
        (top, first), (bottom, last) = place(left, high), place(right, low)
        ends = ((a + INNER * (b - a), b - INNER * (b - a)) for a, b in ((top, bottom), (first, last)))
        rows, columns = (slice(*map(round, end)) for end in ends)
        means.append(picture[rows, columns].mean(axis=(0, 1)))
    return np.array(means)


def truth(chart: ChartScene) -> np.ndarray:
    """XYZ of the patches under D65."""
    assert chart.truth.reflectances is not None
    objects = np.stack([chart.truth.reflectances[patch.reflectance] for patch in chart.truth.patches])
    return observer.xyz_of(objects * light.named("D65", FINE.edges).photons(1.0), FINE.edges)


def differences(found: np.ndarray, expected: np.ndarray) -> tuple[float, float]:
    """Mean and largest CIEDE2000, the six greys as bright in sum as they are."""
    scaled = found * (expected[18:, 1].sum() / found[18:, 1].sum())
    labs = (colour.XYZ_to_Lab(xyz, np.array(spaces.D65_XY)) for xyz in (scaled, expected))
    apart = colour.delta_E(*labs, method="CIE 2000")
    return float(apart.mean()), float(apart.max())


def by_libraw(file: Path, gains: np.ndarray | None = None) -> np.ndarray:
    """LibRaw's picture as linear XYZ, AHD, as-shot white balance; of codes above black times gains."""
    with rawpy.imread(str(file)) as raw:
        if gains is not None:
            black = np.float64(raw.black_level_per_channel[0])
            codes = black + (raw.raw_image_visible - black) * gains
            raw.raw_image_visible[:] = np.clip(np.round(codes), 0, raw.white_level)
        picture = raw.postprocess(
            use_camera_wb=True,
            output_color=rawpy.ColorSpace.Rec2020,
            gamma=(1, 1),
            no_auto_bright=True,
            output_bps=16,
            user_flip=0,
            demosaic_algorithm=rawpy.DemosaicAlgorithm.AHD,
        )
    return picture.astype(float) @ spaces.REC2020_TO_XYZ.T


def gain_maps_of(frame: RawFrame) -> np.ndarray:
    """What the file's gain maps multiply each pixel by."""
    names = [name for name, _ in chain(frame, LINEAR).stages]
    last = max(index for index, name in enumerate(names) if name.startswith("linear_gain_map"))
    first = next(index for index, name in enumerate(names) if name.startswith("linear_gain_map"))
    after, before = (
        np.asarray(intermediate(frame, LINEAR, names[index]).samples[..., 0], float)
        for index in (last, first - 1)
    )
    return np.where(before > 0.001, after / np.maximum(before, 0.001), 1.0)


def colours(name: str, taken: Camera, folder: Path) -> Iterator[list[str]]:
    """A row for each light: mean and largest difference of our own picture and of LibRaw's."""
    for lamp in LIGHTS:
        chart = colour_checker(taken.frame, one_light(light.named(lamp, FINE.edges), LUX))
        file = folder / f"{name}_{lamp}.dng"
        write(shoot(taken.sensor, taken.response, chart.scene, key=1), file)
        frame, expected = lichtbild.read(file), truth(chart)
        own = (
            np.asarray(intermediate(frame, LINEAR, "colour_matrix").samples, float) @ spaces.REC2020_TO_XYZ.T
        )
        found = [
            differences(patch_means(own, chart, taken.straight), expected),
            differences(patch_means(by_libraw(file), chart, taken.seen), expected),
            differences(patch_means(by_libraw(file, gain_maps_of(frame)), chart, taken.seen), expected),
        ]
        row = [name, lamp, *(f"{mean:.2f} / {most:.2f}" for mean, most in found)]
        print(" | ".join(row), file=sys.stderr, flush=True)
        yield row


def kinds(taken: dict[str, Camera]) -> Iterator[tuple[str, RawFrame, Method]]:
    """Frames of all kinds that a burst comes in, and how they are compressed."""
    bayer, quad = taken["imx477"], taken["one_inch, binned"]
    methods: tuple[Method, ...] = ("ljpeg", "none", "jxl")

    def shot(sensor: Sensor, response: OpticalResponse, exposure: Exposure | None = None) -> RawFrame:
        lit = one_light(light.named("A", FINE.edges), 30.0)
        chart = colour_checker(Camera(sensor, response).frame, lit)
        return shoot(sensor, response, chart.scene, exposure, key=3)

    plain = shot(bayer.sensor, bayer.response)
    yield from ((f"Bayer, 12 bits, {method}", plain, method) for method in methods)
    whole = catalogue_sensor("one_inch").sized(2 * ROWS, 2 * COLUMNS)
    night = Exposure(1 / 8, iso=800.0, binned=True)
    yield "quad-Bayer, binned", shot(whole, quad.response, night), "ljpeg"
    # The same lens told in squares of the small pixels: a quarter of the field.
    small = replace(
        quad.response, pitch=quad.response.pitch / 2, psf=quad.response.psf, rows=quad.response.rows / 2
    )
    small = replace(small, columns=small.columns / 2)
    close = catalogue_sensor("one_inch").sized(ROWS, COLUMNS)
    yield "quad-Bayer, unbinned, ljpeg", shot(close, small, Exposure(1 / 8, iso=400.0)), "ljpeg"
    yield "quad-Bayer, unbinned, none", shot(close, small, Exposure(1 / 8, iso=400.0)), "none"
    lofic = binned(catalogue_sensor("one_inch_lofic").sized(2 * ROWS, 2 * COLUMNS))
    yield "LOFIC, 16 bits", shot(lofic, quad.response, Exposure(1 / 8, mode="lofic")), "ljpeg"
    yield "two gains merged, 14 bits", shot(lofic, quad.response, Exposure(1 / 8, mode="merged")), "ljpeg"
    mono = catalogue_sensor("scientific_mono")
    mono = replace(mono, pixels=replace(mono.pixels, pitch=bayer.sensor.pixels.pitch)).sized(ROWS, COLUMNS)
    for method in ("ljpeg", "none"):
        yield f"monochrome, 16 bits, {method}", shot(mono, bayer.response, Exposure(1 / 8)), method


def opened(name: str, frame: RawFrame, method: Method, folder: Path, python: str | None) -> list[str]:
    """What the programs say of a file."""
    file = folder / "kind.dng"
    write(frame, file, compression=method)
    row = [name, says_exiftool(file), says_sdk(file, frame, python), says_libraw(file, frame)]
    print(" | ".join(row), file=sys.stderr, flush=True)
    return row


def says_exiftool(file: Path) -> str:
    """The warnings of exiftool -validate."""
    if not installed("exiftool"):
        return "not installed"
    command = ["exiftool", "-validate", "-warning", "-error", "-a", "-s3", str(file)]
    said = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    return "OK" if said == ["OK"] else "; ".join(said)


def says_sdk(file: Path, frame: RawFrame, python: str | None) -> str:
    """The warnings of Adobe's DNG SDK, and whether it finds our codes."""
    if python is None:
        return "not installed"
    peer = str(Path(__file__).with_name("simulated_dng_peer.py"))
    done = subprocess.run([python, peer, str(file)], capture_output=True, text=True)
    lines = [line.strip(" *") for line in done.stderr.splitlines() if line.startswith("***")]
    if done.returncode:
        return "; ".join([*lines, (done.stderr.strip().splitlines() or ["does not open"])[-1]])
    same = json.loads(done.stdout.splitlines()[-1])["sum"] == int(frame.samples.sum(dtype=np.uint64))
    return "; ".join([*lines, "" if same else "other codes"]).strip("; ") or "OK"


def says_libraw(file: Path, frame: RawFrame) -> str:
    """What LibRaw finds otherwise than we wrote it, or why it does not open the file."""
    try:
        with rawpy.imread(str(file)) as raw:
            return "; ".join(unlike(raw, frame)) or "OK"
    except rawpy.LibRawError as error:
        return f"does not open: {str(error).strip()}"


def unlike(raw: rawpy.RawPy, frame: RawFrame) -> Iterator[str]:
    """Where LibRaw's reading differs from what was written."""
    codes = raw.raw_image if raw.raw_image.ndim == 2 else raw.raw_image[..., 0]
    if codes.shape != tuple(frame.extent) or (codes != frame.samples[..., 0]).any():
        yield f"other codes ({codes.shape[0]} x {codes.shape[1]})"
    black, white = float(frame.levels.black.mean()), float(frame.levels.white[0])
    if abs(raw.black_level_per_channel[0] - black) > 0.5:
        yield f"black {raw.black_level_per_channel[0]} for {black:.2f}"
    if abs(raw.white_level - white) > 0.5:
        yield f"white {raw.white_level} for {white:.2f}"
    if frame.cfa is not None and frame.colour.as_shot_neutral is not None:
        gains = np.array(raw.camera_whitebalance[:3]) * frame.colour.as_shot_neutral
        if np.ptp(gains) > 1e-3 * gains.mean():
            yield "other white balance"
        if not matrix_is_known(raw, frame):
            yield "other matrix"
        pattern = np.asarray(raw.raw_pattern)
        if pattern.shape != tuple(frame.cfa.extent):
            yield f"a pattern of {pattern.shape[0]} x {pattern.shape[1]} for {tuple(frame.cfa.extent)}"
    try:
        with warnings.catch_warnings(record=True) as said:
            raw.postprocess(use_camera_wb=True, user_flip=0, half_size=False)
        yield from (str(one.message) for one in said)
    except rawpy.LibRawError as error:
        yield f"no picture: {str(error).strip()}"


def matrix_is_known(raw: rawpy.RawPy, frame: RawFrame) -> bool:
    """Whether LibRaw renders by the matrix of D65: rows of camera from sRGB that sum to 1, inverted."""
    srgb = colour.models.RGB_COLOURSPACE_sRGB.matrix_RGB_to_XYZ
    rows = frame.colour.calibrations[-1].colour_matrix @ srgb
    expected = np.linalg.inv(rows / rows.sum(axis=1, keepdims=True))
    return bool(np.abs(raw.color_matrix[:3, :3] - expected).max() < 2e-3)


def versions() -> str:
    """The programs that were used."""
    libraw = ".".join(map(str, rawpy.libraw_version))
    said = [f"rawpy {rawpy.__version__} (LibRaw {libraw})"]
    if installed("exiftool"):
        version = subprocess.run(["exiftool", "-ver"], capture_output=True, text=True).stdout.strip()
        said.append(f"ExifTool {version}")
    return ", ".join([*said, "Adobe DNG SDK 1.7.1 by dngpy 0.1.3"])


def main() -> None:
    python = sys.argv[1] if len(sys.argv) > 1 else None
    sensors = {
        "imx477": catalogue_sensor("imx477").sized(ROWS, COLUMNS),
        "one_inch, binned": binned(catalogue_sensor("one_inch").sized(2 * ROWS, 2 * COLUMNS)),
    }
    taken = {name: camera(sensor) for name, sensor in sensors.items()}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        seen = [row for name, one in taken.items() for row in colours(name, one, folder)]
        files = [opened(*kind, folder, python) for kind in kinds(taken)]
    record.write(
        "simulated_dng",
        "# DNGs of simulated cameras",
        f"{ROWS} x {COLUMNS} pixels behind a lens of six elements, f/1.85. {versions()}.",
        "## Colour of a ColorChecker, CIEDE2000, mean / largest",
        "Against the patches under D65; one factor for all, by the greys. LibRaw applies no opcodes; in the "
        "last column it is given codes that the file's gain maps were applied to. It renders by the colour "
        "matrix of D65, whatever the light.",
        record.table(("camera", "light", "Lichtbild", "LibRaw", "LibRaw, gain maps applied"), seen),
        "## What opens them",
        "OK: without a warning, and with our codes; for LibRaw also our black, white, balance, pattern and "
        "matrix. This ExifTool is older than DNG 1.7; this LibRaw was built without JPEG XL.",
        record.table(("file", "exiftool -validate", "Adobe DNG SDK", "LibRaw"), files),
    )


if __name__ == "__main__":
    main()

"""Module: a camera's lens and sensor made ready to take pictures, the lens's rays traced once for all.

A lens that names no coatings has the usual ones: no camera is sold with bare surfaces.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import inf, isinf

import numpy as np

from lichtbild.camera.camera import Camera
from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm
from lichtbild.core.window import Extent
from lichtbild.image.bands import Bands
from lichtbild.image.measured_lens import MeasuredLens
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.stray_response import StrayResponse
from lichtbild.optics.apertures import with_semi_apertures
from lichtbild.optics.focusing import at_distance
from lichtbild.optics.lens import Lens
from lichtbild.optics.measured_response import measured_response
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.respond import NODES, SQUARES, WIDEST, respond
from lichtbild.optics.stray_rays import antireflection
from lichtbild.optics.stray_response import stray_response
from lichtbild.sensor.sensor import Sensor, binned

BANDS = Bands.even(nm(390), nm(710), 12, overlapping=True)
"""In which light is followed through a camera. With steps from band to band colours would be up to 1.5
CIEDE2000 wrong, with these 0.3 (`docs/benchmarks.md`, closed loop)."""

FINER = 1
"""Squares of light along a pixel. With 2 less of a scene's fine detail is folded before the lens blurs it,
and a point spread of as many squares is half as wide."""

SHARPER = 4
"""Squares along a pixel in which MTFs are told: what a phone lens transfers ends at 4 cycles a pixel."""

FEWER = (7, 7)
"""Rows and columns of places where they are."""

NEAREST = 20.0
"""Least distance that a camera is focused on, mm."""

MARGIN = 1.02
"""How much more of a scene is drawn than the corners see: light that spreads in from outside."""


@dataclass(frozen=True, eq=False)
class Module:
    """A lens before its sensor.

    Attributes:
        camera: what it is made of.
        lens: focused, each surface with a semi-aperture; a measured one as it is.
        sensor: as it is read: binned, its microlenses as the camera asks for them.
        response: of the lens over the sensor.
        finer: squares of the response along a pixel.
        stray: what the lens does with light that goes astray; None leaves it out.
    """

    camera: Camera
    lens: Lens | MeasuredLens
    sensor: Sensor
    response: OpticalResponse
    finer: int
    stray: StrayResponse | None = None

    @property
    def focal_length(self) -> float:
        """Of the lens, mm."""
        if isinstance(self.lens, MeasuredLens):
            return self.lens.focal_length
        return float(first_order(self.lens).focal_length)

    @property
    def distance(self) -> float:
        """Of what is in focus, mm; a measured lens is as sharp everywhere as it was at its charts."""
        return inf if isinstance(self.lens, MeasuredLens) else float(self.lens.object_distance)

    @property
    def extent(self) -> Extent:
        """Pixels of its pictures."""
        return Extent(*self.sensor.pixels.extent)

    @property
    def size(self) -> tuple[float, float]:
        """Height and width of the sensor, mm."""
        rows, columns = self.sensor.pixels.extent
        return rows * float(self.sensor.pixels.pitch), columns * float(self.sensor.pixels.pitch)

    @property
    def field(self) -> tuple[float, float]:
        """Height and width in tangents that a scene must have to fill the picture to its corners."""
        rows, columns = (side / 2 for side in self.size)
        places = np.array([np.hypot(rows, columns), rows, columns])
        seen = np.interp(places, self.response.height, np.asarray(self.response.tangent))
        # Where distortion grows outward the corners see the farthest, else the middles of the sides.
        tall = max(seen[0] * rows / places[0], seen[1])
        wide = max(seen[0] * columns / places[0], seen[2])
        return 2 * MARGIN * float(tall), 2 * MARGIN * float(wide)


def module(  # noqa: PLR0913  some of them say how finely, not what
    camera: Camera,
    distance: float = inf,
    size: tuple[int, int] | None = None,
    *,
    bands: Bands = BANDS,
    nodes: tuple[int, int] = NODES,
    squares: int | None = None,
    finer: int = FINER,
    stray: bool = True,
) -> Module:
    """A camera made ready.

    Args:
        camera: the camera.
        distance: that it is focused on, mm from its first surface, infinite for far.
        size: rows and columns of the pictures, of the sensor's middle; None takes all.
        bands: in which light is followed.
        nodes: rows and columns of places where point spreads are told.
        squares: along either side of a point spread; None takes as many as hold 99.5 % of its light, up to
            `lichtbild.optics.respond.WIDEST`.
        finer: squares along a pixel.
        stray: whether ghosts and glare are told.

    Raises:
        BadInput: the lens does not cover the sensor or cannot be focused there, or the sensor is smaller.
    """
    sensor = _read_sensor(camera, size)
    if isinstance(camera.lens, MeasuredLens):
        response = _measured(camera, camera.lens, sensor, (bands, nodes, squares, finer))
        return Module(camera, camera.lens, sensor, response, finer)
    lens = _ready(camera.lens, distance)
    pitch = float(sensor.pixels.pitch)
    area = (sensor.pixels.rows * pitch, sensor.pixels.columns * pitch)
    # Both are about as long, and much of either waits for no other Python.
    with ThreadPoolExecutor(1) as pool:
        astray = pool.submit(stray_response, lens, area, bands) if stray else None
        response = respond(lens, area, pitch / finer, bands, nodes=nodes, squares=squares)
    if camera.matched:
        sensor = replace(sensor, microlens=replace(sensor.microlens, design=response.chief_angles))
    return Module(camera, lens, sensor, response, finer, None if astray is None else astray.result())


def sharp_response(module: Module) -> OpticalResponse:
    """The response of a module's lens in squares that fold no detail back: what MTFs are told of.

    Args:
        module: a camera made ready.
    """
    pitch = float(module.sensor.pixels.pitch) / SHARPER
    if isinstance(module.lens, MeasuredLens):
        told = (module.response.bands, FEWER, WIDEST, SHARPER)
        return _measured(module.camera, module.lens, module.sensor, told)
    return respond(module.lens, module.size, pitch, module.response.bands, nodes=FEWER, squares=WIDEST)


def _measured(
    camera: Camera,
    lens: MeasuredLens,
    sensor: Sensor,
    told: tuple[Bands, tuple[int, int], int | None, int],
) -> OpticalResponse:
    """The response of a measured lens over the sensor's part that is read."""
    (bands, nodes, squares, finer), pitch = told, float(sensor.pixels.pitch)
    whole = _read_sensor(camera, None).pixels
    return measured_response(
        lens,
        (sensor.pixels.rows * pitch, sensor.pixels.columns * pitch),
        pitch / finer,
        bands,
        np.maximum(np.asarray(sensor.response.efficiency(bands), float), 0.0),
        whole=float(np.hypot(whole.rows, whole.columns)) * pitch / 2,
        nodes=nodes,
        squares=squares or SQUARES,
    )


def _ready(lens: Lens, distance: float) -> Lens:
    """The lens with apertures and coatings, focused.

    Raises:
        BadInput: it cannot be focused there.
    """
    whole = with_semi_apertures(lens)
    if all(surface.coating is None for surface in lens.surfaces):
        whole = antireflection(whole)
    if isinf(distance):
        return whole
    if not distance >= NEAREST:
        raise BadInput(f"a camera is focused on {NEAREST:g} mm or farther, not on {distance:g} mm")
    return at_distance(whole, distance, defocus=first_order(whole).defocus)


def _read_sensor(camera: Camera, size: tuple[int, int] | None) -> Sensor:
    """The camera's sensor as it is read, of the pictures' size.

    Raises:
        BadInput: the size is none that the sensor has.
    """
    sensor = binned(camera.sensor) if camera.binned else camera.sensor
    if size is None:
        return sensor
    rows, columns = sensor.pixels.extent
    period = (2, 2) if sensor.cfa is None else sensor.cfa.extent
    for asked, most, step in zip(size, (rows, columns), period, strict=True):
        if not step <= asked <= most or (most - asked) % (2 * step):
            raise BadInput(
                f"pictures of {size[0]} x {size[1]} pixels are not in the middle of {rows} x {columns} with "
                f"filters of {period[0]} x {period[1]}; give fewer by multiples of {2 * step}"
            )
    return sensor.sized(*size)

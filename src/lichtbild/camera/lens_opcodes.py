"""Lens opcodes: what a raw file asks of its developer so that the lens's shading and distortion are undone.

Source: DNG 1.7.1 chapter 7, GainMap and WarpRectilinear.
"""

import numpy as np
from jaxtyping import Float

from lichtbild.camera.spectral_calibration import mixing
from lichtbild.colour import light
from lichtbild.core.window import Extent, Window
from lichtbild.image.bands import FINE
from lichtbild.image.opcode import Area, GainMap, OpcodeLists, WarpRectilinear
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.sensor.sensor import Sensor

POINTS = (13, 17)
"""Rows and columns of a gain map."""

HALVINGS = 50
"""Of the scale at which the undistorted picture just fills the frame."""


def lens_opcodes(sensor: Sensor, response: OpticalResponse) -> OpcodeLists:
    """The corrections of a lens before a sensor, in the middle of its image.

    Args:
        sensor: with the pixels that are stored.
        response: of the lens over them.
    """
    return OpcodeLists(
        on_linear=gain_maps(sensor, response),
        on_colour=(warp_rectilinear(response, _half_diagonal(sensor), _edges(sensor)),),
    )


def gain_maps(
    sensor: Sensor,
    response: OpticalResponse,
    *,
    points: tuple[int, int] = POINTS,
    light_name: str = "D55",
) -> tuple[GainMap, ...]:
    """Gains that make an even grey even, one map for each place of the colour filters' period.

    Args:
        sensor: with the pixels that are stored.
        response: of the lens over them.
        points: rows and columns of a map.
        light_name: on the grey.
    """
    extent = sensor.pixels.extent
    y, x = ((np.linspace(0, 1, n) - 0.5) * side for n, side in zip(points, extent, strict=True))
    height = np.hypot(y[:, None], x) * sensor.pixels.pitch
    bands = response.bands
    photons = light.named(light_name, FINE.edges).photons(1.0) @ bands.shares_of(FINE)
    wanted = np.asarray(sensor.response.efficiency(bands)) * photons
    falls = wanted @ np.asarray(response.solid_angle).T
    lens = sensor.microlens.sensitivity(response.height, response.chief_angles, sensor.colours)
    mixed = [mixing(sensor, angle) for angle in response.chief_angles.at(response.height)]
    falls = np.einsum("hcd,dh->ch", np.stack(mixed), falls * np.asarray(lens))
    gains = np.stack([fall[0] / np.interp(height, response.height, fall) for fall in falls], axis=-1)
    if sensor.cfa is None:
        return (_gain_map(gains[..., :1], (0, 0), Extent(1, 1)),)
    period = sensor.cfa.extent
    pattern = sensor.cfa.pattern
    places = [(row, column) for row in range(period.height) for column in range(period.width)]
    return tuple(_gain_map(gains[..., pattern[r][c], None], (r, c), period, extent) for r, c in places)


def _gain_map(
    gains: np.ndarray, place: tuple[int, int], period: Extent, extent: Extent | None = None
) -> GainMap:
    window = Window(0, 0, 0, 0) if extent is None else Window(*place, extent.height, extent.width)
    spacing = 1 / (gains.shape[0] - 1), 1 / (gains.shape[1] - 1)
    return GainMap(Area(window, (0, 1), (period.height, period.width)), gains, spacing, (0.0, 0.0))


def warp_rectilinear(
    response: OpticalResponse, half_diagonal: float, edges: Float[np.ndarray, " edge"]
) -> WarpRectilinear:
    """The warp that makes the picture of a plane rectilinear, as large as leaves no place without light.

    Args:
        response: of the lens.
        half_diagonal: of the picture, mm.
        edges: distances from the axis along the picture's border, in half diagonals.
    """
    heights, tangents = response.height, np.asarray(response.tangent)

    def ratio(scale: float, at: np.ndarray) -> np.ndarray:
        """Distance in the image over that in the picture, where the corner shows the tangent ``scale``."""
        return np.asarray(np.interp(scale * at, tangents, heights) / (half_diagonal * at))

    low, high = 0.0, float(tangents[-1])
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if ratio(middle, edges).max() <= 1 else (low, middle)
    at = np.linspace(0.02, 1.0, 200)
    terms = np.polynomial.polynomial.polyfit(at**2, ratio(low, at), 3, w=at)
    return WarpRectilinear(terms[None], np.zeros((1, 2)), (0.5, 0.5))


def _half_diagonal(sensor: Sensor) -> float:
    return float(np.hypot(*sensor.pixels.extent)) / 2 * sensor.pixels.pitch


def _edges(sensor: Sensor) -> Float[np.ndarray, " edge"]:
    """Distances of places along the border, in half diagonals."""
    rows, columns = sensor.pixels.extent
    along = np.linspace(0, 1, 64)
    border = np.concatenate([np.hypot(along * rows, columns), np.hypot(rows, along * columns)])
    return np.asarray(border / np.hypot(rows, columns))

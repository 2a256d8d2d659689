"""Raw MTF: the contrast that lens, pixels and crosstalk leave to an edge in a raw frame, as theory has it.

A pixel's mean over its area, electrons that end in neighbours of other colours, and the lens's point spread
are all linear in the light, so that the transfer of a colour's samples is a sum over bands of their products.
An instrument that measures an edge of the frame has to find this curve.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Complex, Float

from lichtbild.core.errors import BadInput
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.sensor.sensor import Sensor

Curve: TypeAlias = Float[np.ndarray, " f"]


class Waves(NamedTuple):
    """Transfer of a lens and pixels to each colour.

    Attributes:
        amplitude: ``[colour, frequency]``, times electrons a second.
        right: frequencies along x, cycles a pixel.
        up: along y.
    """

    amplitude: Complex[np.ndarray, "colour f"]
    right: Curve
    up: Curve


def raw_mtf(  # noqa: PLR0913  what an edge in a frame depends on
    sensor: Sensor,
    response: OpticalResponse,
    radiance: Float[np.ndarray, " band"],
    place: tuple[float, float],
    azimuth: float,
    frequency: Curve,
    *,
    colour: str = "green",
) -> Curve:
    """Modulus of the transfer to the samples of a colour, 1 at frequency 0.

    Where a colour has several places in the pattern, their mean is told.

    Args:
        sensor: as it is read, with a colour filter pattern.
        response: of the lens before it, in squares of the pitch or of a whole part of it.
        radiance: photon radiance of what has the edge, of any unit, in the response's bands.
        place: x to the right and y up of the edge's middle, mm from the axis.
        azimuth: of the edge's normal, rad from x towards y.
        frequency: cycles a pixel, along the normal.
        colour: of the pattern.

    Raises:
        BadInput: the sensor has no colour filters, or not this one.

    Source: transfer of a linear system, Goodman, Introduction to Fourier Optics (3rd ed.), section 6.3; the
    pixel's aperture, sinc; crosstalk as `lichtbild.sensor.crosstalk.spread` has it.
    """
    if sensor.cfa is None or colour not in sensor.cfa.colours:
        raise BadInput(f"sensor '{sensor.name}' has no colour '{colour}'; name one of its filters")
    waves = _waves(sensor, response, radiance, place, (np.cos(azimuth), np.sin(azimuth)), frequency)
    found = _mixed(sensor, response, place, waves, colour)
    return np.asarray(np.abs(found[1:]) / np.abs(found[0]))


def _waves(
    sensor: Sensor,
    response: OpticalResponse,
    radiance: Float[np.ndarray, " band"],
    place: tuple[float, float],
    normal: tuple[float, float],
    frequency: Curve,
) -> Waves:
    """Amplitudes of each colour's electrons before crosstalk; the first frequency is 0."""
    weights = electrons(sensor, response, radiance, place)
    pitch = float(sensor.pixels.pitch)
    right, up = (np.concatenate([[0.0], frequency]) * along for along in normal)
    squares = (np.arange(response.psf.shape[-1]) - response.psf.shape[-1] // 2) * (response.pitch / pitch)
    spread = np.tensordot(weights, _point_spread(response, place), axes=1)
    across = np.exp(-2j * np.pi * right[:, None] * squares)
    upward = np.exp(2j * np.pi * up[:, None] * squares)
    found = np.einsum("fy,cyx,fx->cf", upward, spread, across, optimize=True)
    # Point spreads are told as means over squares, which the lens did not blur by.
    size = response.pitch / pitch
    square = np.sinc(right * size) * np.sinc(up * size)
    return Waves(np.asarray(found / square * np.sinc(right) * np.sinc(up)), right, up)


def _mixed(
    sensor: Sensor, response: OpticalResponse, place: tuple[float, float], waves: Waves, colour: str
) -> Complex[np.ndarray, " f"]:
    """What crosstalk makes of the amplitudes, mean of the places that a colour has in the pattern."""
    assert sensor.cfa is not None
    height = np.array([np.hypot(*place)])
    share = float(sensor.crosstalk.share(response.chief_angles.at(height))[0])
    pattern = np.asarray(sensor.cfa.pattern)
    total = np.zeros(waves.amplitude.shape[1], complex)
    for row, column in np.argwhere(pattern == sensor.cfa.colours.index(colour)):
        total += (1 - 4 * share) * waves.amplitude[pattern[row, column]]
        for down, across in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            beside = pattern[(row + down) % len(pattern), (column + across) % pattern.shape[1]]
            phase = np.exp(2j * np.pi * (waves.right * across - waves.up * down))
            total += share * waves.amplitude[beside] * phase
    return total


def _point_spread(response: OpticalResponse, place: tuple[float, float]) -> Float[np.ndarray, "band y x"]:
    """Point spreads at a place, bilinear between the nodes as images are formed."""
    (left, over), (top, down) = _between(response.columns, place[0]), _between(-response.rows, -place[1])
    psf = np.asarray(response.psf, float)[top : top + 2, left : left + 2]
    sides = np.array([[1 - down], [down]]) * np.array([1 - over, over])
    return np.asarray(np.tensordot(sides, psf, axes=2))


def _between(nodes: Float[np.ndarray, " n"], at: float) -> tuple[int, float]:
    """The node before a place, and the part of the way to the next."""
    before = int(np.clip(np.searchsorted(nodes, at) - 1, 0, len(nodes) - 2))
    return before, float(np.clip((at - nodes[before]) / (nodes[before + 1] - nodes[before]), 0.0, 1.0))


def mtf50(frequency: Curve, mtf: Curve) -> float:
    """The first frequency where a curve falls to one half, straight between points; NaN without one."""
    below = np.flatnonzero(mtf < 0.5)
    if not len(below) or below[0] == 0:
        return float("nan")
    last = below[0]
    (f0, f1), (m0, m1) = frequency[last - 1 : last + 1], mtf[last - 1 : last + 1]
    return float(f0 + (m0 - 0.5) / (m0 - m1) * (f1 - f0))


def electrons(
    sensor: Sensor,
    response: OpticalResponse,
    radiance: Float[np.ndarray, "*any band"],
    place: tuple[float, float],
) -> Float[np.ndarray, "*any colour band"]:
    """What an even light frees in a pixel of each colour by each band in a second, before crosstalk.

    Args:
        sensor: as it is read.
        response: of the lens.
        radiance: photons s^-1 mm^-2 sr^-1, in the response's bands.
        place: x and y, mm.
    """
    height = np.array([np.hypot(*place)])
    bands = np.asarray(response.solid_angle).T
    angle = np.array([np.interp(height[0], response.height, band) for band in bands])
    efficiency = np.asarray(sensor.response.efficiency(response.bands))
    lens = np.asarray(sensor.microlens.sensitivity(height, response.chief_angles, sensor.colours))
    area = float(sensor.pixels.pitch) ** 2
    return np.asarray(np.asarray(radiance)[..., None, :] * angle * (efficiency * lens) * area)

"""Measured response: what a lens that was only photographed with does to light over its sensor.

What was measured in three colours is told in each band by what the sensor's colours see of it: fall-off,
point spread and place of a band are sums of those of the colours, so weighted that each colour, which sees
many bands, sees again what was measured in it. By the colours' shares in a band alone each would see some of
its neighbours' blur.
Stray light and what lies out of focus are not known.
"""

from math import pi

import numpy as np
from jaxtyping import Float

from lichtbild.image.bands import Bands
from lichtbild.image.measured_lens import MeasuredLens
from lichtbild.image.optical_image import ChiefAngles
from lichtbild.image.optical_response import OpticalResponse

FINER = 4
"""Samples along a square of a point spread before they are cut out."""
HEIGHTS = 129
_ALIKE = 0.05
"""Singular value, by the greatest, below which colours see the same."""


def measured_response(  # noqa: PLR0913  as of `lichtbild.optics.respond.respond`
    lens: MeasuredLens,
    size: tuple[float, float],
    pitch: float,
    bands: Bands,
    seen: Float[np.ndarray, "3 band"],
    *,
    whole: float,
    nodes: tuple[int, int],
    squares: int,
) -> OpticalResponse:
    """The response of a measured lens over a sensor in the middle of its image.

    Args:
        lens: as it was measured.
        size: height and width of the sensor's part that is looked at, mm.
        pitch: of the squares that point spreads are told in, mm.
        bands: of wavelength.
        seen: of each of the sensor's colours, how it takes the bands.
        whole: half the diagonal of the sensor with which it was measured, mm.
        nodes: rows and columns of places where point spreads are told.
        squares: along either side of a point spread, odd.
    """
    shares = _shares(seen)
    rows, columns = np.linspace(1, -1, nodes[0]) * size[0] / 2, np.linspace(-1, 1, nodes[1]) * size[1] / 2
    height = np.linspace(0, 1.02 * whole, HEIGHTS)
    fall = shares.T @ np.stack([np.interp(height / whole, lens.heights, one) for one in lens.fall])
    return OpticalResponse(
        psf=_spreads(lens, (rows, columns), pitch, shares, whole, squares),
        rows=rows,
        columns=columns,
        pitch=pitch,
        held=1.0,
        height=height,
        tangent=_ideal(lens.distortion, height / whole) * whole / lens.focal_length,
        solid_angle=fall.T * pi / (4 * lens.f_number**2),
        bands=bands,
        chief_angles=ChiefAngles(height, np.zeros(HEIGHTS)),
        f_number=lens.f_number,
    )


def _shares(seen: Float[np.ndarray, "3 band"]) -> Float[np.ndarray, "3 band"]:
    """What of each colour's is in each band; every band's sum is 1."""
    light = seen + 1e-6 * seen.max()
    shares, weights = light / light.sum(axis=0), light / light.sum(axis=1, keepdims=True)
    # What the colours would see of one another; colours that are nearly alike are left as they are.
    mixed = np.linalg.pinv(weights @ shares.T, rcond=_ALIKE)
    found = mixed.T @ shares
    return np.asarray(found / found.sum(axis=0))


def _ideal(terms: tuple[float, ...], heights: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """Ideal heights of those in the picture: ``r (1 + k1 r^2 + ...)`` solved for r."""
    far = np.linspace(0, 1.5, 6001)
    imaged = far * (1 + sum(term * far ** (2 * i + 2) for i, term in enumerate(terms)))
    # Beyond its turning point a polynomial says nothing of a lens.
    rising = np.concatenate([[True], np.cumsum(np.diff(imaged) <= 0) == 0])
    return np.asarray(np.interp(heights, imaged[rising], far[rising]))


def _spreads(
    lens: MeasuredLens,
    places: tuple[np.ndarray, np.ndarray],
    pitch: float,
    shares: np.ndarray,
    whole: float,
    squares: int,
) -> Float[np.ndarray, "row column band y x"]:
    """Point spreads of all nodes, whole squares wide, rows down."""
    count = FINER * (squares + 1)
    waves = np.fft.fftfreq(count, pitch / FINER)
    u, v = waves[: count // 2 + 1], -waves[:, None]  # rows go down, y goes up
    square = np.sinc(u * pitch) * np.sinc(v * pitch)
    middle = FINER * (squares // 2)
    found = np.empty((len(places[0]), len(places[1]), shares.shape[1], squares, squares))
    for i, y in enumerate(places[0]):
        for j, x in enumerate(places[1]):
            at = (np.asarray(x / whole), np.asarray(y / whole))
            colours = np.stack([one.transfer(at, (u, v)) * square for one in lens.spreads])
            far = np.hypot(*at)
            # A band lies at one place, between the colours' own.
            out = np.zeros(3)
            for colour, terms in ((0, lens.lateral[0]), (2, lens.lateral[1])):
                out[colour] = sum(term * far ** (2 * power) for power, term in enumerate(terms))
            moved = np.exp(-2j * np.pi * (shares.T @ out)[:, None, None] * (u * x + v * y))
            light = np.fft.irfft2(np.einsum("cb,cyx->byx", shares, colours) * moved, (count, count))
            near = np.roll(light, (middle, middle), axis=(1, 2))
            cut = np.maximum(near[:, : FINER * squares : FINER, : FINER * squares : FINER], 0)
            found[i, j] = cut / cut.sum(axis=(1, 2), keepdims=True)
    return found

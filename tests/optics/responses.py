"""Responses of lenses that never were, for tests of pictures."""

import numpy as np

from lichtbild.core.units import nm
from lichtbild.core.window import Extent
from lichtbild.image.bands import Bands
from lichtbild.image.optical_image import ChiefAngles
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.scene import Scene

PITCH = 2e-3
FOCAL = 5.0
BANDS = Bands.even(nm(400), nm(700), 3)


def response(psf: np.ndarray, extent: Extent, finer: int = 2, barrel: float = 0.0) -> OpticalResponse:
    """Of a lens of 5 mm whose point spreads are given, with an even solid angle of 0.5, 0.6 and 0.7 sr.

    Args:
        psf: ``[row, column, band, y, x]``.
        extent: of the sensor, pixels of 2 um.
        finer: squares along a pixel.
        barrel: share of the tangent that is missing in the image at a distance of 1 mm, growing as a cube.
    """
    height, width = (side * PITCH for side in extent)
    heights = np.linspace(0.0, np.hypot(height, width) * 0.6, 20)
    return OpticalResponse(
        psf=psf.astype(np.float32),
        rows=np.linspace(height / 2, -height / 2, psf.shape[0]),
        columns=np.linspace(-width / 2, width / 2, psf.shape[1]),
        pitch=PITCH / finer,
        held=1.0,
        height=heights,
        tangent=heights * (1 + barrel * heights**2) / FOCAL,
        solid_angle=np.ones((20, 1)) * np.array([0.5, 0.6, 0.7]),
        bands=BANDS,
        chief_angles=ChiefAngles(heights, np.arctan(heights / FOCAL)),
        f_number=1.8,
    )


def gaussian(sigma: float, squares: int = 15, shift: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    """A point spread of a width and a shift down and right, in squares, that sums to 1."""
    at = np.arange(squares) - squares // 2
    along = [np.exp(-((at - s) ** 2) / (2 * sigma**2)) for s in shift]
    return np.outer(*along) / np.outer(*along).sum()


def everywhere(one: np.ndarray) -> np.ndarray:
    """The same point spread at 3 x 3 nodes and in three bands."""
    return np.broadcast_to(one, (3, 3, 3, *one.shape))


def grey(weights: np.ndarray, extent: Extent, finer: int = 2) -> Scene:
    """A scene of one spectrum, of which a pixel is as large as a square on the axis sees."""
    size = tuple(side * PITCH / finer / FOCAL for side in weights.shape)
    return Scene(weights[..., None].astype(np.float32), np.full((1, 3), 2.0), BANDS, size)


def shaded(psf: np.ndarray, extent: Extent, pitch: float, barrel: float = 0.0) -> OpticalResponse:
    """Of a lens of 60 degrees across the diagonal, one point spread everywhere, half as bright in the corner.

    Args:
        psf: in squares of half the pitch.
        extent: of the sensor, pixels.
        pitch: of the pixels, mm.
        barrel: share of the tangent that is missing in the corner.
    """
    bands = Bands.even(nm(390), nm(710), 16)
    height, width = (side * pitch for side in extent)
    corner = np.hypot(height, width) / 2
    heights = np.linspace(0.0, 1.2 * corner, 40)
    share = heights / corner
    tangents = np.tan(np.radians(30)) * share * (1 + barrel * share**2)
    return OpticalResponse(
        psf=np.broadcast_to(psf.astype(np.float32), (3, 3, len(bands), *psf.shape)),
        rows=np.linspace(height / 2, -height / 2, 3),
        columns=np.linspace(-width / 2, width / 2, 3),
        pitch=pitch / 2,
        held=1.0,
        height=heights,
        tangent=tangents,
        solid_angle=0.2 * (1 - 0.5 * share**2)[:, None] * np.ones(len(bands)),
        bands=bands,
        chief_angles=ChiefAngles(heights, 0.3 * share),
        f_number=1.8,
    )

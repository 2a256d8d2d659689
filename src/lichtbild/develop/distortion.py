"""Distortion: straight lines become straight, and the colour planes come to lie on each other.

A warp says, for each pixel of the corrected image, from where in the image before it comes. Places are
counted from the first pixel's centre; a radius of 1 reaches the pixel farthest from the optical centre.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from jaxtyping import Float, Real

from lichtbild.core.errors import BadInput
from lichtbild.core.stage import ResampleStage
from lichtbild.core.window import Extent, Window
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.opcode import WarpFisheye, WarpRectilinear
from lichtbild.image.raster import AbstractRaster
from lichtbild.numerics.warp import needed, resample

Raster = TypeVar("Raster", bound=AbstractRaster)
Places = tuple[Float[np.ndarray, "sets h w"], Float[np.ndarray, "sets h w"]]

STEP = 16
"""Distance in pixels of the places that are tried to find what part of an image a window comes from."""
MARGIN = 2
"""Pixels by which the places between those tried may lie outside them."""
TRIED = 1025
"""Radii at which a warp is tried before it is believed."""
FARTHEST = 10.0
"""Radius from which no pixel can sensibly come."""


def is_identity(opcode: WarpRectilinear | WarpFisheye) -> bool:
    """Whether the warp moves nothing."""
    if isinstance(opcode, WarpFisheye):
        return False
    unmoved = np.zeros(opcode.radial.shape[1])
    unmoved[0] = 1
    return bool((opcode.radial == unmoved).all() and not opcode.tangential.any())


def places(
    opcode: WarpRectilinear | WarpFisheye,
    rows: Real[np.ndarray, " h"],
    columns: Real[np.ndarray, " w"],
    extent: Extent,
    pixel_aspect: float = 1.0,
) -> Places:
    """Rows and columns, in the image before, of a grid of pixels in the corrected image.

    Args:
        opcode: the warp.
        rows: rows of the grid.
        columns: columns of the grid.
        extent: size of the whole image.
        pixel_aspect: width of a pixel over its height.

    Returns:
        One set of places for each set of the opcode's coefficients.

    Source: DNG 1.7.1 chapter 7, WarpRectilinear, WarpFisheye, WarpRectilinear2.
    """
    column, row = opcode.centre[0] * (extent.width - 1), opcode.centre[1] * (extent.height - 1)
    across = max(column, extent.width - 1 - column)
    down = max(row, extent.height - 1 - row) / pixel_aspect
    farthest = max(float(np.hypot(across, down)), 1.0)
    x = (np.asarray(columns, float)[None, :] - column) / farthest
    y = (np.asarray(rows, float)[:, None] - row) / (farthest * pixel_aspect)
    if isinstance(opcode, WarpFisheye):
        moved = [_fisheye(terms, x, y) for terms in opcode.radial]
    else:
        moved = [_rectilinear(opcode, plane, x, y) for plane in range(len(opcode.radial))]
    return (
        np.stack([row + farthest * pixel_aspect * dy for _, dy in moved]),
        np.stack([column + farthest * dx for dx, _ in moved]),
    )


def _rectilinear(
    opcode: WarpRectilinear, plane: int, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    squared = np.minimum(x * x + y * y, 1.0)
    terms = opcode.radial[plane]
    if opcode.valid_radius is None:
        ratio = _polynomial(terms, squared)
    else:
        ratio = _polynomial(terms, np.clip(np.sqrt(squared), *opcode.valid_radius[plane]))
    if opcode.reciprocal:
        ratio = 1.0 / ratio
    t0, t1 = opcode.tangential[plane]
    dx, dy = x * ratio, y * ratio
    if t0 or t1:
        dx = dx + t0 * (2 * x * y) + t1 * (squared + 2 * x * x)
        dy = dy + t1 * (2 * x * y) + t0 * (squared + 2 * y * y)
    return dx, dy


def _fisheye(terms: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    radius = np.sqrt(np.minimum(x * x + y * y, 1.0))
    theta = np.arctan(radius)
    turned = theta * _polynomial(terms, theta * theta)
    # The ratio tends to the first term where the radius vanishes.
    ratio = np.divide(turned, radius, out=np.full_like(radius, terms[0]), where=radius > 0)
    return x * ratio, y * ratio


def _polynomial(terms: np.ndarray, at: np.ndarray) -> np.ndarray:
    total = np.full_like(at, terms[-1])
    for term in terms[-2::-1]:
        total *= at
        total += term
    return total


@dataclass(frozen=True, eq=False)
class AbstractWarp(ResampleStage):
    """An image whose pixels are taken from where the lens put them.

    Attributes:
        opcode: the warp.
        pixel_aspect: width of a pixel over its height.

    Raises:
        BadInput: the warp moves pixels to nowhere.
    """

    opcode: WarpRectilinear | WarpFisheye
    pixel_aspect: float = 1.0

    def __post_init__(self) -> None:
        line = np.linspace(0.0, 1.0, TRIED), np.zeros(TRIED)
        with np.errstate(all="ignore"):
            if isinstance(self.opcode, WarpFisheye):
                moved = [_fisheye(terms, *line)[0] for terms in self.opcode.radial]
            else:
                moved = [
                    _rectilinear(self.opcode, plane, *line)[0] for plane in range(len(self.opcode.radial))
                ]
        if not all((np.abs(radii) <= FARTHEST).all() for radii in moved):
            raise BadInput(
                "the file's lens correction moves pixels beyond ten times the image's radius; "
                "develop without corrections after demosaicing"
            )

    def source(self, window: Window, extent: Extent) -> Window:
        """The part of the image that a window's pixels come from.

        A warp that can be undone maps a window's border on to the border of what it comes from; a
        coarse grid, its last row and column included, with a margin then covers it.
        """
        rows = np.union1d(np.arange(window.top, window.bottom, STEP), (window.bottom - 1,))
        columns = np.union1d(np.arange(window.left, window.right, STEP), (window.right - 1,))
        found = places(self.opcode, rows, columns, extent, self.pixel_aspect)
        return needed(*found, extent, MARGIN)

    def _warped(self, image: Raster, window: Window) -> Raster:
        grid = np.arange(window.top, window.bottom), np.arange(window.left, window.right)
        found = places(self.opcode, *grid, image.extent, self.pixel_aspect)
        samples = resample(image.samples, image.window, image.extent, *found)
        return replace(image, samples=samples, window=window)


@dataclass(frozen=True, eq=False)
class WarpImage(AbstractWarp):
    """A camera image without distortion."""

    def render(self, image: CameraImage, window: Window) -> CameraImage:
        """The corrected image in a window."""
        return self._warped(image, window)


@dataclass(frozen=True, eq=False)
class WarpLinear(AbstractWarp):
    """Linear samples without distortion."""

    def render(self, image: Mosaic, window: Window) -> Mosaic:
        """The corrected samples in a window.

        Raises:
            BadInput: the pixels have one colour each, which a warp would mix.
        """
        if image.cfa is not None:
            raise BadInput(
                f"the file's opcode {type(self.opcode).__name__} would warp a mosaic and mix its colours; "
                "develop with the recipe's [develop.corrections] linear = false"
            )
        return self._warped(image, window)

"""Geometry: the part of the image that the picture shows, turned upright.

::

    stored image -> default crop -> square pixels -> upright (orientation)
                 -> flip -> quarter turns -> straighten -> crop

All steps together are one affine map from the picture's coordinates to the image's. Where it only moves
whole pixels, these are moved exactly; otherwise the image is interpolated once.
"""

from dataclasses import dataclass
from math import cos, floor, pi, sin
from typing import Final, Literal

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.core.stage import ResampleStage
from lichtbild.core.window import Extent, Window
from lichtbild.develop.kernels.cubic import sample_affine
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.metadata import Orientation

Flip = Literal["none", "horizontal", "vertical"]
Turn = Float[np.ndarray, "2 2"]

# From (row, column) in the upright picture to (row, column) as stored, both about the centre.
_QUARTER_TURN: Final = np.array([[0.0, -1.0], [1.0, 0.0]])
_TURNS: Final = {
    Orientation.NORMAL: np.eye(2),
    Orientation.MIRRORED: np.diag([1.0, -1.0]),
    Orientation.HALF_TURN: np.diag([-1.0, -1.0]),
    Orientation.FLIPPED: np.diag([-1.0, 1.0]),
    Orientation.TRANSPOSED: np.array([[0.0, 1.0], [1.0, 0.0]]),
    Orientation.QUARTER_TURN: _QUARTER_TURN,
    Orientation.TRANSVERSED: np.array([[0.0, -1.0], [-1.0, 0.0]]),
    Orientation.THREE_QUARTER_TURN: -_QUARTER_TURN,
}
_FLIPS: Final = {
    "none": np.eye(2),
    "horizontal": np.diag([1.0, -1.0]),
    "vertical": np.diag([-1.0, 1.0]),
}


@dataclass(frozen=True)
class Geometry(ResampleStage):
    """The picture as it is shown.

    Attributes:
        default_crop: (top, left, height, width) in pixels of the image, rounded to whole ones; None for all.
        scale: vertical and horizontal factor that makes the pixels square.
        orientation: how the stored image is turned upright.
        flip: "horizontal" exchanges left and right, "vertical" top and bottom.
        quarter_turns: clockwise, after the flip.
        angle: radians by which the picture is turned clockwise, -pi/4 to pi/4; the largest rectangle that
            has no empty corner is kept.
        crop: (left, top, right, bottom) of the part to keep, each 0 to 1 of the picture so far.
    """

    default_crop: tuple[float, float, float, float] | None = None
    scale: tuple[float, float] = (1.0, 1.0)
    orientation: Orientation = Orientation.NORMAL
    flip: Flip = "none"
    quarter_turns: int = 0
    angle: float = 0.0
    crop: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)

    def __post_init__(self) -> None:
        left, top, right, bottom = self.crop
        if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
            raise BadInput(
                f"a crop is left, top, right, bottom from 0 to 1, left before right, not {self.crop}"
            )
        if not abs(self.angle) <= pi / 4:
            raise BadInput(f"a picture is straightened by at most 45 degrees, not {self.angle * 180 / pi:g}")
        if not all(0.01 <= factor <= 100 for factor in self.scale):
            raise BadInput(f"pixels are scaled by 0.01 to 100, not by {self.scale}")

    @property
    def exact(self) -> bool:
        """Whether only whole pixels are moved."""
        return self.angle == 0 and self.scale == (1.0, 1.0)

    def extent(self, extent: Extent) -> Extent:
        """Size of the picture.

        Raises:
            BadInput: nothing of the image would be left.
        """
        return self._cropped(extent).extent

    def source(self, window: Window, extent: Extent) -> Window:
        """The part of the image that the picture's window is taken from."""
        affine = self._affine(extent)
        corners = np.array(
            [[y, x, 1] for y in (window.top, window.bottom) for x in (window.left, window.right)]
        )
        low, high = (affine @ corners.T).min(axis=1), (affine @ corners.T).max(axis=1)
        if self.exact:
            (top, left), (bottom, right) = np.rint(low).astype(int), np.rint(high).astype(int)
        else:
            # Two pixels on each side for the cubic, and one for rounding.
            (top, left), (bottom, right) = np.floor(low).astype(int) - 3, np.ceil(high).astype(int) + 3
        rows = [min(max(int(row), 0), extent.height) for row in (top, bottom)]
        columns = [min(max(int(column), 0), extent.width) for column in (left, right)]
        return Window(rows[0], columns[0], rows[1], columns[1])

    def render(self, image: LinearImage, window: Window) -> LinearImage:
        """The picture in a window."""
        source = image.crop(self.source(window, image.extent))
        affine = self._affine(image.extent)
        if self.exact:
            samples = _turned(source.samples, affine[:, :2])
        else:
            samples = np.empty((*window.extent, source.samples.shape[2]), dtype=np.float32)
            corner, origin = (window.top, window.left), (source.window.top, source.window.left)
            pixels = np.ascontiguousarray(source.samples, dtype=np.float32)
            sample_affine(pixels, origin, (image.extent.height, image.extent.width), affine, corner, samples)
        return LinearImage(samples, window, self.extent(image.extent))

    def origin(self, place: tuple[float, float], extent: Extent) -> tuple[float, float]:
        """Where a place of the picture comes from; both as (x, y) from 0 to 1, of picture and image."""
        x, y = self.origins(np.array(place[0]), np.array(place[1]), extent)
        return float(x), float(y)

    def origins(
        self, x: Float[np.ndarray, "*places"], y: Float[np.ndarray, "*places"], extent: Extent
    ) -> tuple[Float[np.ndarray, "*places"], Float[np.ndarray, "*places"]]:
        """As `origin`, for many places: their x and y."""
        height, width = self.extent(extent)
        affine = self._affine(extent)
        row, column = (line[0] * (y * height) + line[1] * (x * width) + line[2] for line in affine)
        shares = column / extent.width, row / extent.height
        return np.asarray(np.clip(shares[0], 0.0, 1.0)), np.asarray(np.clip(shares[1], 0.0, 1.0))

    def _shown(self, extent: Extent) -> Window:
        """The default crop in whole pixels inside the image."""
        if self.default_crop is None:
            return Window.whole(extent)
        top, left, height, width = self.default_crop
        first = (min(max(_rounded(top), 0), extent.height), min(max(_rounded(left), 0), extent.width))
        last = (
            min(first[0] + _rounded(height), extent.height),
            min(first[1] + _rounded(width), extent.width),
        )
        if last[0] <= first[0] or last[1] <= first[1]:
            raise BadInput(
                f"the default crop {self.default_crop} leaves nothing of an image of "
                f"{extent.height} x {extent.width} pixels"
            )
        return Window(*first, *last)

    def _turn(self) -> Turn:
        """From directions in the picture to those in the stored image, without straightening."""
        turns = np.linalg.matrix_power(_QUARTER_TURN, self.quarter_turns % 4)
        return np.asarray(_TURNS[self.orientation] @ _FLIPS[self.flip] @ turns)

    def _upright(self, extent: Extent) -> Extent:
        """Size of the picture before it is straightened."""
        shown = self._shown(extent)
        size = (max(1, _rounded(shown.height * self.scale[0])), max(1, _rounded(shown.width * self.scale[1])))
        return Extent(*(size if self._turn()[0, 0] else size[::-1]))

    def _cropped(self, extent: Extent) -> Window:
        """The picture's place in the straightened picture."""
        height, width = inscribed(self._upright(extent), self.angle)
        left, top, right, bottom = self.crop
        window = Window(
            _rounded(top * height), _rounded(left * width), _rounded(bottom * height), _rounded(right * width)
        )
        if not window.height or not window.width:
            raise BadInput(f"the crop {self.crop} leaves nothing of a picture of {height} x {width} pixels")
        return window

    def _affine(self, extent: Extent) -> Float[np.ndarray, "2 3"]:
        """Map from (row, column) in the picture to (row, column) in the stored image, both continuous."""
        shown, cropped = self._shown(extent), self._cropped(extent)
        straightened = inscribed(self._upright(extent), self.angle)
        c, s = cos(self.angle), sin(self.angle)
        linear = np.diag(1 / np.array(self.scale)) @ self._turn() @ np.array([[c, -s], [s, c]])
        centre = np.array([shown.top + shown.bottom, shown.left + shown.right]) / 2
        middle = np.array(straightened) / 2 - (cropped.top, cropped.left)
        return np.column_stack([linear, centre - linear @ middle])


def inscribed(extent: Extent, angle: float) -> Extent:
    """Size of the largest upright rectangle inside a rectangle of this size turned by an angle in radians."""
    if angle == 0:
        return extent
    s, c = abs(sin(angle)), abs(cos(angle))
    long, short = max(extent), min(extent)
    if short <= 2 * s * c * long:
        # Two corners of the answer touch the long sides, the other two lie inside.
        sizes = (short / (2 * s), short / (2 * c))
    else:
        turned = c * c - s * s
        sizes = ((long * c - short * s) / turned, (short * c - long * s) / turned)
    along, across = (max(1, floor(size + 1e-9)) for size in sizes)
    return Extent(across, along) if extent.width >= extent.height else Extent(along, across)


def _rounded(value: float) -> int:
    """The nearest whole number, halves upwards."""
    return floor(value + 0.5)


def _turned(samples: Float[np.ndarray, "h w planes"], linear: Turn) -> Float[np.ndarray, "H W planes"]:
    """Samples moved by quarter turns and mirrors; ``linear`` leads from the result back to the samples."""
    if linear[0, 0] == 0:
        samples, linear = samples.transpose(1, 0, 2), linear[::-1]
    return samples[:: int(linear[0, 0]), :: int(linear[1, 1])]

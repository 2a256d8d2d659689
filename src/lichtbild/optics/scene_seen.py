"""Scene seen: which place of a scene each square of a sensor looks at, through a lens's distortion."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from lichtbild.core.window import Extent
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.scene import Scene
from lichtbild.numerics.blocks import Block
from lichtbild.numerics.warp import needed
from lichtbild.optics.kernels.look import TILE, gather, gather_layer, places, present

TERMS = 9
"""Of the polynomial of the squared distance that tangents over distances follow."""


class Tangents(NamedTuple):
    """Tangents that a lens images, by the distance from the axis, which they are nearly proportional to.

    Attributes:
        reach: distance that the polynomial's argument is counted in, mm.
        ratio: coefficients of tangent over distance by powers of its square, 1 / mm.
    """

    reach: float
    ratio: Float[np.ndarray, " term"]

    def slopes(self, place: tuple[float, float]) -> Float[np.ndarray, "2 2"]:
        """Change of the tangents along x and y by that of the place, 1 / mm."""
        at = np.array(place)
        share, curve = float(at @ at) / self.reach**2, np.polynomial.Polynomial(self.ratio)
        return np.asarray(
            curve(share) * np.eye(2) + 2 * curve.deriv()(share) / self.reach**2 * np.outer(at, at)
        )

    def at(self, place: tuple[float, float]) -> Float[np.ndarray, " 2"]:
        """Tangents along x and y that a place in mm sees."""
        at = np.array(place)
        return np.asarray(at * np.polynomial.Polynomial(self.ratio)(float(at @ at) / self.reach**2))


@dataclass(frozen=True, eq=False)
class Layer:
    """What of a slab of a scene's depth has one point spread, and what lies behind nearer slabs.

    Attributes:
        nearness: of each place, 1 / mm, float32 ``[row, column]``.
        reached: least and greatest nearness in each tile and those around it, ``[tile, tile, 2]``.
        plate: weights of the spectra behind what is nearer than the slab, of fewer pixels.
        farness: nearness of what the plate shows.
        knots: nearness from which on and up to which the slab reaches, the one whose share is 1, and by how
            much the share falls for each 1 / mm behind and before it.
    """

    nearness: Float[np.ndarray, "row column"]
    reached: Float[np.ndarray, "tall wide 2"]
    plate: Float[np.ndarray, "few less spectrum"]
    farness: Float[np.ndarray, "few less"]
    knots: Float[np.ndarray, " 5"]

    def is_in(self, tiles: tuple[slice, slice]) -> bool:
        """Whether some of the layer may be in some tiles, or close to them."""
        low, high, own, behind, before = self.knots
        least, most = self.reached[(*tiles, 0)].min(), self.reached[(*tiles, 1)].max()
        # A tent that ends within the slab has nothing there.
        low = max(low, own - 1 / behind) if behind > 0 else low
        high = min(high, own + 1 / before) if before > 0 else high
        return bool(least <= high and most > low)


class Squares(NamedTuple):
    """How squares of a block are sorted into pixels.

    Attributes:
        before: rows and columns that are left empty before the first square, to begin with a whole pixel.
        finer: squares along a pixel.
    """

    before: tuple[int, int]
    finer: int


@dataclass(frozen=True, eq=False)
class Seen:
    """A scene, and how squares look at it.

    Args:
        planes: weights of its spectra, float32 ``[row, column, spectrum]``; not much finer than squares.
        present: which planes are not 0 all over a tile.
        size: height and width, tangents.
        whole: all squares; the axis meets their middle.
        pitch: of squares, mm.
        tangents: that are imaged.
        turns: rotation of the camera while each row of squares sees, ``[row, 9]``.
        layer: the part of the depth that counts; None for all.
    """

    planes: Float[np.ndarray, "row column spectrum"]
    present: Bool[np.ndarray, "tall wide spectrum"]
    size: tuple[float, float]
    whole: Extent
    pitch: float
    tangents: Tangents
    turns: Float[np.ndarray, "h 9"]
    layer: Layer | None = None

    def looked(
        self, block: Block, sorting: Squares
    ) -> tuple[np.ndarray, Float[np.ndarray, "plane place h w"]]:
        """Weights of spectra where the squares of a block look, times the squares' weight.

        Args:
            block: the squares.
            sorting: of squares into pixels.

        Returns:
            Which planes are not 0 everywhere, and these, each place in the pixel by itself; after those of a
            layer comes its share.
        """
        window, extent = block.window, Extent(*self.planes.shape[:2])
        rows, columns = np.empty(window.extent), np.empty(window.extent)
        frame = [self.whole.height / 2, self.whole.width / 2, self.pitch, self.tangents.reach]
        place = np.array([*frame, *self.size, *extent])
        places(place, (window.top, window.left), self.tangents.ratio, self.turns, rows, columns)
        part = needed(rows, columns, extent)
        tiles = (
            slice(part.top // TILE, -(-part.bottom // TILE)),
            slice(part.left // TILE, -(-part.right // TILE)),
        )
        if self.layer is None:
            which = np.flatnonzero(self.present[tiles].any(axis=(0, 1)))
        else:
            which = np.arange(self.planes.shape[2] + 1 if self.layer.is_in(tiles) else 0)
        finer, before = sorting.finer, sorting.before
        tall, wide = (-(-(b + side) // finer) for b, side in zip(before, window.extent, strict=True))
        result = np.zeros((len(which), finer * finer, tall, wide), np.float32)
        if len(which) == 0:
            return which, result
        if self.layer is None:
            gather(self.planes, which, (rows, columns), block.weight, (*before, finer), result)
        else:
            plate, own = (self.layer.plate, self.layer.farness), (self.planes, self.layer.nearness)
            gather_layer(
                own, plate, self.layer.knots, (rows, columns), block.weight, (*before, finer), result
            )
        return which, result


def imaged(response: OpticalResponse) -> Tangents:
    """The tangents that a lens images."""
    height, tangent = response.height, np.asarray(response.tangent)
    reach = float(height[-1])
    # Of the ratio, told at all heights but the axis, where it is 0 / 0.
    ratio = np.polynomial.polynomial.polyfit(
        (height[1:] / reach) ** 2, tangent[1:] / height[1:], min(TERMS, len(height) - 2), w=height[1:]
    )
    return Tangents(reach, np.asarray(ratio, np.float64))


def seen(
    scene: Scene, response: OpticalResponse, whole: Extent, turns: Float[np.ndarray, "h 9"] | None = None
) -> Seen:
    """A scene as the squares of a sensor see it.

    Args:
        scene: pixels that are much finer than what a square sees are averaged.
        response: of the lens; its pitch is that of the squares.
        whole: squares, the sensor's and those of its border.
        turns: rotation of the camera for each row of squares, as a row of 9; None where it is at rest.
    """
    tangents = imaged(response)
    square = response.pitch * tangents.ratio[0]
    planes = np.asarray(scene.weights, np.float32)
    for axis in (0, 1):
        planes = _averaged(planes, axis, square * planes.shape[axis] / scene.size[axis])
    planes = np.ascontiguousarray(planes)
    rows, columns, count = planes.shape
    found = np.zeros((-(-rows // TILE), -(-columns // TILE), count), np.bool_)
    present(planes, found)
    still = np.tile(np.eye(3).ravel(), (whole.height, 1)) if turns is None else turns
    return Seen(planes, found, scene.size, whole, response.pitch, tangents, still)


def _averaged(planes: np.ndarray, axis: int, count: float) -> np.ndarray:
    """Means of about so many neighbours along an axis; bins end at whole pixels."""
    side = planes.shape[axis]
    bins = round(side / max(count, 1.0))
    if bins > side / 2:
        return planes
    ends = np.round(np.linspace(0, side, bins + 1)).astype(int)
    sums = np.add.reduceat(planes, ends[:-1], axis=axis, dtype=np.float32)
    shape = [1] * planes.ndim
    shape[axis] = bins
    return np.asarray(sums / np.diff(ends).astype(np.float32).reshape(shape))

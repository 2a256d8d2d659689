"""Colour filter array: which colour each pixel of a sensor sees."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from lichtbild.core.window import Extent


@dataclass(frozen=True)
class Cfa:
    """A repeating pattern of colour filters.

    Attributes:
        pattern: plane index at ``[row][column]``, repeated over the sensor.
        colours: the name of each plane, such as ("red", "green", "blue").

    Source: DNG 1.7.1, CFAPattern and CFAPlaneColor; TIFF/EP 12234-2.
    """

    pattern: tuple[tuple[int, ...], ...]
    colours: tuple[str, ...] = ("red", "green", "blue")

    def __post_init__(self) -> None:
        widths = {len(row) for row in self.pattern}
        if len(widths) != 1 or 0 in widths:
            raise ValueError(f"the rows of a colour filter pattern need one length, not {sorted(widths)}")
        indices = {index for row in self.pattern for index in row}
        if not indices <= set(range(len(self.colours))):
            raise ValueError(f"a colour filter pattern names planes {sorted(indices)} of {len(self.colours)}")

    @staticmethod
    def bayer(phase: str) -> "Cfa":
        """The Bayer pattern of a phase: "RGGB", "BGGR", "GRBG" or "GBRG"."""
        if phase.upper() not in ("RGGB", "BGGR", "GRBG", "GBRG"):
            raise ValueError(f"a Bayer phase is RGGB, BGGR, GRBG or GBRG, not '{phase}'")
        first, second, third, fourth = ("RGB".index(letter) for letter in phase.upper())
        return Cfa(((first, second), (third, fourth)))

    @property
    def extent(self) -> Extent:
        """Period of the pattern in pixels."""
        return Extent(len(self.pattern), len(self.pattern[0]))

    @property
    def is_bayer(self) -> bool:
        """Whether this is a 2x2 pattern of red, blue and two diagonal greens."""
        if self.extent != (2, 2) or self.colours != ("red", "green", "blue"):
            return False
        (a, b), (c, d) = self.pattern
        return sorted((a, b, c, d)) == [0, 1, 1, 2] and (a == d == 1 or b == c == 1)

    @property
    def is_quad_bayer(self) -> bool:
        """Whether this is a 4x4 pattern of 2x2 blocks of one colour, the blocks forming a Bayer pattern."""
        if self.extent != (4, 4):
            return False
        blocks = np.asarray(self.pattern).reshape(2, 2, 2, 2).transpose(0, 2, 1, 3).reshape(4, 4)
        return bool((blocks == blocks[:, :1]).all()) and self.binned().is_bayer

    def binned(self) -> "Cfa":
        """The pattern after each 2x2 block has become one pixel."""
        return Cfa(tuple(row[::2] for row in self.pattern[::2]), self.colours)

    def shifted(self, rows: int, columns: int) -> "Cfa":
        """The pattern of an image that begins ``rows`` and ``columns`` further in."""
        height, width = self.extent
        return Cfa(
            tuple(
                tuple(self.pattern[(r + rows) % height][(c + columns) % width] for c in range(width))
                for r in range(height)
            ),
            self.colours,
        )

    def planes(self, extent: Extent) -> Int[np.ndarray, "h w"]:
        """Plane index at each pixel of an image that begins at the pattern's origin."""
        height, width = self.extent
        repeats = (-(-extent.height // height), -(-extent.width // width))
        return np.tile(np.asarray(self.pattern), repeats)[: extent.height, : extent.width]

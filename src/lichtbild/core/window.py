"""Where a piece of an image lies in the whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Extent(NamedTuple):
    """Size of a whole image in pixels."""

    height: int
    width: int


@dataclass(frozen=True)
class Window:
    """A rectangle of pixels: rows ``top`` to ``bottom``, columns ``left`` to ``right``, ends excluded."""

    top: int
    left: int
    bottom: int
    right: int

    def __post_init__(self) -> None:
        if self.bottom < self.top or self.right < self.left:
            raise ValueError(f"a window ends before it begins: {self}")

    @staticmethod
    def whole(extent: Extent) -> "Window":
        """The window that covers an image of this extent."""
        return Window(0, 0, extent.height, extent.width)

    @property
    def height(self) -> int:
        """Rows in the window."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Columns in the window."""
        return self.right - self.left

    @property
    def extent(self) -> Extent:
        """Size of the window."""
        return Extent(self.height, self.width)

    def grown(self, margin: int, within: Extent, align: int = 1) -> "Window":
        """This window with a margin on each side, cut at the image's borders.

        The upper left corner is moved out to a multiple of ``align``, so that a colour filter pattern
        of that period starts in the window as it starts in the image.
        """
        top = max(0, self.top - margin) // align * align
        left = max(0, self.left - margin) // align * align
        return Window(
            top, left, min(within.height, self.bottom + margin), min(within.width, self.right + margin)
        )

    def contains(self, other: "Window") -> bool:
        """Whether the other window lies inside this one."""
        return (
            self.top <= other.top
            and self.left <= other.left
            and self.bottom >= other.bottom
            and self.right >= other.right
        )

    def slices_of(self, part: "Window") -> tuple[slice, slice]:
        """Row and column slices that cut ``part`` out of an array that holds this window."""
        if not self.contains(part):
            raise ValueError(f"{part} does not lie inside {self}")
        return (
            slice(part.top - self.top, part.bottom - self.top),
            slice(part.left - self.left, part.right - self.left),
        )

    def tiles(self, size: int) -> Iterator["Window"]:
        """Windows of at most ``size`` by ``size`` pixels, all about as large, that cover this one row by row.

        Even ones keep all threads at work to the end.
        """
        for top, bottom in _parts(self.top, self.bottom, size):
            for left, right in _parts(self.left, self.right, size):
                yield Window(top, left, bottom, right)


def _parts(first: int, last: int, size: int) -> Iterator[tuple[int, int]]:
    """As few parts of at most ``size`` as cover a range, of the same length but for the last."""
    if last > first:
        step = -(-(last - first) // -(-(last - first) // size))
        for start in range(first, last, step):
            yield start, min(start + step, last)

"""Sampling: the samples of a picture's or a mosaic's channel at their true places.

An edge or a star in raw codes has to be measured on what the sensor saw, not on what a demosaicer made of it.
Red and blue of a Bayer mosaic are each a lattice with a pitch of 2 px, green is two of them, a quincunx
together. A measure that works on planes takes one lattice at a time, in the lattice's own pixels, and what it
finds goes back to pixels of the whole mosaic: lengths times the pitch, frequencies divided by it. A measure
that takes scattered samples gets all of a channel's at once.

A lattice aliases what lies above half a cycle per *its* pixel, as every sampling does; a slanted edge holds
phases enough between its rows that the response is told well above that. The pixel's own aperture, which is
that of the whole mosaic and not of the lattice, is part of the response.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float64

from lichtbild.core.errors import BadInput
from lichtbild.image.cfa import Cfa

Points = Float[np.ndarray, "*many 2"]

_BAND = 16
"""Rows of a picture that are computed at a time."""


@dataclass(frozen=True, eq=False)
class Lattice:
    """Samples in rows and columns.

    Attributes:
        samples: linear light, ``[row, column]``.
        pitch: of the lattice, px of the whole picture.
        origin: place of the first sample in the whole picture, (column, row), px; pixel centres at halves.
    """

    samples: Float[np.ndarray, "row column"]
    pitch: int = 1
    origin: tuple[float, float] = (0.5, 0.5)

    def own(self, places: Points) -> Points:
        """Places of the whole picture in the lattice's own pixels, the first one's centre at (0.5, 0.5)."""
        return np.asarray((np.asarray(places, float) - self.origin) / self.pitch + 0.5)

    def whole(self, places: Points) -> Points:
        """The lattice's own places in pixels of the whole picture."""
        return np.asarray((np.asarray(places, float) - 0.5) * self.pitch + self.origin)

    def frequency(self, own: Float[np.ndarray, "*any"]) -> Float[np.ndarray, "*any"]:
        """Frequencies of the lattice, cycles per its pixel, in cycles/px of the whole picture."""
        return np.asarray(np.asarray(own, float) / self.pitch)


@dataclass(frozen=True, eq=False)
class Channel:
    """One colour of a picture or mosaic.

    Attributes:
        name: such as "green".
        lattices: one or two of equal pitch.
    """

    name: str
    lattices: tuple[Lattice, ...]

    def near(
        self, start: tuple[float, float], end: tuple[float, float], reach: float
    ) -> Float64[np.ndarray, "sample 3"]:
        """Column, row and light of the samples within ``reach`` of a straight edge and between its ends.

        Args:
            start: one end, (column, row) in px of the whole picture.
            end: the other.
            reach: to either side, px.

        Raises:
            BadInput: the ends are one point, or no sample lies there.
        """
        first, along = np.array(start), np.subtract(end, start)
        length = float(np.hypot(*along))
        if not length > 0:
            raise BadInput("the ends of an edge are one point")
        along = along / length
        parts = []
        for lattice in self.lattices:
            rows, columns = _window(lattice, np.array([start, end]), reach)
            own = np.stack(np.meshgrid(columns + 0.5, rows + 0.5), axis=-1).reshape(-1, 2)
            places, light = lattice.whole(own), lattice.samples[np.ix_(rows, columns)].ravel()
            offset = places - first
            beside = np.abs(offset @ [-along[1], along[0]]) <= reach
            inside = beside & (np.abs(offset @ along - length / 2) <= length / 2)
            parts.append(np.column_stack([places[inside], light[inside]]))
        found = np.concatenate(parts)
        if not len(found):
            raise BadInput(f"the edge from {start} to {end} px lies outside the picture")
        return np.asarray(found, np.float64)


def _window(lattice: Lattice, ends: Float[np.ndarray, "2 2"], reach: float) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of a lattice about an edge."""
    low = np.floor(lattice.own(ends.min(axis=0) - reach)).astype(int)
    high = np.ceil(lattice.own(ends.max(axis=0) + reach)).astype(int) + 1
    rows, columns = lattice.samples.shape
    return (
        np.arange(max(low[1], 0), max(min(high[1], rows), 0)),
        np.arange(max(low[0], 0), max(min(high[0], columns), 0)),
    )


def mosaic_channels(
    mosaic: Float[np.ndarray, "row column"], cfa: Cfa, *, joined: bool = True
) -> tuple[Channel, ...]:
    """Channels of a mosaic, each on its own lattices.

    Args:
        mosaic: linear light of the sensor, 0 for black, beginning at the pattern's corner.
        cfa: colour of each pixel; any pattern whose period is a square.
        joined: a colour's lattices are one channel; else each is its own, such as "green 2".

    Raises:
        BadInput: a pattern whose period is not as high as wide.
    """
    height, width = cfa.extent
    if height != width:
        raise BadInput(f"a colour filter pattern of {width} x {height} px cannot be told in lattices")
    found: dict[str, list[Lattice]] = {name: [] for name in cfa.colours}
    for row in range(height):
        for column in range(width):
            name = cfa.colours[cfa.pattern[row][column]]
            samples = np.asarray(mosaic[row::height, column::width], float)
            found[name].append(Lattice(samples, height, (column + 0.5, row + 0.5)))
    present = {name: tuple(lattices) for name, lattices in found.items() if lattices}
    if joined:
        return tuple(Channel(name, lattices) for name, lattices in present.items())
    return tuple(
        Channel(name if len(lattices) == 1 else f"{name} {i + 1}", (lattice,))
        for name, lattices in present.items()
        for i, lattice in enumerate(lattices)
    )


def picture_channels(light: Float[np.ndarray, "row column 3"]) -> tuple[Channel, ...]:
    """Red, green and blue of a picture, and luminance by the weights of Rec. 709."""
    luminance = np.empty(light.shape[:2])
    # Some rows at a time, so that what lies between stays in the processor's memory.
    for top in range(0, len(light), _BAND):
        red, green, blue = np.moveaxis(np.asarray(light[top : top + _BAND], float), -1, 0)
        luminance[top : top + _BAND] = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    planes = (*np.moveaxis(light, -1, 0), luminance)
    names = ("red", "green", "blue", "luminance")
    return tuple(Channel(name, (Lattice(plane),)) for name, plane in zip(names, planes, strict=True))

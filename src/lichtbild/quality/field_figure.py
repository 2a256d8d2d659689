"""Field figure: maps over the field side by side, with the places where they were measured."""

from collections.abc import Mapping, Sequence

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.figure.axes import Axis
from lichtbild.figure.colour_map import ColourMap
from lichtbild.figure.marks import Dots, Image, Mark
from lichtbild.figure.palette import Ink
from lichtbild.figure.panels import Panels, panels
from lichtbild.figure.svg import Svg
from lichtbild.quality.field_map import Direction, FieldMap

_WIDTH = 230.0


def field_figure(maps: Sequence[FieldMap], label: str, title: str = "") -> Svg:
    """Maps by channel (rows) and direction (columns), on one scale of colours.

    Places are told in pixels from the picture's middle, upward positive.

    Args:
        maps: of one picture.
        label: of the colour bar, with its unit.
        title: above all.

    Raises:
        BadInput: no maps, or maps of pictures of several sizes.
    """
    if not maps or len({one.size for one in maps}) > 1:
        raise BadInput("a figure of maps over the field needs one map or more, all of one picture")
    channels = tuple(dict.fromkeys(one.channel for one in maps))
    directions = tuple(dict.fromkeys(one.direction for one in maps))
    grids = {(one.channel, one.direction): one.grid() for one in maps}
    finite = np.concatenate([grid[np.isfinite(grid)] for grid in grids.values()])
    colours = ColourMap(float(finite.min()), float(finite.max()))
    height, width = maps[0].size
    by_place = {(one.channel, one.direction): one for one in maps}
    cells = [
        [_cell(by_place.get((channel, direction)), grids, colours, label) for direction in directions]
        for channel in channels
    ]
    shared = Panels(
        Axis("from the middle", "px", -width / 2, width / 2, ticks=4),
        Axis("", "px", -height / 2, height / 2, ticks=4),
        title,
        channels if any(channels) else (),
        tuple(directions),
        (_WIDTH, _WIDTH * height / width),
    )
    return panels(shared, cells)


def _cell(
    one: FieldMap | None,
    grids: Mapping[tuple[str, Direction], np.ndarray],
    colours: ColourMap,
    label: str,
) -> list[Mark]:
    """Marks of one panel: the map, and dots where it was measured."""
    if one is None:
        return []
    height, width = one.size
    grid = grids[one.channel, one.direction][::-1]
    at = np.array([value.at for value in one.values])
    return [
        Image(grid, -width / 2, width / 2, -height / 2, height / 2, colours, label),
        Dots(at[:, 0] - width / 2, height / 2 - at[:, 1], ink=Ink.PAPER, size=3.5),
    ]

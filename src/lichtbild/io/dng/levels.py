"""Black, white and linearisation as a DNG says them, and the areas and crop that they refer to.

Source: DNG 1.7.1 chapter 4, tags LinearizationTable to DefaultCropSize, ActiveArea, MaskedAreas and
DefaultUserCrop; chapter 5.
"""

from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.window import Extent, Window
from lichtbild.image.levels import Levels
from lichtbild.io.dng.container import Directory
from lichtbild.io.dng.layout import Layout
from lichtbild.io.dng.tags import Tag, name

_MOST_PERIOD: Final = 64
_MOST_MASKED: Final = 64


def read_levels(raw: Directory, layout: Layout, active: Window) -> Levels:
    """Black, white and linearisation of the raw image.

    Raises:
        BadFile: a tag has another number of values than the image needs, or white is not above black.
    """
    black = _black(raw, layout.planes)
    columns = raw.reals(Tag.BlackLevelDeltaH, active.width)
    rows = raw.reals(Tag.BlackLevelDeltaV, active.height)
    white = _white(raw, layout)
    highest = black.max((0, 1)) + sum(float(delta.max()) for delta in (columns, rows) if delta is not None)
    if (white <= highest).any():
        raw.source.refuse(
            f"its white level is {white.min():g}, but its black level is {highest.max():g}; "
            "white must be above black"
        )
    table = raw.reals(Tag.LinearizationTable)
    if table is not None and not 1 <= len(table) <= 65536:
        raw.source.refuse(f"its LinearizationTable has {len(table)} entries; 1 to 65536 are read")
    return Levels(black, white, columns, rows, table)


def _black(raw: Directory, planes: int) -> Float[np.ndarray, "rows columns planes"]:
    dims = raw.integers(Tag.BlackLevelRepeatDim, (1, 1))
    if len(dims) != 2 or not all(1 <= size <= _MOST_PERIOD for size in dims):
        raw.source.refuse(
            f"its BlackLevelRepeatDim is {dims}; two numbers from 1 to {_MOST_PERIOD} are needed"
        )
    values = raw.reals(Tag.BlackLevel, dims[0] * dims[1] * planes)
    if values is None:
        return np.zeros((1, 1, planes))
    return values.reshape(*dims, planes)


def _white(raw: Directory, layout: Layout) -> Float[np.ndarray, " planes"]:
    """White of each plane; a single one serves all."""
    values = raw.reals(Tag.WhiteLevel, 1, layout.planes)
    if values is None:
        values = np.array([1.0 if layout.floating else 2.0**layout.bits - 1])
    return np.array(np.broadcast_to(values, (layout.planes,)))


def read_active_area(raw: Directory, extent: Extent) -> Window:
    """The part of the stored image that saw light.

    Raises:
        BadFile: it is empty or does not lie in the image.
    """
    values = raw.integers(Tag.ActiveArea, (0, 0, *extent))
    if len(values) != 4:
        raw.source.refuse(f"its ActiveArea has {len(values)} numbers; four are needed")
    top, left, bottom, right = values
    if not (0 <= top < bottom <= extent.height and 0 <= left < right <= extent.width):
        raw.source.refuse(
            f"its ActiveArea {values} does not lie in {extent.height} rows of {extent.width} columns"
        )
    return Window(top, left, bottom, right)


def read_masked_areas(raw: Directory, extent: Extent) -> tuple[Window, ...]:
    """The parts of the stored image that saw no light.

    Raises:
        BadFile: one does not lie in the image.
    """
    values = raw.integers(Tag.MaskedAreas)
    if len(values) % 4 or len(values) > 4 * _MOST_MASKED:
        raw.source.refuse(
            f"its MaskedAreas has {len(values)} numbers; four for each of at most {_MOST_MASKED}"
        )
    areas = []
    for top, left, bottom, right in zip(*(iter(values),) * 4, strict=True):
        if not (0 <= top <= bottom <= extent.height and 0 <= left <= right <= extent.width):
            raw.source.refuse(
                f"its MaskedAreas holds {(top, left, bottom, right)}, which is not in the image"
            )
        areas.append(Window(top, left, bottom, right))
    return tuple(areas)


def read_default_crop(raw: Directory, active: Window) -> tuple[float, float, float, float]:
    """Top, left, height and width of what the picture shows, in pixels of the active area.

    A crop that reaches over the lower or right border is moved in, as Adobe's reader does it.

    Raises:
        BadFile: the crop is empty, or larger than the active area.
    """
    origin, size = raw.reals(Tag.DefaultCropOrigin, 2), raw.reals(Tag.DefaultCropSize, 2)
    left, top = (0.0, 0.0) if origin is None else map(float, origin)
    width, height = (active.width - left, active.height - top) if size is None else map(float, size)
    if not (0 < width <= active.width and 0 < height <= active.height and top >= 0 and left >= 0):
        raw.source.refuse(
            f"its default crop is {width:g} x {height:g} pixels at ({left:g}, {top:g}), not inside "
            f"the active area of {active.width} x {active.height}"
        )
    top, left = min(top, active.height - height), min(left, active.width - width)
    user = raw.reals(Tag.DefaultUserCrop, 4)
    if user is None:
        return top, left, height, width
    from_top, from_left, to_bottom, to_right = map(float, user)
    if not (0 <= from_top < to_bottom <= 1 and 0 <= from_left < to_right <= 1):
        raw.source.refuse(
            f"its DefaultUserCrop is {tuple(map(float, user))}; four shares in order are needed"
        )
    return (
        top + from_top * height,
        left + from_left * width,
        (to_bottom - from_top) * height,
        (to_right - from_left) * width,
    )


def read_default_scale(raw: Directory) -> tuple[float, float]:
    """Vertical and horizontal factor that makes the pixels square.

    Raises:
        BadFile: a factor is not between 1/16 and 16.
    """
    values = raw.reals(Tag.DefaultScale, 2)
    if values is None:
        return 1.0, 1.0
    if not ((values >= 1 / 16) & (values <= 16)).all():
        raw.source.refuse(f"its {name(Tag.DefaultScale)} is {values.tolist()}; 1/16 to 16 are read")
    return float(values[1]), float(values[0])

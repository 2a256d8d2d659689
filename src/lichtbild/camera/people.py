"""People: one strength of a look on them, another on the rest of the picture."""

import numpy as np

from lichtbild.core.stage import NamedStage
from lichtbild.develop.segment import people
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.metadata import Orientation
from lichtbild.image.picture import ColourSpace
from lichtbild.look.by_mask import ByMask
from lichtbild.look.encode import Encode


def apart(
    on_people: tuple[NamedStage, ...],
    elsewhere: tuple[NamedStage, ...],
    *,
    light: LinearImage,
    shown: LinearImage,
    cell: float,
    orientation: Orientation = Orientation.NORMAL,
) -> tuple[NamedStage, ...]:
    """The stage that renders people by one look and all else by another.

    Args:
        on_people: stages of the one, which look at a pixel alone.
        elsewhere: stages of the other.
        light: the whole picture as the stage will get it, with a pixel for each cell.
        shown: the same in display light, in which people are looked for.
        cell: side of a cell in pixels of the picture.
        orientation: how the picture is to be turned upright.

    Raises:
        BadInput: the runtime that finds people is not installed.
    """
    seen = Encode(ColourSpace.SRGB)(shown)
    mask = people(np.asarray(seen.samples, np.float64), orientation)
    return (("people", ByMask.of(on_people, elsewhere, light, mask, cell)),)

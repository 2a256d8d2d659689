"""Portrait: a photograph's light, blurred as a lens of the catalogue would have.

The photograph is taken for the lens's picture: its diagonal is that of the lens's format, and the scene lies
so much farther that everything is as large as it is. So the blur has the size, in the picture, that the
lens's pupil gives it at the true distances, and its form is that of the lens at that place of its format.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import hypot, inf
from typing import Any, Final

import numpy as np

from lichtbild.camera.developed import Developed
from lichtbild.camera.recipe import PortraitRecipe
from lichtbild.camera.seed import seed_of
from lichtbild.core.chain import silent
from lichtbild.develop.bokeh import blurred
from lichtbild.develop.grain_kept import with_grain_of
from lichtbild.develop.sheets import sheets
from lichtbild.image.blur_field import BlurField
from lichtbild.image.metadata import Metadata
from lichtbild.image.portrait import Portrait

FULL_FRAME: Final = 43.267
"""Diagonal of the 24 x 36 format, mm."""
USUAL_35: Final = 26.0
"""Focal length of a phone's main camera as on 24 x 36 mm."""
_ONE_SURFACE: Final = 1.5
"""Difference of the blur's radius, pixels, up to which neighbours are one surface."""
_FARTHEST: Final = 0.12
"""Reach of the blur, of the picture's diagonal."""
_EQUIVALENT: Final = ("exif", 41989)
_AROUND: Final = 0.02
"""Half width of the place that a focus is put on, of the picture's sides."""


@dataclass(frozen=True)
class View:
    """How a photograph was seen.

    Attributes:
        equivalent: focal length as on 24 x 36 mm, by the diagonal.
        is_known: whether the file says so.
    """

    equivalent: float
    is_known: bool

    @staticmethod
    def of(metadata: Metadata) -> "View":
        """That of a photograph; a phone's main camera's where the file does not say."""
        told = float(metadata.exif.get(_EQUIVALENT, 0) or 0)
        return View(told, True) if told > 0 else View(USUAL_35, False)

    def focal_px(self, extent: tuple[int, int]) -> float:
        """Focal length in pixels of a picture of this size."""
        return self.equivalent / FULL_FRAME * hypot(*extent)


def portrayed(
    source: Developed,
    portrait: Portrait,
    field: BlurField,
    wanted: PortraitRecipe,
    *,
    threads: int = 1,
    progress: Callable[[float], None] = silent,
) -> Developed:
    """The photograph's light as the lens would have made it.

    Args:
        source: the light of the sharp photograph.
        portrait: its distances and matte.
        field: rays of the lens.
        wanted: how it is focused and opened.
        threads: tiles computed at a time.
        progress: called with the finished share, 0 to 1.

    Raises:
        BadInput: the lens cannot be opened or focused so.
    """
    if wanted.strength == 0:
        return source
    light = source.light
    farther = _farther(field, View.of(source.frame.metadata))
    nearest, farthest = 1 / float(field.vergence[-1]), inf
    focus = min(max(focus_distance(portrait, wanted) * farther, nearest), farthest)
    vergence = _on_pixels(portrait.depth.vergence, light.extent) / np.float32(farther)
    np.clip(vergence, 0, field.vergence[-1], out=vergence)
    blur = field.focused(
        focus,
        wanted.f_number,
        wanted.blades,
        strength=wanted.strength,
        within=(float(vergence.min()), float(vergence.max())),
    )
    slope = _radius_by_vergence(field, wanted) * hypot(*light.extent) / 2 / field.half_diagonal
    widest = float(np.abs(np.array([vergence.min(), vergence.max()]) - 1 / focus).max()) * slope
    reach = int(min(widest, _FARTHEST * hypot(*light.extent))) + 2
    alpha = None if portrait.alpha is None else _on_pixels(portrait.alpha, light.extent)
    sharp = np.ascontiguousarray(light.samples, np.float32)
    parted = sheets(sharp, vergence, _ONE_SURFACE / max(slope, 1e-9), reach, alpha)
    made = blurred(light, parted, blur, threads=threads, progress=progress)
    if wanted.grain:
        softened = np.abs(vergence - np.float32(1 / focus)) * np.float32(slope)
        made = with_grain_of(light, made, softened, seed_of(source.frame))
    return replace(source, light=made)


def focus_distance(portrait: Portrait, wanted: PortraitRecipe) -> float:
    """Distance that a portrait is focused on, mm: what was asked for, or the subject's."""
    if wanted.focus_mm is not None:
        return wanted.focus_mm
    if wanted.focus_at is None:
        return portrait.focus_mm
    x, y = wanted.focus_at
    rows, columns = portrait.depth.extent
    part = tuple(
        slice(max(0, int((at - _AROUND) * side)), int((at + _AROUND) * side) + 1)
        for at, side in ((y, rows), (x, columns))
    )
    return float(1 / max(float(np.median(portrait.depth.vergence[part])), 1e-7))


def _farther(field: BlurField, view: View) -> float:
    """How many times as far as it is the scene must be, for the lens to show it as large."""
    return field.focal_length / (2 * field.half_diagonal) / (view.equivalent / FULL_FRAME)


def _radius_by_vergence(field: BlurField, wanted: PortraitRecipe) -> float:
    """Radius of the blur by vergence from the focus, mm^2, of an ideal lens."""
    opened = max(wanted.f_number or field.f_number, field.f_number)
    return field.focal_length**2 / (2 * opened) * wanted.strength


def _on_pixels(plane: Any, extent: tuple[int, int]) -> Any:
    """A plane over the same field, on so many rows and columns, by straight lines; a new array."""
    if plane.shape == tuple(extent):
        return plane.astype(np.float32)
    for axis, size in enumerate(extent):
        count = plane.shape[axis]
        place = np.clip((np.arange(size) + 0.5) * count / size - 0.5, 0, count - 1)
        first = np.minimum(place.astype(np.intp), max(count - 2, 0))
        part = (place - first).astype(np.float32).reshape((-1, 1) if axis == 0 else (1, -1))
        low = np.take(plane, first, axis)
        plane = low + (np.take(plane, np.minimum(first + 1, count - 1), axis) - low) * part
    return np.asarray(plane, np.float32)

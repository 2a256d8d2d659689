"""Kernels compiled before they are waited for.

Numba keeps what it compiled on disk, so only the first photograph after an installation waits. A mark in
the user's cache folder remembers that this has happened; when it is wrong, nothing but the notice is.
"""

import numpy as np

from lichtbild.camera import photograph
from lichtbild.camera.recipe import Recipe
from lichtbild.core.window import Extent, Window
from lichtbild.develop.recipe import DenoiseChoice, DevelopRecipe
from lichtbild.image.calibration import Calibration, CameraColour
from lichtbild.image.cfa import Cfa
from lichtbild.image.levels import Levels
from lichtbild.image.picture import Picture
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io import cache
from lichtbild.study.merging import merged

_MARK, _OF_BURSTS = "kernels", "burst kernels"


def is_warm(*, bursts: bool = False) -> bool:
    """Whether this version of Lichtbild has developed a photograph, or a burst, on this machine before."""
    return cache.is_marked(_MARK) and (not bursts or cache.is_marked(_OF_BURSTS))


def note_warm(*, bursts: bool = False) -> None:
    """Remember that the kernels are compiled, those of bursts too if any was merged."""
    cache.mark(_MARK)
    if bursts:
        cache.mark(_OF_BURSTS)


def warm(*, bursts: bool = False) -> None:
    """Compile every kernel that a usual photograph needs, by developing a small grey frame or burst."""
    frame = _grey_frame()
    if bursts:
        by_network = DevelopRecipe(denoise=DenoiseChoice("net"))
        photograph.develop(merged((frame, frame)).frame, Recipe(develop=by_network))
    else:
        photograph.develop(frame, Recipe())
    note_warm(bursts=bursts)


def warm_filter(recipe: Recipe) -> None:
    """Compile every kernel that finished pictures need to be given the recipe's look."""
    extent = Extent(2, 2)
    picture = Picture(np.full((*extent, 3), 0.5, np.float32), Window.whole(extent), extent)
    photograph.coded(picture, recipe)


def _grey_frame() -> RawFrame:
    extent = Extent(96, 96)
    whole = Window.whole(extent)
    return RawFrame(
        samples=np.full((*extent, 1), 512, np.uint16),
        window=whole,
        extent=extent,
        cfa=Cfa.bayer("RGGB"),
        levels=Levels(black=np.full((1, 1, 1), 64.0), white=np.array([1023.0])),
        active_area=whole,
        default_crop=(0.0, 0.0, 96.0, 96.0),
        colour=CameraColour(
            calibrations=(Calibration((0.3127, 0.329), np.eye(3)),), as_shot_neutral=(0.5, 1.0, 0.6)
        ),
    )

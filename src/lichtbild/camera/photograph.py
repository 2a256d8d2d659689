"""A photograph: the whole chain from a raw frame to a picture."""

from collections.abc import Callable
from typing import Any

from lichtbild.camera.recipe import Recipe
from lichtbild.core.chain import Chain
from lichtbild.core.errors import BadInput
from lichtbild.develop import recipe as development
from lichtbild.develop.colour_matrix import white_xy
from lichtbild.develop.geometry import Geometry
from lichtbild.image.picture import Picture
from lichtbild.image.profile import CameraProfile
from lichtbild.image.raw_frame import RawFrame
from lichtbild.look import recipe as looks
from lichtbild.look.encode import Encode


def chain(frame: RawFrame, recipe: Recipe) -> Chain:
    """The stages that make the frame into a picture.

    Raises:
        BadInput: the recipe asks for what the frame does not have.
    """
    ...

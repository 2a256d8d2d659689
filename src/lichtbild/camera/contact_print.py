"""Contact print: a small picture of a frame, made of its overview, as quickly as the overview is."""

from dataclasses import replace

from lichtbild.camera.in_looks import at_size, smaller
from lichtbild.camera.photograph import Rendition, develop, parts
from lichtbild.camera.recipe import Recipe
from lichtbild.core.chain import Chain
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.image.raw_frame import RawFrame

LONG_EDGE = 320
"""Pixels of the longer side of a finished picture's; a frame's has one for each cell of its overview."""


def contact_print(source: RawFrame | Picture, recipe: Recipe) -> CodedPicture | Picture:
    """A small picture in sRGB; of a raw frame in whole codes.

    Args:
        source: as it was read.
        recipe: how it is developed; sharpening and grain, which are of a picture's size, are left out.

    Raises:
        BadInput: the recipe asks for what the source does not have.
    """
    plain = replace(recipe, output=replace(Recipe().output, space=ColourSpace.SRGB))
    if isinstance(source, Picture):
        return develop(smaller(source, LONG_EDGE), replace(plain, look=replace(plain.look, grain=None)))
    own = parts(source, plain, Rendition(8))
    exposing = tuple(stage for name, stage in own.developing if name == "exposure")
    light = exposing[0](own.known.scene) if exposing else own.known.scene
    rest = (*own.fading, *own.rendering, ("geometry", own.geometry), *own.finishing)
    small = tuple(at_size(stage, 1 / own.cell) for stage in rest if stage[0] not in ("sharpen", "grain"))
    made: CodedPicture = Chain(small)(light)
    return made

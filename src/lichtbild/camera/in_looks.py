"""One photograph in many looks: its scene is developed once, made small, and rendered by each look."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from lichtbild.camera import photograph
from lichtbild.camera.recipe import LookRecipe, Recipe
from lichtbild.camera.schedule import scheduled
from lichtbild.core.chain import Chain
from lichtbild.core.errors import BadInput
from lichtbild.core.stage import NamedStage
from lichtbild.develop.geometry import Geometry
from lichtbild.develop.resize import Resize
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import Picture
from lichtbild.image.raw_frame import RawFrame
from lichtbild.look import recipe as looks
from lichtbild.look.by_mask import ByMask
from lichtbild.look.decode import Decode
from lichtbild.look.local_tone import LocalTone
from lichtbild.look.vignette import Vignette

_SCENE: Final = "colour_matrix"
"""The stage whose result is the scene's light, whatever the look."""

_FULL_SIZE: Final = ("deblur",)
"""Stages after it that a small picture does without."""


def in_looks(
    source: RawFrame | Picture, chosen: Sequence[LookRecipe], long_edge: int, *, threads: int = 1
) -> tuple[Picture, ...]:
    """A small picture for each look, in sRGB.

    Args:
        source: a raw frame; or a finished picture, to which the looks are given as filters.
        chosen: the looks.
        long_edge: pixels of the longer side at most.
        threads: tiles computed at a time.

    Raises:
        BadInput: a look does not fit the source.
    """
    if isinstance(source, Picture):
        small = smaller(source, long_edge)
        return tuple(_filtered(small, look) for look in chosen)
    return _developed(source, chosen, long_edge, threads)


def smaller(picture: Picture, long_edge: int) -> Picture:
    """The finished picture with fewer pixels, in its own space."""
    made: Picture = Chain(
        (
            ("decode", Decode(picture.space)),
            ("resize", Resize(long_edge)),
            ("encode", looks.encode(looks.look_named("linear"), picture.space, picture.metadata)),
        )
    )(picture)
    return made


def _filtered(small: Picture, look: LookRecipe) -> Picture:
    if not look.look.has_style and look.name != "linear":
        raise BadInput(f"the look '{look.name}' renders scenes, not finished pictures; leave it out")
    return photograph.develop(small, Recipe(look=look))


def _developed(
    frame: RawFrame, chosen: Sequence[LookRecipe], long_edge: int, threads: int
) -> tuple[Picture, ...]:
    scene: LinearImage | None = None
    pictures = []
    for look in chosen:
        if look.look.is_profile:
            raise BadInput("the look 'profile' develops in its own way; leave it out")
        stages = photograph.chain(frame, Recipe(look=look)).stages
        first = [name for name, _ in stages].index(_SCENE) + 1
        if scene is None:
            whole = scheduled(Chain(stages[:first])).gather(frame, threads=threads)
            scene, factor = _small(whole, long_edge)
        rest = tuple(at_size(stage, factor) for stage in stages[first:] if stage[0] not in _FULL_SIZE)
        pictures.append(scheduled(Chain(rest))(scene))
    return tuple(pictures)


def _small(whole: LinearImage, long_edge: int) -> tuple[LinearImage, float]:
    """The scene with fewer pixels, and their number along a side over what it was."""
    made: LinearImage = Resize(long_edge)(whole)
    return made, max(made.extent) / max(whole.extent)


def at_size(stage: NamedStage, factor: float) -> NamedStage:
    """The stage for a picture whose sides are a factor of the one that it was made for."""
    name, made = stage
    changed: Any = made
    if isinstance(made, LocalTone | Vignette | ByMask):
        changed = replace(made, cell=made.cell * factor)
        if isinstance(made, ByMask):
            inside, outside = (
                tuple(at_size(one, factor) for one in of) for of in (made.inside, made.outside)
            )
            changed = replace(changed, inside=inside, outside=outside)
    elif isinstance(made, Geometry) and made.default_crop is not None:
        top, left, height, width = (factor * side for side in made.default_crop)
        changed = replace(made, default_crop=(top, left, height, width))
    return name, changed

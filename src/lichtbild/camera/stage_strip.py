"""Stage strip: what each stage of a photograph gives of one part of it, from the mosaic to the picture."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.camera.photograph import Parts, Rendition, chain, parts
from lichtbild.camera.recipe import Recipe
from lichtbild.camera.stage_pictures import StagePicture
from lichtbild.colour.transfer import SRGB
from lichtbild.core.array import transformed
from lichtbild.core.chain import Chain
from lichtbild.core.errors import BadInput
from lichtbild.core.stage import ResampleStage
from lichtbild.core.window import Extent, Window
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.cfa import Cfa
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.image.raw_frame import RawFrame
from lichtbild.look.encode import from_rec2020

MOST_PIXELS: Final = 1 << 20
"""Of the part that is shown; every stage of it is held at once."""
_TINTS: Final = {"red": (1.0, 0.0, 0.0), "green": (0.0, 1.0, 0.0), "blue": (0.0, 0.0, 1.0)}


def stage_strip(source: RawFrame | Picture, recipe: Recipe, window: Window) -> Iterator[StagePicture]:
    """A picture for each stage, in order, first of the source itself.

    Samples of a mosaic have the colour of their filter. All that is not yet exposed is drawn as bright as the
    exposure will make it.

    Args:
        source: as it was read.
        recipe: how it is developed.
        window: the part, in pixels of the finished picture.

    Raises:
        BadInput: the part is too large or lies outside, or the recipe does not fit the source.
    """
    own = parts(source, recipe, Rendition(8)) if isinstance(source, RawFrame) else None
    steps = chain(source, recipe, Rendition(8)) if own is None else own.chain
    if window.height * window.width > MOST_PIXELS:
        raise BadInput(f"a strip shows up to {MOST_PIXELS} pixels; ask for a smaller part than {window}")
    if not Window.whole(steps.extent(source.extent)).contains(window):
        raise BadInput(f"{window} does not lie in the picture of {steps.extent(source.extent)}")
    drawn, places = _Drawing(own, steps), _places(steps, source.extent, window)
    if isinstance(source, RawFrame):
        words = "The sensor's codes, black taken off."
        yield StagePicture("codes", words, drawn.codes(source.crop(places[0])))
    for place, (name, image) in zip(places[1:], steps.steps(source, window), strict=True):
        yield StagePicture(name, _WORDS[type(image)], drawn(name, image.crop(place)))


def _places(steps: Chain, extent: Extent, window: Window) -> list[Window]:
    """Where the part lies in the source and after each stage, without what stages see around it."""
    extents = [extent]
    for _, stage in steps.stages[:-1]:
        extents.append(stage.extent(extents[-1]))
    places = [window]
    for (_, stage), size in zip(reversed(steps.stages), reversed(extents), strict=True):
        moves = isinstance(stage, ResampleStage)
        places.append(stage.source(places[-1], size) if moves else places[-1])
    return places[::-1]


_WORDS: Final = {
    Mosaic: "Linear samples under the colour filters.",
    CameraImage: "Every colour at every pixel, in the sensor's own colours.",
    LinearImage: "Linear light in Rec.2020.",
    Picture: "The picture, encoded for a display.",
    CodedPicture: "The picture in whole codes.",
}


class _Drawing:
    """How stages are drawn: what is not exposed yet, as bright as it will be."""

    def __init__(self, own: Parts | None, steps: Chain) -> None:
        self._gain = 1.0 if own is None else 2.0**own.ev
        names = steps.names
        exposing = next((name for name in ("exposure", "profile", "decode") if name in names), names[0])
        self._before = frozenset(names[: names.index(exposing)])

    def codes(self, part: RawFrame) -> Float[np.ndarray, "h w planes"]:
        """Stored codes, white full."""
        black, white = float(np.min(part.levels.black)), float(np.max(part.levels.white))
        samples = (np.asarray(part.samples, np.float32) - black) / (white - black)
        return _shown(_tinted(samples, part.window, part.cfa))

    def __call__(self, name: str, image: Any) -> Float[np.ndarray, "h w planes"]:
        samples = np.asarray(image.samples, np.float32)
        if isinstance(image, CodedPicture):
            return np.asarray(samples / np.float32(2**image.bits - 1))
        if isinstance(image, Picture):
            return np.asarray(np.clip(samples, 0.0, 1.0))
        if isinstance(image, LinearImage):
            samples = transformed(samples, from_rec2020(ColourSpace.SRGB).astype(np.float32))
        elif isinstance(image, Mosaic):
            samples = _tinted(samples, image.window, image.cfa)
        return _shown(samples * np.float32(self._gain if name in self._before else 1.0))


def _shown(linear: Any) -> Float[np.ndarray, "h w planes"]:
    planes = linear[..., :3] if linear.shape[2] >= 3 else linear[..., :1]
    return np.asarray(SRGB.encode(np.clip(planes, 0.0, 1.0)), np.float32)


def _tinted(samples: Any, window: Window, cfa: Cfa | None) -> Any:
    """Samples of a mosaic in the colours of their filters; any other as they are."""
    if cfa is None or samples.shape[2] != 1:
        return samples
    pattern = np.asarray(cfa.pattern)
    rows = np.arange(window.top, window.bottom) % pattern.shape[0]
    columns = np.arange(window.left, window.right) % pattern.shape[1]
    tints = np.array([_TINTS.get(colour, (1.0, 1.0, 1.0)) for colour in cfa.colours], np.float32)
    return samples * tints[pattern[rows[:, None], columns]]

"""Negative: a photograph developed up to the light of its scene, from which any look is printed at once.

Developing takes a second, printing a tenth of it; so one who chooses a look, or a part of the picture, waits
for the print alone. The print has the same bytes as the photograph made in one go; at night, where the
strength of a look changes the exposure, those of another strength than the negative's may differ by a code.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from jaxtyping import Float16, Float32

from lichtbild.camera.full_mask import full_mask
from lichtbild.camera.light_table import Shadings, place_map, shadings
from lichtbild.camera.photograph import FLOATS, Parts, Rendition, chain, parts
from lichtbild.camera.recipe import Recipe
from lichtbild.camera.schedule import scheduled
from lichtbild.core.chain import Chain, silent
from lichtbild.core.errors import BadInput
from lichtbild.core.stage import NamedStage
from lichtbild.core.window import Extent, Window
from lichtbild.develop.deblur import Deblur
from lichtbild.develop.denoise import Denoise
from lichtbild.develop.exposure import Exposure
from lichtbild.develop.kernels.halve import means_of_squares
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.picture import Picture
from lichtbild.image.raw_frame import RawFrame

TILE: Final = 512
"""Side of a tile of a pyramid's level."""
_MOST: Final = 65504.0
"""The largest number of 16 bits."""
_SHARE: Final = 0.9
"""Of the time that developing takes, where taking noise away is slow."""
_SLOW: Final = ("best", "net")
"""Methods of denoising that take longer than all the rest of developing."""


@dataclass(frozen=True, eq=False)
class Negative:
    """A photograph's scene.

    Attributes:
        source: what it is made of.
        recipe: by which it was developed; of its look only what developing goes by.
        light: of the scene, exposed, on the sensor's own pixels; of a finished picture its display light.
        own: the stages of a raw frame; None of a finished picture.
        clean: its samples without noise, kept where taking that away is slow.
        rough: whether it is a draft, in which the noise is left and full pixels are not told.
    """

    source: RawFrame | Picture
    recipe: Recipe
    light: LinearImage
    own: Parts | None
    clean: Mosaic | None = None
    rough: bool = False

    @property
    def extent(self) -> Extent:
        """Size of the picture as it is shown."""
        return Chain(self._geometry).extent(self.light.extent)

    def printed(self, recipe: Recipe, window: Window | None = None, *, threads: int = 1) -> CodedPicture:
        """The picture by a recipe that develops alike, in whole codes of 8 bits.

        Args:
            recipe: of which look and output are taken.
            window: the part to make; None makes all.
            threads: tiles at a time.

        Raises:
            BadInput: the recipe asks for what the source does not have, or the part lies outside the picture.
        """
        wanted = replace(self.recipe, look=recipe.look, output=recipe.output)
        made = scheduled(Chain(self._rest(wanted, Rendition(8))))
        if window is None:
            whole: CodedPicture = made.gather(self.light, threads=threads)
            return whole
        extent = made.extent(self.light.extent)
        if not Window.whole(extent).contains(window):
            raise BadInput(f"the part {window} does not lie in the picture of {extent}")
        part: CodedPicture = made.render(self.light, window)
        return part

    def shadings(self, recipe: Recipe) -> Shadings:
        """What a card shades this scene with.

        Args:
            recipe: whose look and exposure are taken. One that develops otherwise than this scene, by another
                look's white for one, is shaded as nearly as this light can.
        """
        exposure = replace(self.recipe.develop, exposure=recipe.develop.exposure)
        wanted = replace(self.recipe, develop=exposure, look=recipe.look)
        if self.own is None:
            return shadings(self.source, wanted)
        return shadings(self.source, wanted, self.own.known, self.own.ev)

    def framed(self, recipe: Recipe) -> "Negative":
        """The same light as another recipe's geometry shows it.

        Args:
            recipe: equal to this one's by `light_key_of`.

        Raises:
            BadInput: its crop leaves nothing.
        """
        wanted = replace(self.recipe, geometry=recipe.geometry)
        if self.own is None or not isinstance(self.source, RawFrame):
            return replace(self, recipe=wanted)
        return replace(self, recipe=wanted, own=parts(self.source, wanted, FLOATS, self.own.known))

    @property
    def zero_ev(self) -> float:
        """Exposure of the light, in EV, where a recipe asks for 0: the maker's, if it is heeded."""
        if not isinstance(self.source, RawFrame) or not self.recipe.develop.exposure.baseline:
            return 0.0
        return self.source.baseline_exposure_ev

    @cached_property
    def places(self) -> Float16[np.ndarray, "rows columns 4"]:
        """Local tone's a and b, and the lens's fall-off, over the picture; see `light_table.place_map`."""
        if self.own is None or not isinstance(self.source, RawFrame):
            return np.array([[[1.0, 0.0, 0.0, 0.0]]], np.float16)
        return place_map(self.source, self.own)

    @cached_property
    def pyramid(self) -> tuple[Float16[np.ndarray, "_ _ 4"], ...]:
        """Scene light of the picture as it is shown, each level of half as many rows and columns.

        The fourth plane is 1 where the sensor was full.
        """
        shown: Any = Chain(self._geometry)(self.light)
        light = np.ascontiguousarray(shown.samples, np.float32)
        full = np.zeros((*light.shape[:2], 1), np.float32)
        if isinstance(self.source, RawFrame) and self.own is not None and not self.rough:
            full[..., 0] = full_mask(self.source, self.own)
        made = [_half(light, full)]
        while max(light.shape[:2]) > TILE:
            light, full = halved(light), halved(full)
            made.append(_half(light, full))
        return tuple(made)

    @property
    def _geometry(self) -> tuple[NamedStage, ...]:
        if self.own is not None:
            return (("geometry", self.own.geometry),)
        return tuple(stage for stage in chain(self.source, self.recipe).stages if stage[0] == "geometry")

    def _rest(self, recipe: Recipe, rendition: Rendition) -> tuple[NamedStage, ...]:
        """The stages from the scene's light on."""
        if isinstance(self.source, Picture) or self.own is None:
            return chain(self.source, recipe, rendition).stages[1:]
        made = parts(self.source, recipe, rendition, self.own.known)
        brighter = made.ev - self.own.ev
        night = (("more_exposure", Exposure(brighter)),) if brighter else ()
        return (*night, *made.fading, *made.rendering, ("geometry", made.geometry), *made.finishing)


def negative(
    source: RawFrame | Picture,
    recipe: Recipe,
    *,
    near: Negative | None = None,
    threads: int = 1,
    progress: Callable[[float], None] = silent,
) -> Negative:
    """The negative of a source.

    Args:
        source: as it was read.
        recipe: by which it is developed.
        near: another negative, whose noise need not be taken away again if this one's is the same.
        threads: tiles at a time.
        progress: called with the finished share, 0 to 1.

    Raises:
        BadInput: the recipe asks for what the source does not have.
    """
    if isinstance(source, Picture):
        (first, *_) = chain(source, recipe).stages
        light = Chain((first,)).gather(source, threads=threads, progress=progress)
        return Negative(source, recipe, light, None)
    own = parts(source, recipe, FLOATS)
    split = _slow_until(own)
    if not split:
        light = scheduled(Chain(own.developing)).gather(source, threads=threads, progress=progress)
        return Negative(source, recipe, light, own)
    clean = near.clean if near is not None and _equally_clean(near, source, recipe, own) else None
    if clean is None:
        cleaning = Chain(own.developing[:split])
        clean = cleaning.gather(source, threads=threads, progress=lambda share: progress(_SHARE * share))
    light = scheduled(Chain(own.developing[split:])).gather(
        clean, threads=threads, progress=lambda share: progress(_SHARE + (1 - _SHARE) * share)
    )
    return Negative(source, recipe, light, own, clean)


def _slow_until(own: Parts) -> int:
    """How many stages there are up to a slow denoising; 0 where there is none."""
    stages = enumerate(own.developing, 1)
    return next((n for n, (_, one) in stages if isinstance(one, Denoise) and one.method in _SLOW), 0)


def _equally_clean(near: Negative, source: RawFrame, recipe: Recipe, own: Parts) -> bool:
    """Whether another negative's noise was taken away from the same samples in the same way."""
    if near.clean is None or near.own is None or near.source is not source:
        return False
    mine, other = recipe.develop, near.recipe.develop
    before = [(one.corrections, one.defects, one.demosaic.quad) for one in (mine, other)]
    denoise = [of.developing[_slow_until(of) - 1][1] for of in (own, near.own)]
    return bool(before[0] == before[1] and denoise[0] == denoise[1])


def draft(source: RawFrame, recipe: Recipe, *, threads: int = 1) -> Negative | None:
    """The negative with its noise left in and nothing deblurred, to be looked at until the other is there.

    White, exposure and place are those of the negative itself; a picture reduced to a screen's size hardly
    shows the rest.

    Args:
        source: as it was read.
        recipe: by which it is developed.
        threads: tiles at a time.

    Returns:
        None where the negative itself is made as soon.

    Raises:
        BadInput: the recipe asks for what the source does not have.
    """
    own = parts(source, recipe, FLOATS)
    if not _slow_until(own):
        return None
    quick = tuple(one for one in own.developing if not isinstance(one[1], Denoise | Deblur))
    light = scheduled(Chain(quick)).gather(source, threads=threads)
    return Negative(source, recipe, light, own, rough=True)


def _half(
    light: Float32[np.ndarray, "h w 3"], full: Float32[np.ndarray, "h w 1"]
) -> Float16[np.ndarray, "h w 4"]:
    made = np.empty((*light.shape[:2], 4), np.float16)
    within = light.min() >= -_MOST and light.max() <= _MOST
    made[..., :3] = light if within else np.clip(light, -_MOST, _MOST)
    made[..., 3:] = full
    return made


def halved(level: Float32[np.ndarray, "h w planes"]) -> Float32[np.ndarray, "_ _ planes"]:
    """Means of squares of two by two pixels; an odd row or column stands for two."""
    high, wide, planes = level.shape
    made = np.empty((-(-high // 2), -(-wide // 2), planes), np.float32)
    means_of_squares(level, made)
    return made


def light_key_of(recipe: Recipe) -> Recipe:
    """As `key_of`, without the geometry: it is what shows the light, unless white is picked by it."""
    kept = recipe.geometry if recipe.develop.white_balance.place is not None else Recipe().geometry
    return replace(key_of(recipe), geometry=kept)


def key_of(recipe: Recipe) -> Recipe:
    """The recipe with all left out that a negative does not depend on: equal for those that develop alike."""
    look = recipe.look.look
    of_look = replace(Recipe().look, name=look.name, text=recipe.look.text, profile=recipe.look.profile)
    return replace(recipe, look=of_look, output=Recipe().output)

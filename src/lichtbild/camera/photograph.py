"""A photograph: the whole chain from a raw frame, or from a finished picture, to a picture."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import radians
from typing import Any, Final

import numpy as np

from lichtbild.camera.developed import Developed
from lichtbild.camera.fixed_white import with_fixed_white
from lichtbild.camera.own_profile import calibrated, profile_of, profile_render
from lichtbild.camera.people import apart
from lichtbild.camera.recipe import Recipe
from lichtbild.camera.schedule import scheduled
from lichtbild.camera.seed import seed_of
from lichtbild.core.chain import Chain, silent
from lichtbild.core.errors import BadInput
from lichtbild.core.stage import NamedStage
from lichtbild.core.window import Extent, Window
from lichtbild.develop import development, metering
from lichtbild.develop.convolution import fault
from lichtbild.develop.exposure import Exposure
from lichtbild.develop.geometry import Geometry
from lichtbild.develop.illumination import relative_illumination
from lichtbild.develop.recipe import DevelopRecipe, HighlightsChoice
from lichtbild.develop.resize import Resize
from lichtbild.figure.png import block_means
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.metadata import Orientation
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.image.profile import CameraProfile
from lichtbild.image.raw_frame import RawFrame
from lichtbild.look import recipe as looks
from lichtbild.look.decode import Decode
from lichtbild.look.filter import Filter
from lichtbild.look.night import Night
from lichtbild.look.quantise import Quantise
from lichtbild.look.recipe import Look
from lichtbild.look.vignette import Vignette

Source = RawFrame | Picture | Developed

_SEEN: Final = 400
"""Pixels along the small picture, at least, in which people are looked for."""


@dataclass(frozen=True)
class Rendition:
    """What the last stages make of a photograph.

    Attributes:
        bits: of whole codes, 8 or 16; None for floats.
        headroom: stops by which the display's peak lies above white; more than 0 gives linear Rec.2020
            where white is 1.
    """

    bits: int | None = None
    headroom: float = 0.0


FLOATS = Rendition()
"""A picture of floats for a display without headroom."""


def develop(
    source: Source, recipe: Recipe, *, threads: int = 1, progress: Callable[[float], None] = silent
) -> Picture:
    """The picture that the recipe makes of the source.

    Args:
        source: a raw frame; or a finished picture, which is only given another look.
        recipe: every choice.
        threads: tiles computed at a time.
        progress: called with the finished share, 0 to 1.

    Raises:
        BadInput: the recipe asks for what the source does not have.
    """
    made: Picture = scheduled(chain(source, recipe)).gather(
        pixels(source), threads=threads, progress=progress
    )
    return made


def coded(
    source: Source,
    recipe: Recipe,
    bits: int = 8,
    *,
    threads: int = 1,
    progress: Callable[[float], None] = silent,
) -> CodedPicture:
    """The picture in whole codes, which take a quarter or half of the memory.

    Args:
        source: as for `develop`.
        recipe: every choice.
        bits: of a code, 8 or 16.
        threads: tiles computed at a time.
        progress: called with the finished share, 0 to 1.

    Raises:
        BadInput: the recipe asks for what the source does not have, or for linear light.
    """
    steps = scheduled(chain(source, recipe, Rendition(bits)))
    made: CodedPicture = steps.gather(pixels(source), threads=threads, progress=progress)
    return made


def intermediate(source: Source, recipe: Recipe, stage: str, *, threads: int = 1) -> Any:
    """The noun that a stage of the chain gives.

    Raises:
        BadInput: the chain has no stage of this name, or the recipe does not fit the source.
    """
    try:
        return scheduled(chain(source, recipe).until(stage)).gather(pixels(source), threads=threads)
    except ValueError as error:
        raise BadInput(str(error)) from error


def chain(source: Source, recipe: Recipe, rendition: Rendition = FLOATS) -> Chain:
    """The stages that make the source into a picture, by name and in order.

    Raises:
        BadInput: the recipe asks for what the source does not have.
    """
    if isinstance(source, Picture):
        return Chain((*_reopened(source, recipe, rendition), *_finish(source, recipe, rendition)))
    if isinstance(source, Developed):
        if isinstance(source.frame, Picture):
            return Chain(chain(source.frame, recipe, rendition).stages[1:])
        return replace(parts(source.frame, recipe, rendition, source.known), developing=()).chain
    return parts(source, recipe, rendition).chain


def pixels(source: Source) -> RawFrame | Picture | LinearImage:
    """What the first stage of the chain takes."""
    return source.light if isinstance(source, Developed) else source


def developed(source: RawFrame | Picture, recipe: Recipe, *, threads: int = 1) -> Developed:
    """A source's light before any look, for what changes the light of the whole picture.

    Args:
        source: as it was read.
        recipe: every choice.
        threads: tiles computed at a time.

    Raises:
        BadInput: the recipe asks for what the source does not have, or for the look of a DNG profile, which
            exposes in a place of its own.
    """
    if recipe.look.look.is_profile:
        raise BadInput(
            "the look 'profile' renders a file as its maker would and takes no portrait; choose another"
        )
    if isinstance(source, Picture):
        first = Chain(chain(source, recipe).stages[:1])
        return Developed(source, first.gather(source, threads=threads))
    made = parts(source, recipe)
    light: LinearImage = scheduled(Chain(made.developing)).gather(source, threads=threads)
    return Developed(source, light, made.known)


@dataclass(frozen=True, eq=False)
class Parts:
    """The stages that make a raw frame into a picture, by what they are for.

    Attributes:
        developing: from stored codes to exposed scene light, on the sensor's own pixels.
        fading: the vignette; empty where the look keeps none.
        rendering: from scene light to display light.
        geometry: the part of it that the picture shows.
        finishing: for the picture at its size, up to its codes.
        known: what the whole frame told.
        ev: exposure that was added to the scene.
        cell: side of a cell of the look's maps in pixels of the developed image.
    """

    developing: tuple[NamedStage, ...]
    fading: tuple[NamedStage, ...]
    rendering: tuple[NamedStage, ...]
    geometry: Geometry
    finishing: tuple[NamedStage, ...]
    known: development.Survey
    ev: float
    cell: float

    @property
    def chain(self) -> Chain:
        """All of them, in order."""
        seen = (*self.developing, *self.fading, *self.rendering)
        return Chain((*seen, ("geometry", self.geometry), *self.finishing))


def parts(
    frame: RawFrame,
    recipe: Recipe,
    rendition: Rendition = FLOATS,
    known: development.Survey | None = None,
) -> Parts:
    """The stages of a raw frame's photograph.

    Args:
        frame: as it was read.
        recipe: every choice.
        rendition: what the last stages make.
        known: the survey of the same frame by a recipe with the same `develop`, `geometry` and look's name,
            where it was made before.

    Raises:
        BadInput: the recipe asks for what the frame does not have.
    """
    by_profile = recipe.look.look.is_profile
    profile = profile_of(frame, recipe.look.profile) if by_profile else CameraProfile()
    own, frame = frame, calibrated(frame, profile)
    look = recipe.look.look
    wanted = _ending_at_white(recipe.develop) if by_profile else recipe.develop
    wanted = with_fixed_white(wanted, frame, look.style)
    if known is None:
        known = development.survey(wanted, frame, _picked_place(frame, recipe))
    ev = development.exposure_ev(wanted, frame, known, renders=look.renders)
    night = _night(wanted, frame, known) if look.has_style else None
    if night is not None:
        seen = development.metered_scene(frame, known)
        ev = looks.exposure_ev(look, seen, night, ev, local_tone=recipe.look.local_tone)
    cell = known.overview.cell * recipe.develop.scale
    fading = looks.vignette(
        look,
        relative_illumination(known.overview, known.neutral, frame.colour),
        recipe.look.vignette,
        cell=cell,
        night=night,
    )
    scene = _in_cells(fading, Exposure(ev)(known.scene))

    def rendered(look: Look) -> tuple[NamedStage, ...]:
        return looks.stages(
            look,
            profile_render(frame, profile, known.neutral, recipe) if by_profile else None,
            scene=scene,
            cell=cell,
            local_tone=recipe.look.local_tone,
            headroom=rendition.headroom or recipe.output.space.headroom_ev,
            space=recipe.output.space,
            night=night,
            ev=ev,
        )

    made, on_people = rendered(look), recipe.look.on_people
    if on_people is not None:
        shown = _shown(scene)
        upright = frame.metadata.orientation
        made = apart(rendered(on_people), made, light=scene, shown=shown, cell=cell, orientation=upright)
    developing = development.stages(wanted, frame, known, None if by_profile else ev)
    finishing = _finish(own, recipe, rendition)
    return Parts(developing, fading, made, _geometry(own, recipe), finishing, known, ev, cell)


def _shown(scene: LinearImage) -> LinearImage:
    """A scene's light as a display shows it, plainly, for eyes that look for people."""
    ((_, view), *_) = looks.stages(looks.look_named("natural"))
    found: LinearImage = view(scene)
    return found


def _in_cells(fading: tuple[NamedStage, ...], scene: LinearImage) -> LinearImage:
    """A small picture of the scene, a pixel for each cell, as local tone will find it."""
    for _, stage in fading:
        if isinstance(stage, Vignette):
            scene = replace(stage, cell=1.0)(scene)
    return scene


def denoising_note(frame: RawFrame, recipe: Recipe) -> str:
    """Why noise is not taken away by the method that would suit the frame; empty where it is."""
    if recipe.develop.denoise.method != "auto" or not fault():
        return ""
    known = development.survey(recipe.develop, frame, _picked_place(frame, recipe))
    return development.denoising(recipe.develop, frame, known)[1]


def _night(wanted: DevelopRecipe, frame: RawFrame, known: development.Survey) -> Night | None:
    """How dark the scene was; None where that is unknown, or the exposure is not left to the look."""
    luminance = metering.mean_luminance(known.scene, frame.metadata)
    if luminance is None or wanted.exposure.ev is not None or wanted.exposure.method != "auto":
        return None
    baseline = frame.baseline_exposure_ev if wanted.exposure.baseline else 0.0
    return Night(luminance, development.noise_left(wanted, frame, known), baseline)


def _ending_at_white(wanted: DevelopRecipe) -> DevelopRecipe:
    """The choices with highlights clipped instead of rebuilt, for a profile, whose tables end at white."""
    if wanted.highlights.method != "rebuild":
        return wanted
    return replace(wanted, highlights=HighlightsChoice("clip"))


def _finish(source: RawFrame | Picture, recipe: Recipe, rendition: Rendition) -> tuple[NamedStage, ...]:
    """The stages that suit the picture to its size and file; a finished one is not sharpened again."""
    look, output, space = recipe.look.look, recipe.output, _space(recipe, rendition)
    encode = looks.encode(look, space, source.metadata)
    if isinstance(source, Picture):
        # Its colours lie in the space, or its filter has brought them there; a second knee would show.
        encode = replace(encode, gamut="clip")
    sharpened = isinstance(source, RawFrame) and not rendition.headroom
    fits = isinstance(source, RawFrame) and rendition.headroom > 0
    return (
        *((("resize", Resize(output.long_edge)),) if output.long_edge is not None else ()),
        *(looks.sharpening(look, recipe.look.sharpening) if sharpened else ()),
        *(looks.fitted(look, output.space, rendition.headroom) if fits else ()),
        *_grain(source, recipe, rendition.headroom or output.space.headroom_ev),
        ("encode", encode),
        *((("quantise", Quantise(rendition.bits)),) if rendition.bits is not None else ()),
    )


def _grain(source: RawFrame | Picture, recipe: Recipe, headroom: float) -> tuple[NamedStage, ...]:
    """Grain that no other picture has: the pixels themselves are its seed."""
    look, amount = recipe.look.look, recipe.look.grain
    if not looks.has_grain(look, amount):
        return ()
    return looks.grain(look, seed_of(source), amount, headroom=headroom)


def _picked_place(frame: RawFrame, recipe: Recipe) -> tuple[float, float] | None:
    """Where the recipe picks its white balance, as (x, y) from 0 to 1 of the developed image."""
    place = recipe.develop.white_balance.place
    if place is None:
        return None
    extent = development.extent(recipe.develop, frame)
    return _geometry(frame, recipe).origin(place, extent)


def _reopened(picture: Picture, recipe: Recipe, rendition: Rendition) -> tuple[NamedStage, ...]:
    """A finished picture as linear light, given the look as a filter; "natural" changes nothing."""
    if recipe.look.look.is_profile:
        raise BadInput("a finished picture carries no DNG profile; choose the look linear or natural")
    if recipe.develop.scale != 1:
        raise BadInput("a finished picture has no frames to find detail in; --scale is for raw files")
    look, on_people = recipe.look.look, recipe.look.on_people
    given = _graded(picture, recipe, rendition, look)
    if on_people is not None:
        cell = max(1, max(picture.extent) // _SEEN)
        light = Decode(picture.space)(_small(picture, cell))
        graded = _graded(picture, recipe, rendition, on_people)
        given = apart(graded, given, light=light, shown=light, cell=float(cell))
    return (("decode", Decode(picture.space)), *given, ("geometry", _geometry(picture, recipe)))


def _graded(picture: Picture, recipe: Recipe, rendition: Rendition, look: Look) -> tuple[NamedStage, ...]:
    """The stage that gives a finished picture a look; none where nothing changes."""
    ev = recipe.develop.exposure.ev or 0.0
    if look.style is None and look.renders:
        raise BadInput(f"the look '{look.name}' renders the light of scenes alone; name a raw file")
    if look.style is None:
        return (("exposure", Exposure(ev)),)
    framed = looks.vignette_of_law(look, picture.extent, recipe.look.vignette)
    graded = Filter.of(look.style, picture.space, _space(recipe, rendition), ev, framed)
    return () if graded.changes_nothing else (("filter", graded),)


def _small(picture: Picture, cell: int) -> Picture:
    """The picture with a pixel for each square of so many pixels a side."""
    samples = block_means(np.asarray(picture.samples), cell)
    extent = Extent(*samples.shape[:2])
    return replace(picture, samples=samples, window=Window.whole(extent), extent=extent)


def _space(recipe: Recipe, rendition: Rendition) -> ColourSpace:
    return ColourSpace.LINEAR_REC2020 if rendition.headroom else recipe.output.space


def _geometry(source: Source, recipe: Recipe) -> Geometry:
    chosen = recipe.geometry
    stored = _as_stored(source, recipe) if isinstance(source, RawFrame) else Geometry()
    return Geometry(
        default_crop=stored.default_crop if chosen.default_crop else None,
        scale=stored.scale,
        orientation=stored.orientation if chosen.upright else Orientation.NORMAL,
        flip=chosen.flip,
        quarter_turns=chosen.quarter_turns,
        angle=radians(chosen.straighten_deg),
        crop=chosen.crop,
    )


def _as_stored(frame: RawFrame, recipe: Recipe) -> Geometry:
    """How the frame itself wants to be shown, in pixels of the developed image."""
    crop = frame.default_crop
    if development.is_binned(recipe.develop, frame):
        crop = (crop[0] / 2, crop[1] / 2, crop[2] / 2, crop[3] / 2)
    scale = recipe.develop.scale
    crop = (crop[0] * scale, crop[1] * scale, crop[2] * scale, crop[3] * scale)
    return Geometry(default_crop=crop, scale=frame.default_scale, orientation=frame.metadata.orientation)

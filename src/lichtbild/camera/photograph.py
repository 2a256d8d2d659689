"""A photograph: the whole chain from a raw frame, or from a finished picture, to a picture."""

from collections.abc import Callable
from dataclasses import replace
from math import radians
from typing import Any

from lichtbild.camera.recipe import Recipe
from lichtbild.colour.temperature import interpolation_weights
from lichtbild.core.chain import Chain, silent
from lichtbild.core.errors import BadInput
from lichtbild.core.stage import NamedStage
from lichtbild.develop import development
from lichtbild.develop.colour_matrix import white_xy
from lichtbild.develop.exposure import Exposure
from lichtbild.develop.geometry import Geometry
from lichtbild.image.metadata import Orientation
from lichtbild.image.picture import Picture
from lichtbild.image.profile import CameraProfile
from lichtbild.image.raw_frame import RawFrame
from lichtbild.look import recipe as looks
from lichtbild.look.decode import Decode
from lichtbild.look.profile import ProfileRender

Source = RawFrame | Picture


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
    made: Picture = chain(source, recipe).gather(source, threads=threads, progress=progress)
    return made


def intermediate(source: Source, recipe: Recipe, stage: str, *, threads: int = 1) -> Any:
    """The noun that a stage of the chain gives.

    Raises:
        BadInput: the chain has no stage of this name, or the recipe does not fit the source.
    """
    try:
        return chain(source, recipe).until(stage).gather(source, threads=threads)
    except ValueError as error:
        raise BadInput(str(error)) from error


def chain(source: Source, recipe: Recipe) -> Chain:
    """The stages that make the source into a picture, by name and in order.

    Raises:
        BadInput: the recipe asks for what the source does not have.
    """
    encode = looks.encode(recipe.look.name, recipe.output.space, source.metadata)
    if isinstance(source, Picture):
        return Chain((*_reopened(source, recipe), ("encode", encode)))
    render, balance = None, development.neutral(recipe.develop, source)
    if by_profile := recipe.look.name == "profile":
        profile = _profile(source, recipe.look.profile)
        source = _calibrated(source, profile)
        render = _profile_render(source, profile, balance, recipe)
    return Chain(
        (
            *development.stages(recipe.develop, source, balance, expose=not by_profile),
            *looks.stages(recipe.look.name, render),
            ("geometry", _geometry(source, recipe)),
            ("encode", encode),
        )
    )


def _reopened(picture: Picture, recipe: Recipe) -> tuple[NamedStage, ...]:
    """A finished picture as linear light; it has been rendered once, so that no tone curve is added."""
    if recipe.look.name == "profile":
        raise BadInput("a finished picture carries no DNG profile; choose the look linear or natural")
    return (
        ("decode", Decode(picture.space)),
        ("exposure", Exposure(recipe.develop.exposure.ev or 0.0)),
        ("geometry", _geometry(picture, recipe)),
    )


def _calibrated(frame: RawFrame, profile: CameraProfile) -> RawFrame:
    """The frame seen through the profile's own matrices, where it has any."""
    if not profile.calibrations:
        return frame
    return replace(frame, colour=replace(frame.colour, calibrations=profile.calibrations))


def _profile_render(
    frame: RawFrame, profile: CameraProfile, balance: tuple[float, ...], recipe: Recipe
) -> ProfileRender:
    calibrations = frame.colour.calibrations
    white = white_xy(frame.colour, balance) if calibrations else None
    exposure = recipe.develop.exposure
    return ProfileRender.of(
        profile,
        interpolation_weights(white, [known.white_xy for known in calibrations]) if white else (),
        baseline_exposure_ev=frame.baseline_exposure_ev if exposure.baseline else 0.0,
        exposure_ev=exposure.ev or 0.0,
        shadow_scale=frame.shadow_scale,
    )


def _profile(frame: RawFrame, name: str | None) -> CameraProfile:
    """The frame's profile of a name; its default one, or an empty one, where no name is asked for."""
    if name is None:
        return frame.profiles[0] if frame.profiles else CameraProfile()
    for profile in frame.profiles:
        if profile.name == name:
            return profile
    offered = ", ".join(f"'{profile.name}'" for profile in frame.profiles) or "none"
    raise BadInput(f"the file has no profile '{name}'; it offers {offered}")


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
    return Geometry(default_crop=crop, scale=frame.default_scale, orientation=frame.metadata.orientation)

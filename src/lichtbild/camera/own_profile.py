"""Own profile: the rendering that a DNG carries for itself, and the frame as its matrices see it."""

from dataclasses import replace

from lichtbild.camera.recipe import Recipe
from lichtbild.colour.temperature import interpolation_weights
from lichtbild.core.errors import BadInput
from lichtbild.develop.colour_matrix import white_xy
from lichtbild.image.profile import CameraProfile
from lichtbild.image.raw_frame import RawFrame
from lichtbild.look.profile import ProfileRender


def calibrated(frame: RawFrame, profile: CameraProfile) -> RawFrame:
    """The frame seen through the profile's own matrices, where it has any.

    Args:
        frame: as it was read.
        profile: one of its own.
    """
    if not profile.calibrations:
        return frame
    return replace(frame, colour=replace(frame.colour, calibrations=profile.calibrations))


def profile_render(
    frame: RawFrame, profile: CameraProfile, balance: tuple[float, ...], recipe: Recipe
) -> ProfileRender:
    """The profile's rendering of a frame.

    Args:
        frame: as it was read.
        profile: one of its own.
        balance: camera planes of a neutral object.
        recipe: every choice.
    """
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


def profile_of(frame: RawFrame, name: str | None) -> CameraProfile:
    """The frame's profile of a name; its default one, or an empty one, where no name is asked for."""
    if name is None:
        return frame.profiles[0] if frame.profiles else CameraProfile()
    for profile in frame.profiles:
        if profile.name == name:
            return profile
    offered = ", ".join(f"'{profile.name}'" for profile in frame.profiles) or "none"
    raise BadInput(f"the file has no profile '{name}'; it offers {offered}")

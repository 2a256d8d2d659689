"""Development: the stages from stored codes to scene light, in the order in which codes meet them.

This is the one page where they are listed. What the file knows (levels, opcodes, matrices) comes from the
frame; what the user wants comes from the recipe; nothing else enters.
"""

from lichtbild.core.errors import BadInput
from lichtbild.core.stage import NamedStage
from lichtbild.develop import white_balance
from lichtbild.develop.colour_matrix import ColourMatrix
from lichtbild.develop.correction import codes_stages, colour_stages, linear_stages
from lichtbild.develop.demosaic import Demosaic
from lichtbild.develop.exposure import Exposure
from lichtbild.develop.highlights import ClipHighlights
from lichtbild.develop.linearise import Linearise
from lichtbild.develop.quad import BinQuad, RemosaicQuad
from lichtbild.develop.recipe import DevelopRecipe
from lichtbild.develop.white_balance import WhiteBalance
from lichtbild.image.raw_frame import RawFrame


def neutral(recipe: DevelopRecipe, frame: RawFrame) -> tuple[float, ...]:
    """Camera planes of a neutral object by the recipe's method; the largest is 1.

    Raises:
        BadInput: the recipe's neutral has not one number for each plane of the camera.
    """
    choice = recipe.white_balance
    planes = plane_count(frame)
    if choice.neutral is not None:
        if len(choice.neutral) != planes:
            raise BadInput(
                f"the neutral has {len(choice.neutral)} numbers, but the camera has {planes} planes"
            )
        return tuple(value / max(choice.neutral) for value in choice.neutral)
    if planes == 1:
        return (1.0,)
    found = white_balance.as_shot(frame.colour) if choice.method == "as-shot" else None
    return found if found is not None else white_balance.automatic(frame)


def is_guessed(frame: RawFrame) -> bool:
    """Whether the white balance as shot is unknown, so that it is estimated from the scene."""
    return plane_count(frame) > 1 and white_balance.as_shot(frame.colour) is None


def plane_count(frame: RawFrame) -> int:
    """Number of colour planes of the camera."""
    return len(frame.cfa.colours) if frame.cfa is not None else int(frame.samples.shape[2])


def exposure_ev(recipe: DevelopRecipe, frame: RawFrame) -> float:
    """Exposure to add to the frame, in EV."""
    baseline = frame.baseline_exposure_ev if recipe.exposure.baseline else 0.0
    return baseline + (recipe.exposure.ev or 0.0)


def stages(
    recipe: DevelopRecipe, frame: RawFrame, balance: tuple[float, ...], *, expose: bool = True
) -> tuple[NamedStage, ...]:
    """The stages from stored codes to linear Rec.2020, by name and in order.

    Args:
        recipe: the user's choices.
        frame: the frame to develop; only what it says about itself is used.
        balance: camera planes of a neutral object, as `neutral` finds them.
        expose: whether exposure is part of the development; a look that has an exposure of its own
            place, as a DNG profile has, says no.
    """
    wanted = recipe.corrections
    opcodes = frame.opcodes
    aspect = frame.default_scale[1] / frame.default_scale[0]
    return (
        *(codes_stages(opcodes.on_codes, frame.active_area, pixel_aspect=aspect) if wanted.codes else ()),
        ("linearise", Linearise.of(frame)),
        *(linear_stages(opcodes.on_linear, pixel_aspect=aspect) if wanted.linear else ()),
        *_quad_stages(recipe, frame),
        ("white_balance", WhiteBalance.of(balance)),
        ("demosaic", Demosaic(recipe.demosaic.method)),
        *(colour_stages(opcodes.on_colour, balance, pixel_aspect=aspect) if wanted.colour else ()),
        *((("highlights", ClipHighlights()),) if recipe.highlights.method != "off" else ()),
        ("colour_matrix", ColourMatrix.of(frame.colour, balance)),
        *((("exposure", Exposure(exposure_ev(recipe, frame))),) if expose else ()),
    )


def is_binned(recipe: DevelopRecipe, frame: RawFrame) -> bool:
    """Whether the developed image has a quarter of the sensor's pixels."""
    return frame.cfa is not None and frame.cfa.is_quad_bayer and recipe.demosaic.quad == "bin"


def _quad_stages(recipe: DevelopRecipe, frame: RawFrame) -> tuple[NamedStage, ...]:
    if frame.cfa is None or not frame.cfa.is_quad_bayer:
        return ()
    return (("bin_quad", BinQuad()) if is_binned(recipe, frame) else ("remosaic_quad", RemosaicQuad()),)

"""Development: the stages from stored codes to scene light, in the order in which codes meet them.

This is the one page where they are listed. What the file knows (levels, opcodes, matrices) comes from the
frame; what the user wants comes from the recipe; what only the whole frame can tell (its noise, its light,
its white) is found once, before the first stage, and is the survey; nothing else enters.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from lichtbild.colour.brightness import MESOPIC
from lichtbild.core.chain import Chain
from lichtbild.core.errors import BadInput
from lichtbild.core.stage import AbstractStage, NamedStage
from lichtbild.core.window import Extent
from lichtbild.develop import metering, noise_estimate, white_balance
from lichtbild.develop.bright_light import CompressBright, ExpandBright
from lichtbild.develop.colour_matrix import ColourMatrix
from lichtbild.develop.convolution import fault
from lichtbild.develop.correction import codes_stages, colour_stages, linear_stages
from lichtbild.develop.deblur import Deblur, luminance_noise
from lichtbild.develop.demosaic import Demosaic
from lichtbild.develop.denoise import Denoise
from lichtbild.develop.enlarge import Enlarge, finer, shading_of
from lichtbild.develop.exposure import Exposure
from lichtbild.develop.highlights import ClipHighlights, RebuildHighlights
from lichtbild.develop.hot_pixels import HotPixels
from lichtbild.develop.linearise import Linearise
from lichtbild.develop.overview import overview, scene
from lichtbild.develop.quad import BinQuad, RemosaicQuad
from lichtbild.develop.recipe import DevelopRecipe
from lichtbild.develop.white_balance import WhiteBalance
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.overview import Overview
from lichtbild.image.raw_frame import RawFrame

_DARK: Final = 0.01
_INVISIBLE: Final = 100.0
"""Signal over noise, at the dark level, beyond which denoising is not worth its time."""
_ACCEPTABLE: Final = 10.0
"""Signal over noise of a picture that is acceptable (ISO 12232:2019, noise based speed)."""
_DARKEST: Final = 2.0**-12
_LEFT_BY_DENOISING: Final = 0.5
"""Share of the noise's standard deviation that denoising leaves, cautiously."""


@dataclass(frozen=True, eq=False)
class Survey:
    """What the whole frame tells before a pixel of it is developed.

    Attributes:
        overview: its light in cells.
        noise: how its noise grows with its signal, as sampled.
        neutral: camera planes of a neutral object; the largest is 1.
        highlights: what is done where the sensor was full; None leaves it as it is.
        scene: the overview as a small picture of the scene's light, before exposure.
    """

    overview: Overview
    noise: NoiseProfile
    neutral: tuple[float, ...]
    highlights: ClipHighlights | RebuildHighlights | None
    scene: LinearImage


def survey(recipe: DevelopRecipe, frame: RawFrame, place: tuple[float, float] | None = None) -> Survey:
    """The survey of a frame.

    Args:
        recipe: the user's choices.
        frame: the whole frame.
        place: (x, y) from 0 to 1 of the developed image, where the recipe wants white balance picked.

    Raises:
        BadInput: the recipe's white balance does not fit the camera or the scene.
    """
    cells = overview(
        frame,
        _to_light(recipe, frame),
        frame.opcodes.on_colour if recipe.corrections.colour else (),
        pixel_aspect=_aspect(frame),
    )
    neutral = _neutral(recipe, frame, cells, place)
    highlights = _highlights(recipe, cells, neutral)
    of_cells = highlights.of_cells() if isinstance(highlights, RebuildHighlights) else highlights
    seen = scene(cells, neutral, frame.colour, of_cells)
    noise = noise_estimate.of(frame)
    if (luminance := _luminance(recipe, frame, cells)) is not None and luminance < MESOPIC:
        noise = noise_estimate.with_pattern(frame, noise)
    return Survey(cells, noise, neutral, highlights, seen)


def is_guessed(frame: RawFrame) -> bool:
    """Whether the white balance as shot is unknown, so that it is estimated from the scene."""
    return plane_count(frame) > 1 and white_balance.as_shot(frame.colour) is None


def plane_count(frame: RawFrame) -> int:
    """Number of colour planes of the camera."""
    return len(frame.cfa.colours) if frame.cfa is not None else int(frame.samples.shape[2])


def exposure_ev(recipe: DevelopRecipe, frame: RawFrame, known: Survey, *, renders: bool) -> float:
    """Exposure to add to the frame, in EV.

    Args:
        recipe: the user's choices.
        frame: the frame.
        known: its survey.
        renders: whether the look makes a photograph, so that the recipe's "auto" means metered.
    """
    choice = recipe.exposure
    baseline = frame.baseline_exposure_ev if choice.baseline else 0.0
    if choice.ev is not None:
        return baseline + choice.ev
    if choice.method == "metered" or (choice.method == "auto" and renders):
        return baseline + metering.metered_ev(metered_scene(frame, known), frame.metadata, baseline)
    return baseline


def metered_scene(frame: RawFrame, known: Survey) -> LinearImage:
    """The scene as metering sees it, before exposure.

    Of a bracket it is what the reference shows: what the others add above its white darkens nothing.
    """
    white = frame.metadata.reference_white
    if white is None:
        return known.scene
    full = 1 / min(known.neutral) if isinstance(known.highlights, RebuildHighlights) else 1.0
    limit = np.float32(full * white)
    return replace(known.scene, samples=np.minimum(known.scene.samples, limit))


def noise_left(recipe: DevelopRecipe, frame: RawFrame, known: Survey) -> tuple[float, float]:
    """Slope and offset of the variance of developed luminance before exposure, cautiously."""
    gains = WhiteBalance.of(known.neutral).gains
    matrix = ColourMatrix.of(frame.colour, known.neutral).matrix
    slope, offset = luminance_noise(_noise(recipe, frame, known), gains, matrix, 0.0)
    left = _left_by_denoising(recipe, frame, known)
    return left**2 * slope, left**2 * offset


def extent(recipe: DevelopRecipe, frame: RawFrame) -> Extent:
    """Size of the image when its codes have become light and it is enlarged, before any warp."""
    light = Chain(_to_light(recipe, frame)).extent(frame.extent)
    return light if recipe.scale == 1 else Enlarge(recipe.scale).extent(light)


def stages(recipe: DevelopRecipe, frame: RawFrame, known: Survey, ev: float | None) -> tuple[NamedStage, ...]:
    """The stages from stored codes to linear Rec.2020, by name and in order.

    Args:
        recipe: the user's choices.
        frame: the frame to develop; only what it says about itself is used.
        known: its survey.
        ev: exposure to add; None for a look that has an exposure of its own place, as a DNG profile has.
    """
    balance, wanted = known.neutral, recipe.corrections
    enlarge = _enlarge(recipe, frame, known)
    on_colour = frame.opcodes.on_colour if wanted.colour else ()
    if enlarge is not None:
        on_colour = tuple(finer(opcode, recipe.scale) for opcode in on_colour)
    deblur = _deblur(recipe, frame, known, ev or 0.0)
    return (
        *_to_light(recipe, frame, _clean(recipe, frame, known)),
        ("white_balance", WhiteBalance.of(balance)),
        *_demosaic(recipe, frame),
        *_named("enlarge", enlarge),
        *colour_stages(on_colour, balance, pixel_aspect=_aspect(frame)),
        *_named("highlights", _on_grid(known.highlights, recipe.scale)),
        ("colour_matrix", ColourMatrix.of(frame.colour, balance)),
        *_named("exposure", Exposure(ev) if ev is not None else None),
        *_named("deblur", deblur),
    )


def _demosaic(recipe: DevelopRecipe, frame: RawFrame) -> tuple[NamedStage, ...]:
    """Demosaicing; of a bracket with the light above its reference's white brought near."""
    demosaic, limit = ("demosaic", Demosaic(recipe.demosaic.method)), frame.metadata.reference_white
    if limit is None or frame.cfa is None:
        return (demosaic,)
    return (("compress", CompressBright(limit)), demosaic, ("expand", ExpandBright(limit)))


def is_binned(recipe: DevelopRecipe, frame: RawFrame) -> bool:
    """Whether the developed image has a quarter of the sensor's pixels."""
    return _is_quad(frame) and recipe.demosaic.quad == "bin"


def _to_light(
    recipe: DevelopRecipe, frame: RawFrame, clean: tuple[NamedStage, ...] = ()
) -> tuple[NamedStage, ...]:
    """The stages from stored codes to linear samples; with those that clean them, where noise is white."""
    opcodes, wanted, aspect = frame.opcodes, recipe.corrections, _aspect(frame)
    quad: tuple[NamedStage, ...] = ()
    if _is_quad(frame):
        quad = (("bin_quad", BinQuad()) if is_binned(recipe, frame) else ("remosaic_quad", RemosaicQuad()),)
    return (
        *(codes_stages(opcodes.on_codes, frame.active_area, pixel_aspect=aspect) if wanted.codes else ()),
        ("linearise", Linearise.of(frame)),
        *(() if quad else clean),
        *(linear_stages(opcodes.on_linear, pixel_aspect=aspect) if wanted.linear else ()),
        *quad,
        *(clean if quad else ()),
    )


def _clean(recipe: DevelopRecipe, frame: RawFrame, known: Survey) -> tuple[NamedStage, ...]:
    """The stages that repair pixels and take noise away.

    They come before the lens shading is removed, while every pixel's noise follows from its own light.
    """
    choice, noise = recipe.denoise, _noise(recipe, frame, known)
    method, _ = denoising(recipe, frame, known)
    denoise = None
    if method != "off":
        denoise = Denoise(noise, method, choice.luma, choice.chroma, known.neutral)
    repair = HotPixels.of(noise) if recipe.defects.method == "auto" else None
    return (*_named("defects", repair), *_named("denoise", denoise))


def denoising(
    recipe: DevelopRecipe, frame: RawFrame, known: Survey
) -> tuple[Literal["fast", "best", "net", "off"], str]:
    """How noise is taken away, and where that is not what was asked for, why.

    Args:
        recipe: the user's choices. Its "auto" is nothing where noise cannot be seen; the network for a merged
            burst and where light was poor; else "fast".
        frame: the frame.
        known: its survey.
    """
    wanted, noise = recipe.denoise.method, _noise(recipe, frame, known)
    if wanted != "auto":
        return wanted, ""
    if not _is_visible(noise):
        return "off", ""
    if frame.metadata.frames == 1 and not _is_poor(known.overview, noise):
        return "fast", ""
    return ("best", f"denoised by 'best', as {reason}") if (reason := fault()) else ("net", "")


def _left_by_denoising(recipe: DevelopRecipe, frame: RawFrame, known: Survey) -> float:
    """Share of the noise's standard deviation that is left, cautiously: all of it where nothing denoises."""
    return 1.0 if denoising(recipe, frame, known)[0] == "off" else _LEFT_BY_DENOISING


def _noise(recipe: DevelopRecipe, frame: RawFrame, known: Survey) -> NoiseProfile:
    """The noise of the samples that are developed: four pixels' mean has a quarter of their variance."""
    share = 0.25 if is_binned(recipe, frame) else 1.0
    scale, offset = (
        tuple(share * value for value in part) for part in (known.noise.scale, known.noise.offset)
    )
    return NoiseProfile(scale, offset)


def _is_poor(cells: Overview, noise: NoiseProfile) -> bool:
    """Whether the picture's usual light has no acceptable signal for its noise.

    Usual is the logarithmic mean of the brightest plane.
    """
    light = np.maximum(cells.samples.max(axis=2), _DARKEST)
    usual = float(np.exp(np.log(light).mean()))
    variance = max(s * usual + o for s, o in zip(noise.scale, noise.offset, strict=True))
    return bool(usual < _ACCEPTABLE * variance**0.5)


def _is_visible(noise: NoiseProfile) -> bool:
    """Whether noise shows in the dark parts of a picture."""
    variance = max(s * _DARK + o for s, o in zip(noise.scale, noise.offset, strict=True))
    return variance > (_DARK / _INVISIBLE) ** 2


def _highlights(
    recipe: DevelopRecipe, cells: Overview, balance: tuple[float, ...]
) -> ClipHighlights | RebuildHighlights | None:
    if recipe.highlights.method == "off":
        return None
    if recipe.highlights.method == "clip" or len(balance) == 1:
        return ClipHighlights()
    return RebuildHighlights.of(cells, balance)


def _enlarge(recipe: DevelopRecipe, frame: RawFrame, known: Survey) -> Enlarge | None:
    if recipe.scale == 1:
        return None
    if frame.detail is None:
        return Enlarge(recipe.scale)
    if frame.detail.scale != recipe.scale:
        raise BadInput(
            f"the burst was merged for {frame.detail.scale:g} times its rows, not {recipe.scale:g}; "
            "merge it again"
        )
    opcodes = shading_of(frame.opcodes.on_linear) if recipe.corrections.linear else ()
    shading = linear_stages(opcodes, pixel_aspect=_aspect(frame))
    return Enlarge(recipe.scale, frame.detail, WhiteBalance.of(known.neutral).gains, shading, frame.cfa)


def _on_grid(
    highlights: ClipHighlights | RebuildHighlights | None, scale: float
) -> ClipHighlights | RebuildHighlights | None:
    """The stage for an image with so many times the pixels along its sides."""
    if isinstance(highlights, RebuildHighlights):
        return replace(highlights, cell=highlights.cell * scale)
    return highlights


def _deblur(recipe: DevelopRecipe, frame: RawFrame, known: Survey, ev: float) -> Deblur | None:
    choice = recipe.deblur
    if choice.method == "off":
        return None
    gains = WhiteBalance.of(known.neutral).gains
    matrix = ColourMatrix.of(frame.colour, known.neutral).matrix
    return Deblur.of(
        frame,
        luminance_noise(_noise(recipe, frame, known), gains, matrix, ev),
        ev=ev,
        strength=choice.strength,
        remaining=_left_by_denoising(recipe, frame, known),
        finer=recipe.scale * (0.5 if is_binned(recipe, frame) else 1.0),
    )


def _neutral(
    recipe: DevelopRecipe, frame: RawFrame, cells: Overview, place: tuple[float, float] | None
) -> tuple[float, ...]:
    """Camera planes of a neutral object by the recipe's method; the largest is 1."""
    choice, planes = recipe.white_balance, plane_count(frame)
    if choice.neutral is not None:
        if len(choice.neutral) != planes:
            raise BadInput(
                f"the neutral has {len(choice.neutral)} numbers, but the camera has {planes} planes"
            )
        return tuple(value / max(choice.neutral) for value in choice.neutral)
    if planes == 1:
        return (1.0,)
    if choice.method == "temperature" and choice.kelvin is not None:
        return white_balance.from_temperature(frame.colour, choice.kelvin, choice.tint)
    if choice.method == "picked" and place is not None:
        return white_balance.picked(cells, place)
    luminance = _luminance(recipe, frame, cells)
    found = white_balance.as_shot(frame.colour) if choice.method == "as-shot" else None
    return found if found is not None else white_balance.automatic(cells, frame.colour, luminance)


def _luminance(recipe: DevelopRecipe, frame: RawFrame, cells: Overview) -> float | None:
    """About the scene's mean luminance in cd/m2; None where it is unknown, or is not to make it a night."""
    return metering.luminance_of_cells(cells, frame.metadata) if recipe.exposure.method == "auto" else None


def _is_quad(frame: RawFrame) -> bool:
    return frame.cfa is not None and frame.cfa.is_quad_bayer


def _aspect(frame: RawFrame) -> float:
    """Width of a pixel over its height."""
    return frame.default_scale[1] / frame.default_scale[0]


def _named(name: str, stage: AbstractStage | None) -> tuple[NamedStage, ...]:
    return () if stage is None else ((name, stage),)

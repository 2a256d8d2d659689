"""Recipe of the development: every choice a user has, and the stages that follow from it.

`stages` is the one page where the development is listed in the order in which the sensor's numbers meet
it. What the file knows (levels, opcodes, matrices) comes from the frame; what the user wants comes from the
recipe; nothing else enters.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

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
from lichtbild.develop.white_balance import WhiteBalance
from lichtbild.image.raw_frame import RawFrame


@dataclass(frozen=True)
class Corrections:
    """Which of the file's opcode lists are applied."""

    codes: bool = True
    linear: bool = True
    colour: bool = True


@dataclass(frozen=True)
class DefectsChoice:
    """Whether pixels that stand out from all their neighbours are repaired: "auto" or "off"."""

    method: Literal["auto", "off"] = "auto"


@dataclass(frozen=True)
class DenoiseChoice:
    """How noise is removed; how much there is follows from the file or is estimated.

    Attributes:
        method: "auto" ("fast", or nothing where noise cannot be seen), "fast", "best", or "off".
        luma: strength for brightness; 1 is what the noise asks for, 0 leaves it.
        chroma: strength for colour, likewise.
    """

    method: Literal["auto", "fast", "best", "off"] = "auto"
    luma: float = 1.0
    chroma: float = 1.0

    def __post_init__(self) -> None:
        if not (0 <= self.luma <= 4 and 0 <= self.chroma <= 4):
            raise ValueError(f"strengths of denoising are 0 to 4, not {self.luma:g} and {self.chroma:g}")


@dataclass(frozen=True)
class WhiteBalanceChoice:
    """Where white balance comes from.

    Attributes:
        method: "as-shot" (where the file gives none: "auto"), "auto", "neutral", "temperature" or "picked".
        neutral: camera planes of a neutral object, for the method "neutral".
        kelvin: colour temperature of the light, 2000 to 20000, for the method "temperature".
        tint: its distance from the black body's colour, -150 (green) to 150 (magenta), likewise.
        place: (x, y) of a neutral object in the picture, each 0 to 1, for the method "picked".
    """

    method: Literal["as-shot", "auto", "neutral", "temperature", "picked"] = "as-shot"
    neutral: tuple[float, ...] | None = None
    kelvin: float | None = None
    tint: float = 0.0
    place: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        needs = {"neutral": self.neutral, "temperature": self.kelvin, "picked": self.place}
        for method, value in needs.items():
            if (self.method == method) != (value is not None):
                field_name = {"neutral": "neutral", "temperature": "kelvin", "picked": "place"}[method]
                raise ValueError(f"white balance by '{method}' needs '{field_name}', and only it does")
        if self.neutral is not None and not all(0 < value < np.inf for value in self.neutral):
            raise ValueError(f"a neutral has positive numbers only, not {self.neutral}")
        if self.kelvin is not None and not 2000 <= self.kelvin <= 20000:
            raise ValueError(f"a colour temperature is 2000 to 20000 K, not {self.kelvin:g}")
        if not -150 <= self.tint <= 150:
            raise ValueError(f"a tint is -150 to 150, not {self.tint:g}")
        if self.place is not None and not all(0 <= value <= 1 for value in self.place):
            raise ValueError(f"a place in the picture is two numbers from 0 to 1, not {self.place}")


@dataclass(frozen=True)
class DemosaicChoice:
    """How missing colours are interpolated.

    Attributes:
        method: "ddfapd" (directional), "malvar", "bilinear" (as Adobe's SDK), or "generic" (any pattern).
        quad: whether a quad-Bayer sensor is remosaiced at full size or binned to a quarter of its pixels.
    """

    method: Literal["ddfapd", "malvar", "bilinear", "generic"] = "ddfapd"
    quad: Literal["remosaic", "bin"] = "remosaic"


@dataclass(frozen=True)
class HighlightsChoice:
    """What happens where the sensor was full.

    Attributes:
        method: "rebuild" (from the planes that were not full and the colours around), "clip" (to neutral), or
            "off" (left as it is).
    """

    method: Literal["rebuild", "clip", "off"] = "rebuild"


@dataclass(frozen=True)
class ExposureChoice:
    """Exposure to add.

    Attributes:
        baseline: whether the maker's own BaselineExposure is added.
        method: "metered" on the scene beyond that, "baseline" for nothing more, or "auto": metered where the
            look renders a photograph, not where it measures.
        ev: exposure value to add instead of the metered one, -20 to 20; None leaves it to the method.
    """

    baseline: bool = True
    method: Literal["auto", "metered", "baseline"] = "auto"
    ev: float | None = None

    def __post_init__(self) -> None:
        if self.ev is not None and not -20 <= self.ev <= 20:
            raise ValueError(f"exposure can be moved by -20 to 20 EV, not by {self.ev:g}")


@dataclass(frozen=True)
class DeblurChoice:
    """Whether the blur that is known (pixel aperture, diffraction) is undone.

    Attributes:
        method: "auto" or "off".
        strength: share of the blur that is undone, 0 to 2.
    """

    method: Literal["auto", "off"] = "auto"
    strength: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.strength <= 2:
            raise ValueError(f"the strength of deblurring is 0 to 2, not {self.strength:g}")


@dataclass(frozen=True)
class DevelopRecipe:
    """Every choice in the development of a raw frame, stage by stage."""

    corrections: Corrections = field(default_factory=Corrections)
    defects: DefectsChoice = field(default_factory=DefectsChoice)
    denoise: DenoiseChoice = field(default_factory=DenoiseChoice)
    white_balance: WhiteBalanceChoice = field(default_factory=WhiteBalanceChoice)
    demosaic: DemosaicChoice = field(default_factory=DemosaicChoice)
    highlights: HighlightsChoice = field(default_factory=HighlightsChoice)
    exposure: ExposureChoice = field(default_factory=ExposureChoice)
    deblur: DeblurChoice = field(default_factory=DeblurChoice)


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

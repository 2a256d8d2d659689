"""Recipe of the development: every choice a user has, stage by stage."""

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

SCALES: Final = (1.0, 1.5, 2.0)
"""Rows of a picture, of the sensor's."""


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
        method: "fast", "best", "net" or "off"; or "auto": nothing where noise cannot be seen, "net" for
            bursts and where light was poor, else "fast".
        luma: strength for brightness; 1 is what the noise asks for, 0 leaves it.
        chroma: strength for colour, likewise.
    """

    method: Literal["auto", "fast", "best", "net", "off"] = "auto"
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
        method: "residual" (by local slopes along soft directions), "malvar" (by linear filters), "bilinear"
            (as Adobe's SDK), or "generic" (any pattern).
        quad: whether a quad-Bayer sensor is remosaiced at full size or binned to a quarter of its pixels.
    """

    method: Literal["residual", "malvar", "bilinear", "generic"] = "residual"
    quad: Literal["remosaic", "bin"] = "remosaic"


@dataclass(frozen=True)
class HighlightsChoice:
    """What happens where the sensor was full.

    Attributes:
        method: "rebuild" (from the planes that were not full and the colours around), "clip" (to neutral), or
            "off" (left as it is). A DNG's profile, whose tables end at white, has them clipped, as in Adobe's
            SDK, where others have them rebuilt.
    """

    method: Literal["rebuild", "clip", "off"] = "rebuild"


@dataclass(frozen=True)
class ExposureChoice:
    """Exposure to add.

    Attributes:
        baseline: whether the maker's own BaselineExposure is added.
        method: "metered" on the scene beyond that, "baseline" for nothing more, or "auto": metered where the
            look renders a photograph, not where it measures, and there a night is shown as one. By the others
            no scene is a night, in its noise and its white neither: daylight through a grey filter is none.
        ev: exposure value to add instead of the metered one, -20 to 20; None leaves it to the method. A night
            that is exposed by it has no tone of its own.
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
    """Every choice in the development of a raw frame, stage by stage.

    Attributes:
        corrections: which of the file's opcodes are applied.
        defects: whether single pixels are repaired.
        denoise: how noise is removed.
        white_balance: where it comes from.
        demosaic: how missing colours are interpolated.
        highlights: what happens where the sensor was full.
        exposure: what is added.
        deblur: whether known blur is undone.
        scale: rows and columns of the picture, of the sensor's: one of `SCALES`.
    """

    corrections: Corrections = field(default_factory=Corrections)
    defects: DefectsChoice = field(default_factory=DefectsChoice)
    denoise: DenoiseChoice = field(default_factory=DenoiseChoice)
    white_balance: WhiteBalanceChoice = field(default_factory=WhiteBalanceChoice)
    demosaic: DemosaicChoice = field(default_factory=DemosaicChoice)
    highlights: HighlightsChoice = field(default_factory=HighlightsChoice)
    exposure: ExposureChoice = field(default_factory=ExposureChoice)
    deblur: DeblurChoice = field(default_factory=DeblurChoice)
    scale: float = 1.0

    def __post_init__(self) -> None:
        if self.scale not in SCALES:
            raise ValueError(f"a picture has 1, 1.5 or 2 times the sensor's rows, not {self.scale:g}")

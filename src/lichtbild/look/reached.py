"""Reached: what a look's stages make of its targets, measured on patches.

Neutral patches tell tone and tint, patches of L* 50 and C* 15, 25 and 35 tell chroma and hue, a plain in
shadow beside a lit one tells the lift, and edges of several contrasts tell the overshoot. Everything runs
through the stages as a photograph does, by their kernels.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import cielab
from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.array import transformed
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.local_tone import LocalTone
from lichtbild.look.render import Render
from lichtbild.look.style import Style, style
from lichtbild.look.targets import Aim, Targets
from lichtbild.look.view import GREY
from lichtbild.look.vignette import Vignette

HUES_DEG: Final = tuple(range(0, 360, 30))
"""Hues whose chroma is averaged, degrees."""
LIGHTNESS: Final = 50.0
CHROMAS: Final = (15.0, 25.0, 35.0)
"""L* and C* of the coloured patches."""
SHADOW_EV: Final = -3.0
"""Light of the plain whose lift is measured, in EV around mid-grey."""
INPUT: Final = (5.0, 25.0, 75.0, 95.0)
"""L* in `natural` of the neutral light where the toe's slope is measured, between which contrast is, and
where the shoulder's slope is: a look is judged by what it makes of a plain picture."""
STEPS_EV: Final = np.arange(0.0, 6.0, 0.1)

Patches = Float[np.ndarray, "patch 3"]


@dataclass(frozen=True)
class Reached:
    """What a look reaches of one target.

    Attributes:
        aim: the target.
        value: what was measured.
    """

    aim: Aim
    value: float

    @property
    def is_met(self) -> bool:
        """Whether it is inside its tolerance."""
        return self.aim.is_met(self.value)

    @property
    def miss(self) -> float:
        """How far it lies from the wanted, in tolerances; of a limit, the share of it that is used."""
        return self.aim.miss(self.value)


def reached(style: Style, targets: Targets) -> tuple[Reached, ...]:
    """Every target of a look with what its stages reach."""
    return tuple(Reached(aim, measured(style, aim)) for aim in targets.aims)


def measured(style: Style, aim: Aim) -> float:
    """What a look's stages reach of one target."""
    return float(_MEASURES[aim.measure](style, aim.at))


def shown(style: Style, scene: Patches) -> Float[np.ndarray, "patch 3"]:
    """CIELAB of the picture of a list of colours, without local tone."""
    extent = Extent(1, len(scene))
    render = Render(None, style.monochrome, style.view, style.colour_mix, style.tone_bath)
    image = render(LinearImage(np.asarray(scene, np.float32)[None], Window.whole(extent), extent))
    return np.asarray(cielab.from_rec2020(np.asarray(image.samples[0], np.float64)))


def neutrals(exposures_ev: Any) -> Patches:
    """Neutral light so many EV from mid-grey."""
    return np.repeat(GREY * 2.0 ** np.atleast_1d(np.asarray(exposures_ev, float))[:, None], 3, axis=1)


def patches(hues_deg: Any) -> Patches:
    """Coloured patches of CIELAB hues, three of different chroma for each."""
    hue = np.radians(np.repeat(np.atleast_1d(np.asarray(hues_deg, float)), len(CHROMAS)))
    chroma = np.tile(CHROMAS, len(hue) // len(CHROMAS))
    lab = np.stack([np.full_like(hue, LIGHTNESS), chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1)
    return np.asarray(cielab.to_rec2020(lab))


def chroma_and_shift(lab: Float[np.ndarray, "patch 3"], hues_deg: Any) -> tuple[Any, Any]:
    """Chroma ratio and shift of hue in degrees of shown `patches`, means over their chromas.

    Args:
        lab: CIELAB of the picture of the patches.
        hues_deg: of the patches.
    """
    hue = np.repeat(np.atleast_1d(np.asarray(hues_deg, float)), len(CHROMAS))
    ratio = np.hypot(lab[:, 1], lab[:, 2]).reshape(-1, len(CHROMAS)) / np.array(CHROMAS)
    turned = (np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) - hue + 180) % 360 - 180
    return ratio.mean(axis=1), turned.reshape(-1, len(CHROMAS)).mean(axis=1)


def _tone(style: Style, exposures_ev: Any) -> Any:
    return shown(style, neutrals(exposures_ev))[:, 0]


def _slope(style: Style, _: float) -> float:
    low, high = _tone(style, [-1, 1])
    return float(high - low) / 2


def _step(style: Style, _: float) -> float:
    tone = _tone(style, STEPS_EV)
    # L* 99.5 and above is white: there a slope of 8 bits is none.
    slopes = np.diff(tone)[tone[1:] < 99.5]
    return float(np.abs(slopes[1:] / slopes[:-1] - 1).max(initial=0.0))


@cache
def natural_light(lightness: float) -> float:
    """Neutral light that `natural` shows with some L*."""
    exposures = np.linspace(-12, 8, 2001)
    return float(GREY * 2.0 ** np.interp(lightness, _tone(style("natural"), exposures), exposures))


def slope_ends(measure: str) -> tuple[float, float]:
    """L* in `natural` between which contrast, toe_slope or shoulder_slope is measured."""
    ends = {
        "contrast": INPUT[1:3],
        "toe_slope": (INPUT[0] - 1, INPUT[0] + 1),
        "shoulder_slope": (INPUT[3] - 1, INPUT[3] + 1),
    }
    low, high = ends[measure]
    return low, high


def _rise(style: Style, measure: str) -> float:
    """L* that a look puts between two neutrals, for one L* between them in `natural`."""
    ends = slope_ends(measure)
    light = np.array([natural_light(end) for end in ends])
    low, high = shown(style, np.repeat(light[:, None], 3, axis=1))[:, 0]
    return float(high - low) / (ends[1] - ends[0])


def _mean_chroma(style: Style, _: float) -> float:
    return float(chroma_and_shift(_coloured(style, HUES_DEG), HUES_DEG)[0].mean())


def _coloured(style: Style, hues_deg: Any) -> Any:
    """CIELAB of the shown patches, without the tint that neutrals of their lightness have."""
    return shown(style, patches(hues_deg)) - _tint(style, LIGHTNESS)


def _tint(style: Style, lightness: float) -> Any:
    """a* and b* of the neutral that is shown with some L*, behind a 0; nothing without a tone bath."""
    if style.tone_bath is None:
        return np.zeros(3)
    lab = shown(style, neutrals(np.linspace(-10, 10, 801)))
    return np.array([0.0, *(np.interp(lightness, lab[:, 0], lab[:, k]) for k in (1, 2))])


def _grey_by_hue(style: Style, hue_deg: float) -> float:
    """L* of coloured patches beyond that of the neutral with the same luminance."""
    grey = cielab.to_rec2020(np.array([[LIGHTNESS, 0.0, 0.0]]))
    return float(shown(style, patches(hue_deg))[:, 0].mean() - shown(style, grey)[0, 0])


def _lift(style: Style, _: float) -> float:
    """Gain in EV of a plain in shadow that fills half of a picture."""
    extent = Extent(64, 64)
    scene = np.full((64, 64, 3), GREY, np.float32)
    scene[:, :32] *= 2.0**SHADOW_EV
    image = LinearImage(scene, Window.whole(extent), extent)
    toned = LocalTone.of(image, style.local_tone, cell=1.0)(image)
    return float(np.log2(toned.samples[32, 8, 1] / scene[32, 8, 1]))


def _overshoot(style: Style, _: float) -> float:
    """Greatest share of an edge's step of lightness by which sharpening goes beyond the step's ends."""
    worst = 0.0
    extent = Extent(16, 24)
    for low, high in ((0.02, 0.9), (0.1, 0.4), (0.18, 0.3), (0.4, 0.8)):
        for softness in (0.2, 0.6, 1.2):
            along = 1 / (1 + np.exp(-(np.arange(24) - 11.5) / (softness / 2)))
            lines = np.repeat((low + (high - low) * along)[None, :, None], 3, axis=2)
            samples = np.repeat(lines, 16, axis=0).astype(np.float32)
            image = style.sharpen(LinearImage(samples, Window.whole(extent), extent))
            light = np.cbrt(transformed(np.asarray(image.samples), REC2020_TO_XYZ[1:2])[8, :, 0])
            ends = np.cbrt(low), np.cbrt(high)
            beyond = max(light.max() - ends[1], ends[0] - light.min())
            worst = max(worst, float(beyond) / float(ends[1] - ends[0]))
    return worst


def _vignette(style: Style, radius: float) -> float:
    """EV that even light gains so far from the middle of a picture of unknown lens, where its corner is 1."""
    if style.vignette is None:
        return 0.0
    # One pixel towards the corner is enough, of a picture so large that where in it does not matter.
    extent = Extent(3000, 4000)
    top, left = (min(int(side * (1 + radius) / 2), side - 1) for side in extent)
    even = LinearImage(np.ones((1, 1, 3), np.float32), Window(top, left, top + 1, left + 1), extent)
    seen = Vignette.of_law(style.vignette, extent)(even)
    return float(np.log2(seen.samples[0, 0, 1]))


_MEASURES: Final[dict[str, Callable[[Style, float], Any]]] = {
    "tone": lambda style, ev: _tone(style, ev)[0],
    "black": lambda style, _: shown(style, np.zeros((1, 3)))[0, 0],
    "slope": _slope,
    "step": _step,
    "contrast": lambda style, _: _rise(style, "contrast"),
    "toe_slope": lambda style, _: _rise(style, "toe_slope"),
    "shoulder_slope": lambda style, _: _rise(style, "shoulder_slope"),
    "mean_chroma": _mean_chroma,
    "chroma": lambda style, hue: chroma_and_shift(_coloured(style, hue), hue)[0][0],
    "shift": lambda style, hue: chroma_and_shift(_coloured(style, hue), hue)[1][0],
    "tint_a": lambda style, lightness: _tint(style, lightness)[1],
    "tint_b": lambda style, lightness: _tint(style, lightness)[2],
    "grey_by_hue": _grey_by_hue,
    "lift": _lift,
    "overshoot": _overshoot,
    "vignette": _vignette,
}

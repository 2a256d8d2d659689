"""Night: how light the picture of a dark scene may be, and the exposure that makes it so.

::

    luminance     of the scene, by ISO, time and f-number       L
    the eye       a white is as bright as in the scene          J = J_day (F(L) / F(display))^1/2
    the picture   a grey card is a grey card                    J_day
    mean          half way between them                         the darker the scene, the darker its picture

CIECAM16 has the brightness Q of a lightness J grow as J^1/2 F^1/4, where F is the factor of luminance-level
adaptation. Shown with the same Q on a display, the scene at its grey would have the eye's lightness above. A
photograph is no such match; its grey lies where the look has it. As everywhere in metering, each opinion has
half a vote, in the mean lightness of the picture; and a look may have a lower cap of its own. It is a cap as
well as an aim, and is missed where

    unlit parts   the darker quarter of the picture would become lighter than L* 12, or the look's own cap
    noise         mid-grey would have less than ten times its noise
    lamps         the hundredth part that is brightest would need to be tamed by more than 1 EV

Lamps beyond a display's reach are tamed by local tone, and parts as dark as their own noise sink back towards
where they were, by as much as Wiener's filter would take. With less local tone both are less; with none there
is neither.

The scene is a night up to 5 cd/m2, where cones alone begin to see, and none from the 16 cd/m2 on to which a
display adapts the eye; between the two the rule fades out.

Sources: Li et al., "Comprehensive color solutions: CAM16, CAT16, and CAM16-UCS", Color Research and
Application 42, 703 (2017), F_L and Q; CIE 191:2010, for 5 cd/m2; IEC 61966-2-1, for a display of 80 cd/m2, of
which a fifth adapts the eye; ISO 12232:2019, noise based speed, for the first acceptable image. The votes and
the limits of unlit parts and lamps are our own.
"""

from dataclasses import dataclass, replace
from math import log, log2, sqrt
from typing import Final

import numpy as np

from lichtbild.colour.brightness import MESOPIC, adaptation_factor
from lichtbild.colour.cielab import lightness
from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.array import transformed
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.local_tone import LocalTone, ToneTargets
from lichtbild.look.style import Style
from lichtbild.look.view import GREY

DISPLAY: Final = 16.0
"""Luminance in cd/m2 that a display adapts the eye to."""
UNLIT: Final = (25.0, 12.0)
"""Percentile of lightness up to which a picture counts as unlit, and the L* that it may reach."""
BRIGHT: Final = (99.0, 2.0)
"""Percentile of light that counts as lamps, and what it may reach, where white paper is 1."""
MOST_TAMED: Final = 1.0
"""EV by which lamps can be tamed beyond the look's own: half of their contrast is left at least."""
RANGE: Final = (-1.0, 8.0)
"""Least and most exposure in EV that a night is given beyond what its file asks for."""
ACCEPTABLE: Final = 10.0
"""Signal over noise of mid-grey in the first acceptable image."""
_WIENER: Final = log2(1 + 0.5**-2)
"""EV that Wiener's filter takes where light is half of its noise, as `local_tone.NOISE` ends."""
_LEAST: Final = 1e-9
_HALVINGS: Final = 10


@dataclass(frozen=True)
class Night:
    """What tells how a dark scene is shown.

    Attributes:
        luminance: mean of the scene in cd/m2, above 0.
        noise: slope and offset of the variance of its light, as it will be shown, before exposure.
        baseline: exposure in EV that the file asks for.
    """

    luminance: float
    noise: tuple[float, float] = (0.0, 0.0)
    baseline: float = 0.0

    @property
    def share(self) -> float:
        """1 for a night and 0 for a day."""
        return min(max(log(DISPLAY / self.luminance) / log(DISPLAY / MESOPIC), 0.0), 1.0)

    def light(self, ratio: float) -> float:
        """The light, before exposure, that is so many times its noise; a little above 0 at least."""
        slope, offset = (ratio**2 * part for part in self.noise)
        return max(0.5 * (slope + sqrt(slope**2 + 4 * offset)), _LEAST)


def mean_lightness(luminance: float, grey: float) -> float:
    """L* that the picture of a dark scene has in the mean, at most.

    Args:
        luminance: of the scene, cd/m2.
        grey: L* of mid-grey, as a look shows it.
    """
    share = adaptation_factor(luminance) / adaptation_factor(DISPLAY)
    return 0.5 * grey * (1 + sqrt(min(float(share), 1.0)))


def exposure_ev(
    style: Style, scene: LinearImage, night: Night, metered: float, *, strength: float = 1.0
) -> float:
    """Exposure in EV of a scene that may be a night's, sought with the local tone that it will have.

    Args:
        style: of the look.
        scene: a small picture of the scene's light before exposure.
        night: how dark it was.
        metered: exposure of a scene that is not dark.
        strength: factor on the look's local tone.
    """
    if night.share == 0:
        return metered
    grey = float(lightness(np.asarray(style.view.display(np.full((1, 1, 3), GREY)))[0, 0, 1]))
    wanted = min(mean_lightness(night.luminance, grey), style.night.mean_lightness)
    unlit = min(UNLIT[1], style.night.unlit_lightness)
    acceptable = log2(GREY / night.light(ACCEPTABLE))
    low, most = (night.baseline + limit for limit in RANGE)
    high = max(low, min(most, acceptable, MOST_TAMED - _above(scene)))

    def fits(ev: float) -> bool:
        """Whether neither the picture nor its unlit parts are lighter than they may be."""
        exposed = replace(scene, samples=scene.samples * np.float32(2.0**ev))
        targets = tone_targets(style.local_tone, exposed, night, ev, strength=strength)
        tone = LocalTone.of(exposed, targets, cell=1.0)
        toned = tone(exposed)
        seen = toned if style.monochrome is None else style.monochrome(toned)
        shown = np.asarray(lightness(_luminance(style.view(seen))))
        return bool(shown.mean() <= wanted and np.percentile(shown, UNLIT[0]) <= unlit)

    if fits(high):
        low = high
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if fits(middle) else (low, middle)
    return metered + night.share * (low - metered)


def tone_targets(
    wanted: ToneTargets, exposed: LinearImage, night: Night, ev: float, *, strength: float = 1.0
) -> ToneTargets:
    """What a look wants of local tone, at night: lamps tamed and noise not lifted.

    Args:
        wanted: by the look, of any scene.
        exposed: a small picture of the scene's light, exposed.
        night: how dark it was.
        ev: exposure that was added.
        strength: factor on the look's local tone; of what the night adds no more than all is done, for that
            is measured and not a matter of taste.
    """
    share = night.share * min(strength, 1.0)
    wanted = wanted.times(strength)
    return replace(
        wanted,
        tame_ev=wanted.tame_ev + share * min(max(_above(exposed), 0.0), MOST_TAMED),
        sink_ev=share * min(max(ev, 0.0), _WIENER),
        noise_ev=ev + log2(night.light(1.0) / GREY),
    )


def _above(scene: LinearImage) -> float:
    """EV by which lamps lie above what they may reach."""
    return log2(max(float(np.percentile(_luminance(scene), BRIGHT[0])), _LEAST) / BRIGHT[1])


def _luminance(image: LinearImage) -> np.ndarray:
    return np.asarray(transformed(np.asarray(image.samples), REC2020_TO_XYZ[1:2])[..., 0])

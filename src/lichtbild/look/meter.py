"""Look meter: what a rendering does to tone, chroma, hue and tint, in CIELAB under D65.

Patches of known colour go through the rendering, and what comes out is told against what went in:

::

    greys L* 0, 1 ... 100          ->  tone, black, white, contrast, tint
    exposures around mid-grey      ->  tone as a photographer counts it
    12 hues by 3 chromas by lights ->  chroma ratio, shift of hue, shift of lightness
    red, green and blue            ->  how a black-and-white picture sees them
    a grid of all colours          ->  the share that is cut off

What goes in is either the light of a *scene*, where white paper is 1 and lamps are brighter, or that of a
*finished* picture, as a filter gets it. A finished picture is taken as rendered by the look `natural`, so
that its tone too can be told by the scene's exposure.

A pair of pictures is measured by `lichtbild.look.pair_meter`, which gives the same nouns.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from jaxtyping import Complex, Float

from lichtbild.colour import cielab
from lichtbild.colour.transfer import SRGB
from lichtbild.core.array import transformed
from lichtbild.core.stage import NamedStage
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import ColourSpace
from lichtbild.look.encode import CURVES, from_rec2020
from lichtbild.look.lut import Lut, nodes
from lichtbild.look.readings import Readings
from lichtbild.look.style import style
from lichtbild.look.view import GREY

Light = Literal["finished", "scene"]
Colours = Float[np.ndarray, "_ 3"]
Render = Callable[[Colours], Colours]
"""Display-linear Rec.2020 for linear Rec.2020."""

LIGHTNESS: Final = np.linspace(0.0, 100.0, 21)
"""L* at which tone is told."""

EXPOSURES: Final = np.sort(np.append(np.arange(-6.0, 6.25, 0.5), np.log2(1 / GREY)))
"""EV around mid-grey at which tone is told; 2.47 is a perfect white."""

HUES: Final = np.arange(0.0, 360.0, 30.0)
"""CIELAB hues in degrees at which colours are told."""

CHROMAS: Final = (15.0, 25.0, 35.0)
LEVELS: Final[dict[Light, tuple[float, ...]]] = {
    "finished": (40.0, 50.0, 60.0, 70.0, 80.0),
    "scene": (50.0,),
}
"""L* of the coloured patches; a scene's are where a look's targets are."""

MONOCHROME: Final = 0.05
"""Mean chroma ratio below which a picture has no colours but its tint."""

_FINE: Final = np.linspace(0.0, 100.0, 101)
_STRIDE: Final = 5
_GRID: Final = 17
_CODE: Final = 1 / 255


@dataclass(frozen=True, eq=False)
class Measured:
    """What a look does.

    Attributes:
        light: what it is given.
        tone: L* shown, by the L* given to greys.
        exposure: L* shown, by the EV of a scene's greys around mid-grey.
        tint: a* and b* of greys, by the L* given.
        chroma: chroma shown over chroma given, by hue; the tint is taken off before.
        turn: shift of hue in degrees, by hue, counted as hue itself; NaN in a monochrome picture.
        shade: L* shown less that of the grey of the same L*, by hue.
        support: samples behind each hue's readings; infinite where patches were sent through.
        primaries: L* of pure sRGB red, green and blue; NaN where they are not known.
        reversals: falls of tone while light rises, the sum of L*.
        roughness: greatest change of slope between steps of 5 L*, in L* per L*.
        clipped: share of the colours inside the range that land on its border; NaN where that is not known.
        scatter: L* by which greys differ from the tone, as a root mean square: what is no function of colour.
    """

    light: Light
    tone: Readings
    exposure: Readings
    tint: tuple[Readings, Readings]
    chroma: Readings
    turn: Readings
    shade: Readings
    support: Float[np.ndarray, "12"]
    primaries: tuple[float, float, float]
    reversals: float
    roughness: float
    clipped: float
    scatter: float = 0.0

    @property
    def black(self) -> float:
        """L* of no light."""
        return self.tone(0.0)

    @property
    def white(self) -> float:
        """L* of the brightest light: of white paper in a finished picture, of a lamp in a scene."""
        return self.tone(100.0) if self.light == "finished" else float(self.exposure.value[-1])

    @property
    def contrast(self) -> float:
        """Slope of L* shown over L* given, between 25 and 75."""
        return (self.tone(75.0) - self.tone(25.0)) / 50

    @property
    def contrast_error(self) -> float:
        """Its standard error."""
        return float(np.hypot(self.tone.error_at(25.0), self.tone.error_at(75.0))) / 50

    @property
    def is_monochrome(self) -> bool:
        """Whether no colour is left but a tint."""
        return bool(self.chroma.mean < MONOCHROME)

    def tint_at(self, lightness: float) -> tuple[float, float]:
        """a* and b* of the grey of an L*."""
        a, b = self.tint
        return a(lightness), b(lightness)


def measured(render: Render, light: Light) -> Measured:
    """What a rendering does to patches.

    Args:
        render: what to measure; from linear Rec.2020, ``[patch, plane]``, to the same of the display's light.
        light: what it is made for; the light of a finished picture is 0 to 1 in sRGB.
    """
    shown = cielab.from_rec2020(render(np.asarray(cielab.to_rec2020(patches(light)))))
    return read(light, shown, _clipped(render) if light == "finished" else float("nan"))


def of_lut(lut: Lut, space: ColourSpace = ColourSpace.SRGB) -> Measured:
    """What a lookup table does to finished pictures in a space, of which those of sRGB are taken."""
    curve, to_space = CURVES[space], from_rec2020(space)

    def render(light: Colours) -> Colours:
        encoded = curve.encode(np.clip(transformed(light, to_space), 0.0, 1.0))
        return np.asarray(transformed(curve.decode(lut(encoded)), np.linalg.inv(to_space)))

    return measured(render, "finished")


def of_stages(stages: Sequence[NamedStage], light: Light = "scene") -> Measured:
    """What stages do that give each pixel from itself alone, such as those of `lichtbild.look.recipe`."""

    def render(colours: Colours) -> Colours:
        extent = Extent(1, len(colours))
        image = LinearImage(colours[None], Window.whole(extent), extent)
        for _, stage in stages:
            image = stage(image)
        return np.asarray(image.samples[0], float)

    return measured(render, light)


def patches(light: Light) -> Colours:
    """CIELAB of all patches: greys by L*, greys by exposure, pure red, green and blue, colours by hue."""
    scene = GREY * 2.0**EXPOSURES
    exposed = np.repeat(scene[:, None], 3, axis=1)
    if light == "finished":
        exposed = np.clip(style("natural").view.display(exposed), 0.0, 1.0)
    colours = _coloured(light)
    return np.concatenate(
        [
            np.column_stack([_FINE, np.zeros((len(_FINE), 2))]),
            cielab.from_rec2020(exposed),
            cielab.from_rec2020(_FROM_SRGB.T.copy()),
            np.column_stack([colours[:, 0].real, colours[:, 1].real, colours[:, 1].imag]),
        ]
    )


def read(light: Light, shown: Colours, clipped: float = float("nan")) -> Measured:
    """What the patches tell.

    Args:
        light: what they were made for.
        shown: CIELAB of `patches` after the look.
        clipped: share of colours that are cut off.
    """
    ends = np.cumsum([len(_FINE), len(EXPOSURES), 3])
    greys, exposed, primaries, colours = np.split(shown, ends)
    chroma, turn, shade = _by_hue(_coloured(light), colours, greys)
    tones = greys[::_STRIDE]
    red, green, blue = primaries[:, 0].tolist()
    return Measured(
        light,
        Readings.exact(LIGHTNESS, tones[:, 0]),
        Readings.exact(EXPOSURES, exposed[:, 0]),
        (Readings.exact(LIGHTNESS, tones[:, 1]), Readings.exact(LIGHTNESS, tones[:, 2])),
        chroma,
        turn,
        shade,
        np.full(len(HUES), np.inf),
        (red, green, blue),
        *_smoothness(greys[:, 0], tones[:, 0]),
        clipped,
    )


def _coloured(light: Light) -> Complex[np.ndarray, "n 3"]:
    """Patches by hue, of those that sRGB holds: L*, a* + i b*, and the place of the hue."""
    levels, places, chromas = np.meshgrid(LEVELS[light], np.arange(len(HUES)), CHROMAS, indexing="ij")
    colour = chromas * np.exp(1j * np.radians(HUES[places]))
    found = np.column_stack([levels.ravel(), colour.ravel(), places.ravel()])
    if light == "scene":
        return found
    lab = np.column_stack([found[:, 0].real, found[:, 1].real, found[:, 1].imag])
    codes = transformed(cielab.to_rec2020(lab), _TO_SRGB)
    return np.asarray(found[((codes >= 0) & (codes <= 1)).all(axis=-1)])


def _by_hue(
    given: Complex[np.ndarray, "n 3"], shown: Colours, greys: Colours
) -> tuple[Readings, Readings, Readings]:
    """Chroma ratio, shift of hue and of lightness by hue, as means over patches.

    Args:
        given: the coloured patches.
        shown: their CIELAB after the look.
        greys: CIELAB of the greys after the look.
    """
    # A toned picture's tint goes with the light that comes out, so that it is looked up there.
    rising = np.maximum.accumulate(greys[:, 0])
    tint = np.interp(shown[:, 0], rising, greys[:, 1]) + 1j * np.interp(shown[:, 0], rising, greys[:, 2])
    factor = (shown[:, 1] + 1j * shown[:, 2] - tint) / given[:, 1]
    shade = shown[:, 0] - np.interp(given[:, 0].real, _FINE, greys[:, 0])
    place = given[:, 2].real.astype(int)
    ratio, turn, darker = (
        np.bincount(place, each) / np.bincount(place)
        for each in (np.abs(factor), np.degrees(np.angle(factor)), shade)
    )
    return (
        Readings.exact(HUES, ratio),
        Readings.exact(HUES, np.where(ratio < MONOCHROME, np.nan, turn)),
        Readings.exact(HUES, darker),
    )


def _smoothness(fine: Float[np.ndarray, " n"], coarse: Float[np.ndarray, " m"]) -> tuple[float, float]:
    """Reversals and roughness of a tone, given finely and in steps of 5 L*; NaN is passed over."""
    steps = np.diff(fine[np.isfinite(fine)])
    bends = np.abs(np.diff(coarse, 2)) / (LIGHTNESS[1] - LIGHTNESS[0])
    known = bends[np.isfinite(bends)]
    return float(-steps[steps < 0].sum()), float(known.max()) if len(known) else float("nan")


def _clipped(render: Render) -> float:
    """Share of the colours inside the range of sRGB that a rendering brings to its border."""
    inside = nodes(_GRID)[1:-1, 1:-1, 1:-1].reshape(-1, 3).astype(float)
    shown = transformed(render(np.asarray(transformed(SRGB.decode(inside), _FROM_SRGB))), _TO_SRGB)
    codes = SRGB.encode(shown)
    return float(((codes <= _CODE / 2) | (codes >= 1 - _CODE / 2)).any(axis=-1).mean())


_TO_SRGB: Final = from_rec2020(ColourSpace.SRGB)
_FROM_SRGB: Final = np.linalg.inv(_TO_SRGB)

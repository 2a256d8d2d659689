"""Looks by name: which stages render a developed scene, and how its colours enter the output space."""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.errors import BadInput
from lichtbild.core.stage import LocalStage, NamedStage
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.metadata import Metadata
from lichtbild.image.picture import ColourSpace
from lichtbild.look import night as nights
from lichtbild.look.aces import AcesOutput
from lichtbild.look.brighten import Brighten
from lichtbild.look.encode import Encode, Gamut
from lichtbild.look.fit_gamut import FitGamut
from lichtbild.look.grain import tone_between
from lichtbild.look.local_tone import LocalTone
from lichtbild.look.night import Night
from lichtbild.look.profile import ProfileRender
from lichtbild.look.solve import read
from lichtbild.look.style import Style, style
from lichtbild.look.vignette import Vignette

ACES: Final = "aces2"
_VIEW: Final = "view"


@dataclass(frozen=True)
class Look:
    """A way to render a picture.

    Attributes:
        name: what to ask for it by.
        description: in one line.
        gamut: how colours that the output space lacks are brought into it.
        has_style: whether it has numbers: those of its text, or of the catalogue.
        text: the TOML of a look of one's own; None of a look that comes with the package.
        strength: how far it goes from `natural`, 0, over itself, 1, up to 1.5.
    """

    name: str
    description: str
    gamut: Gamut
    has_style: bool = False
    text: str | None = None
    strength: float = 1.0

    @property
    def is_profile(self) -> bool:
        """Whether the photograph's own DNG profile renders it; a look of one's own only bears that name."""
        return self.text is None and self.name == "profile"

    @property
    def is_aces(self) -> bool:
        """Whether the output transform of ACES 2 renders it."""
        return self.text is None and self.name == ACES

    @property
    def changes_nothing(self) -> bool:
        """Whether it leaves a finished picture as it is, at any strength."""
        return self.text is None and self.name == "natural"

    @property
    def renders(self) -> bool:
        """Whether it makes a photograph of a scene, of any exposure and for any display."""
        return self.has_style or self.is_aces

    @property
    def style(self) -> Style | None:
        """Its numbers at its strength; None where it has none."""
        if not self.has_style:
            return None
        own = style(self.name) if self.text is None else read(self.text.encode(), self.name)
        return own.at(self.strength)


LOOKS: Final = {
    look.name: look
    for look in (
        Look("linear", "matrix and encoding only: what quality is measured on", "clip"),
        Look("profile", "the rendering that the DNG carries for itself", "clip"),
        Look(
            "natural",
            "our view transform: a soft shoulder, true hues, a free path to white",
            "constant-hue",
            has_style=True,
        ),
        Look(
            "authentic",
            "deep shadows left dark, clear contrast, calm colours",
            "constant-hue",
            has_style=True,
        ),
        *(
            Look(name, description, "constant-hue", has_style=True)
            for name, description in (
                ("vibrant", "bright, open shadows, rich colours"),
                ("heritage", "strong contrast, muted colours, warm highlights"),
                ("modern", "low contrast, lifted black, nearly true colours"),
                ("ccd-day", "an early digital camera by day: steep, rich reds and blues, early white"),
                ("mono", "black and white, colours as light as the eye finds them"),
                ("mono-hard", "hard black and white through an orange filter: dark skies"),
                ("mono-hard-yellow", "hard black and white through a yellow filter: skies a little darker"),
                ("mono-hard-red", "hard black and white through a red filter: skies nearly black, lips pale"),
                ("mono-hard-green", "hard black and white through a green filter: light leaves, dark lips"),
                ("mono-hard-blue", "hard black and white through a blue filter: white skies, dark skin"),
                ("sepia", "black and white in a warm brown"),
                ("blue", "black and white in a cold blue"),
                ("selenium", "soft black and white whose shadows are a cool purple"),
            )
        ),
        Look(ACES, "the output transform of ACES 2, a stop brighter; needs OpenColorIO", "clip"),
    )
}
"""The looks, by name."""


def look_named(name: str, text: str | None = None, strength: float = 1.0) -> Look:
    """The look of a name.

    Args:
        name: of a look that comes with the package, or what to call the one that the text describes.
        text: TOML of a look of one's own.
        strength: 0 to 1.5, of a look with a style; see `Look`.

    Raises:
        BadInput: there is no such look, it has no strength, or the text describes none.
    """
    if text is not None:
        read(text.encode(), name)
        return Look(name, "a look of one's own", "constant-hue", True, text, strength)
    if name not in LOOKS:
        raise BadInput(
            f"there is no look '{name}'; choose one of {', '.join(LOOKS)}, or a look's file (NAME.toml)"
        )
    look = LOOKS[name]
    if strength != 1 and not look.has_style:
        able = ", ".join(look.name for look in LOOKS.values() if look.has_style)
        raise BadInput(f"the look '{name}' is what it is and has no strength; choose one of {able}")
    return replace(look, strength=strength)


def stages(  # noqa: PLR0913  a look's choices, and what is known of the scene
    look: Look,
    profile: ProfileRender | None = None,
    *,
    scene: LinearImage | None = None,
    cell: float = 16.0,
    local_tone: float | None = None,
    headroom: float = 0.0,
    space: ColourSpace = ColourSpace.SRGB,
    night: Night | None = None,
    ev: float = 0.0,
) -> tuple[NamedStage, ...]:
    """The look's stages from the developed scene to display-linear light, by name and in order.

    Args:
        look: which.
        profile: the rendering for the look "profile"; None renders by Adobe's default curve.
        scene: the whole picture as the look will get it, with a pixel for each cell; without it there is no
            local tone.
        cell: side of a cell in pixels of the picture.
        local_tone: factor on the look's own local tone; None is 1.
        headroom: stops by which the display's peak lies above the white of paper. The result then goes up to
            2^headroom, and highlights are not tamed. Only looks that render know how.
        space: of the picture, to whose primaries the look "aces2" keeps.
        night: how dark the scene was, where it may be a night's.
        ev: exposure that was added to the scene.

    Raises:
        BadInput: it has no rendition for a display with headroom, or what computes it is not installed.
    """
    own = look.style
    if headroom and not look.renders:
        able = ", ".join(one.name for one in LOOKS.values() if one.renders)
        raise BadInput(f"the look '{look.name}' has no HDR rendition; choose one of {able}")
    if look.is_profile:
        return (("profile", profile if profile is not None else ProfileRender()),)
    if look.is_aces:
        return ((ACES, AcesOutput(space, headroom)),)
    if own is None:
        return ()
    made: list[NamedStage] = []
    if scene is not None and local_tone != 0:
        strength = 1.0 if local_tone is None else local_tone
        wanted = own.local_tone
        wanted = (
            wanted.times(strength)
            if night is None
            else nights.tone_targets(wanted, scene, night, ev, strength=strength)
        )
        wanted = replace(wanted, tame_ev=0.0) if headroom else wanted
        made.append(("local_tone", LocalTone.of(scene, wanted, cell=cell)))
    return (*made, *_styled(_stage_name(look), own, headroom))


def exposure_ev(
    look: Look, scene: LinearImage, night: Night, metered: float, *, local_tone: float | None = None
) -> float:
    """Exposure in EV that the look gives a scene that may be a night's.

    A display with headroom is shown the same exposure, so that both renditions have the same mid-grey.

    Args:
        look: which; one without a style takes what was metered.
        scene: a small picture of the scene's light before exposure.
        night: how dark it was.
        metered: exposure of a scene that is not dark.
        local_tone: factor on the look's own local tone; None is 1.
    """
    own = look.style
    if own is None:
        return metered
    strength = 1.0 if local_tone is None else local_tone
    return nights.exposure_ev(own, scene, night, metered, strength=strength)


def _stage_name(look: Look) -> str:
    """What the stage is called that does most; a user's file may have another stage's name."""
    return look.name if look.text is None else _VIEW


def _styled(name: str, style: Style, headroom: float) -> tuple[NamedStage, ...]:
    view = replace(style.view, headroom=headroom)
    bath: LocalStage | None = style.tone_bath
    if headroom and style.tone_bath is not None:
        # A tint goes by the lightness of the plain picture, on every display.
        view, bath = style.view, Brighten(view, style.tone_bath)
    made = (
        ("monochrome", style.monochrome),
        (name, view),
        ("colour_mix", style.colour_mix),
        ("tone_bath", bath),
        ("lut", style.lut),
    )
    return tuple((name, stage) for name, stage in made if stage is not None)


def vignette(
    look: Look,
    illumination: Float[np.ndarray, "rows columns"] | None,
    amount: float | None = None,
    *,
    cell: float = 16.0,
    night: Night | None = None,
) -> tuple[NamedStage, ...]:
    """What the look leaves of the lens's fall-off, for the developed scene; no stage where that is nothing.

    Args:
        look: which.
        illumination: of the lens, relative, in cells, as far as it was corrected; None where it was not.
        amount: factor on the look's own share; None is 1.
        cell: side of a cell in pixels of the picture.
        night: how dark the scene was, where it may be a night's.
    """
    own = None if look.style is None else look.style.vignette
    if own is None or illumination is None:
        return ()
    kept = own.times(1.0 if amount is None else amount).at_night(0.0 if night is None else night.share)
    return (("vignette", Vignette.of_lens(illumination, kept.keep, cell=cell)),) if kept.keep else ()


def vignette_of_law(look: Look, extent: Extent, amount: float | None = None) -> Vignette | None:
    """The look's own fall-off, for a finished picture, which says nothing of its lens; as `vignette` else."""
    own = None if look.style is None else look.style.vignette
    kept = None if own is None else own.times(1.0 if amount is None else amount)
    return Vignette.of_law(kept, extent) if kept is not None and kept.corner_ev else None


def has_grain(look: Look, amount: float | None = None) -> bool:
    """Whether the look has grain, by a factor on its own."""
    own = None if look.style is None else look.style.grain
    return own is not None and own.granularity > 0 and amount != 0


def grain(
    look: Look, seed: int, amount: float | None = None, *, headroom: float = 0.0
) -> tuple[NamedStage, ...]:
    """The look's grain, for the picture at its final size; no stage where there is none.

    Args:
        look: which.
        seed: of the picture, 64 bits.
        amount: factor on the look's own granularity; None is 1.
        headroom: stops by which the display's peak lies above white. The grain is then that of the plain
            picture, so that a gain map between the two need not hold it.
    """
    own = look.style
    if own is None or own.grain is None or not has_grain(look, amount):
        return ()
    grown = replace(own.grain.times(1.0 if amount is None else amount), seed=seed)
    if headroom:
        shown, plain = (_grey_ramp(own, ev) for ev in (headroom, 0.0))
        grown = replace(grown, tone=tone_between(shown, plain))
    return (("grain", grown),)


def _grey_ramp(style: Style, headroom: float) -> Any:
    """Luminances that the style gives to greys from -20 to 14 EV around white."""
    light = np.exp2(np.linspace(-20, 14, 2048)).astype(np.float32)
    extent = Extent(1, len(light))
    image = LinearImage(np.repeat(light[None, :, None], 3, axis=2), Window.whole(extent), extent)
    for _, stage in _styled(_VIEW, style, headroom):
        image = stage(image)
    return np.maximum.accumulate(np.asarray(image.samples[0], np.float64) @ REC2020_TO_XYZ[1])


def by_pixel(style: Style) -> tuple[NamedStage, ...]:
    """The stages of a style from scene light to display light, each pixel by itself, but for its table."""
    return _styled(_VIEW, replace(style, lut=None), 0.0)


def sharpening(look: Look, amount: float | None = None) -> tuple[NamedStage, ...]:
    """The look's output sharpening, for the picture at its final size; no stage where there is none.

    Args:
        look: which.
        amount: factor on the look's own amount; None is 1.
    """
    own = look.style
    if own is None or amount == 0:
        return ()
    factor = 1.0 if amount is None else amount
    return (("sharpen", replace(own.sharpen, amount=factor * own.sharpen.amount)),)


def fitted(look: Look, space: ColourSpace, headroom: float) -> tuple[NamedStage, ...]:
    """The stage that keeps a rendition with headroom inside the space of the picture that it belongs to.

    Args:
        look: which; none is needed where it keeps to the space by itself.
        space: of the picture for common displays.
        headroom: stops by which the display's peak lies above the white of paper.
    """
    return (("fit_gamut", FitGamut(space, headroom)),) if look.gamut == "constant-hue" else ()


def encode(look: Look, space: ColourSpace, metadata: Metadata | None = None) -> Encode:
    """The stage that brings the look's picture into an output space."""
    own = look.style
    # A table's colours are those of a finished picture: in sRGB already, and not to be compressed again.
    gamut: Gamut = look.gamut if own is None or own.lut is None else "clip"
    return Encode(space, gamut, metadata if metadata is not None else Metadata())

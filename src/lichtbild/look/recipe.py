"""Looks by name: which stages render a developed scene, and how its colours enter the output space."""

from dataclasses import dataclass, replace
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.core.stage import NamedStage
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.metadata import Metadata
from lichtbild.image.picture import ColourSpace
from lichtbild.look import night as nights
from lichtbild.look.aces import AcesOutput
from lichtbild.look.encode import Encode, Gamut
from lichtbild.look.local_tone import LocalTone
from lichtbild.look.night import Night
from lichtbild.look.profile import ProfileRender
from lichtbild.look.solve import read
from lichtbild.look.style import Style, style

ACES: Final = "aces2"


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
    def renders(self) -> bool:
        """Whether it makes a photograph of a scene, of any exposure and for any display."""
        return self.has_style or self.name == ACES

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
    if look.name == "profile":
        return (("profile", profile if profile is not None else ProfileRender()),)
    if look.name == ACES:
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
    return (*made, *_styled(look.name, own, headroom))


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


def _styled(name: str, style: Style, headroom: float) -> tuple[NamedStage, ...]:
    made = (
        ("monochrome", style.monochrome),
        (name, replace(style.view, headroom=headroom)),
        ("colour_mix", style.colour_mix),
        ("tone_bath", style.tone_bath),
        ("lut", style.lut),
    )
    return tuple((name, stage) for name, stage in made if stage is not None)


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


def encode(look: Look, space: ColourSpace, metadata: Metadata | None = None) -> Encode:
    """The stage that brings the look's picture into an output space."""
    own = look.style
    # A table's colours are those of a finished picture: in sRGB already, and not to be compressed again.
    gamut: Gamut = look.gamut if own is None or own.lut is None else "clip"
    return Encode(space, gamut, metadata if metadata is not None else Metadata())

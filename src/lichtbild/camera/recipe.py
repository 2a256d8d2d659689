"""Recipe of a photograph: every choice from the raw file to the finished picture."""

from dataclasses import dataclass, field
from math import radians
from typing import Literal

from lichtbild.develop.geometry import Geometry
from lichtbild.develop.recipe import DevelopRecipe
from lichtbild.image.picture import ColourSpace
from lichtbild.look.recipe import Look, look_named


@dataclass(frozen=True)
class LookRecipe:
    """Which look renders the picture.

    Attributes:
        name: one of `lichtbild.look.recipe.LOOKS`, or what a look of one's own is called.
        profile: for the look "profile", the name of one of the file's profiles; None takes its default.
        local_tone: strength of the local tone mapping; 0 is none, 1 and None are the look's own, at most 2.
        sharpening: strength of the output sharpening, likewise.
        vignette: strength of the vignette, likewise, but at most 1.5.
        grain: strength of the grain, at most 2.
        strength: how far the look goes from `natural`, 0, over itself, 1, up to 1.5.
        text: TOML of a look of one's own, so that a recipe is whole without any other file.
        person_strength: the same as `strength`, on people alone; None makes no difference of them.
    """

    name: str = "natural"
    profile: str | None = None
    local_tone: float | None = None
    sharpening: float | None = None
    vignette: float | None = None
    grain: float | None = None
    strength: float = 1.0
    text: str | None = None
    person_strength: float | None = None

    def __post_init__(self) -> None:
        for name in ("strength", "person_strength"):
            strength = getattr(self, name)
            if strength is not None and not 0 <= strength <= 1.5:
                raise ValueError(f"{name} is 0 to 1.5, not {strength:g}")
        for name, most in (("local_tone", 2.0), ("sharpening", 2.0), ("vignette", 1.5), ("grain", 2.0)):
            strength = getattr(self, name)
            if strength is not None and not 0 <= strength <= most:
                raise ValueError(f"{name} is 0 to {most:g}, not {strength:g}")

    @property
    def look(self) -> Look:
        """The look.

        Raises:
            BadInput: there is none of this name, or the text describes none.
        """
        return look_named(self.name, self.text, self.strength)

    @property
    def idle(self) -> tuple[str, ...]:
        """The parts whose strength was chosen, but that the look has not.

        Raises:
            BadInput: as for `look`.
        """
        own = self.look.style
        fall, film = (None, None) if own is None else (own.vignette, own.grain)
        has = {
            "local_tone": own is not None,
            "sharpening": own is not None,
            "vignette": fall is not None and (fall.keep > 0 or fall.corner_ev < 0),
            "grain": film is not None and film.granularity > 0,
        }
        return tuple(part for part, held in has.items() if getattr(self, part) and not held)

    @property
    def on_people(self) -> Look | None:
        """The look on people; None where it is that of all.

        Raises:
            BadInput: as for `look`.
        """
        if self.person_strength is None or self.person_strength == self.strength:
            return None
        return look_named(self.name, self.text, self.person_strength)


@dataclass(frozen=True)
class GeometryRecipe:
    """How the picture is cropped and turned.

    Attributes:
        default_crop: whether the border that the maker leaves out is left out.
        upright: whether the picture is turned as the camera was held.
        flip: mirrored at which axis, after it was turned upright.
        quarter_turns: clockwise, after the flip.
        straighten_deg: turned clockwise by -45 to 45 degrees; the largest rectangle without empty corners
            is kept.
        crop: (left, top, right, bottom) of the part to keep, each 0 to 1 of the picture so far.
    """

    default_crop: bool = True
    upright: bool = True
    flip: Literal["none", "horizontal", "vertical"] = "none"
    quarter_turns: int = 0
    straighten_deg: float = 0.0
    crop: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)

    def __post_init__(self) -> None:
        Geometry(angle=radians(self.straighten_deg), crop=self.crop)  # refuses what cannot be shown
        if self.quarter_turns not in range(4):
            raise ValueError(f"a picture is turned by 0 to 3 quarter turns, not {self.quarter_turns}")


@dataclass(frozen=True)
class PortraitRecipe:
    """Whether the picture is blurred as a lens would have, and by which.

    Attributes:
        on: whether it is.
        lens: a lens of the catalogue.
        f_number: at least the lens's own, which None takes.
        focus_mm: distance in focus; None is that of the face or subject, or of what `focus_at` names.
        focus_at: (x, y) of what shall be in focus, each 0 to 1 of the picture as it was taken.
        strength: factor of all blur, 0 to 2.
        blades: of the diaphragm, 5 to 15, seen once the lens is stopped down; 0 for a round one.
        grain: whether blurred parts get back the noise that the sharp ones have.
    """

    on: bool = False
    lens: str = "double-gauss-50"
    f_number: float | None = None
    focus_mm: float | None = None
    focus_at: tuple[float, float] | None = None
    strength: float = 1.0
    blades: int = 0
    grain: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.strength <= 2:
            raise ValueError(f"the strength of a portrait's blur is 0 to 2, not {self.strength:g}")
        if self.f_number is not None and not 0.5 <= self.f_number <= 64:
            raise ValueError(f"an f-number is 0.5 to 64, not {self.f_number:g}")
        if self.focus_mm is not None and not self.focus_mm >= 100:
            raise ValueError(f"a portrait is in focus at 100 mm or farther, not at {self.focus_mm:g}")
        if self.focus_at is not None and not all(0 <= value <= 1 for value in self.focus_at):
            raise ValueError(f"a place in the picture is two numbers from 0 to 1, not {self.focus_at}")
        if self.focus_mm is not None and self.focus_at is not None:
            raise ValueError("a portrait's focus is a distance or a place, not both")
        if self.blades and not 5 <= self.blades <= 15:
            raise ValueError(f"a diaphragm has 5 to 15 blades, or 0 if it is round, not {self.blades}")


@dataclass(frozen=True)
class OutputRecipe:
    """What the picture is made for.

    Attributes:
        space: its primaries and transfer curve.
        quality: of lossy files, 1 to 100.
        bits: of a sample, where the file format leaves a choice; None takes the format's usual.
        long_edge: pixels of the longer side that the picture is reduced to; None keeps its size.
        max_bytes: size that a lossy file may have at most; its quality is lowered as far as needed.
        hdr: whether a JPEG also holds the picture for displays with headroom (Ultra HDR).
    """

    space: ColourSpace = ColourSpace.SRGB
    quality: int = 92
    bits: Literal[8, 10, 12, 16, 32] | None = None
    long_edge: int | None = None
    max_bytes: int | None = None
    hdr: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.quality <= 100:
            raise ValueError(f"quality is 1 to 100, not {self.quality}")
        if self.long_edge is not None and not 1 <= self.long_edge <= 65535:
            raise ValueError(f"long_edge is 1 to 65535 pixels, not {self.long_edge}")
        if self.max_bytes is not None and self.max_bytes < 1:
            raise ValueError(f"a file has at least a byte, so max_bytes cannot be {self.max_bytes}")


@dataclass(frozen=True)
class Recipe:
    """Every choice in the making of a photograph.

    Attributes:
        develop: how the scene is recovered.
        look: how the picture is rendered.
        geometry: how it is cropped and turned.
        output: what it is made for.
        portrait: whether it is blurred as by a lens.
    """

    develop: DevelopRecipe = field(default_factory=DevelopRecipe)
    look: LookRecipe = field(default_factory=LookRecipe)
    geometry: GeometryRecipe = field(default_factory=GeometryRecipe)
    output: OutputRecipe = field(default_factory=OutputRecipe)
    portrait: PortraitRecipe = field(default_factory=PortraitRecipe)

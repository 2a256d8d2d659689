"""Looks by name: which stages render a developed scene, and how its colours enter the output space."""

from dataclasses import dataclass
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.core.stage import NamedStage
from lichtbild.image.metadata import Metadata
from lichtbild.image.picture import ColourSpace
from lichtbild.look.encode import Encode, Gamut
from lichtbild.look.natural import natural
from lichtbild.look.profile import ProfileRender


@dataclass(frozen=True)
class Look:
    """A way to render a picture.

    Attributes:
        name: what to ask for it by.
        description: in one line.
        gamut: how colours that the output space lacks are brought into it.
    """

    name: str
    description: str
    gamut: Gamut


LOOKS: Final = {
    look.name: look
    for look in (
        Look("linear", "matrix and encoding only: what quality is measured on", "clip"),
        Look("profile", "the rendering that the DNG carries for itself", "clip"),
        Look(
            "natural", "our view transform: a soft shoulder, true hues, a free path to white", "constant-hue"
        ),
    )
}
"""The looks, by name."""


def look_named(name: str) -> Look:
    """The look of a name.

    Raises:
        BadInput: there is none.
    """
    if name not in LOOKS:
        raise BadInput(f"there is no look '{name}'; choose one of {', '.join(LOOKS)}")
    return LOOKS[name]


def stages(name: str, profile: ProfileRender | None = None) -> tuple[NamedStage, ...]:
    """The look's stages from the developed scene to display-linear light, by name and in order.

    Args:
        name: of the look.
        profile: the rendering for the look "profile"; None renders by Adobe's default curve.

    Raises:
        BadInput: there is no such look.
    """
    look = look_named(name)
    if look.name == "profile":
        return (("profile", profile if profile is not None else ProfileRender()),)
    if look.name == "natural":
        return (("natural", natural()),)
    return ()


def encode(name: str, space: ColourSpace, metadata: Metadata | None = None) -> Encode:
    """The stage that brings the look's picture into an output space.

    Raises:
        BadInput: there is no such look.
    """
    return Encode(space, look_named(name).gamut, metadata if metadata is not None else Metadata())

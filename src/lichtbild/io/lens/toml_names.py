"""Which media and coatings of a lens its TOML calls by name, and which of them it describes itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from lichtbild.io.lens.toml_media import AIR
from lichtbild.optics.lens import Lens
from lichtbild.optics.media import media as built_in
from lichtbild.optics.medium import Glass, MeasuredGlass, Medium
from lichtbild.optics.surface import Coating

T = TypeVar("T")


@dataclass(frozen=True)
class Names(Generic[T]):
    """Names of things in a file.

    Args:
        known: names that every reader knows already.
        described: names under which the file describes things itself.
    """

    known: Mapping[T, str]
    described: Mapping[T, str]

    def of(self, thing: T) -> str | None:
        """The name that stands for it; None where it is described in its place."""
        return self.known.get(thing) or self.described.get(thing)

    def own(self) -> tuple[tuple[str, T], ...]:
        """Names and things that the file describes, in the order in which light meets them."""
        return tuple((name, thing) for thing, name in self.described.items())


def named_media(lens: Lens) -> Names[Medium]:
    """Names of the lens's media: glasses of the built-in table are known, others the file describes."""
    media = dict.fromkeys(gap.medium for gap in lens.gaps)
    known: dict[Medium, str] = {
        medium: medium.name
        for medium in media
        if isinstance(medium, Glass) and built_in().get(medium.name) == medium
    }
    own = [
        (medium, medium.name)
        for medium in media
        if isinstance(medium, Glass | MeasuredGlass) and medium not in known
    ]
    return Names(known, _distinct(own, {AIR, *known.values()}))


def named_coatings(lens: Lens) -> Names[Coating]:
    """Names of the lens's coatings; one without a name is described where it is."""
    surfaces = (*lens.surfaces, lens.image)
    coatings = dict.fromkeys(surface.coating for surface in surfaces if surface.coating is not None)
    return Names({}, _distinct([(coating, coating.name) for coating in coatings if coating.name], set()))


def _distinct(things: Iterable[tuple[T, str]], taken: set[str]) -> dict[T, str]:
    """A name of its own for each thing: its usual one, numbered where that is taken."""
    names: dict[T, str] = {}
    for thing, usual in things:
        name, count = usual or "glass", 1
        while name in taken or name in names.values():
            count += 1
            name = f"{usual or 'glass'} ({count})"
        names[thing] = name
    return names

"""Glasses of Zemax files: by their names in catalogues, or by an index and an Abbe number."""

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final, TypeAlias

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.zemax_number import PLAIN, whole
from lichtbild.io.lens.zemax_text import Block, Line
from lichtbild.optics.medium import Air, Glass, Medium, ModelGlass

UNNAMED: Final = "___BLANK"
"""Name of a model glass that has none."""

MIRROR: Final = "MIRROR"

_UNKNOWN: Final = ((1.5, 40.0), (0.0, 0.0))
"""What stands after a catalogue's name where the program wrote no index and Abbe number."""

Called: TypeAlias = Callable[[str, float, float], Medium]
"""The medium of a name, beside which a file writes an index and an Abbe number."""


def names(media: Iterable[Medium], catalogues: tuple[str, ...]) -> Called:
    """What finds the media of a file by their names.

    Of several glasses with one name those of the catalogues that the file names come first; among them it is
    the one whose index and Abbe number are those beside the name, or, where they tell nothing, that of the
    catalogue named first.

    Args:
        media: those that come before the built-in ones.
        catalogues: as in the file.
    """
    from lichtbild.optics.media import find

    ranked = sorted(media, key=lambda medium: _rank(medium, catalogues))
    namesakes: dict[str, list[Glass]] = {}
    for medium in ranked:
        if isinstance(medium, Glass):
            namesakes.setdefault(medium.name.upper(), []).append(medium)

    @cache
    def called(name: str, index: float, abbe: float) -> Medium:
        try:
            found = find(name, ranked)
        except BadInput as error:
            raise BadInput(f"{error} (--glasses FILE.agf)") from error
        same = namesakes.get(found.name.upper(), []) if isinstance(found, Glass) else []
        listed = [glass for glass in same if _rank(glass, catalogues)[0] < len(catalogues)]
        same = listed or same
        if len(same) < 2 or (index, abbe) in _UNKNOWN:
            return found
        return min(same, key=lambda glass: round(_distance(glass, index, abbe), 4))

    return called


def _rank(medium: Medium, catalogues: tuple[str, ...]) -> tuple[int, bool]:
    """Place of a medium's catalogue among those of a file; editions such as SCHOTT_2023 come next."""
    maker = medium.catalogue.upper() if isinstance(medium, Glass) else ""
    own = _words(maker)
    ranks = (
        (place, name != maker)
        for place, name in enumerate(catalogues)
        if name == maker or (own and (own <= _words(name) or own >= _words(name) > set()))
    )
    return next(ranks, (len(catalogues), False))


def _words(name: str) -> set[str]:
    return set(re.findall(r"[A-Z]{3,}", name))


def _distance(glass: Glass, index: float, abbe: float) -> float:
    """How far a glass is from an index and an Abbe number, in ten-thousandths and thousandths."""
    from lichtbild.optics.glass import abbe_number, refractive_index
    from lichtbild.optics.spectral_line import D_LINE

    own_index, own_abbe = float(refractive_index(glass, D_LINE, None)), float(abbe_number(glass))
    return 1e4 * abs(own_index - index) + 1e3 * abs(own_abbe - abbe) / max(abs(abbe), 1.0)


def medium_of(block: Block, called: Called, usual: Medium | None) -> Medium | None:
    """What fills the gap after a surface.

    Args:
        block: the surface's lines.
        called: finds glasses.
        usual: where no glass is named.

    Raises:
        BadInput: no catalogue has the glass, or its numbers are no glass's.
    """
    line = block.line("GLAS")
    name = line.word(0, "") if line else ""
    if line is None or not name or name.upper() == MIRROR:
        return usual
    with line.blamed():
        if name.upper() == "AIR":
            return Air()
        index, abbe = (PLAIN.read(line.word(place, "0")) for place in (3, 4))
        if name.upper().startswith(UNNAMED) or whole(line.word(1, "0"), 0, 99) == 1:
            return _model(line, "" if name.upper() == UNNAMED else name, index, abbe)
        return called(name, index, abbe)


def _model(line: Line, name: str, index: float, abbe: float) -> ModelGlass:
    if not 0.5 <= index <= 10.0:
        raise BadInput(f"an index of {index:g} is no glass's; it lies between 0.5 and 10")
    return ModelGlass(index, abbe, PLAIN.read(line.word(5, "0")), name)


def renamed(block: Block, called: Called) -> list[str]:
    """A sentence where the glass after a surface goes by another name here."""
    line, medium = block.line("GLAS"), medium_of(block, called, None)
    if line is None or not isinstance(medium, Glass | ModelGlass):
        return []
    name = line.word(0)
    if medium.name.upper() == name.upper() or (name.upper() == UNNAMED and not medium.name):
        return []
    maker = f" of {medium.catalogue}" if isinstance(medium, Glass) else ""
    own = f"{medium.name}{maker}" if medium.name else "a model glass"
    return [f"surface {block.number}: its glass {name[:32]} is taken for {own}"]

"""Glasses as a CODE V sequence names them: of a catalogue, of the file's own, or by index and Abbe number."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.codev_text import Word, as_number, is_number
from lichtbild.optics.media import find
from lichtbild.optics.medium import Air, Medium, ModelGlass

MIRROR: Final = "REFL"

_FICTITIOUS: Final = re.compile(r"(\d{3,})\.(\d{2,})")
_SIX_DIGITS: Final = re.compile(r"(\d{3})(\d{3})")
_PAIR: Final = re.compile(r"([\d.]+):([-\d.]+)")


def glass_of(words: Sequence[Word], own: Mapping[str, Medium], extra: Iterable[Medium]) -> Medium | None:
    """The medium that the last words of a surface's line name; None behind a mirror.

    Args:
        words: none for air; a name; a fictitious glass such as ``517.642`` (index 1.517, Abbe number 64.2);
            ``1.5168:64.17``; or an index and an Abbe number.
        own: private glasses of the file, by name in capitals.
        extra: glasses that come before the built-in ones.

    Raises:
        BadInput: nobody knows the name, or it is no glass at all.
    """
    if not words:
        return Air()
    name = words[0].text.upper()
    if name in (MIRROR, "REFLECT"):
        return None
    if len(words) == 2 and is_number(words[0]) and is_number(words[1]):
        return _model(as_number(words[0]), as_number(words[1]))
    if len(words) > 1:
        raise BadInput(f"'{words[1].text[:40]}' behind the glass '{name[:40]}' has no meaning")
    if name in own:
        return own[name]
    if pair := _PAIR.fullmatch(name):
        return _model(as_number(Word(pair[1])), as_number(Word(pair[2])))
    if code := _FICTITIOUS.fullmatch(name) or _SIX_DIGITS.fullmatch(name):
        index, abbe = code.groups()
        return _model(float(f"1.{index}"), float(f"{abbe[:2]}.{abbe[2:] or '0'}"))
    if is_number(words[0]):
        return _model(as_number(words[0]), 0.0)
    return find(name, extra)


def _model(index: float, abbe: float) -> ModelGlass:
    if not 0.5 <= index <= 10.0:
        raise BadInput(f"an index of {index:g} is no glass's; it lies between 0.5 and 10")
    return ModelGlass(index, abbe)

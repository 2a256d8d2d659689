"""Stimulus: a picture that observers judge, by its names; and what a file's words and numbers may be."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lichtbild.core.errors import BadInput


@dataclass(frozen=True, order=True)
class Stimulus:
    """A picture that observers judge: a scene in a condition."""

    scene: str
    condition: str

    def __post_init__(self) -> None:
        check_name(self.scene, "a scene")
        check_name(self.condition, "a condition")


def check_name(name: str, what: str) -> None:
    """Refuse what cannot name a scene or a condition.

    Raises:
        BadInput: it is empty, too long, or holds a character that does not print.
    """
    if not 0 < len(name) <= 100 or not name.isprintable() or name != name.strip() or "|" in name:
        raise BadInput(f"{what} has a name of 1 to 100 printing characters without |, not {name[:100]!r}")


def check_text(text: str, what: str, most: int, *, empty: bool = False) -> None:
    """Refuse text that cannot be shown.

    Raises:
        BadInput: it is empty, too long, or holds control characters other than line breaks.
    """
    if not (text.strip() or empty) or len(text) > most:
        raise BadInput(f"{what} is a text of 1 to {most} characters, not of {len(text)}")
    if any(not letter.isprintable() and letter not in "\n\t" for letter in text):
        raise BadInput(f"{what} holds control characters; write it without them")


def check_range(value: float, least: float, most: float, what: str) -> None:
    """Refuse a number outside a range, its ends included.

    Raises:
        BadInput: it lies outside.
    """
    if not least <= value <= most:
        raise BadInput(f"{what} is {least:g} to {most:g}, not {value:g}")


def check_distinct(names: Sequence[str], what: str) -> None:
    """Refuse names of which one stands twice.

    Raises:
        BadInput: it does.
    """
    for name, count in Counter(names).items():
        if count > 1:
            raise BadInput(f"{what} names '{name[:80]}' twice; name it once")

"""Notes of Zemax files: pieces of text, the source of the lens first."""

from collections.abc import Iterable
from typing import Final

from lichtbild.io.lens.zemax_text import Line

_SOURCE: Final = "Source: "
"""Begins the first line of the notes where it names the patent or book."""

_END: Final = "4"
"""What stands after NOTE where a line of the notes ends."""


def notes_of(lines: Iterable[Line]) -> tuple[str, str]:
    """Source and notes that a file's lines give; where none says that a line ends, each piece is one."""
    pieces = [line.text for line in lines if line.key == "NOTE"]
    ends = any(piece.strip() == _END for piece in pieces)
    text = ("" if ends else "\n").join(
        "\n" if piece.strip() == _END else piece.removeprefix("0").removeprefix(" ") for piece in pieces
    )
    if not text.startswith(_SOURCE):
        return "", text
    source, _, notes = text.partition("\n")
    return source.removeprefix(_SOURCE), notes


def note_lines(source: str, notes: str) -> list[str]:
    """The lines of a file that give source and notes."""
    named = [f"{_SOURCE}{' '.join(source.split())}"] if source else []
    plain = notes.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    lines = [*named, *(plain.split("\n") if plain else [])]
    return [record for line in lines for record in (f"NOTE 0 {line}", f"NOTE {_END}")][:-1]

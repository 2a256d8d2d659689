"""Learning page: what was learned of a look, and for which colours it can be trusted, on one page."""

from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.figure.page import Block, Figure, Paragraph, Section, Table, page
from lichtbild.figure.png import png_bytes
from lichtbild.look.learn.lesson import Lesson
from lichtbild.look.lut import Lut, nodes

_SIDE: Final = 12
_LEVELS: Final = (0, 2, 4, 6, 8)
_WORST: Final = 6.0
"""CIEDE2000 from which the map is as dark as it becomes."""


def learning_page(lesson: Lesson, name: str) -> str:
    """Text of an HTML file.

    Args:
        lesson: what was learned.
        name: of the look.
    """
    told = (*lesson.told, *lesson.description.sentences)
    sections = [
        Section("What was learned", (*(Paragraph(f"{line[0].upper()}{line[1:]}.") for line in told),)),
        Section("Greys", (_greys(lesson.lut),)),
    ]
    if lesson.trust is not None:
        sections.append(Section("Trust", _trust_blocks(lesson)))
    return page(f"The look {name}", sections, subtitle="Learned from pictures", data=lesson.numbers)


def _greys(lut: Lut) -> Table:
    before = np.linspace(0.0, 1.0, 11)
    after = lut(np.repeat(before[:, None], 3, axis=1))
    rows = tuple(
        (float(code), *map(float, colour)) for code, colour in zip(255 * before, 255 * after, strict=True)
    )
    return Table(("grey before", "red after", "green after", "blue after"), rows, "Codes of 8 bits", digits=3)


def _trust_blocks(lesson: Lesson) -> tuple[Block, ...]:
    assert lesson.trust is not None
    asked = nodes(len(lesson.trust))
    after = lesson.lut(asked.astype(np.float64))
    words = (
        "Each square is a plane of the cube of colours at one level of blue, red growing downwards and green "
        "to the right. The darker a colour is drawn in the lower row, the less it can be trusted."
    )
    return (
        Paragraph(words),
        Figure(png_bytes(_planes(after)), "Colours after the look", wide=True),
        Figure(
            png_bytes(_planes(after * _faded(lesson.trust))), "The same, as far as it is trusted", wide=True
        ),
    )


def _faded(trust: Float[np.ndarray, "n n n"]) -> Float[np.ndarray, "n n n 1"]:
    return np.asarray(1 - np.clip(trust / _WORST, 0, 1))[..., None]


def _planes(colours: Float[np.ndarray, "n n n 3"]) -> Float[np.ndarray, "h w 3"]:
    """Planes of equal blue side by side."""
    chosen = [colours[:, :, level] for level in _LEVELS]
    drawn = [np.kron(plane, np.ones((_SIDE, _SIDE, 1))) for plane in chosen]
    gap = np.ones((len(drawn[0]), _SIDE, 3))
    parts = [part for plane in drawn for part in (plane, gap)][:-1]
    return np.asarray(np.concatenate(parts, axis=1), np.float32)

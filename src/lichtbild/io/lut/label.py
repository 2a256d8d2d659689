"""Label: what a lookup table's file says of itself, and what was found while reading it."""

from dataclasses import dataclass

from lichtbild.image.picture import ColourSpace
from lichtbild.look.lut import Lut


@dataclass(frozen=True)
class Label:
    """What is written into a file beside the table.

    Attributes:
        title: what the user chooses it by, such as ``authentic``.
        description: which look it is, with which strength, and the hash of the look's numbers.
        space: in which both the colours before and after the table are encoded: sRGB or Display P3.
    """

    title: str
    description: str = ""
    space: ColourSpace = ColourSpace.SRGB

    @property
    def line(self) -> str:
        """The description without line breaks and quotes, for formats that take one line."""
        return " ".join(self.description.replace('"', "'").split())


@dataclass(frozen=True, eq=False)
class FoundLut:
    """A table that was read.

    Attributes:
        lut: the table; its title is the file's.
        space: in which its colours are encoded, as far as the file says it.
        notes: what was unusual or mended, a sentence each.
    """

    lut: Lut
    space: ColourSpace = ColourSpace.SRGB
    notes: tuple[str, ...] = ()

"""What is measured of a look: one of the package or one's own, a table of another program, or a pair."""

from dataclasses import dataclass
from pathlib import Path

from lichtbild.core.errors import BadInput
from lichtbild.io.lut.as_look import read_lut
from lichtbild.io.picture_file import read_picture
from lichtbild.look import meter, pair_meter
from lichtbild.look.meter import Measured
from lichtbild.look.recipe import Look, look_named, stages

TABLES = (".cube", ".png", ".tif", ".tiff", ".xmp")
"""Suffixes of files that may hold a table of a look."""


@dataclass(frozen=True, eq=False)
class Subject:
    """What was measured.

    Attributes:
        name: of the look, or of its file.
        measured: the readings.
        against: those of what it is compared with; None where that is a picture left as it is.
    """

    name: str
    measured: Measured
    against: Measured | None = None


def of_look(look: Look) -> Subject:
    """A look as it renders scenes, beside the look `natural`.

    Raises:
        BadInput: what computes it is not installed.
    """
    natural = meter.of_stages(stages(look_named("natural")))
    return Subject(look.name, meter.of_stages(stages(look)), natural)


def of_table(path: Path) -> Subject:
    """A table of another program as a filter of finished pictures.

    Raises:
        BadFile: it cannot be read, or holds no sound table.
    """
    found = read_lut(path)
    return Subject(path.name, meter.of_lut(found.lut, found.space))


def of_pair(before: Path, after: Path) -> Subject:
    """What was done to a finished picture.

    Raises:
        BadFile: one of them cannot be read.
        BadInput: they do not fit one another.
    """
    pictures = (read_picture(before), read_picture(after))
    try:
        return Subject(f"{before.name} to {after.name}", pair_meter.of_pair(*pictures))
    except BadInput as error:
        raise BadInput(f"{before}, {after}: {error}") from error

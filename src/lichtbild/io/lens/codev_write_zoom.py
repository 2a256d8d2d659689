"""Configurations of a lens as zoom positions of a CODE V sequence."""

import re
from collections.abc import Iterator
from math import inf
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.codev_system import FIELDS
from lichtbild.io.lens.codev_write_surface import text_word
from lichtbild.io.lens.exact import plain, to_degrees
from lichtbild.optics.lens import Lens

_APERTURES: Final = {"f-number": "FNO", "entrance pupil diameter": "EPD", "object na": "NAO"}
_PATH: Final = re.compile(
    r"gaps\[(?P<gap>\d+)\]\.thickness|surfaces\[(?P<surface>\d+)\]\.(?P<shape>curvature|conic)"
    r"|fields\[(?P<field>\d+)\]\.(?P<axis>[xy])|(?P<aperture>aperture\.value)"
)


def zoom_lines(lens: Lens) -> Iterator[str]:
    """The zoom positions; none where the lens has one setting only.

    A number that a configuration leaves alone is written there as the lens has it.

    Raises:
        BadInput: a configuration changes what has no place in a .seq file.
    """
    if not lens.configurations:
        return
    yield f"ZOO {len(lens.configurations)}"
    yield "ZOO TIT"
    for position, configuration in enumerate(lens.configurations, start=1):
        yield f"TIT Z{position} {text_word(configuration.name)}"
    changed = [{change.path: change.value for change in entry.changes} for entry in lens.configurations]
    for path in dict.fromkeys(path for changes in changed for path in changes):
        command, usual = _command(path, lens)
        write = to_degrees if command[4:7] in ("XAN", "YAN") else plain
        values = [changes.get(path, usual) for changes in changed]
        yield " ".join([command, *("1e+20" if value == inf else write(value) for value in values)])


def _command(path: str, lens: Lens) -> tuple[str, float]:
    """The ZOO command for a path, and what the lens has there."""
    match = _PATH.fullmatch(path)
    try:
        if match is None:
            raise IndexError(path)
        if match["aperture"]:
            return f"ZOO {_APERTURES[lens.aperture.kind]}", lens.aperture.value
        if match["gap"]:
            return f"ZOO THI S{match['gap']}", lens.gaps[int(match["gap"])].thickness
        if match["field"]:
            suffix = next(end for end, kind in FIELDS.items() if kind == lens.field_kind)
            point = lens.fields[int(match["field"])]
            return f"ZOO {match['axis'].upper()}{suffix} F{int(match['field']) + 1}", getattr(
                point, match["axis"]
            )
        surface = lens.surfaces[int(match["surface"])]
        name = "CUY" if match["shape"] == "curvature" else "K"
        return f"ZOO {name} S{int(match['surface']) + 1}", getattr(surface, match["shape"])
    except IndexError as error:
        raise BadInput(f"a configuration changes '{path[:60]}', which has no place in a .seq file") from error

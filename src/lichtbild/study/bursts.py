"""Bursts: which of the files that are to be developed are frames of one photograph.

Only what the files say of their time makes a burst, never their names alone: two photographs that were taken
a minute apart are two photographs.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from math import isclose
from pathlib import Path
from typing import Final, Literal, TypeVar

from lichtbild.core.errors import BadInput
from lichtbild.image.metadata import Metadata, relative_exposures
from lichtbild.io import ledger
from lichtbild.io.capture import Capture, capture
from lichtbild.io.files import size

Choice = Literal["auto", "folder", "off"]
"""Bursts are recognised; all files of a folder are one; there are none."""

MOST_FRAMES: Final = 64
"""Of a burst; more in a row are a time lapse, of which each photograph is wanted."""

LONGEST_PAUSE_S: Final = 4.0
"""From the end of a frame to the beginning of the next one."""

LONGEST_BRACKET_PAUSE_S: Final = 1.0
"""Likewise between frames of differing exposure: a camera takes a bracket's at once, in tenths of a second,
which files that tell whole seconds may show as one. Photographs that a hand takes follow more slowly."""

MOST_APART: Final = 0.05
"""Share by which the exposures of two frames may differ that count as one."""

BAYER: Final = (2, 2)
"""Rows and columns of the colour filter arrays whose frames can be merged."""

MERGED: Final = ".merged"
"""End of the stem of a merged frame's file."""

_NO_FRAME: Final = re.compile(rf"(_left|_right|{re.escape(MERGED)})$")
"""Views of dual pixels (`lichtbild shoot`) and merged frames are frames of no burst."""

_NUMBERED: Final = re.compile(r"(.*?)(\d+)(\D*)", re.DOTALL)

_Item = TypeVar("_Item")
_Timed = tuple[float, Path]


def photographs(sources: Sequence[Path], choice: Choice = "auto") -> tuple[tuple[Path, ...], ...]:
    """The files of each photograph: those of a burst together, any other alone.

    Files are a burst where one camera took them in one folder, each beginning within `LONGEST_PAUSE_S` of the
    end of the one before, and at least two have one size; those of differing exposure are a bracket, and
    follow one another within `LONGEST_BRACKET_PAUSE_S`. A file that cannot be read belongs to it by its
    number. Byte-for-byte copies, and DNGs that do not say when they were taken or are no mosaic of 2 x 2
    pixels, stand alone, as do all other kinds of files.

    Args:
        sources: the files.
        choice: "auto"; "folder" takes all files of a folder for one burst, whatever they say; "off" none.

    Returns:
        photographs in the order of their first files; in each, the first frame of those that are alike,
        after which it is named, then the others in the order in which they were taken.

    Raises:
        BadInput: a folder that shall be one burst has too many files.
    """
    folders: dict[Path, list[Path]] = defaultdict(list)
    for path in dict.fromkeys(sources):
        if choice != "off" and not _is_no_frame(path):
            folders[path.parent].append(path)
    found = _whole if choice == "folder" else _recognised
    burst_of = {path: burst for paths in folders.values() for burst in found(paths) for path in burst}
    return tuple(dict.fromkeys(burst_of.get(path, (path,)) for path in sources))


def is_merged(path: Path) -> bool:
    """Whether a file's name says that it was merged from frames."""
    return path.stem.endswith(MERGED) and path.suffix.lower() == ".dng"


def groups(items: Sequence[_Item], fits: Callable[[_Item, _Item], bool]) -> list[list[_Item]]:
    """Items with the first group whose first item they fit, in order."""
    found: list[list[_Item]] = []
    for item in items:
        for group in found:
            if fits(group[0], item):
                group.append(item)
                break
        else:
            found.append([item])
    return found


def same_exposure(one: Metadata, other: Metadata) -> bool:
    """Whether two frames were given the same light and gain, within `MOST_APART`; unknown is like unknown."""
    first, second = relative_exposures((one, other))
    if first is None or second is None:
        return first is second
    return isclose(first, second, rel_tol=MOST_APART)


def _is_no_frame(path: Path) -> bool:
    """Whether a file's name says that it is a view of a frame, or was merged from frames."""
    return _NO_FRAME.search(path.stem) is not None


def _whole(paths: list[Path]) -> Iterator[tuple[Path, ...]]:
    """All files of a folder as one burst."""
    if len(paths) > MOST_FRAMES:
        raise BadInput(
            f"{paths[0].parent}: {len(paths)} files cannot be one burst, which has up to {MOST_FRAMES}; "
            "name fewer of them"
        )
    if len(paths) > 1:
        yield tuple(paths)


def _recognised(paths: list[Path]) -> Iterator[tuple[Path, ...]]:
    """The bursts among the files of a folder."""
    if len(paths) < 2:
        return
    known = {path: found for path in paths if (found := capture(path)) is not None}
    damaged = [path for path in paths if path.suffix.lower() == ".dng" and path not in known]
    cameras: dict[tuple[str, str, float | None], list[_Timed]] = defaultdict(list)
    for path, one in known.items():
        if (begun := one.begun_s) is not None and one.cfa is not None and one.cfa.extent == BAYER:
            told = one.metadata
            cameras[told.make, told.model, told.focal_length_mm].append((begun, path))
    for timed in cameras.values():
        for row in _rows(timed, known):
            frames = _without_copies(row)
            fit = max(groups(frames, lambda a, b: _fit(known[a], known[b])), key=len)
            alike = max(
                groups(fit, lambda a, b: same_exposure(known[a].metadata, known[b].metadata)), key=len
            )
            if len(fit) > 1 and len(frames) <= MOST_FRAMES:
                alone = known.keys() <= set(frames)
                lost = [path for path in damaged if _is_numbered_among(path, frames, alone)]
                yield (alike[0], *(path for path in frames if path != alike[0]), *lost)


def _rows(timed: list[_Timed], known: dict[Path, Capture]) -> Iterator[list[_Timed]]:
    """Files of one camera that follow one another without a longer pause."""
    row: list[_Timed] = []
    for begun, path in sorted(timed):
        if row and begun - _end(row[-1], known) > _longest_pause(known[row[-1][1]], known[path]):
            yield row
            row = []
        row.append((begun, path))
    yield row


def _longest_pause(one: Capture, next_one: Capture) -> float:
    alike = same_exposure(one.metadata, next_one.metadata)
    return LONGEST_PAUSE_S if alike else LONGEST_BRACKET_PAUSE_S


def _end(timed: _Timed, known: dict[Path, Capture]) -> float:
    begun, path = timed
    return begun + (known[path].metadata.exposure_time_s or 0.0)


def _without_copies(row: list[_Timed]) -> list[Path]:
    """The files without copies of another one, from which nothing new is learned."""
    alike = Counter((begun, size(path)) for begun, path in row)
    originals: dict[tuple[float, int, str], Path] = {}
    for begun, path in row:
        known = begun, size(path)
        originals.setdefault((*known, ledger.digest(path) if alike[known] > 1 else ""), path)
    return list(originals.values())


def _fit(one: Capture, other: Capture) -> bool:
    """Whether the merge can take both: of one exposure, or of two that are known."""
    known = all(relative_exposures((one.metadata, other.metadata)))
    return (
        one.extent == other.extent
        and one.cfa == other.cfa
        and one.active_area == other.active_area
        and (known or same_exposure(one.metadata, other.metadata))
    )


def _is_numbered_among(path: Path, frames: list[Path], alone: bool) -> bool:
    """Whether a file that cannot be read is a burst's frame by its number.

    Args:
        path: the file.
        frames: of the burst.
        alone: whether the folder's other files are all the burst's, so that the number need not lie between
            theirs.
    """
    parts = _NUMBERED.fullmatch(path.stem)
    others = [found for frame in frames if (found := _NUMBERED.fullmatch(frame.stem))]
    numbers = [int(other[2]) for other in others if parts and other.group(1, 3) == parts.group(1, 3)]
    if parts is None or not numbers:
        return False
    return alone or min(numbers) < int(parts[2]) < max(numbers)

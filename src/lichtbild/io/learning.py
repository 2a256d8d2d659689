"""Learning: looks from the pictures in files."""

from collections.abc import Sequence
from pathlib import Path

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.learned_look import read_srgb
from lichtbild.look.learn import lesson
from lichtbild.look.learn.lesson import Lesson
from lichtbild.look.learn.pairs import check_sizes


def from_pairs(paths: Sequence[tuple[Path, Path]], hold_out: bool = False) -> Lesson:
    """A look from files before and after it; see `lichtbild.look.learn.lesson.from_pairs`.

    Raises:
        BadInput: a file cannot be read, or the pictures are no pairs.
    """
    for before, after in paths:
        if before.exists() and after.exists() and before.samefile(after):
            raise BadInput(
                f"{before}: is given as before and after; give one picture without the look and one with it"
            )
    pictures = [(read_srgb(before), read_srgb(after)) for before, after in paths]
    for (before, after), (first, second) in zip(paths, pictures, strict=True):
        if first.shape != second.shape:
            sizes = " and ".join(f"{one.shape[1]} x {one.shape[0]}" for one in (first, second))
            raise BadFile(
                after, f"differs in size from {before} ({sizes}); export both uncropped at one size"
            )
    for (before, after), pair in zip(paths, pictures, strict=True):
        try:
            check_sizes(*pair)
        except BadInput as error:
            raise BadInput(f"{before}, {after}: {error}") from error
    try:
        return lesson.from_pairs(pictures, hold_out)
    except BadInput as error:
        named = ", ".join(map(str, paths[0])) if len(paths) == 1 else f"{len(paths)} pairs"
        raise BadInput(f"{named}: {error}") from error


def from_chart(after: Path, before: Path | None = None) -> Lesson:
    """A look from files of our chart; see `lichtbild.look.learn.lesson.from_chart`.

    Raises:
        BadInput: a file cannot be read, or the chart is not found.
    """
    names = [str(path) for path in (after, before) if path is not None]
    return lesson.from_chart(read_srgb(after), None if before is None else read_srgb(before), names)


def from_finished(finished: Sequence[Path], plain: Sequence[Path] = ()) -> Lesson:
    """A look from finished files; see `lichtbild.look.learn.lesson.from_finished`.

    Raises:
        BadInput: there is none, or one cannot be read or says nothing.
    """
    if not finished:
        raise BadInput("--finished needs pictures that have the look; name one or more, five are good")
    names = [str(path) for path in (*finished, *plain)]
    return lesson.from_finished(
        [read_srgb(one) for one in finished], [read_srgb(one) for one in plain], names
    )

"""Finished pictures that are given a look: which become which."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.image.picture import ColourSpace
from lichtbild.io import ledger
from lichtbild.io.export import BITS, check
from lichtbild.io.files import PICTURE_SUFFIXES, expand, expand_deep
from lichtbild.study.batch import place_below, refuse_collisions
from lichtbild.study.job import Job

_WRITTEN: Final = tuple(suffix for suffix in BITS if suffix != ".exr")


def plan(
    inputs: Sequence[str], output: Path | None, suffix: str | None, look: str, *, deep: bool = False
) -> tuple[Job, ...]:
    """The jobs for finished pictures: files, folders and patterns.

    In a folder, what was made here from another of its pictures is left alone, so that a second look does not
    come on top of the first.

    Args:
        inputs: files; folders, of which every picture is taken; patterns such as ``*.jpg``.
        output: the file to write, for a single picture; a folder; or None, to write beside each input with
            the look's name added.
        suffix: of the files to write, where ``output`` names none; None keeps each picture's own, but writes
            JPEG where that cannot be written.
        look: name of the look.
        deep: whether folders below the given ones are searched too; below ``output`` they are made again.

    Raises:
        BadInput: nothing matches, two pictures would become one file, or one would replace its source.
    """
    sources: dict[Path, Path] = {}
    for entry in inputs:
        found = (expand_deep if deep else expand)(entry, PICTURE_SUFFIXES)
        kept = _not_made_here(found) if Path(entry).is_dir() else found
        sources |= {source: place_below(source, entry) for source in kept}
    if not sources:
        raise BadInput(f"no picture in {', '.join(inputs)}; name pictures, or another folder")
    if suffix is not None and suffix not in _WRITTEN:
        raise BadInput(f"'{suffix}' is no format of pictures; choose one of {', '.join(_WRITTEN)}")
    if output is not None and output.suffix and not output.is_dir():
        jobs: tuple[Job, ...] = (_single(list(sources), output),)
    else:
        jobs = tuple(
            Job(source, _target(source, output, place, suffix or _own(source), look))
            for source, place in sources.items()
        )
    refuse_collisions(jobs)
    return jobs


def _single(sources: Sequence[Path], output: Path) -> Job:
    if output.suffix.lower() not in _WRITTEN:
        raise BadInput(f"'{output.suffix}' is no format of pictures; choose one of {', '.join(_WRITTEN)}")
    if len(sources) > 1:
        raise BadInput(f"{output}: {len(sources)} pictures cannot become one; name a folder with -o")
    return Job(sources[0], output, named=True)


def _target(source: Path, output: Path | None, place: Path, suffix: str, look: str) -> Path:
    if output is None:
        return source.with_name(f"{source.stem}_{look}{suffix}")
    return output / place / f"{source.stem}{suffix}"


def _own(source: Path) -> str:
    """The suffix that a picture keeps; JPEG where we cannot write its own kind."""
    suffix = source.suffix.lower()
    try:
        check(suffix, ColourSpace.SRGB)
    except BadInput:
        return ".jpg"
    return source.suffix


def _not_made_here(found: Sequence[Path]) -> list[Path]:
    """The pictures without those that the ledger of their folder knows, named after another of them."""
    stems = {(path.parent, path.stem) for path in found}
    known = {folder: ledger.read(folder) for folder in {path.parent for path in found}}

    def is_made(path: Path) -> bool:
        parts = path.stem.split("_")
        befores = ("_".join(parts[:count]) for count in range(1, len(parts)))
        return path.name in known[path.parent] and any((path.parent, stem) in stems for stem in befores)

    return [path for path in found if not is_made(path)]

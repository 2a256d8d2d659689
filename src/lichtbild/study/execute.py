"""What is done for one job: read, develop, write, and note it in the ledger."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from lichtbild.camera import photograph
from lichtbild.camera.recipe import Recipe
from lichtbild.core.chain import silent
from lichtbild.core.errors import BadInput, CannotWrite, LichtbildError
from lichtbild.develop.development import is_guessed
from lichtbild.image.picture import Picture
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io import ledger
from lichtbild.io.atomic import replacing
from lichtbild.io.dump import dump
from lichtbild.io.reader import read
from lichtbild.study.job import Job, Outcome, Settings
from lichtbild.study.rendition import write


def execute(
    job: Job, settings: Settings, made_from: str = "", progress: Callable[[float], None] = silent
) -> Outcome:
    """What came of a job that is to be done; a file that cannot be read or written is an outcome, no error.

    Args:
        job: what to develop.
        settings: how.
        made_from: the key that the ledger remembers it by.
        progress: called with the finished share, 0 to 1.
    """
    start = time.perf_counter()
    try:
        pixels, notes = _develop(job, settings, made_from, progress)
    except LichtbildError as error:
        return Outcome(job, "failed", str(error), error.exit_code, time.perf_counter() - start)
    except MemoryError:
        words = f"{job.source}: there is not enough memory for it; use fewer workers (-j 1)"
        return Outcome(job, "failed", words, 3, time.perf_counter() - start)
    return Outcome(job, "done", notes, seconds=time.perf_counter() - start, pixels=pixels)


def _develop(
    job: Job, settings: Settings, made_from: str, progress: Callable[[float], None]
) -> tuple[int, str]:
    """Develop one file; returns the number of its pixels and what its user should be told."""
    source = read(job.source, settings.layout)
    recipe = settings.recipe
    for name in settings.dumps:
        noun = photograph.intermediate(source, recipe, name, threads=settings.threads)
        dump(noun, job.target.with_name(f"{job.target.stem}.{name}.tiff"))
    pixels = _write(source, job, settings, made_from, progress)
    notes = "; ".join(_assumptions(source, recipe)) if isinstance(source, RawFrame) else ""
    return pixels, notes


def _write(
    source: RawFrame | Picture,
    job: Job,
    settings: Settings,
    made_from: str,
    progress: Callable[[float], None],
) -> int:
    """Write the photograph, and between its last byte and its name, the ledger; returns its pixels."""
    if job.named:
        return write(source, job.target, settings, progress)

    def note(draft: Path) -> None:
        ledger.append(job.target.parent, ledger.Entry(job.target.name, made_from, ledger.digest(draft)))

    with replacing(job.target, note) as draft:
        try:
            return write(source, draft, settings, progress)
        except (BadInput, CannotWrite) as error:  # its sentence shall name the photograph, not the draft
            raise type(error)(str(error).replace(str(draft), str(job.target))) from error


def _assumptions(frame: RawFrame, recipe: Recipe) -> Iterator[str]:
    """What was not known from the file and had to be estimated or assumed, in words."""
    yield from frame.notes
    if frame.colour.estimated:
        yield frame.colour.estimated
    if recipe.develop.white_balance.method == "as-shot" and is_guessed(frame):
        yield "the file states no white balance, so it was estimated from the scene (shades of grey)"

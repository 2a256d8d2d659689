"""Many files, one after the other: which become which, and what came of each."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lichtbild.camera import photograph
from lichtbild.camera.recipe import Recipe
from lichtbild.core.errors import BadInput, LichtbildError
from lichtbild.develop.development import is_guessed
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.dump import dump
from lichtbild.io.export import BITS, check, save
from lichtbild.io.files import expand, make_folder
from lichtbild.io.reader import read


@dataclass(frozen=True)
class Job:
    """One file to develop and where its photograph goes."""

    source: Path
    target: Path


@dataclass(frozen=True)
class Outcome:
    """What came of a job.

    Attributes:
        job: which.
        status: "done"; "skipped", because the target was there; or "failed".
        message: what went wrong, or what the user should know.
        exit_code: 0, or that of the error.
        seconds: time it took.
    """

    job: Job
    status: Literal["done", "skipped", "failed"]
    message: str = ""
    exit_code: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Settings:
    """What holds for every job of a batch.

    Attributes:
        recipe: how to develop.
        layout: TOML that says how headerless files are laid out; None looks beside each file.
        dumps: names of stages whose result is written too.
        overwrite: whether a target that is there is replaced.
        threads: tiles computed at a time.
    """

    recipe: Recipe
    layout: Path | None = None
    dumps: tuple[str, ...] = ()
    overwrite: bool = False
    threads: int = 1


def thread_count(wanted: int) -> int:
    """The number of threads to use: ``wanted``, or for 0 one for every core that this process may use."""
    if wanted:
        return wanted
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def plan(inputs: Sequence[str], output: Path | None, suffix: str, look: str) -> tuple[Job, ...]:
    """The jobs for files, folders and patterns.

    Args:
        inputs: files; folders, of which every readable file is taken; patterns such as ``*.dng``.
        output: the file to write, for a single input; a folder; or None, to write beside each input with the
            look's name added, so that no camera's own JPEG is ever replaced.
        suffix: of the files to write, where ``output`` names none.
        look: name of the look.

    Raises:
        BadInput: nothing matches, two inputs would become one file, or a file would replace its source.
    """
    sources = [source for entry in inputs for source in expand(entry)]
    if not sources:
        raise BadInput(f"no raw file in {', '.join(inputs)}; name a file, or another folder")
    single = output is not None and output.suffix.lower() in BITS and not output.is_dir()
    if single and len(sources) > 1:
        raise BadInput(f"{output}: {len(sources)} files cannot become one; name a folder with -o")
    if output is not None and output.suffix and not single and not output.is_dir():
        raise BadInput(f"'{output.suffix}' is no format we write; choose one of {', '.join(BITS)}")
    jobs = tuple(Job(source, _target(source, output, single, suffix, look)) for source in sources)
    _refuse_collisions(jobs)
    return jobs


def run(jobs: Sequence[Job], settings: Settings, progress: Callable[[Job, float], None]) -> Iterator[Outcome]:
    """What came of each job, one after the other; a bad file fails alone.

    Raises:
        BadInput: the recipe cannot be written in the format of a target.
        CannotWrite: a folder of the targets cannot be made.
    """
    output = settings.recipe.output
    for job in jobs:
        check(job.target.suffix, output.space, output.quality, output.bits)
    for folder in {job.target.parent for job in jobs}:
        make_folder(folder)
    for job in jobs:
        start = time.perf_counter()
        if job.target.exists() and not settings.overwrite:
            yield Outcome(job, "skipped", f"{job.target} is there; --overwrite replaces it")
            continue
        try:
            notes = _develop(job, settings, lambda share, job=job: progress(job, share))  # type: ignore[misc]
        except LichtbildError as error:
            yield Outcome(job, "failed", str(error), error.exit_code, time.perf_counter() - start)
        else:
            yield Outcome(job, "done", notes, seconds=time.perf_counter() - start)


def _develop(job: Job, settings: Settings, progress: Callable[[float], None]) -> str:
    """Develop one file; returns what its user should be told."""
    source = read(job.source, settings.layout)
    recipe = settings.recipe
    for name in settings.dumps:
        noun = photograph.intermediate(source, recipe, name, threads=settings.threads)
        dump(noun, job.target.with_name(f"{job.target.stem}.{name}.tiff"))
    picture = photograph.develop(source, recipe, threads=settings.threads, progress=progress)
    save(picture, job.target, quality=recipe.output.quality, bits=recipe.output.bits)
    return "; ".join(_assumptions(source, recipe)) if isinstance(source, RawFrame) else ""


def _assumptions(frame: RawFrame, recipe: Recipe) -> Iterator[str]:
    """What was not known from the file and had to be estimated or assumed, in words."""
    yield from frame.notes
    if frame.colour.estimated:
        yield frame.colour.estimated
    if recipe.develop.white_balance.method == "as-shot" and is_guessed(frame):
        yield "the file states no white balance, so it was estimated from the scene (shades of grey)"


def _target(source: Path, output: Path | None, single: bool, suffix: str, look: str) -> Path:
    if output is None:
        return source.with_name(f"{source.stem}_{look}{suffix}")
    return output if single else output / f"{source.stem}{suffix}"


def _refuse_collisions(jobs: Sequence[Job]) -> None:
    sources = {job.source.resolve() for job in jobs}
    seen: dict[Path, Path] = {}
    for job in jobs:
        target = job.target.resolve()
        if target in sources:
            raise BadInput(
                f"{job.target}: this would replace a file that is to be developed; name another with -o"
            )
        if target in seen:
            raise BadInput(f"{job.source} and {seen[target]} would both become {job.target}; use two folders")
        seen[target] = job.source

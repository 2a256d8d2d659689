"""Many files: which become which, and what came of each."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from lichtbild.core.errors import BadInput
from lichtbild.io import ledger, machine
from lichtbild.io.atomic import clear_drafts
from lichtbild.io.files import expand, expand_deep, make_folder, size
from lichtbild.study import bursts, resume, workers
from lichtbild.study.job import Job, Outcome, Settings, written

_MEMORY_FIXED = 400 << 20
_MEMORY_PER_BYTE = 15
_MEMORY_PER_OTHER_BYTE = 9
"""Memory of a worker in bytes: for itself, for each byte of the file that it develops, and for each byte of
the other frames of a burst, whose codes are held until they are merged."""


@dataclass(frozen=True)
class Task:
    """One job for a worker, with what the ledger knows of the files that it writes."""

    job: Job
    settings: Settings
    known: Mapping[str, ledger.Entry]


def thread_count(wanted: int) -> int:
    """The number of cores to use: ``wanted``, or for 0 every core that this process may use."""
    return wanted or machine.cores()


def plan(
    inputs: Sequence[str],
    output: Path | None,
    suffix: str,
    look: str,
    *,
    deep: bool = False,
    burst: bursts.Choice = "auto",
) -> tuple[Job, ...]:
    """The jobs for files, folders and patterns.

    Merged frames that were written beside photographs are left alone where raw files are given too.

    Args:
        inputs: files; folders, of which every readable file is taken; patterns such as ``*.dng``.
        output: the file to write, for a single photograph; a folder; or None, to write beside each input with
            the look's name added, so that no camera's own JPEG is ever replaced.
        suffix: of the files to write, where ``output`` names none.
        look: name of the look.
        deep: whether folders below the given ones are searched too; below ``output`` they are made again.
        burst: which files are frames of one photograph (`bursts.photographs`).

    Raises:
        BadInput: nothing matches, two photographs would become one file, one would replace its source, or a
            folder has too many files for a burst.
    """
    from lichtbild.io.export import BITS

    places = {source: place_below(source, entry) for entry in inputs for source in _expanded(entry, deep)}
    sources = [source for source in places if not bursts.is_merged(source)] or list(places)
    if not sources:
        raise BadInput(f"no raw file in {', '.join(inputs)}; name a file, or another folder")
    found = bursts.photographs(sources, burst)
    written = (*BITS, ".dng")
    single = output is not None and output.suffix.lower() in written and not output.is_dir()
    if single and len(found) > 1:
        raise BadInput(
            f"{output}: {len(sources)} files cannot become one; name a folder with -o, or --burst folder if "
            "they are one burst"
        )
    if output is not None and output.suffix and not single and not output.is_dir():
        raise BadInput(f"'{output.suffix}' is no format we write; choose one of {', '.join(written)}")
    if output is None and suffix == ".dng":
        raise BadInput("a DNG beside its source would be taken for another raw file; name a folder with -o")
    if single and output is not None:
        jobs: tuple[Job, ...] = (Job(found[0][0], output, named=True, others=found[0][1:]),)
    else:
        jobs = tuple(
            Job(first, _target(first, output, places[first], suffix, look), others=tuple(others))
            for first, *others in found
        )
    refuse_collisions(jobs)
    return jobs


def stage_names(job: Job, settings: Settings) -> tuple[str, ...]:
    """Names of the stages that a job's file goes through, in order.

    Raises:
        BadInput: the file cannot be read, or the recipe does not fit it.
    """
    from lichtbild.camera.photograph import chain
    from lichtbild.io.reader import read

    return chain(read(job.source, settings.layout), settings.recipe).names


def _unseen(job: Job, share: float) -> None:
    """The progress report of a caller who wants none."""


def run(
    jobs: Sequence[Job], settings: Settings, progress: Callable[[Job, float], None] = _unseen
) -> Generator[Outcome, None, None]:
    """What came of each job, as they are done; a bad file fails alone.

    One job is done here, several tiles at a time. Many are done by worker processes, one file each at a time,
    so that a file on which a decoder crashes fails alone too. Closing the iterator ends the workers.

    Args:
        jobs: what to develop.
        settings: how.
        progress: called with the finished share of a single job, 0 to 1.

    Raises:
        BadInput: the recipe cannot be written in the format of a target.
        CannotWrite: a folder of the targets cannot be made.
    """
    from lichtbild.io.export import check

    output = settings.recipe.output
    for suffix in sorted({job.target.suffix for job in jobs} - {".dng", ".DNG"}):
        check(suffix, output.space, output.quality, output.bits, output.max_bytes)
    folders = {job.target.parent for job in jobs}
    known = {folder: _opened(folder, settings.output) for folder in folders}
    tasks = [Task(job, settings, _known(job, settings, known[job.target.parent])) for job in jobs]
    try:
        if len(tasks) == 1:
            yield _alone(tasks[0], progress)
        else:
            yield from _together(tasks)
    finally:
        for folder in folders:
            clear_drafts(folder)


def _opened(folder: Path, output: Path | None) -> dict[str, ledger.Entry]:
    """What the ledger of a folder knows, once it is there and tidy."""
    below = [above for above in folder.parents if output is not None and above.is_relative_to(output)]
    for missing in (*reversed(below), folder):
        make_folder(missing)
    clear_drafts(folder)
    ledger.mend(folder)
    return ledger.read(folder)


def _known(job: Job, settings: Settings, entries: Mapping[str, ledger.Entry]) -> dict[str, ledger.Entry]:
    """What a folder's ledger knows of the files that a job writes."""
    names = [path.name for path in written(job, settings)]
    return {name: entries[name] for name in names if name in entries}


def _alone(task: Task, progress: Callable[[Job, float], None]) -> Outcome:
    """The outcome of one job."""
    job, settings = task.job, task.settings
    made_from = "" if job.named else resume.key(job, settings)
    if skipped := resume.skipped(job, settings, task.known, made_from):
        return skipped
    from lichtbild.study.execute import execute

    return execute(job, settings, made_from, lambda share: progress(job, share))


def _together(tasks: Sequence[Task]) -> Iterator[Outcome]:
    """The outcomes of many jobs; those whose worker was killed are tried once more, one at a time.

    A system without memory kills whoever has most of it; alone, the same file may well find room.
    """
    wanted = tasks[0].settings.threads
    count = max(1, min(wanted, len(tasks), affordable_workers([task.job for task in tasks])))
    threads = max(1, wanted // count) if wanted > len(tasks) else 1
    single = [replace(task, settings=replace(task.settings, threads=threads)) for task in tasks]
    killed: list[Task] = []
    with closing(workers.each(_execute, single, count)) as answers:
        for task, answer in answers:
            if isinstance(answer, workers.Lost) and answer.killed and count > 1:
                killed.append(task)
            else:
                yield _outcome(task, answer)
    with closing(workers.each(_execute, killed, 1)) as answers:
        for task, answer in answers:
            yield _outcome(task, answer)


def affordable_workers(jobs: Sequence[Job]) -> int:
    """How many workers fit into the memory that is free, if each had the job that needs most."""
    free = machine.free_memory()
    if free is None:
        return len(jobs)
    return max(1, free // (_MEMORY_FIXED + max(map(_memory, jobs))))


def _memory(job: Job) -> int:
    """Bytes that a job needs, by the sizes of its files."""
    sizes = [size(source) for source in job.sources]
    return _MEMORY_PER_BYTE * max(sizes) + _MEMORY_PER_OTHER_BYTE * (sum(sizes) - max(sizes))


def _execute(task: Task) -> Outcome:
    """Done in a worker."""
    machine.keep_freed_memory()
    try:
        return _alone(task, _unseen)
    except Exception as error:  # a defect of ours costs one file too
        what = f"{task.job.source}: this is a defect of Lichtbild ({type(error).__name__}: {error})"
        return Outcome(task.job, "failed", f"{what}; please report it with the file", 3)


def _outcome(task: Task, answer: "Outcome | workers.Lost") -> Outcome:
    if isinstance(answer, Outcome):
        return answer
    remedy = (
        "most likely for want of memory; use fewer workers (-j 1) or a machine with more"
        if answer.killed
        else "a decoder crashed on it; the file is probably damaged, so copy it again from the camera"
    )
    return Outcome(task.job, "failed", f"{task.job.source}: {answer}, {remedy}", 3)


def _expanded(entry: str, deep: bool) -> list[Path]:
    return expand_deep(entry) if deep else expand(entry)


def place_below(source: Path, entry: str) -> Path:
    """Where a file lies below the folder that was named; the folder itself for any other."""
    return source.parent.relative_to(entry) if Path(entry).is_dir() else Path()


def _target(source: Path, output: Path | None, place: Path, suffix: str, look: str) -> Path:
    if output is None:
        return source.with_name(f"{source.stem}_{look}{suffix}")
    return output / place / f"{source.stem}{suffix}"


def refuse_collisions(jobs: Sequence[Job]) -> None:
    """Refuse jobs of which one would replace a source, or two would become one file.

    Raises:
        BadInput: there are such.
    """
    sources = {source.resolve() for job in jobs for source in job.sources}
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

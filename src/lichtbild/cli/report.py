"""What a batch tells: how far it is while it runs, what failed and what it did at the end."""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from lichtbild.study.job import Job, Outcome

_LOG_EVERY_S = 10.0
"""Seconds between two lines of progress where nobody looks at a terminal."""

_LOG_WIDTH = 10_000
"""So wide that no line of a log is broken."""

Told = Callable[["Outcome"], None]


def on_terminal() -> bool:
    """Whether someone sees standard error as it is written."""
    return sys.stderr.isatty()


@contextmanager
def share_shown(quiet: bool) -> "Iterator[Callable[[Job, float], None]]":
    """A report of how much of one photograph is done: a bar on a terminal, silence elsewhere."""
    if quiet or not on_terminal():
        yield lambda job, share: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("develop", total=1.0)
        yield lambda job, share: bar.update(task, completed=share, description=job.source.name)


@contextmanager
def count_shown(total: int, quiet: bool) -> Iterator[Told]:
    """A report of how many of many are done: a bar on a terminal, a plain line now and then elsewhere."""
    if quiet:
        yield lambda outcome: None
    elif on_terminal():
        with _bar(total) as told:
            yield told
    else:
        yield _log(total)


@contextmanager
def _bar(total: int) -> Iterator[Told]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    began = time.perf_counter()
    seen: list[Outcome] = []
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)

        def told(outcome: "Outcome") -> None:
            seen.append(outcome)
            pace = _pace(seen, total, time.perf_counter() - began)
            bar.update(task, advance=1, description=pace)

        yield told


def _log(total: int) -> Told:
    began = last = time.perf_counter()
    seen: list[Outcome] = []

    def told(outcome: "Outcome") -> None:
        nonlocal last
        seen.append(outcome)
        now = time.perf_counter()
        if now - last >= _LOG_EVERY_S:
            last = now
            typer.echo(f"lichtbild: {len(seen)} of {total}, {_pace(seen, total, now - began)}", err=True)

    return told


def _pace(seen: "Sequence[Outcome]", total: int, seconds: float) -> str:
    """Rate so far, and the time left at that rate; what was skipped took no time and does not count."""
    worked = [outcome for outcome in seen if outcome.status != "skipped"]
    failed = sum(outcome.status == "failed" for outcome in worked)
    parts = [_rate(worked, seconds)] if worked else []
    if worked and len(seen) < total:
        parts.append(f"{_duration(seconds / len(worked) * (total - len(seen)))} left")
    if failed:
        parts.append(f"{failed} failed")
    return ", ".join(parts)


def _rate(worked: "Sequence[Outcome]", seconds: float) -> str:
    megapixels = sum(outcome.pixels for outcome in worked) / 1e6
    return f"{len(worked) / seconds:.2g} pictures/s, {megapixels / seconds:.3g} MP/s"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def tell_one(outcome: "Outcome", quiet: bool) -> None:
    """Say what came of a job that was the only one."""
    job = outcome.job
    if outcome.status == "failed":
        typer.echo(f"lichtbild: {outcome.message}", err=True)
    elif not quiet and outcome.status == "done":
        begun = _merged(outcome) if job.others else f"{job.source} -> {job.target}"
        typer.echo(f"{begun} ({outcome.seconds:.1f} s){_left_out(outcome)}", err=True)
        if outcome.message:
            typer.echo(f"  {outcome.message}", err=True)
    elif not quiet:
        typer.echo(outcome.message, err=True)


def tell_all(outcomes: "Sequence[Outcome]", seconds: float, quiet: bool) -> None:
    """Say what came of many jobs: what failed and why, what was left alone, and one line for all."""
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    if failed:
        _show_failures(failed)
    if quiet:
        return
    for outcome in outcomes:
        if outcome.kept:
            typer.echo(f"left alone: {outcome.message}", err=True)
    for outcome in outcomes:
        if outcome.left_out:
            typer.echo(f"{_merged(outcome)}{_left_out(outcome)}", err=True)
    if merged := [outcome.frames for outcome in outcomes if outcome.frames]:
        typer.echo(f"{len(merged)} of them: merged from bursts of {sum(merged)} frames in all", err=True)
    notes = Counter(outcome.message for outcome in outcomes if outcome.status == "done" and outcome.message)
    for note, count in notes.items():
        typer.echo(f"{count} of them: {note}", err=True)
    typer.echo(summary(outcomes, seconds), err=True)


def and_more(job: "Job") -> str:
    """How many other files a photograph is made of, to follow the first."""
    return f" and {len(job.others)} more" if job.others else ""


def _merged(outcome: "Outcome") -> str:
    """How many frames became a photograph."""
    frames = f"{outcome.frames} frames merged" if outcome.frames != 1 else "1 frame of a burst developed"
    return f"{frames} into {outcome.job.target.name}"


def _left_out(outcome: "Outcome") -> str:
    """The frames of a burst that are not in its photograph and why, to follow what is."""
    return "".join(f"; {name} left out: {reason}" for name, reason in outcome.left_out)


def summary(outcomes: "Sequence[Outcome]", seconds: float) -> str:
    """One line for all: how many were done, skipped and failed, in what time and at what rate."""
    count = Counter(outcome.status for outcome in outcomes)
    counts = f"{count['done']} done, {count['skipped']} skipped, {count['failed']} failed"
    done = [outcome for outcome in outcomes if outcome.status == "done"]
    rate = f" ({_rate(done, seconds)})" if done else ""
    return f"{counts} in {seconds:.1f} s{rate}"


def _show_failures(failed: "Sequence[Outcome]") -> None:
    """A table of what failed: as wide as the terminal, or in a log a line for each file."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("file", "what went wrong", "what to do", box=SIMPLE_HEAD)
    for outcome in failed:
        table.add_row(*(Text(part) for part in parted(outcome)))
    Console(stderr=True, width=None if on_terminal() else _LOG_WIDTH).print(table)


def parted(outcome: "Outcome") -> tuple[str, str, str]:
    """A failure in three parts: the file, what went wrong, and the remedy that ends our sentences."""
    source = str(outcome.job.source)
    what, _, remedy = outcome.message.removeprefix(f"{source}: ").rpartition("; ")
    return (source, what, remedy) if what else (source, remedy, "")


def as_json(outcome: "Outcome") -> str:
    """An outcome as one line of JSON."""
    return json.dumps(
        {
            "source": str(outcome.job.source),
            "sources": [str(source) for source in outcome.job.sources],
            "target": str(outcome.job.target),
            "status": outcome.status,
            "message": outcome.message,
            "frames": outcome.frames,
            "left_out": dict(outcome.left_out),
            "seconds": round(outcome.seconds, 3),
        }
    )

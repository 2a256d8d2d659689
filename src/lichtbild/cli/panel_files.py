"""Files of a panel: the experiment, its pictures and its votes, as every command opens them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lichtbild.core.errors import BadInput

if TYPE_CHECKING:
    from lichtbild.io.votes import Votes
    from lichtbild.panel.experiment import Experiment
    from lichtbild.study.panel_pictures import Exhibition, Told

VOTES = "LICHTBILD_PANEL_VOTES"
"""Environment variable with the place of the votes."""


def read(file: Path) -> "Experiment":
    """The experiment of a file."""
    from lichtbild.io.experiment_file import read_experiment

    return read_experiment(file)


def exhibited(file: Path, pictures: Path | None, threads: int) -> "Exhibition":
    """An experiment with its pictures, found or rendered, which are told of on a terminal."""
    from lichtbild.cli.choices import count
    from lichtbild.panel.session import course
    from lichtbild.study.batch import thread_count
    from lichtbild.study.panel_pictures import exhibition, stimuli_of

    experiment, base = read(file), file.resolve().parent
    course(experiment, stimuli_of(experiment, base))  # refuses before anything is rendered
    store = file.with_suffix(".pictures") if pictures is None else pictures
    with _counted() as told:
        return exhibition(experiment, base, store, threads=thread_count(count(threads, "-j")), told=told)


def store_of(file: Path, votes: str | None, shown: "Exhibition | None", *, create: bool = True) -> "Votes":
    """The store of an experiment's votes; without its pictures, or if none is made, one that is there."""
    try:
        from lichtbild.io.votes import Votes, exists
    except ImportError as error:
        raise BadInput("votes need: pip install 'lichtbild[panel]'") from error

    place = votes or os.environ.get(VOTES) or str(file.with_suffix(".votes.sqlite"))
    create = create and shown is not None
    if not create and not exists(place):
        raise BadInput(f"{place}: there are no votes yet; open it with: lichtbild panel serve {file}")
    return Votes(place, shown.key if shown else None, create=create)


@contextmanager
def _counted() -> "Iterator[Told]":
    """A bar on a terminal, nothing elsewhere."""
    from lichtbild.cli.report import on_terminal

    if not on_terminal():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("pictures")
        yield lambda done, total: bar.update(task, completed=done, total=total)

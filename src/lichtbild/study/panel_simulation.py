"""Simulated observers of an experiment: their votes, and the truth that they were given."""

from collections.abc import Sequence
from pathlib import Path

from lichtbild.core.errors import BadInput
from lichtbild.io.score_table import read_scores, write_scores
from lichtbild.panel.experiment import Experiment
from lichtbild.panel.session import course
from lichtbild.panel.simulation import Truth, drawn_truth, is_simulated, simulated
from lichtbild.panel.stimulus import Stimulus
from lichtbild.panel.vote import Vote


def truth_of(experiment: Experiment, stimuli: Sequence[Stimulus], table: Path | None, seed: int) -> Truth:
    """The truth of a table, or one that is drawn.

    Raises:
        BadFile: the table cannot be read, or lacks a picture.
    """
    return drawn_truth(experiment, stimuli, seed) if table is None else read_scores(table, stimuli)


def answers(
    experiment: Experiment, stimuli: Sequence[Stimulus], truth: Truth, observers: int, seed: int
) -> tuple[Vote, ...]:
    """Votes of simulated observers.

    Raises:
        BadInput: the pictures do not suit the experiment, or there are no observers.
    """
    return simulated(course(experiment, stimuli), truth, observers, seed)


def keep_truth(truth: Truth, target: Path) -> None:
    """Write a truth as it can be given again.

    Raises:
        CannotWrite: the file cannot be put there.
    """
    write_scores(truth, target)


def refuse_people(names: Sequence[str], place: str) -> None:
    """Keep simulated votes away from those of people.

    Raises:
        BadInput: there are votes of people at a place.
    """
    people = sum(not is_simulated(name) for name in names)
    if people:
        raise BadInput(f"{place}: holds votes of {people} people; name another place with --votes")

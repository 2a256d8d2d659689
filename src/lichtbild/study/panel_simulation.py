"""Simulated observers of an experiment: their votes, and the truth that they were given."""

from collections.abc import Collection, Sequence
from pathlib import Path

from lichtbild.core.errors import BadInput
from lichtbild.io.score_table import read_scores, write_scores
from lichtbild.panel.experiment import Experiment
from lichtbild.panel.protocol import Schedule
from lichtbild.panel.session import Shown, course
from lichtbild.panel.simulation import Truth, drawn_truth, is_simulated, simulated
from lichtbild.panel.stimulus import Stimulus
from lichtbild.panel.trial import Trial
from lichtbild.panel.vote import Vote
from lichtbild.study.panel_choice import Choice, measure_of


def truth_of(experiment: Experiment, stimuli: Sequence[Stimulus], table: Path | None, seed: int) -> Truth:
    """The truth of a table, or one that is drawn.

    Raises:
        BadFile: the table cannot be read, or lacks a picture.
    """
    return drawn_truth(experiment, stimuli, seed) if table is None else read_scores(table, stimuli)


def answers(
    experiment: Experiment, base: Path, stimuli: Sequence[Stimulus], truth: Truth, people: tuple[int, int]
) -> tuple[Vote, ...]:
    """Votes of simulated observers.

    Args:
        experiment: that they answer.
        base: folder of its file.
        stimuli: all its pictures.
        truth: of them.
        people: how many observers, and the seed of all chance.

    Raises:
        BadInput: the pictures do not suit the experiment, or there are no observers.
    """
    observers, seed = people
    planned = course(experiment, stimuli)
    if experiment.schedule is not Schedule.ACTIVE:
        return simulated(planned, truth, observers, seed)
    choice = Choice(experiment, stimuli, measure_of(experiment, base, stimuli), clock=lambda: 0.0)
    taken = 0

    def choose(trial: Trial, seen: Collection[Shown], votes: Sequence[Vote]) -> Shown:
        nonlocal taken
        choice.add(votes[taken:])
        taken = len(votes)
        return choice(trial, seen)

    return simulated(planned, truth, observers, seed, choose=choose)


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

"""Collect: votes as the tables that scales are made of.

Only tests and retests count; anchors and golden pairs do not. Items are pictures, so that scenes can be taken
one by one (`by_scene`) or their conditions as one (`over_scenes`).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
from jaxtyping import Int

from lichtbild.core.errors import BadInput
from lichtbild.panel.comparisons import Comparisons
from lichtbild.panel.experiment import Experiment, compares, judged, ranks, rates_both
from lichtbild.panel.protocol import Method
from lichtbild.panel.rankings import NOTHING, Rankings
from lichtbild.panel.ratings import Ratings
from lichtbild.panel.stimulus import Stimulus
from lichtbild.panel.vote import Vote, judgement

Data: TypeAlias = Comparisons | Rankings | Ratings

_ABSENT: Final = -1


@dataclass(frozen=True, eq=False)
class Answers:
    """What observers answered.

    Attributes:
        stimuli: pictures, whose places in order are the items of ``data``.
        observers: pseudonyms, in the order of their numbers.
        data: comparisons, rankings or ratings. Ratings of a double stimulus of which both are rated are
            differences to the reference; those of a ruler are places on it, counted from 0.
    """

    stimuli: tuple[Stimulus, ...]
    observers: tuple[str, ...]
    data: Data


@dataclass(frozen=True, eq=False)
class Part:
    """Answers about the conditions of one scene, or of all scenes taken as one.

    Attributes:
        conditions: whose places in order are the items of ``data``.
        data: comparisons or rankings.
    """

    conditions: tuple[str, ...]
    data: Comparisons | Rankings


def collected(experiment: Experiment, stimuli: Sequence[Stimulus], votes: Sequence[Vote]) -> Answers:
    """The answers of votes.

    Args:
        experiment: that they answer.
        stimuli: all its pictures.
        votes: in any order; observers are numbered by name, repetitions by the trial's position.

    Raises:
        BadInput: none of the votes counts, or one is on a picture that is not judged.
    """
    items = tuple(
        Stimulus(scene, condition)
        for scene, conditions in judged(experiment, stimuli).items()
        for condition in conditions
    )
    counted = sorted(filter(_counts, votes), key=lambda vote: (vote.observer, vote.trial.position))
    if not counted:
        raise BadInput("there are no votes that count yet; anchors and golden pairs do not")
    observers = tuple(sorted({vote.observer for vote in counted}))
    places = {stimulus: place for place, stimulus in enumerate(items)}
    who = np.array([observers.index(vote.observer) for vote in counted])
    make = _comparisons if compares(experiment) else _rankings if ranks(experiment) else None
    shown = [[_place(vote, condition, places) for condition in _judged(experiment, vote)] for vote in counted]
    if make is not None:
        return Answers(items, observers, make(counted, who, shown, (len(items), len(observers))))
    scores = np.array([_score(experiment, vote) for vote in counted])
    return Answers(items, observers, _ratings(experiment, who, np.array(shown)[:, 0], scores, items))


def by_scene(answers: Answers) -> dict[str, Part]:
    """Answers of each scene that has any; observers keep their numbers."""
    found = {}
    for scene in dict.fromkeys(each.scene for each in answers.stimuli):
        conditions = tuple(each.condition for each in answers.stimuli if each.scene == scene)
        new = np.array(
            [conditions.index(each.condition) if each.scene == scene else _ABSENT for each in answers.stimuli]
        )
        data = _renumbered(answers.data, new, len(conditions))
        if len(data):
            found[scene] = Part(conditions, data)
    return found


def over_scenes(answers: Answers) -> Part:
    """Answers of all scenes, as if a condition were the same thing in each."""
    conditions = tuple(sorted({each.condition for each in answers.stimuli}))
    new = np.array([conditions.index(each.condition) for each in answers.stimuli])
    return Part(conditions, _renumbered(answers.data, new, len(conditions)))


def as_comparisons(data: Comparisons | Rankings) -> Comparisons:
    """Comparisons as they are; of rankings all pairs that they put in order."""
    return data.comparisons() if isinstance(data, Rankings) else data


def _renumbered(data: Data, new: Int[np.ndarray, " item"], count: int) -> Comparisons | Rankings:
    """The answers whose items are all kept, by their new numbers."""
    match data:
        case Comparisons():
            kept = data.chosen((new[data.first] >= 0) & (new[data.second] >= 0))
            return replace(kept, first=new[kept.first], second=new[kept.second], n_items=count)
        case Rankings():
            rest = data.chosen(new[data.items[:, 0]] >= 0)
            there = rest.items != NOTHING
            items = np.where(there, new[np.where(there, rest.items, 0)], NOTHING)
            return replace(rest, items=items, n_items=count)
        case _:
            raise BadInput("ratings are not taken apart by scene: observers have one bias in all scenes")


def _counts(vote: Vote) -> bool:
    return judgement(vote.trial)


def _judged(experiment: Experiment, vote: Vote) -> tuple[str, ...]:
    """Conditions of a trial that its answer is about."""
    shown = vote.trial.shown
    return tuple(each for each in shown if each != experiment.reference) if rates_both(experiment) else shown


def _place(vote: Vote, condition: str, places: dict[Stimulus, int]) -> int:
    stimulus = Stimulus(vote.trial.scene, condition)
    if stimulus not in places:
        raise BadInput(
            f"observer '{vote.observer}' answered trial {vote.trial.position} about scene "
            f"'{stimulus.scene}', condition '{condition}', which is not judged; are these its votes?"
        )
    return places[stimulus]


def _comparisons(
    votes: Sequence[Vote], who: Int[np.ndarray, " vote"], shown: list[list[int]], size: tuple[int, int]
) -> Comparisons:
    first, second = np.array(shown).T
    answer = np.array([int(vote.answer[0]) for vote in votes])
    return Comparisons(who, first, second, answer, *size)


def _rankings(
    votes: Sequence[Vote], who: Int[np.ndarray, " vote"], shown: list[list[int]], size: tuple[int, int]
) -> Rankings:
    orders = [
        [item for _, item in sorted(zip(vote.answer, items, strict=True))]
        for vote, items in zip(votes, shown, strict=True)
    ]
    made = Rankings.of_orders(orders, size[0], who.tolist())
    return replace(made, n_observers=size[1])


def _score(experiment: Experiment, vote: Vote) -> float:
    """The number that a rating is."""
    if rates_both(experiment):
        reference = vote.trial.shown.index(experiment.reference)
        return vote.answer[1 - reference] - vote.answer[reference]
    if experiment.method is Method.RULER:
        return float(experiment.ruler.jnd.index(vote.answer[0]))
    return vote.answer[0]


def _ratings(
    experiment: Experiment,
    who: Int[np.ndarray, " vote"],
    what: Int[np.ndarray, " vote"],
    scores: np.ndarray,
    items: tuple[Stimulus, ...],
) -> Ratings:
    seen = defaultdict[tuple[int, int], int](int)
    repetition = np.zeros(len(who), int)
    for row, key in enumerate(zip(who.tolist(), what.tolist(), strict=True)):
        repetition[row], seen[key] = seen[key], seen[key] + 1
    reference = None
    if experiment.method is Method.RATING and experiment.reference:
        reference = np.array([items.index(Stimulus(each.scene, experiment.reference)) for each in items])
    return Ratings(who, what, repetition, scores.astype(float), int(who.max()) + 1, len(items), reference)

"""Session: which trials an observer is given, in which order, and which comes next.

All is a function of the observer's number and of what was answered, so that whoever serves the trials needs
no memory: to resume is to ask again. Judgements are dealt out from one shuffled cycle of all there are, a
run of it to each observer, so that all are asked for equally often whatever the number of observers; whoever
comes round again sees the sides swapped.

Source: David, The Method of Paired Comparisons (1988), section 5.1 (cyclic incomplete designs).
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Final

import numpy as np
from jaxtyping import Int

from lichtbild.core.errors import BadInput
from lichtbild.panel.experiment import (
    Experiment,
    check_stimuli,
    compares,
    judged,
    per_trial,
    ranks,
    rates_both,
)
from lichtbild.panel.protocol import MOST_TRIALS, Method
from lichtbild.panel.stimulus import Stimulus
from lichtbild.panel.trial import Kind, Trial

_CYCLE: Final = 0x6C69
"""Seed of the cycle that all observers share."""
_EARLIEST_RETEST: Final = 0.5
"""Share of a session before its first retest."""


@dataclass(frozen=True, eq=False)
class Course:
    """All judgements of an experiment, as they are dealt out.

    Attributes:
        experiment: whose they are.
        judged: conditions of each scene that are judged.
        ends: judgements up to and with each scene.
        cycle: order in which they are dealt out, shared by all observers.
    """

    experiment: Experiment
    judged: tuple[tuple[str, tuple[str, ...]], ...]
    ends: tuple[int, ...]
    cycle: Int[np.ndarray, " judgement"] = field(repr=False)

    @property
    def total(self) -> int:
        """Number of different judgements."""
        return len(self.cycle)

    @property
    def each(self) -> int:
        """Different judgements of one observer."""
        return min(self.experiment.session.trials or self.total, self.total)


Shown = tuple[str, tuple[str, ...]]
"""A scene, and the conditions of it that a trial showed."""

Chooser = Callable[[Trial, Collection[Shown]], Shown]
"""For a trial that is about to be asked, and what its observer answered, what to show instead."""


def course(experiment: Experiment, stimuli: Sequence[Stimulus]) -> Course:
    """All judgements of an experiment.

    Raises:
        BadInput: the pictures do not suit the experiment, or a session would be too long.
    """
    check_stimuli(experiment, stimuli)
    scenes = tuple(judged(experiment, stimuli).items())
    ends = tuple(accumulate(_count(experiment, len(conditions)) for _, conditions in scenes))
    rng = np.random.default_rng(_CYCLE)
    cycle = rng.permutation(ends[-1])
    made = Course(experiment, scenes, ends, cycle)
    length = made.each * experiment.session.repeats
    if length > MOST_TRIALS:
        raise BadInput(
            f"a session would have {length} trials, and {MOST_TRIALS} are the most; set session.trials"
        )
    return made


def trials(course: Course, observer: int) -> tuple[Trial, ...]:
    """The trials of an observer in order: anchors first, retests and golden pairs among the others.

    Args:
        course: all judgements.
        observer: number of the observer, counted from 0.
    """
    experiment, rng = course.experiment, np.random.default_rng([_CYCLE, observer])
    asked = [_dealt(course, observer, turn) for turn in range(course.each)]
    tests: list[Trial] = []
    for repetition in range(experiment.session.repeats):
        again = [_swapped(trial, repetition) for trial in asked]
        tests += _apart([again[place] for place in rng.permutation(len(again))])
    tests = _with_retests(tests, experiment.session.retests, rng)
    tests = _spread(tests, [_golden(experiment, place, rng) for place in range(len(experiment.golden))], rng)
    anchors = [_anchor(experiment, place, rng) for place in range(len(experiment.anchor))]
    return _numbered([*anchors, *tests])


def next_trial(
    planned: Sequence[Trial], answered: Mapping[int, Shown], choose: Chooser | None = None
) -> Trial | None:
    """The trial to ask now; None when all are answered.

    Args:
        planned: trials of the observer (`trials`).
        answered: what was shown, by position of each trial that was answered.
        choose: decides what a test shows; None leaves it at what was dealt out.
    """
    trial = next((each for each in planned if each.position not in answered), None)
    if trial is None or choose is None:
        return trial
    if trial.kind is Kind.TEST:
        scene, shown = choose(trial, answered.values())
        return replace(trial, scene=scene, shown=shown)
    if trial.of is not None and trial.of in answered:
        scene, shown = answered[trial.of]
        return replace(trial, scene=scene, shown=_turned(shown, 1))
    return trial


def length(course: Course) -> int:
    """Trials of each session."""
    experiment = course.experiment
    tests = course.each * experiment.session.repeats
    retests = min(experiment.session.retests, _first_part(tests))
    return tests + retests + len(experiment.anchor) + len(experiment.golden)


def _count(experiment: Experiment, conditions: int) -> int:
    """Different judgements of a scene."""
    if compares(experiment):
        return math.comb(conditions, 2)
    if ranks(experiment):
        return conditions if conditions > per_trial(experiment) else min(1, conditions)
    return conditions


def _dealt(course: Course, observer: int, turn: int) -> Trial:
    """A judgement that an observer is dealt, its sides by how often the cycle went round."""
    experiment = course.experiment
    rounds, place = divmod(observer * course.each + turn, course.total)
    index = int(course.cycle[place])
    at = bisect_right(course.ends, index)
    scene, conditions = course.judged[at]
    shown = _shown(experiment, conditions, index - (course.ends[at - 1] if at else 0))
    shown = _turned(shown, place + rounds)
    if rates_both(experiment):
        shown = (experiment.reference, *shown)[:: 1 if (place + rounds) % 2 else -1]
    return Trial(0, Kind.TEST, scene, shown, _reference(experiment))


def _shown(experiment: Experiment, conditions: tuple[str, ...], index: int) -> tuple[str, ...]:
    """Conditions of a scene's judgement by its number."""
    if compares(experiment):
        second = (1 + math.isqrt(1 + 8 * index)) // 2  # pairs in the order 01, 02, 12, 03, ...
        return conditions[index - second * (second - 1) // 2], conditions[second]
    if ranks(experiment):
        return tuple(conditions[(index + k) % len(conditions)] for k in range(per_trial(experiment)))
    return (conditions[index],)


def _reference(experiment: Experiment) -> str:
    """Condition that is shown as the reference."""
    shows = experiment.method is Method.TRIPLETS or (
        experiment.method is Method.DOUBLE and not rates_both(experiment)
    )
    return experiment.reference if shows else ""


def _turned(shown: tuple[str, ...], times: int) -> tuple[str, ...]:
    """Pictures moved on by so many places; of a pair this swaps the sides."""
    times %= len(shown)
    return shown[times:] + shown[:times]


def _swapped(trial: Trial, repetition: int) -> Trial:
    return (
        trial
        if not repetition
        else replace(trial, shown=_turned(trial.shown, repetition), repetition=repetition)
    )


def _apart(asked: Iterable[Trial]) -> list[Trial]:
    """The same trials, with no scene twice running where others are left."""
    waiting, order = list(asked), list[Trial]()
    if len({trial.scene for trial in waiting}) == 1:
        return waiting
    while waiting:
        last = order[-1].scene if order else ""
        at = next((k for k, trial in enumerate(waiting) if trial.scene != last), 0)
        order.append(waiting.pop(at))
    return order


def _with_retests(tests: list[Trial], count: int, rng: np.random.Generator) -> list[Trial]:
    """Trials of a session's first part once more in its second, sides swapped."""
    begin = _first_part(len(tests))
    chosen = sorted(int(place) for place in rng.permutation(begin)[:count])
    again = [
        replace(
            tests[place],
            shown=_turned(tests[place].shown, 1),
            repetition=tests[place].repetition + 1,
            kind=Kind.RETEST,
            of=place,
        )
        for place in chosen
    ]
    return tests[:begin] + _spread(tests[begin:], again, rng)


def _first_part(tests: int) -> int:
    """Trials of a session before its first retest."""
    return math.ceil(_EARLIEST_RETEST * tests)


def _spread(tests: list[Trial], extra: list[Trial], rng: np.random.Generator) -> list[Trial]:
    """Trials with others strewn among them, one in each of equal stretches."""
    stretches = [list(part) for part in np.array_split(np.arange(len(tests)), max(1, len(extra)))]
    order = list[Trial]()
    for place, stretch in enumerate(stretches):
        part = [tests[k] for k in stretch]
        if place < len(extra):
            part.insert(int(rng.integers(1, len(part) + 1)) if part else 0, extra[place])
        order += part
    return order


def _golden(experiment: Experiment, place: int, rng: np.random.Generator) -> Trial:
    pair = experiment.golden[place]
    first = bool(rng.integers(2))
    shown = (pair.better, pair.worse) if first else (pair.worse, pair.better)
    return Trial(0, Kind.GOLDEN, pair.scene, shown, _reference(experiment), truth=1 if first else -1)


def _anchor(experiment: Experiment, place: int, rng: np.random.Generator) -> Trial:
    anchor = experiment.anchor[place]
    shown = (experiment.reference, *anchor.shown) if rates_both(experiment) else anchor.shown
    shown = _turned(shown, int(rng.integers(len(shown))))
    return Trial(0, Kind.ANCHOR, anchor.scene, shown, _reference(experiment))


def _numbered(order: Sequence[Trial]) -> tuple[Trial, ...]:
    """The trials with their positions; what a retest repeats was told by its place among the tests."""
    tests = [at for at, trial in enumerate(order) if trial.kind is Kind.TEST]
    return tuple(
        replace(trial, position=at, of=None if trial.of is None else tests[trial.of])
        for at, trial in enumerate(order)
    )

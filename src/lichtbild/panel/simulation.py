"""Simulation: observers who answer an experiment as the models say, to try a plan and its report.

Whoever answers is marked by name (``simulated``), so that no report can be taken for one of people.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.panel.experiment import Experiment, compares, ranks, rates_both
from lichtbild.panel.protocol import Method, ScaleKind
from lichtbild.panel.scale.link import THURSTONE_SIGMA
from lichtbild.panel.session import Course, Shown, next_trial, trials
from lichtbild.panel.stimulus import Stimulus
from lichtbild.panel.trial import Kind, Trial
from lichtbild.panel.vote import Vote

MARK: Final = "simulated"
"""Begins the names of observers who are no people."""

Truth = Mapping[Stimulus, float]
"""Quality of each picture: JND for comparisons, rankings and rulers, points for ratings."""

Choose = Callable[[Trial, Collection[Shown], Sequence[Vote]], Shown]
"""What a test shows, given what its observer answered, and all votes so far."""

_SPREAD: Final = 1.0
_SCENE_SPREAD: Final = 0.3
_GOLDEN_SEEN: Final = 0.97
_MEDIAN_S, _SPREAD_S = 3.5, 0.5
_AT: Final = "1970-01-01T00:00:00+00:00"
"""No date: nobody answered then."""


@dataclass(frozen=True)
class People:
    """What simulated observers are like.

    Attributes:
        taste: standard deviation of an observer's own quality of a picture, JND; of ratings, points of five
            grades, which longer scales stretch.
        bias: standard deviation of observers' biases, the same points; JND for a ruler.
        inconsistency: middle standard deviation of one rating, the same points; JND for a ruler.
        unlikeness: standard deviation of the natural logarithm of inconsistencies.
        lapse: share of answers given without looking.
        width: difference below which a tie is answered where that may be, JND.
    """

    taste: float = 0.3
    bias: float = 0.35
    inconsistency: float = 0.7
    unlikeness: float = 0.3
    lapse: float = 0.01
    width: float = 0.4

    def __post_init__(self) -> None:
        numbers = (self.taste, self.bias, self.inconsistency, self.unlikeness, self.width)
        if not (min(numbers) >= 0 and 0 <= self.lapse <= 1):
            raise BadInput("what simulated observers are like is told by numbers from 0, lapses from 0 to 1")


@dataclass(frozen=True, eq=False)
class _Person:
    """One of them: own qualities, bias, inconsistency, and the chance of their answers."""

    name: str
    quality: Mapping[Stimulus, float]
    bias: float
    spread: float
    rng: np.random.Generator


def drawn_truth(experiment: Experiment, stimuli: Sequence[Stimulus], seed: int) -> dict[Stimulus, float]:
    """Qualities that are drawn: of conditions, and a little of each scene's own; a reference is the best.

    Comparisons and rulers: about 1 JND apart. Ratings: over the inner three quarters of the scale.
    """
    rng = np.random.default_rng([seed, 1])
    names = sorted({each.condition for each in stimuli})
    effect = dict(zip(names, _SPREAD * rng.standard_normal(len(names)), strict=True))
    if experiment.reference in effect:
        effect[experiment.reference] = max(effect.values()) + 0.5
    own = dict(zip(sorted(stimuli), _SCENE_SPREAD * rng.standard_normal(len(stimuli)), strict=True))
    raw = {each: effect[each.condition] + own[each] for each in sorted(stimuli)}
    if experiment.method is Method.RULER:
        low, high = experiment.ruler.jnd[-1], experiment.ruler.jnd[0]
    elif compares(experiment) or ranks(experiment):
        return {each: float(value) for each, value in raw.items()}
    else:
        low, high = _ends(experiment)
    least, most = min(raw.values()), max(raw.values())
    share = {each: 0.125 + 0.75 * (value - least) / max(most - least, 1e-9) for each, value in raw.items()}
    return {each: float(low + (high - low) * part) for each, part in share.items()}


def simulated(
    course: Course,
    truth: Truth,
    observers: int,
    seed: int,
    people: People | None = None,
    choose: Choose | None = None,
) -> tuple[Vote, ...]:
    """Votes of simulated observers, who answer in turns, as people do who come at one time.

    Args:
        course: all judgements of the experiment.
        truth: of all its pictures.
        observers: how many.
        seed: of all chance: the same seed gives the same votes.
        people: what they are like.
        choose: what a test shows, where the schedule is active.

    Raises:
        BadInput: no observers, or a picture without a truth.
    """
    if not 1 <= observers <= 10_000:
        raise BadInput(f"1 to 10000 observers are simulated, not {observers}")
    _check(course, truth)
    like = people or People()
    crowd = [_person(course.experiment, truth, like, [seed, 2, k]) for k in range(observers)]
    crowd = [replace(each, name=f"{MARK}-{k + 1:04d}") for k, each in enumerate(crowd)]
    plans = [trials(course, k) for k in range(observers)]
    answered: list[dict[int, Shown]] = [{} for _ in crowd]
    votes: list[Vote] = []
    hook = None if choose is None else lambda trial, seen: choose(trial, seen, votes)
    for position in range(len(plans[0])):
        for person, plan, before in zip(crowd, plans, answered, strict=True):
            trial = next_trial(plan, before, hook)
            if trial is None or trial.position != position:
                continue
            before[position] = (trial.scene, trial.shown)
            answer = _answer(course.experiment, trial, person, like)
            seconds = round(float(_MEDIAN_S * np.exp(_SPREAD_S * person.rng.standard_normal())), 3)
            votes.append(Vote(person.name, trial, answer, seconds, _AT, f"{MARK}-{position}"))
    return tuple(votes)


def is_simulated(observer: str) -> bool:
    """Whether an observer's name says that there is nobody."""
    return observer.startswith(MARK)


def _check(course: Course, truth: Truth) -> None:
    experiment = course.experiment
    for scene, conditions in course.judged:
        needed = (*conditions, *((experiment.reference,) if rates_both(experiment) else ()))
        for condition in needed:
            if Stimulus(scene, condition) not in truth:
                raise BadInput(f"the truth says nothing of scene '{scene}', condition '{condition}'; add it")


def _ends(experiment: Experiment) -> tuple[float, float]:
    scale = experiment.scale
    if scale.kind is ScaleKind.CONTINUOUS:
        return scale.low, scale.high
    return 1.0, float(scale.categories)


def _points(experiment: Experiment) -> float:
    """How far a scale is stretched against five grades."""
    if compares(experiment) or ranks(experiment) or experiment.method is Method.RULER:
        return 1.0
    low, high = _ends(experiment)
    return (high - low) / 4


def _person(experiment: Experiment, truth: Truth, like: People, seed: list[int]) -> _Person:
    rng = np.random.default_rng(seed)
    times = _points(experiment)
    taste = times * like.taste * rng.standard_normal(len(truth))
    quality = {each: truth[each] + float(own) for each, own in zip(sorted(truth), taste, strict=True)}
    bias = times * like.bias * rng.standard_normal()
    spread = times * like.inconsistency * np.exp(like.unlikeness * rng.standard_normal())
    return _Person("", quality, float(bias), float(spread), rng)


def _answer(experiment: Experiment, trial: Trial, person: _Person, like: People) -> tuple[float, ...]:
    rng = person.rng
    lapsed = rng.random() < like.lapse
    quality = np.array([person.quality.get(Stimulus(trial.scene, name), 0.0) for name in trial.shown])
    if compares(experiment):
        if trial.kind is Kind.GOLDEN and trial.truth is not None:
            return (float(trial.truth if rng.random() < _GOLDEN_SEEN else -trial.truth),)
        seen = float(quality[0] - quality[1] + THURSTONE_SIGMA * rng.standard_normal())
        seen = float(rng.choice([-1.0, 1.0])) * 9 if lapsed else seen
        return (0.0,) if experiment.ties and abs(seen) < like.width else (float(np.sign(seen)),)
    if ranks(experiment):
        seen = quality + THURSTONE_SIGMA / np.sqrt(2) * rng.standard_normal(len(quality))
        order = np.argsort(-(rng.random(len(quality)) if lapsed else seen))
        return tuple(float(place) for place in np.argsort(order))
    felt = quality + person.bias + person.spread * rng.standard_normal(len(quality))
    if experiment.method is Method.RULER:
        steps = np.array(experiment.ruler.jnd)
        felt = rng.uniform(steps.min(), steps.max(), len(felt)) if lapsed else felt
        return (float(steps[np.abs(steps - felt[0]).argmin()]),)
    low, high = _ends(experiment)
    felt = np.clip(rng.uniform(low, high, len(felt)) if lapsed else felt, low, high)
    if experiment.scale.kind is ScaleKind.CATEGORY:
        felt = np.rint(felt)
    return tuple(float(round(value, 3)) for value in felt)

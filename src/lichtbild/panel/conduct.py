"""Conduct: how each observer answered, and by which rule of the experiment some are left out.

Rules on an observer alone (golden pairs, retests, time) come first; the rule on outliers is asked of those
who are left. Nobody is left out by anything that the experiment does not say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from statistics import median
from typing import Final

from lichtbild.panel.experiment import Experiment, compares, ranks, rates_both
from lichtbild.panel.protocol import Method, ScaleKind, Screening
from lichtbild.panel.trial import Kind, Trial
from lichtbild.panel.vote import Vote, judgement

ALIKE_GRADES: Final = 1
"""Steps of a scale or ruler by which a retest may differ and still be answered alike."""

ALIKE_SHARE: Final = 0.1
"""The same of a continuous scale, as a share of its length."""


@dataclass(frozen=True)
class Conduct:
    """How an observer answered.

    Attributes:
        observer: pseudonym.
        answers: judgements given, retests counted.
        golden: golden pairs answered, and
        golden_right: how many of them rightly.
        retests: judgements answered twice, and
        retests_alike: how many of them alike.
        median_s: median time of an answer; NaN where no time is known.
    """

    observer: str
    answers: int
    golden: int
    golden_right: int
    retests: int
    retests_alike: int
    median_s: float


def conduct(experiment: Experiment, votes: Sequence[Vote]) -> tuple[Conduct, ...]:
    """How each observer answered, by name.

    A retest is answered alike if the same picture is preferred, or all stand in the same order; if two
    grades or steps differ by one at most, or two places on a line by a tenth of it.
    """
    people: dict[str, dict[int, Vote]] = {}
    for vote in votes:
        people.setdefault(vote.observer, {})[vote.trial.position] = vote
    return tuple(_of(experiment, name, people[name]) for name in sorted(people))


def left_out(rules: Screening, found: Conduct) -> str:
    """The rule by which an observer is left out; empty for none. What was not asked fails no rule."""
    if rules.golden_share is not None and found.golden_right < rules.golden_share * found.golden:
        return (
            f"golden pairs: {found.golden_right} of {found.golden} right, below a share of "
            f"{rules.golden_share:g}"
        )
    if rules.retest_share is not None and found.retests_alike < rules.retest_share * found.retests:
        return (
            f"retests: {found.retests_alike} of {found.retests} alike, below a share of "
            f"{rules.retest_share:g}"
        )
    if rules.least_median_s is not None and found.median_s < rules.least_median_s:
        return f"time: median {found.median_s:.2g} s, below {rules.least_median_s:g} s"
    return ""


def _of(experiment: Experiment, name: str, votes: Mapping[int, Vote]) -> Conduct:
    golden = [vote for vote in votes.values() if vote.trial.kind is Kind.GOLDEN]
    again = [
        (votes[vote.trial.of], vote)
        for vote in votes.values()
        if vote.trial.of is not None and vote.trial.of in votes
    ]
    judged = [vote for vote in votes.values() if judgement(vote.trial)]
    times = sorted(vote.seconds for vote in judged if vote.seconds > 0)
    return Conduct(
        name,
        len(judged),
        len(golden),
        sum(vote.answer[0] == vote.trial.truth for vote in golden),
        len(again),
        sum(_alike(experiment, first, second) for first, second in again),
        median(times) if times else nan,
    )


def _alike(experiment: Experiment, first: Vote, second: Vote) -> bool:
    one, other = (_by_condition(experiment, vote.trial, vote.answer) for vote in (first, second))
    if compares(experiment) or ranks(experiment):
        return one == other
    scale = experiment.scale
    if experiment.method is Method.RULER:
        jnd = experiment.ruler.jnd
        return abs(jnd.index(first.answer[0]) - jnd.index(second.answer[0])) <= ALIKE_GRADES
    if scale.kind is ScaleKind.CATEGORY:
        return abs(first.answer[0] - second.answer[0]) <= ALIKE_GRADES
    apart = abs(_number(experiment, one) - _number(experiment, other))
    return isfinite(apart) and apart <= ALIKE_SHARE * (scale.high - scale.low)


def _by_condition(experiment: Experiment, trial: Trial, answer: tuple[float, ...]) -> dict[str, float]:
    """What was answered of each condition, wherever it stood."""
    if compares(experiment):
        return dict(zip(trial.shown, (answer[0], -answer[0]), strict=True))
    return dict(zip(trial.shown, answer, strict=len(answer) == len(trial.shown)))


def _number(experiment: Experiment, found: Mapping[str, float]) -> float:
    """A rating, or the difference that two are."""
    if not rates_both(experiment):
        return next(iter(found.values()))
    return sum(-value if name == experiment.reference else value for name, value in found.items())

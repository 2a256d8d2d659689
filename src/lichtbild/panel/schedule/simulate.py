"""Simulate: observers who judge as the model says, with lapses and a liking for a side, to plan with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.panel.posterior import NOISE, Indices, Pairs, Posterior, Scores
from lichtbild.panel.schedule.active import checkpoint, hash_of, next_pairs
from lichtbild.panel.schedule.prior import Learned, Measure, expected, learned

DESIGNS: Final = ("active", "random", "round robin")
"""How pairs are chosen: by what they tell, each at random, or all pairs shuffled, over and over."""

Judge = Callable[[int, int], int]
"""Who answers a pair: +1 for the first, -1 for the second, 0 for a tie."""


@dataclass(frozen=True)
class Observer:
    """How an observer judges pairs.

    Attributes:
        lapse: share of trials that are answered without looking, 0 to 1.
        side_bias: what is added to the first (left) condition's score, JND.
        noise: deviation of one judged difference, JND; 1.4826 makes a JND what 75 of 100 see.
        tie_band: differences seen as smaller than this many JND are called a tie; 0 where ties are not
            allowed.
    """

    lapse: float = 0.0
    side_bias: float = 0.0
    noise: float = NOISE
    tie_band: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.lapse <= 1:
            raise BadInput(f"a lapse of {self.lapse:g} is no share of trials; give 0 to 1")
        if not (self.noise > 0 and self.tie_band >= 0):
            raise BadInput(
                f"an observer of noise {self.noise:g} and tie band {self.tie_band:g} JND cannot judge;"
                " the first is above 0, the second not below it"
            )


def answers(
    scores: Scores, first: Indices, second: Indices, observer: Observer, rng: np.random.Generator
) -> Indices:
    """What an observer answers: +1 for the first, -1 for the second, 0 for a tie.

    Args:
        scores: the truth, JND.
        first: of each trial the condition on the left.
        second: the one on the right.
        observer: how they judge.
        rng: where their chance comes from; one draw of three numbers a trial, so that the answers to one
            trial do not hang on how many are asked at once.
    """
    draws = rng.random((first.size, 3))
    seen = scores[first] - scores[second] + observer.side_bias + observer.noise * _normal(draws[:, 0])
    judged = np.where(np.abs(seen) < observer.tie_band, 0, np.where(seen > 0, 1, -1))
    guessed = np.where(draws[:, 2] < 0.5, 1, -1)
    return np.where(draws[:, 1] < observer.lapse, guessed, judged).astype(int)


def preference(scores: Scores, first: int, second: int, observer: Observer) -> float:
    """Probability that the first is preferred, where there are no ties."""
    from scipy.special import ndtr

    seen = float(ndtr((scores[first] - scores[second] + observer.side_bias) / observer.noise))
    return (1 - observer.lapse) * seen + 0.5 * observer.lapse


@dataclass(frozen=True, eq=False)
class Plan:
    """How an experiment on pairs goes.

    Attributes:
        n: conditions.
        design: one of ``DESIGNS``.
        measure: an objective measure of the conditions, for the choice and for the scores.
        candidates: pairs that may be shown; all where not given.
        criterion: of active choice, "error" or "information".
        late: a full fit serves the choice only from the next checkpoint on, as a server does that fits
            beside its choosing.
    """

    n: int
    design: str = "active"
    measure: Measure | None = None
    candidates: Pairs | None = None
    criterion: str = "error"
    late: bool = False

    def __post_init__(self) -> None:
        if self.design not in DESIGNS:
            raise BadInput(f"no design is named {self.design}; choose one of {', '.join(DESIGNS)}")


def course(plan: Plan, judge: Judge, budgets: Sequence[int], seed: int) -> list[Learned]:
    """What an experiment makes of the scores, fully fitted after each number of votes in ``budgets``."""
    choose = partial(_active, plan, seed) if plan.design == "active" else _shuffled(plan, seed)
    votes = np.zeros((max(budgets), 3), int)
    known = expected(plan.n, plan.measure).known
    begun = [(0, known)]
    shown = {}
    for k in range(max(budgets)):
        first, second = choose(known, k)
        answer = judge(first, second)
        votes[k] = first, second, answer
        known = known.after(first, second, answer) if plan.design == "active" else known
        due = plan.design == "active" and checkpoint(k + 1, plan.n) == k + 1
        if due or k + 1 in budgets:
            given = votes[: k + 1]
            shown[k + 1] = learned(given[:, 0], given[:, 1], given[:, 2], plan.n, plan.measure)
            known = known if plan.late else shown[k + 1].known
        if due and plan.late:
            begun.append((k + 1, shown[k + 1].known))
            count, known = begun[-2]
            for vote in votes[count : k + 1]:
                known = known.after(*map(int, vote))
    return [shown[budget] for budget in budgets]


def simulated(
    scores: Scores, plan: Plan, budgets: Sequence[int], seed: int, observer: Observer | None = None
) -> list[Learned]:
    """The course of an experiment with simulated observers.

    Args:
        scores: the truth, JND.
        plan: how the experiment goes.
        budgets: numbers of votes after which the scores are wanted; above 0.
        seed: of pairs and answers.
        observer: how they judge; as the model says where not given.
    """
    rng = np.random.default_rng([seed, 1])
    judged = observer if observer is not None else Observer()

    def judge(first: int, second: int) -> int:
        return int(answers(scores, np.array([first]), np.array([second]), judged, rng)[0])

    return course(plan, judge, budgets, seed)


def error(found: Learned, scores: Scores) -> float:
    """Root mean square error of the scores, each about their mean, JND."""
    return float(np.sqrt(np.square(found.known.centred_mean - (scores - scores.mean())).mean()))


def _active(plan: Plan, seed: int, known: Posterior, vote: int) -> tuple[int, int]:
    pair = next_pairs(known, 1, hash_of(seed, vote), candidates=plan.candidates, criterion=plan.criterion)[0]
    return int(pair[0]), int(pair[1])


def _shuffled(plan: Plan, seed: int) -> Callable[[Posterior, int], tuple[int, int]]:
    rng = np.random.default_rng([seed, 2])
    pairs = np.stack(np.triu_indices(plan.n, 1), axis=1) if plan.candidates is None else plan.candidates
    order: list[int] = []

    def choose(known: Posterior, vote: int) -> tuple[int, int]:
        if plan.design == "random":
            first, second = pairs[rng.integers(len(pairs))]
        else:
            if not order:
                order.extend(rng.permutation(len(pairs)).tolist())
            first, second = pairs[order.pop()]
        return int(first), int(second)

    return choose


def _normal(uniform: np.ndarray) -> np.ndarray:
    from scipy.special import ndtri

    return np.asarray(ndtri(np.clip(uniform, 1e-300, None)))

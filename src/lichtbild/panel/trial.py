"""Trial: one question to one observer; and what can be answered to it.

Answers are tuples of numbers:

================================  =========================================================================
paired comparison                 ``(1,)`` the first shown is preferred, ``(-1,)`` the second, ``(0,)`` a tie
triplet with a reference          the same of the two beside the reference: which is nearer to it
rating, impairment                ``(score,)``, a category counted from 1, the worst, or a place on the line
double stimulus, continuous       ``(score, score)`` of the pictures in the order shown
quality ruler                     ``(JND,)`` of the ruler's step that matches
ranking, triplet without one      places of the pictures shown, counted from 0, best first
================================  =========================================================================
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lichtbild.core.errors import BadInput
from lichtbild.panel.experiment import Experiment, compares, ranks, rates_both
from lichtbild.panel.protocol import Method, ScaleKind


class Kind(StrEnum):
    """What a trial is for: only tests count for the scale."""

    ANCHOR = "anchor"
    TEST = "test"
    RETEST = "retest"
    GOLDEN = "golden"


@dataclass(frozen=True)
class Trial:
    """One question to one observer.

    Attributes:
        position: in the observer's session, counted from 0; names the trial.
        kind: what it is for.
        scene: of all its pictures, the ruler's apart where that has its own.
        shown: conditions judged, from left to right or first to last.
        reference: condition that is shown as the reference; empty for none.
        repetition: how often this judgement was asked for before.
        of: position of the trial that this one repeats, if it does.
        truth: known answer of a golden pair, 1 or -1.
    """

    position: int
    kind: Kind
    scene: str
    shown: tuple[str, ...]
    reference: str = ""
    repetition: int = 0
    of: int | None = None
    truth: int | None = None


def check_answer(experiment: Experiment, trial: Trial, values: Sequence[float]) -> tuple[float, ...]:
    """The answer to a trial, if it can be one.

    Args:
        experiment: that asks.
        trial: the question.
        values: the answer's numbers (see above).

    Raises:
        BadInput: it is no answer to this trial.
    """
    answer = tuple(float(value) for value in values)
    if not all(map(math.isfinite, answer)):
        raise BadInput("an answer is made of finite numbers")
    if ranks(experiment):
        places = range(len(trial.shown))
        if sorted(answer) != [float(place) for place in places]:
            raise BadInput(f"an order names each of the places 0 to {len(places) - 1} once")
        return answer
    if len(answer) != (2 if rates_both(experiment) else 1):
        raise BadInput(f"an answer has {2 if rates_both(experiment) else 1} numbers, not {len(answer)}")
    for value in answer:
        _check_value(experiment, value)
    return answer


def _check_value(experiment: Experiment, value: float) -> None:
    scale = experiment.scale
    if compares(experiment):
        if value not in (1.0, -1.0) and not (value == 0.0 and experiment.ties):
            raise BadInput(f"a comparison is answered by 1{', 0' * experiment.ties} or -1, not {value:g}")
    elif experiment.method is Method.RULER:
        if value not in experiment.ruler.jnd:
            raise BadInput(f"the ruler has no step of {value:g} JND")
    elif scale.kind is ScaleKind.CATEGORY:
        if value not in range(1, scale.categories + 1):
            raise BadInput(f"a category is 1 to {scale.categories}, not {value:g}")
    elif not scale.low <= value <= scale.high:
        raise BadInput(f"a score is {scale.low:g} to {scale.high:g}, not {value:g}")

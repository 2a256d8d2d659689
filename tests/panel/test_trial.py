"""Trials: which answers they take."""

from dataclasses import replace
from typing import Any

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.panel.experiment import Experiment
from lichtbild.panel.protocol import Method, Ruler, Scale, ScaleKind
from lichtbild.panel.trial import Kind, Trial, check_answer

PAIRS = Experiment("name", "question", Method.PAIRS)
TRIAL = Trial(0, Kind.TEST, "s", ("a", "b"))
LINE = Scale(ScaleKind.CONTINUOUS, low=0.0, high=10.0)


@pytest.mark.parametrize(
    ("changes", "good", "bad"),
    [
        ({}, [(1,), (-1,)], [(0,), (2,), (), (1, 1), (float("nan"),)]),
        ({"ties": True}, [(0,)], [(0.5,)]),
        ({"method": Method.RATING}, [(1,), (5,)], [(0,), (6,), (2.5,)]),
        ({"method": Method.RATING, "scale": LINE}, [(0,), (2.5,)], [(-1,), (10.1,)]),
        ({"method": Method.DOUBLE, "reference": "a", "scale": LINE}, [(1, 9)], [(1,), (1, 11)]),
        ({"method": Method.RANKING, "shown": 2}, [(0, 1), (1, 0)], [(0, 0), (1,), (0, 1, 2), (1, 2)]),
        ({"method": Method.RULER, "ruler": Ruler(("x", "y"), (0.0, -1.5))}, [(-1.5,)], [(-1,)]),
    ],
)
def test_an_answer_is_one_that_the_method_takes(
    changes: dict[str, Any], good: list[tuple[float, ...]], bad: list[tuple[float, ...]]
) -> None:
    experiment = replace(PAIRS, **changes)
    for answer in good:
        assert check_answer(experiment, TRIAL, answer) == answer
    for answer in bad:
        with pytest.raises(BadInput):
            check_answer(experiment, TRIAL, answer)

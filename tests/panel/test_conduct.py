"""How observers answered, and the experiment's rules on it."""

import pytest

from lichtbild.panel.conduct import conduct, left_out
from lichtbild.panel.protocol import Method, Scale, ScaleKind, Screening
from lichtbild.panel.trial import Kind, Trial
from lichtbild.panel.vote import Vote
from simulated_panel import experiment


def again(method: Method, first: tuple[float, ...], second: tuple[float, ...], **more: object) -> int:
    """Whether a retest, its sides swapped, is answered alike."""
    shown = ("a", "b") if len(first) == 2 or method is Method.PAIRS else ("a",)
    one = Vote("x", Trial(0, Kind.TEST, "lake", shown), first, 2.0, "", "0")
    two = Vote("x", Trial(1, Kind.RETEST, "lake", shown[::-1], of=0), second, 4.0, "", "1")
    found = conduct(experiment(method, **more), [one, two])[0]
    assert (found.answers, found.retests, found.median_s) == (2, 1, 3.0)
    return found.retests_alike


def test_a_retest_is_alike_by_the_picture_not_by_the_side() -> None:
    assert again(Method.PAIRS, (1,), (-1,)) == 1
    assert again(Method.PAIRS, (1,), (1,)) == 0
    assert again(Method.RANKING, (0, 1), (1, 0), shown=2) == 1
    assert again(Method.RATING, (3,), (4,)) == 1
    assert again(Method.RATING, (3,), (5,)) == 0
    line = Scale(ScaleKind.CONTINUOUS)
    assert again(Method.RATING, (30,), (40,), scale=line) == 1
    assert again(Method.RATING, (30,), (41,), scale=line) == 0
    both = {"scale": line, "reference": "b"}
    assert again(Method.DOUBLE, (20, 80), (85, 20), **both) == 1
    assert again(Method.DOUBLE, (20, 80), (20, 80), **both) == 0


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (Screening(), ""),
        (Screening(golden_share=0.5), ""),
        (Screening(golden_share=0.6), "golden pairs: 1 of 2 right, below a share of 0.6"),
        (Screening(least_median_s=2), "time: median 1.5 s, below 2 s"),
        (Screening(retest_share=1), ""),
    ],
)
def test_rules_say_who_is_left_out_and_what_was_not_asked_fails_none(rules: Screening, words: str) -> None:
    votes = [
        Vote("x", Trial(k, Kind.GOLDEN, "lake", ("a", "b"), truth=1), (answer,), 9.0, "", str(k))
        for k, answer in enumerate((1.0, -1.0))
    ]
    votes.append(Vote("x", Trial(2, Kind.TEST, "lake", ("a", "b")), (1,), 1.5, "", "2"))
    assert left_out(rules, conduct(experiment(Method.PAIRS), votes)[0]) == words

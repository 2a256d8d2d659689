"""The next pair: told by the votes, new to its observer, and soon better than pairs dealt out."""

import numpy as np

from lichtbild.panel.experiment import Experiment
from lichtbild.panel.protocol import Method, Schedule
from lichtbild.panel.stimulus import Stimulus
from lichtbild.panel.trial import Kind, Trial
from lichtbild.panel.vote import Vote
from lichtbild.study.panel_choice import Choice, SceneChoice

ASKED = Experiment("test", "Which?", Method.PAIRS, schedule=Schedule.ACTIVE)
STIMULI = tuple(Stimulus("lake", name) for name in "abcde")


def choice() -> Choice:
    return Choice(ASKED, STIMULI, clock=lambda: 0.0)


def test_an_observer_sees_no_pair_twice_while_there_are_others() -> None:
    made, seen = choice(), list[tuple[str, tuple[str, ...]]]()
    for _ in range(10):
        seen.append(made(Trial(0, Kind.TEST, "lake", ("a", "b")), seen))
    assert {scene for scene, _ in seen} == {"lake"}
    assert len({frozenset(pair) for _, pair in seen}) == 10
    assert len(made(Trial(0, Kind.TEST, "lake", ("a", "b")), seen)[1]) == 2


def test_the_same_votes_ask_for_the_same_pair_and_unlike_conditions_are_not_asked_again() -> None:
    pairs = []
    for _ in range(2):
        made = choice()
        made.add(
            Vote("x", Trial(k, Kind.TEST, "lake", (one, other)), (1.0,), 1.0, "", str(k))
            for k, (one, other) in enumerate([("a", other) for other in "bcde"] * 6)
        )
        pairs.append(made(Trial(0, Kind.TEST, "lake", ("a", "b")), [])[1])
    assert pairs[0] == pairs[1] and "a" not in pairs[0]


def test_sides_are_even() -> None:
    made, left = SceneChoice("abcd", None), np.zeros(4)
    for _ in range(60):
        pair = made.next([], 0.0)
        made.add(pair, 1.0)
        left["abcd".index(pair[0])] += 1
        left["abcd".index(pair[1])] -= 1
    assert np.abs(left).max() <= 2


def test_what_was_handed_out_is_waited_for_and_then_forgotten() -> None:
    made = SceneChoice("abc", None)
    first = {frozenset(made.next([], 0.0)) for _ in range(3)}
    assert len(first) == 3
    assert frozenset(made.next([], 1e6)) in first

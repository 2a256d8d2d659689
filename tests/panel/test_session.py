"""Sessions: every observer gets what is theirs, and all judgements are asked for equally often."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.panel.experiment import Anchor, Experiment, Golden
from lichtbild.panel.protocol import Method, Ruler, Scale, ScaleKind, Session
from lichtbild.panel.session import Course, course, length, next_trial, trials
from lichtbild.panel.stimulus import Stimulus
from lichtbild.panel.trial import Kind, Trial

CONDITIONS = ("a", "b", "c", "d", "e")
STIMULI = [Stimulus(scene, condition) for scene in ("s", "t", "u") for condition in CONDITIONS]
PAIRS = Experiment("name", "question", Method.PAIRS)


def dealt(made: Course, observer: int) -> list[Trial]:
    return [trial for trial in trials(made, observer) if trial.kind is Kind.TEST]


def test_judgements_and_sides_are_balanced_over_observers() -> None:
    """Three scenes of ten pairs, 12 an observer: five observers see each twice, ten each side twice."""
    made = course(replace(PAIRS, session=Session(trials=12)), STIMULI)
    assert (made.total, made.each) == (30, 12)
    asked = [trial for observer in range(5) for trial in dealt(made, observer)]
    pairs = Counter((trial.scene, frozenset(trial.shown)) for trial in asked)
    assert len(pairs) == 30 and set(pairs.values()) == {2}
    sides = Counter((trial.scene, trial.shown) for observer in range(10) for trial in dealt(made, observer))
    assert len(sides) == 60 and set(sides.values()) == {2}


def test_an_observer_sees_nothing_twice_and_each_side_as_often() -> None:
    made = course(PAIRS, STIMULI)
    asked = dealt(made, 4)
    assert len({(trial.scene, frozenset(trial.shown)) for trial in asked}) == len(asked) == 30
    first = Counter(trial.shown == tuple(sorted(trial.shown)) for trial in asked)
    assert 5 <= first[True] <= 25  # by chance within 3.6 standard deviations of 15
    assert sum(a.scene == b.scene for a, b in pairwise(asked)) <= 3


def test_sessions_are_the_same_again_and_differ_between_observers() -> None:
    made = course(PAIRS, STIMULI)
    assert trials(made, 3) == trials(course(PAIRS, STIMULI), 3)
    assert trials(made, 3) != trials(made, 4)


def test_repeats_swap_sides() -> None:
    made = course(replace(PAIRS, session=Session(trials=6, repeats=2)), STIMULI)
    asked = dealt(made, 0)
    sides = Counter((trial.scene, trial.shown) for trial in asked)
    assert len(asked) == 12 == len(sides)
    assert {trial.repetition for trial in asked[:6]} == {0} and {trial.repetition for trial in asked[6:]} == {
        1
    }


def test_retests_golden_pairs_and_anchors_stand_where_they_shall() -> None:
    experiment = replace(
        PAIRS,
        session=Session(trials=20, retests=4),
        golden=(Golden("s", "a", "e"), Golden("t", "b", "d")),
        anchor=(Anchor("u", ("a", "e")),),
    )
    made = course(experiment, STIMULI)
    plan = trials(made, 2)
    assert len(plan) == length(made) == 27 and [trial.position for trial in plan] == list(range(27))
    assert plan[0].kind is Kind.ANCHOR and Counter(trial.kind for trial in plan)[Kind.GOLDEN] == 2
    for trial in plan:
        if trial.kind is Kind.RETEST:
            assert trial.of is not None
            assert plan[trial.of].kind is Kind.TEST and plan[trial.of].shown == trial.shown[::-1]
            assert trial.position > trial.of
        if trial.kind is Kind.GOLDEN:
            assert trial.truth == (1 if trial.shown[0] in ("a", "b") else -1)


@pytest.mark.parametrize(
    ("experiment", "total", "shown"),
    [
        (replace(PAIRS, method=Method.RATING), 15, 1),
        (replace(PAIRS, method=Method.DOUBLE, reference="a"), 12, 1),
        (replace(PAIRS, method=Method.DOUBLE, reference="a", scale=Scale(ScaleKind.CONTINUOUS)), 12, 2),
        (replace(PAIRS, method=Method.TRIPLETS, reference="a"), 18, 2),
        (replace(PAIRS, method=Method.TRIPLETS), 15, 3),
        (replace(PAIRS, method=Method.RANKING, shown=5), 3, 5),
        (replace(PAIRS, method=Method.RULER, ruler=Ruler(("a", "b"), (0.0, -1.0))), 9, 1),
    ],
)
def test_every_method_has_its_judgements(experiment: Experiment, total: int, shown: int) -> None:
    made = course(experiment, STIMULI)
    plan = trials(made, 0)
    assert made.total == len(plan) == total
    assert all(len(set(trial.shown)) == shown for trial in plan)
    counts = Counter(
        (trial.scene, name) for trial in plan for name in trial.shown if name != "a" or shown != 2
    )
    assert len(set(counts.values())) == 1


def test_to_resume_is_to_ask_again() -> None:
    plan = trials(course(PAIRS, STIMULI), 0)
    answered = {0: (plan[0].scene, plan[0].shown), 2: (plan[2].scene, plan[2].shown)}
    assert next_trial(plan, {}) == plan[0] and next_trial(plan, answered) == plan[1]
    assert next_trial(plan, {trial.position: (trial.scene, trial.shown) for trial in plan}) is None


def test_a_chooser_decides_what_tests_show_and_retests_repeat_that() -> None:
    plan = trials(course(replace(PAIRS, session=Session(trials=4, retests=1)), STIMULI), 0)
    chosen = next_trial(plan, {}, lambda trial, seen: ("u", ("d", "e")))
    assert chosen == replace(plan[0], scene="u", shown=("d", "e"))
    again = next(trial for trial in plan if trial.kind is Kind.RETEST)
    answered = {place: ("u", ("d", "e")) for place in range(again.position)}
    asked = next_trial(plan, answered, lambda trial, seen: ("u", ("d", "e")))
    assert asked is not None and (asked.kind, asked.scene, asked.shown) == (Kind.RETEST, "u", ("e", "d"))


def test_thousands_of_pictures_are_dealt_out_and_too_long_a_session_is_refused() -> None:
    many = [Stimulus("s", f"{k:04d}") for k in range(2000)]
    made = course(replace(PAIRS, session=Session(trials=100)), many)
    plan = trials(made, 11)
    assert made.total == 1999 * 1000 and len({trial.shown for trial in plan}) == 100
    with pytest.raises(BadInput, match=r"set session\.trials"):
        course(PAIRS, many)

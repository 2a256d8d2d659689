"""Votes become the numbers that they are, whatever the method."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.panel.collect import by_scene, collected, over_scenes
from lichtbild.panel.protocol import Method, Ruler, Scale, ScaleKind
from lichtbild.panel.trial import Kind, Trial
from lichtbild.panel.vote import Vote
from simulated_panel import STIMULI, experiment


def vote(who: str, at: int, shown: str, *answer: float, scene: str = "lake", kind: Kind = Kind.TEST) -> Vote:
    return Vote(who, Trial(at, kind, scene, tuple(shown.split())), answer, 1.0, "", str(at))


def test_comparisons_keep_sides_and_scenes_and_leave_out_what_counts_for_no_scale() -> None:
    votes = [
        vote("y", 0, "b a", 1),
        vote("x", 1, "a c", -1, scene="barn"),
        vote("x", 0, "c ref", 0),
        vote("x", 2, "a ref", 1, kind=Kind.GOLDEN),
        vote("x", 3, "a ref", 1, kind=Kind.ANCHOR),
    ]
    found = collected(experiment(Method.PAIRS, ties=True), STIMULI, votes)
    assert found.observers == ("x", "y")
    names = [str(each.scene + each.condition) for each in found.stimuli]
    rows = [
        (int(o), names[f], names[s], int(a))
        for o, f, s, a in zip(
            found.data.observer, found.data.first, found.data.second, found.data.answer, strict=True
        )
    ]
    assert rows == [(0, "lakec", "lakeref", 0), (0, "barna", "barnc", -1), (1, "lakeb", "lakea", 1)]
    assert {scene: len(part.data) for scene, part in by_scene(found).items()} == {"barn": 1, "lake": 2}
    whole = over_scenes(found)
    assert whole.conditions == ("a", "b", "c", "ref") and whole.data.first.tolist() == [2, 0, 1]


def test_rankings_are_orders_of_what_was_shown() -> None:
    made = collected(experiment(Method.RANKING, shown=3), STIMULI, [vote("x", 0, "c a b", 1, 0, 2)])
    part = by_scene(made)["lake"]
    assert [part.conditions[k] for k in part.data.items[0]] == ["a", "c", "b"]


def test_ratings_number_repetitions_and_know_their_reference() -> None:
    votes = [vote("x", 0, "a", 3), vote("x", 4, "a", 4), vote("x", 2, "ref", 5)]
    found = collected(experiment(Method.RATING, reference="ref"), STIMULI, votes).data
    assert found.repetition.tolist() == [0, 0, 1] and found.score.tolist() == [3, 5, 4]
    assert found.reference is not None and set(np.flatnonzero(found.reference == 7)) == {4, 5, 6, 7}


def test_a_double_stimulus_is_the_difference_of_its_two_scores_whichever_stood_first() -> None:
    both = experiment(Method.DOUBLE, reference="ref", scale=Scale(ScaleKind.CONTINUOUS))
    found = collected(both, STIMULI, [vote("x", 0, "ref a", 80, 30), vote("x", 1, "b ref", 40, 90)])
    assert found.data.score.tolist() == [-50, -50]


def test_a_ruler_gives_places() -> None:
    ruled = experiment(Method.RULER, ruler=Ruler(("ref", "c"), (0.0, -2.5)))
    assert collected(ruled, STIMULI, [vote("x", 0, "a", -2.5)]).data.score.tolist() == [1]


def test_no_votes_and_strange_ones_are_refused() -> None:
    with pytest.raises(BadInput, match="no votes that count"):
        collected(experiment(Method.PAIRS), STIMULI, [vote("x", 0, "a b", 1, kind=Kind.ANCHOR)])
    with pytest.raises(BadInput, match="condition 'z', which is not judged"):
        collected(experiment(Method.PAIRS), STIMULI, [vote("x", 0, "a z", 1)])

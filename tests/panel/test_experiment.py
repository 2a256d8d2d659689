"""Experiments: what can be asked, and what is refused with a sentence."""

from dataclasses import replace
from typing import Any

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.panel.experiment import (
    Anchor,
    Experiment,
    Golden,
    check_stimuli,
    compares,
    judged,
    per_trial,
    ranks,
    rates_both,
)
from lichtbild.panel.picture_source import Folder, Rendition, Source
from lichtbild.panel.protocol import Method, Ruler, Scale, ScaleKind, Screening, Session, View
from lichtbild.panel.stimulus import Stimulus
from lichtbild.panel.words import LANGUAGES

PAIRS = Experiment("name", "question", Method.PAIRS)
RULER = Ruler(("r0", "r1"), (0.0, -1.0))
STIMULI = [Stimulus(scene, condition) for scene in ("s", "t") for condition in ("a", "b", "c")]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "name is a text"),
        ({"question": "a\x07"}, "control characters"),
        ({"distance_mm": -1.0}, "distance_mm is 0 to 20000, not -1"),
        ({"language": "xx"}, "language is en or de"),
        ({"words": {"nothing": "x"}}, "words has no key 'nothing'"),
        ({"method": Method.DOUBLE}, "shows a reference"),
        ({"method": Method.RULER}, "needs a ruler"),
        ({"ruler": RULER}, "a ruler is for method"),
        ({"method": Method.RATING, "ties": True}, "ties are for comparisons"),
        ({"method": Method.RANKING, "view": View.FLICKER}, "shows two pictures in turn"),
        ({"session": Session(flicker_hz=2)}, "is for view 'flicker'"),
        ({"anchor": (Anchor("s", ("a",)),)}, "shows 1, and a trial 2"),
        ({"method": Method.RATING, "golden": (Golden("s", "a", "b"),)}, "golden pairs are for comparisons"),
        ({"golden": (Golden("s", "a", "a"),)}, "is one picture"),
        ({"source": (Source("s", file="x.dng"),)}, "give both"),
        (
            {"source": (Source("s", file="x.dng"),), "rendition": (Rendition("c", camera="main"),)},
            "simulated sources are for renditions with a camera",
        ),
    ],
)
def test_what_contradicts_itself_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        replace(PAIRS, **changes)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Stimulus("", "a"),
        lambda: Stimulus("a|b", "a"),
        lambda: Stimulus("a", " b"),
        lambda: Session(trials=-1),
        lambda: Session(repeats=0),
        lambda: Session(flicker_hz=100),
        lambda: Scale(labels=("one",)),
        lambda: Scale(low=1.0, high=1.0),
        lambda: Ruler(("a", "b"), (0.0,)),
        lambda: Ruler(("a", "b"), (0.0, 0.0)),
        lambda: Ruler(("a", "a"), (0.0, -1.0)),
        lambda: Screening(golden_share=2.0),
        lambda: Screening(outliers="some"),
        lambda: Folder(pattern="{scene}"),
        lambda: Folder(pattern="{scene}{condition}"),
        lambda: Source("s"),
        lambda: Rendition("c", strength=200),
    ],
)
def test_a_part_that_cannot_be_is_refused(make: Any) -> None:
    with pytest.raises(BadInput):
        make()


def test_pictures_suit_the_method() -> None:
    triplet = replace(PAIRS, method=Method.TRIPLETS, reference="a")
    assert (per_trial(triplet), compares(triplet), ranks(triplet)) == (2, True, False)
    assert judged(triplet, STIMULI) == {"s": ("b", "c"), "t": ("b", "c")}
    three = replace(triplet, reference="")
    assert (per_trial(three), compares(three), ranks(three)) == (3, False, True)
    line = replace(PAIRS, method=Method.DOUBLE, reference="a", scale=Scale(ScaleKind.CONTINUOUS))
    assert rates_both(line) and not rates_both(replace(line, scale=Scale()))
    check_stimuli(triplet, STIMULI)


@pytest.mark.parametrize(
    ("changes", "stimuli", "words"),
    [
        ({}, [], "there are no pictures"),
        ({}, [*STIMULI, STIMULI[0]], "has two pictures of condition 'a'"),
        ({}, [Stimulus("s", "a")], "has 1 to judge; a trial takes 2"),
        ({"reference": "z"}, STIMULI, "scene 's' has no condition 'z'"),
        ({"golden": (Golden("s", "a", "q"),)}, STIMULI, "has no condition 'q'"),
        ({"method": Method.RULER, "ruler": RULER}, STIMULI, "has no condition 'r0'"),
    ],
)
def test_missing_pictures_are_named(changes: dict[str, Any], stimuli: list[Stimulus], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        check_stimuli(replace(PAIRS, **changes), stimuli)


def test_a_ruler_of_one_scene_serves_all() -> None:
    ruler = replace(PAIRS, method=Method.RULER, ruler=replace(RULER, scene="chart"))
    stimuli = [*STIMULI, Stimulus("chart", "r0"), Stimulus("chart", "r1")]
    check_stimuli(ruler, stimuli)
    assert judged(ruler, stimuli)["chart"] == ()


def test_all_languages_have_the_same_words() -> None:
    english = LANGUAGES["en"]
    for words in LANGUAGES.values():
        assert words.keys() == english.keys()
        assert all(text.count("{") == english[key].count("{") for key, text in words.items())
        assert all(words[key].count("|") == 4 for key in ("labels", "impairment", "line"))

"""Votes as tables: out and in again, and nothing is taken that is not whole."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from lichtbild.core.errors import BadFile
from lichtbild.io.vote_table import as_csv, as_json, read_votes
from lichtbild.panel.experiment import Experiment
from lichtbild.panel.protocol import Method
from lichtbild.panel.stimulus import Stimulus
from lichtbild.panel.trial import Kind, Trial
from lichtbild.panel.vote import Observer, Vote

PAIRS = Experiment("name", "question", Method.PAIRS, ties=True)
STIMULI = [Stimulus("s, t", condition) for condition in ('a "b"', "c")]
VOTE = Vote(
    "o-1",
    Trial(0, Kind.RETEST, "s, t", ("c", 'a "b"'), "", 1, 4, None),
    (-1.0,),
    0.5,
    "2026-01-02T03:04:05+00:00",
    "v",
)
VOTES = (VOTE, replace(VOTE, observer="o-2", trial=replace(VOTE.trial, kind=Kind.GOLDEN, of=None, truth=-1)))


def test_a_table_comes_back_as_the_same_votes(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text("".join(as_csv(VOTES)), encoding="utf-8")
    assert read_votes(path, PAIRS, STIMULI) == VOTES


def test_json_tells_observers_and_votes() -> None:
    observer = Observer(1, 0, "o-1", consented="2026", screen=(("dark", 6.0),))
    told = json.loads("".join(as_json("name", [observer], VOTES)))
    assert told["observers"] == [{"observer": "o-1", "consented": "2026", "screen": {"dark": 6.0}}]
    assert [each["answer"] for each in told["votes"]] == [[-1.0], [-1.0]]
    assert told["votes"][1]["shown"] == ["c", 'a "b"'] and told["votes"][1]["truth"] == -1


ROW = "o,0,s,a|b,1"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no column 'observer'"),
        ("observer,trial,scene,shown\n", "has no column 'answer'"),
        ("observer,trial,scene,shown,answer,mood\n", "'mood' too many"),
        (f"observer,trial,scene,shown,answer\n{ROW},9\n", "line 2: has not as many cells"),
        (f"observer,trial,scene,shown,answer\n{ROW}\n{ROW}\n", "line 3: trial 0 of 'o' is in line 2 too"),
        ("observer,trial,scene,shown,answer\n,0,s,a|b,1\n", "names no observer"),
        ("observer,trial,scene,shown,answer\no,-1,s,a|b,1\n", "trial is a whole number"),
        ("observer,trial,scene,shown,answer\no,0,s,a|z,1\n", "no picture of scene 's', condition 'z'"),
        ("observer,trial,scene,shown,answer\no,0,s,a|b,one\n", "'one' is none"),
        ("observer,trial,scene,shown,answer\no,0,s,a|b,3\n", "is answered by 1, 0 or -1, not 3"),
        ("observer,trial,scene,shown,answer,seconds\no,0,s,a|b,1,-1\n", "seconds is 0 or more"),
        ("observer,trial,scene,shown,answer,kind\no,0,s,a|b,1,play\n", "kind is anchor, test"),
        ("observer,trial,scene,shown,answer,at\no,0,s,a|b,1,noon\n", "at is a date"),
        ('observer,trial,scene,shown,answer\no,0,s,"a|b,1\n', "unexpected end"),
    ],
)
def test_what_is_no_vote_is_told_with_its_line(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text(text)
    with pytest.raises(BadFile, match=words.replace("|", r"\|")):
        read_votes(path, PAIRS, [Stimulus("s", "a"), Stimulus("s", "b")])

"""An active experiment through the web application: several observers at once, one of whom is forgotten."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from asgi_client import Client, client
from lichtbild.io.experiment_file import read_experiment
from lichtbild.io.votes import Votes
from lichtbild.panel.trial import Kind, Trial
from lichtbild.studio.access import Guard
from lichtbild.studio.panel_app import Panel, application
from lichtbild.study.panel_choice import StoredChoice, choice_of
from lichtbild.study.panel_pictures import exhibition
from panel_server import TOKEN, write_experiment

TEXT = 'method = "paired comparison"\nschedule = "active"\n[session]\ntrials = 30\n'
CONDITIONS = tuple("abcdefghijkl")
ASKED = Trial(0, Kind.TEST, "lake", ("a", "b"))


def session(browser: Client, secret: str) -> list[frozenset[str]]:
    """Pictures of all trials of an observer, who prefers whichever has the larger name."""
    headers, seen = {"Authorization": f"Bearer {secret}"}, list[frozenset[str]]()
    state: dict[str, Any] = browser.post("/api/begin", json={}, headers=headers).json()
    while ticket := state["next"]:
        first, second = (picture["name"] for picture in ticket["pictures"])
        seen.append(frozenset((first, second)))
        body = {"vote": f"{ticket['trial']:032x}", "trial": ticket["trial"], "pictures": [first, second]}
        body |= {"seal": ticket["seal"], "answer": [1 if first > second else -1], "seconds": 1.0}
        state = browser.post("/api/vote", json=body, headers=headers).json()
        assert state["stored"] == "stored"
    return seen


def test_observers_at_once_share_what_their_votes_tell(tmp_path: Path) -> None:
    file = write_experiment(tmp_path, TEXT, ("lake",), CONDITIONS, size=8)
    shown = exhibition(read_experiment(file), tmp_path, tmp_path / "kept")
    with Votes(str(tmp_path / "votes.sqlite"), shown.key) as votes:
        begun = lambda: choice_of(shown.experiment, tmp_path, shown.stimuli, votes)  # noqa: E731
        choose = begun()
        assert isinstance(choose, StoredChoice)
        app = application(Panel(shown, votes, TOKEN, "http://testserver", choose))
        invited = votes.invite(3)
        with (
            client(Guard(app, frozenset({"testserver"}), any_address=False), app) as browser,
            ThreadPoolExecutor(3) as people,
        ):
            sessions = list(people.map(lambda each: session(browser, each[1]), invited))
        assert [len(set(seen)) for seen in sessions] == [30] * 3  # to nobody a pair twice
        stored = [vote for _, vote in votes.all_votes()]
        pairs = [frozenset(vote.trial.shown) for vote in stored]
        assert len(pairs) == 90 and len(set(pairs)) > 30

        # The server that saw all come, and one that begins now, ask the same.
        fresh = begun()
        assert fresh is not None and choose(ASKED, []) == fresh(ASKED, [])
        # So they do as soon as an observer was forgotten, whose votes are in nothing any more.
        votes.forget(invited[0][0].name)
        assert votes.erasures() == 1
        fresh = begun()
        assert fresh is not None and choose(ASKED, []) == fresh(ASKED, [])
        assert sum(1 for _ in votes.all_votes()) == 60

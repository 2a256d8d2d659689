"""The panel as a web application: what observers and experimenters may, and no more."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asgi_client import client
from lichtbild.io.experiment_file import read_experiment
from lichtbild.io.votes import Votes
from lichtbild.studio.access import Guard
from lichtbild.studio.panel_app import Panel, application, link
from lichtbild.study.panel_pictures import exhibition
from panel_server import TOKEN, write_experiment

RULER = 'method = "quality ruler"\n[ruler]\nconditions = ["a", "b"]\njnd = [0.0, -2.5]'


class Asked:
    """A client of a panel with a store of its own."""

    def __init__(self, folder: Path, text: str) -> None:
        file = write_experiment(folder, text)
        self.shown = exhibition(read_experiment(file), folder, folder / "kept")
        self.votes = Votes(str(folder / "votes.sqlite"), self.shown.key)
        panel = Panel(self.shown, self.votes, TOKEN, "http://testserver")
        app = application(panel)
        self._opened = client(Guard(app, frozenset({"testserver"}), any_address=False), app)
        self.client = self._opened.__enter__()

    def close(self) -> None:
        self._opened.__exit__(None, None, None)
        self.votes.close()

    def invited(self) -> dict[str, str]:
        """Headers of a new observer."""
        ((_, secret),) = self.votes.invite(1)
        return {"Authorization": f"Bearer {secret}"}

    def begun(self) -> tuple[dict[str, str], dict[str, Any]]:
        """Headers of a new observer who agreed, and what they were told."""
        headers = self.invited()
        answer = self.client.post("/api/begin", json={"dark": 7}, headers=headers)
        assert answer.status_code == 200
        return headers, answer.json()


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    made = Asked(tmp_path_factory.mktemp("panel"), 'method = "paired comparison"')
    yield made
    made.close()


def answer_to(ticket: dict[str, Any], **changes: Any) -> dict[str, Any]:
    names = [picture["name"] for picture in ticket["pictures"]]
    whole = {"vote": f"{ticket['trial']:032x}", "trial": ticket["trial"], "pictures": names}
    return whole | {"seal": ticket["seal"], "answer": [1], "seconds": 1.5} | changes


def test_a_whole_session_is_stored_once(asked: Asked) -> None:
    headers, state = asked.begun()
    while state["next"]:
        body = answer_to(state["next"])
        state = asked.client.post("/api/vote", json=body, headers=headers).json()
        again = asked.client.post("/api/vote", json=body, headers=headers).json()
        assert (state["stored"], again["stored"]) == ("stored", "already")
    assert state["done"] == state["total"] == 6
    told = asked.client.get("/api/session", headers=headers).json()
    assert told["begun"] and told["next"] is None
    name = asked.votes.observer(headers["Authorization"][7:])
    assert name is not None and dict(name.screen) == {"dark": 7.0}
    votes = [vote for _, vote in asked.votes.all_votes() if vote.observer == name.name]
    assert [vote.trial.position for vote in votes] == list(range(6)) and all(
        vote.answer == (1.0,) for vote in votes
    )


def test_nobody_is_told_what_is_to_be_found_out(asked: Asked) -> None:
    headers, state = asked.begun()
    told = asked.client.get("/api/session", headers=headers)
    for word in ("barn", "lake", "condition", "golden", str(Path.cwd()), "/tmp"):
        assert word not in told.text
    assert told.headers["cache-control"] == "no-store"
    picture = asked.client.get(f"/api/picture/{state['next']['pictures'][0]['name']}", headers=headers)
    assert picture.content.startswith(b"\x89PNG") and picture.headers["content-type"] == "image/png"


def test_links_open_their_own_session_alone(asked: Asked) -> None:
    headers, state = asked.begun()
    other, _ = asked.begun()
    name = state["next"]["pictures"][0]["name"]
    for path in ("/api/session", f"/api/picture/{name}", "/api/status", "/api/votes.csv", "/api/votes.json"):
        assert asked.client.get(path).status_code == 401
    assert asked.client.get("/api/status", headers=headers).status_code == 401
    body = answer_to(state["next"])
    assert asked.client.post("/api/vote", json=body, headers=other).status_code == 409


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"seal": "0" * 64}, 409),
        ({"trial": 3}, 409),
        ({"trial": 99_999}, 409),
        ({"pictures": ["0" * 32] * 2}, 409),
        ({"answer": [0]}, 400),
        ({"answer": []}, 400),
        ({"answer": ["1"]}, 400),
        ({"seconds": -1}, 400),
        ({"seconds": 1e300}, 400),
        ({"vote": "../../etc"}, 400),
        ({"more": 1}, 400),
    ],
)
def test_what_was_not_asked_is_not_stored(asked: Asked, changes: dict[str, Any], status: int) -> None:
    headers, state = asked.begun()
    answer = asked.client.post("/api/vote", json=answer_to(state["next"], **changes), headers=headers)
    assert answer.status_code == status and answer.json()["error"]
    assert asked.client.get("/api/session", headers=headers).json()["done"] == 0


def test_nothing_is_stored_before_consent(asked: Asked) -> None:
    headers = asked.invited()
    told = asked.client.get("/api/session", headers=headers).json()
    assert told["next"] is None and not told["begun"]
    _, state = asked.begun()
    assert asked.client.post("/api/vote", json=answer_to(state["next"]), headers=headers).status_code == 409


@pytest.mark.parametrize(
    "path",
    [
        "/pages/../panel_app.py",
        "/pages/%2e%2e/panel_app.py",
        "/pages/..%2fpanel_app.py",
        "/pages//etc/passwd",
        "/api/picture/..%2f..%2f..%2fetc%2fpasswd",
        "/docs",
        "/openapi.json",
    ],
)
def test_no_path_leads_out(asked: Asked, path: str) -> None:
    assert asked.client.get(path, headers=asked.invited()).status_code == 404


def test_whoever_is_forgotten_is_gone_at_the_next_vote(asked: Asked) -> None:
    headers, state = asked.begun()
    observer = asked.votes.observer(headers["Authorization"][7:])
    assert observer is not None
    asked.votes.forget(observer.name)
    answer = asked.client.post("/api/vote", json=answer_to(state["next"]), headers=headers)
    assert answer.status_code == 401
    assert asked.client.get("/api/session", headers=headers).status_code == 401


def test_the_desk_invites_and_tells_the_votes(asked: Asked) -> None:
    token = {"Authorization": f"Bearer {TOKEN}"}
    (made,) = asked.client.post("/api/invite", json={"count": 1}, headers=token).json()["links"]
    secret = made["link"].removeprefix("http://testserver/#")
    assert asked.client.get("/api/session", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    status = asked.client.get("/api/status", headers=token).json()
    assert made["observer"] in {each["observer"] for each in status["observers"]} and status["total"] == 6
    assert asked.client.get("/api/votes.csv", headers=token).text.startswith("observer,trial,")
    assert "votes" in asked.client.get("/api/votes.json", headers=token).json()
    assert asked.client.post("/api/invite", json={"count": 10**6}, headers=token).status_code == 400
    assert link("http://x", "s") == "http://x/#s"


def test_the_pages_are_small_and_fetch_nothing_from_outside(asked: Asked) -> None:
    names = ("", "desk", *(f"pages/{name}" for name in ("panel.js", "stage.js", "panel.css", "desk.js")))
    texts = [asked.client.get(f"/{name}").text for name in names]
    assert sum(map(len, texts)) < 60_000
    for text in texts:
        assert "http:" not in text and "https:" not in text
        assert "style=" not in text and "onclick" not in text and "<script>" not in text


def test_guessing_is_slowed(asked: Asked) -> None:
    """The last test of this file's client: its address has tried too often then."""
    wrong = {"Authorization": "Bearer wrong"}
    found = [asked.client.get("/api/session", headers=wrong).status_code for _ in range(60)]
    assert set(found) == {401, 429}
    assert asked.client.get("/api/session", headers=asked.invited()).status_code == 200


def test_a_ruler_is_answered_by_its_steps_places(tmp_path: Path) -> None:
    made = Asked(tmp_path, RULER)
    headers, state = made.begun()
    assert len(state["next"]["ruler"]) == 2
    body = answer_to(state["next"], answer=[1])
    assert made.client.post("/api/vote", json=body, headers=headers).json()["stored"] == "stored"
    bad = answer_to(made.client.get("/api/session", headers=headers).json()["next"], answer=[2])
    assert made.client.post("/api/vote", json=bad, headers=headers).status_code == 400
    ((_, vote),) = made.votes.all_votes()
    made.close()
    assert vote.answer == (-2.5,)

"""A server that is killed while observers vote loses no vote that it acknowledged, and doubles none."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lichtbild.io.votes import Votes
from panel_observers import Load, observe
from panel_server import served, write_experiment
from postgres_server import server

pytestmark = pytest.mark.slow

OBSERVERS, KILLS = 20, 4


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield str(tmp_path / "votes.sqlite")
        return
    with server() as url:
        yield url


def test_kill_9_loses_and_doubles_nothing(place: str, tmp_path: Path) -> None:
    text = 'method = "paired comparison"\n[session]\ntrials = 300\npause_every = 0\n'
    file = write_experiment(tmp_path, text, ("s", "t"), tuple("abcdefghijklmnopqrst"), size=8)
    load = Load()

    async def run() -> None:
        with ExitStack() as stack:
            first = stack.enter_context(served(file, "--votes", place, invite=OBSERVERS))
            port = int(first.address.rsplit(":", 1)[1])
            until = asyncio.Event()
            links = [link.split("#")[1] for link in first.links]
            people = [asyncio.create_task(observe(load, port, link, 0.1, until)) for link in links]
            current = first
            for _ in range(KILLS):
                await asyncio.sleep(1.5)
                current.kill()
                again = served(file, "--votes", place, "--port", port)
                current = await asyncio.to_thread(stack.enter_context, again)
            await asyncio.sleep(1.5)
            until.set()
            await asyncio.gather(*people)

    asyncio.run(run())
    assert load.retries > 0 and len(load.acknowledged) > 5 * OBSERVERS
    with Votes(place, None, create=False) as votes:
        names = {secret: votes.observer(secret) for secret, _ in load.acknowledged}
        by_name = {observer.name: secret for secret, observer in names.items() if observer}
        stored = [
            ((by_name[v.observer], v.trial.position), (v.vote, v.answer[0])) for _, v in votes.all_votes()
        ]
    assert len(stored) == len(dict(stored)) and dict(stored) == load.acknowledged

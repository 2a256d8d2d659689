"""Group commit: what comes together is stored together, and each learns of its own."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from lichtbild.core.errors import CannotWrite
from lichtbild.io.votes import Fate
from lichtbild.panel.trial import Kind, Trial
from lichtbild.panel.vote import Observer, Vote
from lichtbild.studio.commit import GroupCommit

ONE = Observer(1, 0, "o")


def vote(position: int) -> Vote:
    return Vote("o", Trial(position, Kind.TEST, "s", ("a", "b")), (1.0,), 1.0, "", f"v{position}")


def test_votes_that_wait_go_together_and_a_failure_is_told_to_its_own() -> None:
    batches = list[list[int]]()
    free = threading.Event()

    def add(votes: Sequence[tuple[Observer, Vote]]) -> tuple[Fate, ...]:
        free.wait(10)
        batches.append([each.trial.position for _, each in votes])
        if batches[-1][0] == 9:
            raise CannotWrite("full")
        return tuple("already" if each.trial.position == 2 else "stored" for _, each in votes)

    async def run() -> tuple[Fate, ...]:
        commit = GroupCommit(add)
        storing = asyncio.create_task(commit.run())
        first = asyncio.create_task(commit.store(ONE, vote(0)))
        await asyncio.sleep(0.05)
        others = [asyncio.create_task(commit.store(ONE, vote(k))) for k in (1, 2, 3)]
        await asyncio.sleep(0.05)
        free.set()
        fates = await asyncio.gather(first, *others)
        with pytest.raises(CannotWrite, match="full"):
            await commit.store(ONE, vote(9))
        storing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await storing
        return tuple(fates)

    assert asyncio.run(run()) == ("stored", "stored", "already", "stored")
    assert batches == [[0], [1, 2, 3], [9]]

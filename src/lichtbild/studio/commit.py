"""Group commit: votes that arrive together go to the disk together, and are acknowledged when they are there.

Source: DeWitt et al., "Implementation Techniques for Main Memory Database Systems" (1984), group commit;
PostgreSQL 15, section 20.5, commit_delay.
"""

import asyncio
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final

from lichtbild.core.errors import CannotWrite, LichtbildError
from lichtbild.io.votes import Fate
from lichtbild.panel.vote import Observer, Vote

_MOST: Final = 500
"""Votes of one transaction."""
_WAITING: Final = 5000
_APART_S: Final = 0.02
"""From one transaction's beginning to the next: a transaction costs more than the votes in it, so that many
votes make few of them. A vote that comes alone waits for nothing."""

Add = Callable[[Sequence[tuple[Observer, Vote]]], tuple[Fate, ...]]


class GroupCommit:
    """Stores votes one transaction after another, each of all that came while the one before was written."""

    def __init__(self, add: Add) -> None:
        """Prepare to store; `run` does it.

        Args:
            add: stores votes in one transaction; they are on the disk when it returns.
        """
        self._add = add
        self._waiting: asyncio.Queue[tuple[Observer, Vote, asyncio.Future[Fate]]] = asyncio.Queue(_WAITING)

    async def store(self, observer: Observer, vote: Vote) -> Fate:
        """What became of a vote, once that is on the disk.

        Raises:
            CannotWrite: it is not, or too many are waiting.
        """
        answer: asyncio.Future[Fate] = asyncio.get_running_loop().create_future()
        try:
            self._waiting.put_nowait((observer, vote, answer))
        except asyncio.QueueFull:
            raise CannotWrite("too many votes are waiting for the disk; send it again later") from None
        return await answer

    async def run(self) -> None:
        """Store what comes, until cancelled; what is being stored then is stored."""
        loop, begun = asyncio.get_running_loop(), -math.inf
        with ThreadPoolExecutor(1, "votes") as thread:
            while True:
                await asyncio.sleep(max(0.0, begun + _APART_S - loop.time()))
                batch = [await self._waiting.get()]
                with suppress(asyncio.QueueEmpty):
                    while len(batch) < _MOST:
                        batch.append(self._waiting.get_nowait())
                begun = loop.time()
                votes = [(observer, vote) for observer, vote, _ in batch]
                try:
                    fates = await asyncio.shield(loop.run_in_executor(thread, self._add, votes))
                except LichtbildError as error:
                    for _, _, answer in batch:
                        if not answer.done():
                            answer.set_exception(error)
                else:
                    for (_, _, answer), fate in zip(batch, fates, strict=True):
                        if not answer.done():
                            answer.set_result(fate)

"""Observers by the hundred: clients of their own that keep what was acknowledged to them."""

import asyncio
import json
import random
import secrets
import time
from dataclasses import dataclass, field
from typing import Any


class Broken(Exception):
    """The server did not answer."""


class Client:
    """One connection, kept open; HTTP/1.1 as far as our server speaks it."""

    def __init__(self, port: int, secret: str) -> None:
        self._port, self._secret = port, secret
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """Status and answer of a request."""
        try:
            return await asyncio.wait_for(self._ask(path, body), 30)
        except (OSError, EOFError, ValueError, IndexError, TimeoutError) as error:
            self.close()
            raise Broken from error

    def close(self) -> None:
        if self._streams:
            self._streams[1].close()
        self._streams = None

    async def _ask(self, path: str, body: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        data = json.dumps(body).encode() if body is not None else b""
        head = (
            f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Authorization: Bearer {self._secret}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(data)}\r\n\r\n"
        )
        writer.write(head.encode() + data)
        answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        length = next(int(line[15:]) for line in answer if line.lower().startswith("content-length:"))
        told = json.loads(await reader.readexactly(length))
        return int(answer[0].split()[1]), told


@dataclass
class Load:
    """What came of it.

    Attributes:
        acknowledged: answer by observer's secret and trial, of each vote that was said to be stored.
        sent: the same of each that was sent.
        times: seconds from a vote's sending to its acknowledgement, by when it was sent.
        retries: requests that were sent again.
    """

    acknowledged: dict[tuple[str, int], tuple[str, float]] = field(default_factory=dict)
    sent: dict[tuple[str, int], tuple[str, float]] = field(default_factory=dict)
    times: list[tuple[float, float]] = field(default_factory=list)
    retries: int = 0


async def observe(load: Load, port: int, secret: str, every: float, until: asyncio.Event) -> None:
    """An observer who answers every so many seconds, and sends again what was not stored."""
    client, chance = Client(port, secret), random.Random(secret)
    state = await _insist(load, client, "/api/begin", {})
    due = time.monotonic() + chance.random() * every
    while state["next"] and not until.is_set():
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        due = max(due + every, time.monotonic() - every)
        ticket, answer = state["next"], chance.choice((1.0, -1.0))
        name, trial = secrets.token_hex(16), int(ticket["trial"])
        body = {
            "vote": name,
            "trial": trial,
            "pictures": [picture["name"] for picture in ticket["pictures"]],
            "seal": ticket["seal"],
            "answer": [answer],
            "seconds": 1.0,
        }
        load.sent[secret, trial] = (name, answer)
        began = time.perf_counter()
        state = await _insist(load, client, "/api/vote", body)
        load.times.append((began, time.perf_counter() - began))
        load.acknowledged[secret, trial] = (name, answer)
    client.close()


async def _insist(load: Load, client: Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    wait = 0.25
    while True:
        try:
            status, told = await client.ask(path, body)
        except Broken:
            status, told = 0, {}
        if status == 200:
            return told
        assert status in (0, 429, 503), (status, told)
        load.retries += 1
        await asyncio.sleep(wait)
        wait = min(2 * wait, 2.0)

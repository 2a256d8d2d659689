"""The panel under load: 200 observers at once, and the server killed again and again.

``[SECONDS] [KILLS]``: of steady load, and of kills (SIGKILL) after it; 60 and 20 where nothing is said.
``--postgres`` stores the votes in a PostgreSQL server of our own instead of SQLite.

Server, database and the observers' clients share the machine. A vote's time runs from its sending to the
answer, which says that it is on the disk and asks the next question. Then the server is killed while they
vote and started anew; each observer sends again what was not acknowledged. At the end every acknowledged vote
must be in the store once, with the answer that was given, and nothing else.
"""

import asyncio
import contextlib
import os
import socket
import sys
import tempfile
from pathlib import Path

import numpy as np

import record

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import panel_server
import postgres_server
from lichtbild.io.votes import Votes
from panel_observers import Load, observe

OBSERVERS = 200
RATE = 300.0
SCENES = tuple(f"scene {k}" for k in range(6))
CONDITIONS = tuple(f"condition {k:02d}" for k in range(16))


async def loaded(file: Path, options: tuple[str, ...], seconds: float, kills: int) -> tuple[Load, Load]:
    """The steady load, and that with kills."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    steady, hard = Load(), Load()
    begin = lambda invite: panel_server.served(file, "--port", port, *options, invite=invite)  # noqa: E731
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(begin(OBSERVERS))
        links = [link.split("#")[1] for link in server.links]
        await phase(steady, port, links, asyncio.sleep(seconds))

        async def killing() -> None:
            nonlocal server
            for _ in range(kills):
                await asyncio.sleep(2.0)
                server.kill()
                server = await asyncio.to_thread(stack.enter_context, begin(0))
            await asyncio.sleep(2.0)

        if kills:
            await phase(hard, port, links, killing())
    return steady, hard


async def phase(load: Load, port: int, links: list[str], work: object) -> None:
    """All observers at work until something else is done."""
    until = asyncio.Event()
    people = [asyncio.create_task(observe(load, port, link, OBSERVERS / RATE, until)) for link in links]
    await work  # type: ignore[misc]
    until.set()
    await asyncio.gather(*people)


def faults(place: str, loads: tuple[Load, ...]) -> tuple[int, int, int]:
    """Votes in the store; those lost or altered; those doubled or never sent."""
    expected = {key: value for load in loads for key, value in load.acknowledged.items()}
    with Votes(place, None, create=False) as votes:
        names = {secret: votes.observer(secret) for secret in {secret for secret, _ in expected}}
        by_name = {observer.name: secret for secret, observer in names.items() if observer}
        found: dict[tuple[str, int], tuple[str, float]] = {}
        count = 0
        for _, vote in votes.all_votes():
            found[by_name[vote.observer], vote.trial.position] = (vote.vote, vote.answer[0])
            count += 1
    lost = sum(found.get(key) != value for key, value in expected.items())
    return count, lost, count - len(expected)


def row(what: str, load: Load, skip: float) -> list[str]:
    begin = min(at for at, _ in load.times) + skip
    times = np.array([took for at, took in load.times if at >= begin])
    span = max(at for at, _ in load.times) - begin
    p50, p99 = np.percentile(times, [50, 99]) * 1e3
    rate = len(times) / span
    told = [
        f"{value:.{digits}f}" for value, digits in ((rate, 0), (p50, 1), (p99, 1), (1e3 * times.max(), 0))
    ]
    return [what, f"{len(times)}", *told, f"{load.retries}"]


def main() -> None:
    begin = os.getloadavg()[0]
    numbers = [float(part) for part in sys.argv[1:] if not part.startswith("-")]
    seconds, kills = (*numbers, 60.0, 20.0)[:2] if len(numbers) != 1 else (numbers[0], 20.0)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        text = 'method = "paired comparison"\n[session]\ntrials = 400\npause_every = 0'
        file = panel_server.write_experiment(folder, text, SCENES, CONDITIONS)
        place, name = str(folder / "votes.sqlite"), "SQLite"
        if "--postgres" in sys.argv:
            place, name = stack.enter_context(postgres_server.server()), "PostgreSQL"
        steady, hard = asyncio.run(loaded(file, ("--votes", place), seconds, int(kills)))
        count, lost, extra = faults(place, (steady, hard))
    rows = [row(f"{name}, steady", steady, 5.0)]
    rows += [row(f"{name}, {kills:.0f} kills", hard, 0.0)] if kills else []
    head = ("load", "votes", "votes a second", "p50, ms", "p99, ms", "longest, ms", "sent again")
    words = (
        f"{OBSERVERS} observers, each aiming at {RATE / OBSERVERS:g} votes a second. "
        f"In the store {count} votes; acknowledged and lost or altered {lost}, doubled or never acknowledged "
        f"{extra}. Load of the machine at the beginning {begin:.1f}."
    )
    record.write(f"panel_load{'_postgres' if name == 'PostgreSQL' else ''}", record.table(head, rows), words)


if __name__ == "__main__":
    main()

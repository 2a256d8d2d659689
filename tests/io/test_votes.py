"""The store of votes, in SQLite and in a real PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sql

from lichtbild.core.errors import BadFile, BadInput, CannotWrite
from lichtbild.io.vote_tables import TABLES, said
from lichtbild.io.votes import Votes, digest
from lichtbild.panel.trial import Kind, Trial
from lichtbild.panel.vote import Observer, Vote
from postgres_server import server

KEY = "key of the experiment"


def vote(observer: Observer, position: int, answer: float = 1.0) -> tuple[Observer, Vote]:
    trial = Trial(position, Kind.TEST, "s", ("a", "b"), truth=-1 if position == 3 else None)
    return observer, Vote(observer.name, trial, (answer,), 1.25, "2026-01-02T03:04:05+00:00", f"v{position}")


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with server() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new, empty store."""
    if request.param == "sqlite":
        return str(tmp_path / "votes.sqlite")
    url: str = request.getfixturevalue("postgres")
    engine = sql.create_engine(url.replace("postgresql:", "postgresql+pg8000:"))
    TABLES.drop_all(engine)
    engine.dispose()
    return url


def test_votes_are_kept_once_and_come_back_whole(place: str) -> None:
    with Votes(place, KEY) as votes:
        (one, secret), (two, _) = votes.invite(2)
        assert (one.number, two.number) == (0, 1) and len(secret) >= 43
        assert votes.observer(secret) == one and votes.observer("no link") is None
        assert votes.add([vote(one, 0), vote(one, 3), vote(two, 0)]) == ("stored",) * 3
        other = (one, replace(vote(one, 0, -1.0)[1], vote="another"))
        stranger = vote(replace(one, key=99), 9)
        assert votes.add([vote(one, 0), other, vote(one, 1), stranger]) == (
            *("already", "already"),
            *("stored", "unknown"),
        )
        assert votes.consent(one, {"pixel_mm": 0.25})
    with Votes(place, KEY, create=False) as votes:
        assert [each for _, each in votes.all_votes()] == [
            each for _, each in (vote(one, 0), vote(one, 3), vote(two, 0), vote(one, 1))
        ]
        assert votes.answered(one) == {k: ("s", ("a", "b")) for k in (0, 1, 3)}
        (first, count), (_, other_count) = votes.observers()
        assert (count, other_count) == (3, 1) and first.consented and first.screen == (("pixel_mm", 0.25),)
        numbers = [number for number, _ in votes.all_votes()]
        assert numbers == sorted(numbers)
        assert [each.observer for _, each in votes.all_votes(after=numbers[1])] == [two.name, one.name]


def test_to_forget_erases_and_gives_the_session_to_the_next(place: str) -> None:
    with Votes(place, KEY) as votes:
        (one, secret), (two, _) = votes.invite(2)
        votes.add([vote(one, k) for k in range(5)] + [vote(two, 0)])
        assert votes.erasures() == 0 and votes.forget(one.name) == 5 and votes.erasures() == 1
        assert votes.observer(secret) is None and not votes.consent(one, {})
        assert votes.add([vote(one, 7)]) == ("unknown",)
        assert [each.observer for _, each in votes.all_votes()] == [two.name]
        ((new, _),) = votes.invite(1)
        assert new.number == one.number and new.key not in (one.key, two.key)
        with pytest.raises(BadInput, match="there is no observer"):
            votes.forget(one.name)
        votes.forget(two.name)
        assert votes.erasures() == 2


def test_votes_of_elsewhere_are_taken_in_whole_or_not_at_all(place: str) -> None:
    with Votes(place, KEY) as votes:
        ((one, _),) = votes.invite(1)
        votes.add([vote(one, 0)])
        stranger = replace(one, name="new")
        found = [vote(one, 0)[1], vote(one, 1)[1], vote(stranger, 0)[1]]
        assert votes.put(found) == 2 and votes.put(found) == 0
        with pytest.raises(BadInput, match="has answered trial 1 otherwise"):
            votes.put([vote(one, 2)[1], vote(one, 1, -1.0)[1]])
        assert sum(1 for _ in votes.all_votes()) == 3


def test_several_writers_share_a_store(place: str) -> None:
    """Four threads with stores of their own give the same votes; each is stored once."""
    with Votes(place, KEY) as votes:
        ((one, _),) = votes.invite(1)
        stored = list[int]()

        def write() -> None:
            with Votes(place, KEY) as own:
                stored.append(sum(own.add([vote(one, k)]) == ("stored",) for k in range(15)))

        threads = [Thread(target=write) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(stored) == 15 == sum(1 for _ in votes.all_votes())


def test_another_experiment_or_schema_is_refused(place: str) -> None:
    with Votes(place, KEY) as votes:
        engine = votes._engine
        with pytest.raises(BadInput, match="other pictures or another method"):
            Votes(place, "another")
        with engine.begin() as connection:
            connection.execute(sql.text("UPDATE panel_about SET value = '7' WHERE key = 'schema'"))
    with pytest.raises(BadInput, match="has schema 7, and 1 is known"):
        Votes(place, KEY)


def test_links_are_not_in_the_files_and_what_was_erased_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "votes.sqlite"
    with Votes(str(path), KEY) as votes:
        ((one, secret),) = votes.invite(1)
        votes.add([vote(one, k) for k in range(50)])
        there = b"".join(each.read_bytes() for each in tmp_path.iterdir())
        assert (
            secret.encode() not in there and digest(secret).encode() in there and one.name.encode() in there
        )
        votes.forget(one.name)
        left = b"".join(each.read_bytes() for each in tmp_path.iterdir())
        assert one.name.encode() not in left and digest(secret).encode() not in left
    assert path.stat().st_mode & 0o077 == 0


def test_each_commit_waits_for_the_disk(tmp_path: Path) -> None:
    with Votes(str(tmp_path / "votes.sqlite"), KEY) as votes, votes._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_a_place_that_is_none_is_told(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "other.sqlite")
    other.execute("CREATE TABLE things (x)")
    other.close()
    (tmp_path / "text.sqlite").write_text("not a database at all, but some text\n" * 99)
    with pytest.raises(BadInput, match="of another program"):
        Votes(str(tmp_path / "other.sqlite"), KEY)
    with pytest.raises(BadFile, match="no database of SQLite"):
        Votes(str(tmp_path / "text.sqlite"), KEY)
    with pytest.raises(CannotWrite, match="cannot be made"):
        Votes(str(tmp_path / "no" / "folder.sqlite"), KEY)
    with pytest.raises(BadInput, match="not to mysql"):
        Votes("mysql://host/name", KEY)
    with pytest.raises(BadInput, match="holds no votes"):
        Votes(str(tmp_path / "new.sqlite"), KEY, create=False)
    with pytest.raises(CannotWrite, match="database") as found:
        Votes("postgresql://me:secret@127.0.0.1:9/none", KEY)
    assert "secret" not in str(found.value) and "***" in said("postgresql://me:secret@host/x")


@pytest.mark.parametrize(
    ("table", "column", "text"),
    [
        ("observers", "screen", "{broken"),
        ("observers", "screen", '[["pixel_mm", "wide"]]'),
        ("votes", "shown", "a, b"),
        ("votes", "answer", "7"),
        ("votes", "kind", "guess"),
    ],
)
def test_a_row_that_nobody_wrote_is_told(tmp_path: Path, table: str, column: str, text: str) -> None:
    place = str(tmp_path / "votes.sqlite")
    with Votes(place, KEY) as votes:
        ((one, _),) = votes.invite(1)
        votes.add([vote(one, 0)])
    with sqlite3.connect(place) as connection:
        connection.execute(f"update panel_{table} set {column} = ?", (text,))
    connection.close()
    with Votes(place, KEY, create=False) as votes, pytest.raises(BadFile, match="a row that no version has"):
        votes.observers() if table == "observers" else list(votes.all_votes())

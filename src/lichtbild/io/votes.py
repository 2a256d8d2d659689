"""The store of votes: what it has said to be stored is on the disk, and stored once.

A vote is named by its observer and its position in the session, and by the name that the observer's page
gave it; whichever comes a second time is told to be there already. Links are kept as their SHA-256.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, Self

import sqlalchemy as sql
from sqlalchemy.dialects import postgresql, sqlite

from lichtbild.core.errors import BadFile, BadInput, CannotWrite, LichtbildError
from lichtbild.io.vote_tables import ABOUT, OBSERVERS, SCHEMA, TABLES, VOTES, engine, is_url, said
from lichtbild.panel.session import Shown
from lichtbild.panel.trial import Kind, Trial
from lichtbild.panel.vote import Observer, Vote

LINK_BYTES: Final = 32
"""Of a link's secret: 256 bits."""
MOST_INVITED: Final = 10_000
_NAME_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_ROWS: Final = 500
_ERASURES: Final = "erasures"

Fate = Literal["stored", "already", "unknown"]
"""Of a vote: stored now; one of its trial was there; or its observer is not (any more) known."""


class Votes:
    """The votes of one experiment."""

    def __init__(self, place: str, experiment: str | None, *, create: bool = True) -> None:
        """Open the store, or make it.

        Args:
            place: a file of SQLite, or the URL of a PostgreSQL database.
            experiment: key of the experiment (`study.panel_pictures`); votes of another are refused;
                None takes whatever is there.
            create: whether it is made where it is not there.

        Raises:
            BadInput: it is not there, is of another experiment or schema, or is no such database.
            CannotWrite: it cannot be reached or made.
        """
        self.place = said(place)
        self._engine = engine(place)
        self._writing = self._engine.execution_options(writes=True)
        try:
            with self._told():
                self._open(experiment, create)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @property
    def secret(self) -> bytes:
        """A secret of this store, from which pictures get their names."""
        return bytes.fromhex(self._about["secret"])

    def invite(self, count: int) -> tuple[tuple[Observer, str], ...]:
        """New observers, each with the secret of the link; it is told this once.

        Raises:
            BadInput: the count is not 1 to 10,000.
        """
        if not 1 <= count <= MOST_INVITED:
            raise BadInput(f"1 to {MOST_INVITED} observers are invited at a time, not {count}")
        secrets_ = [secrets.token_urlsafe(LINK_BYTES) for _ in range(count)]
        with self._told(), self._writing.begin() as connection:
            made = self._add_observers(connection, [(_pseudonym(), digest(secret)) for secret in secrets_])
        return tuple(zip(made, secrets_, strict=True))

    def observer(self, secret: str) -> Observer | None:
        """The observer whom a link's secret belongs to."""
        chosen = sql.select(OBSERVERS).where(OBSERVERS.c.link == digest(secret))
        with self._told(), self._engine.begin() as connection:
            row = connection.execute(chosen).first()
            return None if row is None else _observer(row)

    def observers(self) -> tuple[tuple[Observer, int], ...]:
        """All observers in the order in which they were invited, with the number of their votes."""
        counted = sql.select(VOTES.c.observer, sql.func.count().label("votes")).group_by(VOTES.c.observer)
        with self._told(), self._engine.begin() as connection:
            votes = {row.observer: int(row.votes) for row in connection.execute(counted)}
            rows = connection.execute(sql.select(OBSERVERS).order_by(OBSERVERS.c.key)).all()
            return tuple((_observer(row), votes.get(row.key, 0)) for row in rows)

    def consent(self, observer: Observer, screen: Mapping[str, float]) -> bool:
        """Note that an observer agreed, and what the screen check found; whether the observer is known."""
        values = {"consented": observer.consented or now(), "screen": json.dumps(sorted(screen.items()))}
        changed = sql.update(OBSERVERS).where(OBSERVERS.c.key == observer.key).values(values)
        with self._told(), self._writing.begin() as connection:
            return connection.execute(changed).rowcount == 1

    def answered(self, observer: Observer) -> dict[int, Shown]:
        """What was shown by position, of all that an observer answered."""
        chosen = sql.select(VOTES.c.position, VOTES.c.scene, VOTES.c.shown).where(
            VOTES.c.observer == observer.key
        )
        with self._told(), self._engine.begin() as connection:
            return {
                row.position: (row.scene, tuple(json.loads(row.shown))) for row in connection.execute(chosen)
            }

    def add(self, votes: Sequence[tuple[Observer, Vote]]) -> tuple[Fate, ...]:
        """Store votes, all in one transaction; when this returns they are on the disk.

        Raises:
            CannotWrite: they are not, for the database cannot be reached or written.
        """
        with self._told(), self._writing.begin() as connection:
            known = self._known(connection, {observer.key for observer, _ in votes})
            there = [(observer, vote) for observer, vote in votes if observer.key in known]
            new = self._insert(connection, there)
        return tuple(_fate(observer, vote, known, new) for observer, vote in votes)

    def all_votes(self, after: int = 0) -> Iterator[tuple[int, Vote]]:
        """All votes in the order in which they were stored, each with a number that grows.

        Args:
            after: only those whose number is larger.
        """
        chosen = (
            sql.select(VOTES, OBSERVERS.c.name)
            .join(OBSERVERS, OBSERVERS.c.key == VOTES.c.observer)
            .where(VOTES.c.key > after)
            .order_by(VOTES.c.key)
        )
        with self._told(), self._engine.begin() as connection:
            for row in connection.execution_options(yield_per=1000).execute(chosen):
                yield int(row.key), _vote(row)

    def put(self, votes: Sequence[Vote]) -> int:
        """Store votes that were given elsewhere, all or none; returns how many were not there yet.

        Observers who are not known are added; they have no link.

        Raises:
            BadInput: a vote of the same observer and trial is there with another answer.
        """
        with self._told(), self._writing.begin() as connection:
            by_name = {row.name: _observer(row) for row in connection.execute(sql.select(OBSERVERS))}
            missing = list(dict.fromkeys(vote.observer for vote in votes if vote.observer not in by_name))
            made = self._add_observers(connection, [(name, None) for name in missing]) if missing else []
            by_name |= {observer.name: observer for observer in made}
            new = self._new(connection, [(by_name[vote.observer], vote) for vote in votes])
            self._insert(connection, new)
        return len(new)

    def forget(self, name: str) -> int:
        """Erase an observer with link and votes; returns how many votes there were.

        What was deleted is overwritten in the file; a database server's own logs and backups are its own.

        Raises:
            BadInput: there is no such observer.
        """
        with self._told():
            with self._writing.begin() as connection:
                key = connection.scalar(sql.select(OBSERVERS.c.key).where(OBSERVERS.c.name == name))
                if key is None:
                    raise BadInput(f"there is no observer '{name[:100]}'; lichtbild panel status names all")
                erased = connection.execute(sql.delete(VOTES).where(VOTES.c.observer == key)).rowcount
                connection.execute(sql.delete(OBSERVERS).where(OBSERVERS.c.key == key))
                self._count_erasure(connection)
            self._overwrite()
        return int(erased)

    def erasures(self) -> int:
        """How often an observer was forgotten: whoever keeps what votes said reads all again when it grew."""
        with self._told(), self._engine.begin() as connection:
            found = connection.scalar(sql.select(ABOUT.c.value).where(ABOUT.c.key == _ERASURES))
        return int(found or 0)

    def _open(self, experiment: str | None, create: bool) -> None:
        with self._writing.begin() as connection:
            if self._engine.dialect.name == "postgresql":
                connection.execute(sql.text("SELECT pg_advisory_xact_lock(7091)"))  # two make none twice
            names = set(sql.inspect(connection).get_table_names())
            if ABOUT.name not in names:
                if experiment is None or not create:
                    raise BadInput(
                        f"{self.place}: holds no votes; lichtbild panel serve or invite makes them a place"
                    )
                if names and self._engine.dialect.name == "sqlite":
                    raise BadInput(f"{self.place}: is a database of another program; name another place")
                TABLES.create_all(connection)
                about = {"schema": str(SCHEMA), "experiment": experiment, "secret": secrets.token_hex(32)}
                connection.execute(ABOUT.insert(), [{"key": k, "value": v} for k, v in about.items()])
            self._about = {row.key: row.value for row in connection.execute(sql.select(ABOUT))}
        if self._about.get("schema") != str(SCHEMA):
            found = self._about.get("schema", "none")[:20]
            raise BadInput(
                f"{self.place}: has schema {found}, and {SCHEMA} is known; use the version that wrote it"
            )
        if experiment not in (None, self._about.get("experiment")):
            raise BadInput(
                f"{self.place}: holds votes on other pictures or another method; name another place with "
                "--votes, or undo the change of the experiment"
            )

    def _known(self, connection: sql.Connection, keys: set[int]) -> set[int]:
        """Those of the observers who are there, and stay until the transaction ends."""
        chosen = sql.select(OBSERVERS.c.key).where(OBSERVERS.c.key.in_(keys))
        return set(connection.scalars(chosen.with_for_update(read=True, key_share=True)))

    def _new(
        self, connection: sql.Connection, votes: Sequence[tuple[Observer, Vote]]
    ) -> list[tuple[Observer, Vote]]:
        """Those of the votes that are not there yet.

        Raises:
            BadInput: one that is there has another answer.
        """
        chosen = sql.select(VOTES, OBSERVERS.c.name).join(OBSERVERS, OBSERVERS.c.key == VOTES.c.observer)
        there = {(row.observer, row.position): _vote(row) for row in connection.execute(chosen)}
        new = [
            (observer, vote) for observer, vote in votes if (observer.key, vote.trial.position) not in there
        ]
        for observer, vote in votes:
            same = there.get((observer.key, vote.trial.position), vote)
            if replace(same, at="", vote="", seconds=0.0) != replace(vote, at="", vote="", seconds=0.0):
                raise BadInput(
                    f"observer '{vote.observer}' has answered trial {vote.trial.position} otherwise; "
                    "export what is there and compare"
                )
        return new

    def _insert(
        self, connection: sql.Connection, votes: Sequence[tuple[Observer, Vote]]
    ) -> set[tuple[int, int, str]]:
        """Add votes that are not there yet; observer, position and name of those that were added."""
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        columns = VOTES.c.observer, VOTES.c.position, VOTES.c.vote
        added = dialect.insert(VOTES).on_conflict_do_nothing().returning(*columns)
        new = set[tuple[int, int, str]]()
        for begin in range(0, len(votes), _ROWS):
            rows = [_row(*each) for each in votes[begin : begin + _ROWS]]
            new |= {(row[0], row[1], row[2]) for row in connection.execute(added, rows)}
        return new

    def _add_observers(
        self, connection: sql.Connection, wanted: Sequence[tuple[str, str | None]]
    ) -> list[Observer]:
        """New observers by pseudonym and link; each takes the smallest number that is free."""
        if self._engine.dialect.name == "postgresql":
            connection.execute(sql.text(f"LOCK TABLE {OBSERVERS.name} IN EXCLUSIVE MODE"))
        taken = set(connection.scalars(sql.select(OBSERVERS.c.number)))
        free = (number for number in range(len(taken) + len(wanted)) if number not in taken)
        made = list[Observer]()
        for (name, link), number in zip(wanted, free, strict=False):
            values = {"number": number, "name": name, "link": link, "invited": now()}
            key = connection.execute(OBSERVERS.insert().values(values)).inserted_primary_key
            made.append(Observer(int(key[0]) if key else 0, number, name, str(values["invited"])))
        return made

    def _count_erasure(self, connection: sql.Connection) -> None:
        """One more observer was forgotten."""
        more = sql.cast(sql.cast(ABOUT.c.value, sql.Integer) + 1, sql.Text)
        if not connection.execute(
            sql.update(ABOUT).where(ABOUT.c.key == _ERASURES).values(value=more)
        ).rowcount:
            connection.execute(ABOUT.insert().values(key=_ERASURES, value="1"))

    def _overwrite(self) -> None:
        """Leave nothing of deleted rows in the database's files."""
        raw = self._engine.raw_connection()
        try:
            if self._engine.dialect.name == "sqlite":
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
                return
            driver: Any = raw.driver_connection
            raw.rollback()
            driver.autocommit = True  # vacuuming is no part of a transaction
            for table in (VOTES, OBSERVERS):
                raw.cursor().execute(f"VACUUM FULL {table.name}")
            driver.autocommit = False
        finally:
            raw.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """The database's errors as sentences."""
        try:
            yield
        except LichtbildError:
            raise
        except sql.exc.DatabaseError as error:
            told: Any = error.orig.args[0] if error.orig is not None and error.orig.args else error
            what = str(told.get("M", told) if isinstance(told, dict) else told).partition("\n")[0][:200]
            if "not a database" in what:
                raise BadFile(
                    self.place, "is no database of SQLite; name another place with --votes"
                ) from error
            raise CannotWrite(
                f"{self.place}: the database refuses ({what}); see to it and try again"
            ) from error
        except (sql.exc.SQLAlchemyError, OSError) as error:
            raise CannotWrite(f"{self.place}: the database cannot be reached; see that it runs") from error
        except (ValueError, TypeError) as error:
            raise BadFile(
                self.place, f"has a row that no version has written ({error}); take a copy of it from before"
            ) from error


def exists(place: str) -> bool:
    """Whether there may be votes at a place: a file is there, or it is a database's URL."""
    return is_url(place) or Path(place).is_file()


def digest(secret: str) -> str:
    """SHA-256 of a link's secret, as it is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def now() -> str:
    """Date and time."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _fate(observer: Observer, vote: Vote, known: set[int], new: set[tuple[int, int, str]]) -> Fate:
    if observer.key not in known:
        return "unknown"
    return "stored" if (observer.key, vote.trial.position, vote.vote) in new else "already"


def _pseudonym() -> str:
    return "o-" + "".join(secrets.choice(_NAME_LETTERS) for _ in range(8))


def _observer(row: Any) -> Observer:
    screen = tuple((str(name), float(value)) for name, value in json.loads(row.screen))
    return Observer(row.key, row.number, row.name, row.invited, row.consented, screen)


def _row(observer: Observer, vote: Vote) -> dict[str, Any]:
    trial = vote.trial
    return {
        "observer": observer.key,
        "position": trial.position,
        "vote": vote.vote,
        "kind": trial.kind.value,
        "scene": trial.scene,
        "shown": json.dumps(trial.shown),
        "reference": trial.reference,
        "repetition": trial.repetition,
        "of": trial.of,
        "truth": trial.truth,
        "answer": json.dumps(vote.answer),
        "seconds": vote.seconds,
        "at": vote.at,
    }


def _vote(row: Any) -> Vote:
    trial = Trial(
        position=row.position,
        kind=Kind(row.kind),
        scene=row.scene,
        shown=tuple(json.loads(row.shown)),
        reference=row.reference,
        repetition=row.repetition,
        of=row.of,
        truth=row.truth,
    )
    return Vote(row.name, trial, tuple(json.loads(row.answer)), row.seconds, row.at, row.vote)

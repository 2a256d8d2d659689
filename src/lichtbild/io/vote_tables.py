"""Tables of the votes' database, and the engines of SQLite and PostgreSQL that keep them safe.

SQLite writes ahead (WAL) and waits for the disk at each commit (synchronous=FULL), and overwrites what is
deleted; PostgreSQL commits synchronously.

Source: SQLite, "Write-Ahead Logging" and "PRAGMA synchronous"; PostgreSQL 15, section 30.4.
"""

import os
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sql
from sqlalchemy import event

from lichtbild.core.errors import BadInput, CannotWrite

SCHEMA: Final = 1
"""Version of the tables; a database of another version is refused."""

TABLES: Final = sql.MetaData()

ABOUT: Final = sql.Table(
    "panel_about",
    TABLES,
    sql.Column("key", sql.String(40), primary_key=True),
    sql.Column("value", sql.Text, nullable=False),
)

OBSERVERS: Final = sql.Table(
    "panel_observers",
    TABLES,
    sql.Column("key", sql.Integer, primary_key=True),
    sql.Column("number", sql.Integer, nullable=False, unique=True),
    sql.Column("name", sql.String(100), nullable=False, unique=True),
    sql.Column("link", sql.String(64), unique=True),
    sql.Column("invited", sql.String(40), nullable=False),
    sql.Column("consented", sql.String(40), nullable=False, default=""),
    sql.Column("screen", sql.Text, nullable=False, default="[]"),
    sqlite_autoincrement=True,
)

VOTES: Final = sql.Table(
    "panel_votes",
    TABLES,
    sql.Column("key", sql.Integer, primary_key=True),
    sql.Column("observer", sql.ForeignKey(OBSERVERS.c.key, ondelete="CASCADE"), nullable=False),
    sql.Column("position", sql.Integer, nullable=False),
    sql.Column("vote", sql.String(64), nullable=False),
    sql.Column("kind", sql.String(10), nullable=False),
    sql.Column("scene", sql.String(100), nullable=False),
    sql.Column("shown", sql.Text, nullable=False),
    sql.Column("reference", sql.String(100), nullable=False),
    sql.Column("repetition", sql.Integer, nullable=False),
    sql.Column("of", sql.Integer),
    sql.Column("truth", sql.Integer),
    sql.Column("answer", sql.Text, nullable=False),
    sql.Column("seconds", sql.Float, nullable=False),
    sql.Column("at", sql.String(40), nullable=False),
    sql.UniqueConstraint("observer", "position"),
    sql.UniqueConstraint("observer", "vote"),
    sqlite_autoincrement=True,
)

_WAIT_S: Final = 30
"""For a lock, or for a server of databases."""


def is_url(place: str) -> bool:
    """Whether a place is a database's URL, not a file."""
    return "://" in place


def engine(place: str) -> sql.Engine:
    """The engine of a place: a file of SQLite, or the URL of a PostgreSQL database.

    Raises:
        BadInput: the URL is of another kind, or a package that it needs is missing.
        CannotWrite: the file cannot be made.
    """
    return _postgresql(place) if is_url(place) else _sqlite(Path(place))


def said(place: str) -> str:
    """The place as it can be told: no password in it."""
    if not is_url(place):
        return place
    try:
        return sql.make_url(place).render_as_string(hide_password=True)
    except sql.exc.ArgumentError:
        return "the votes' database"


def _sqlite(path: Path) -> sql.Engine:
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # nobody else reads votes
    except OSError as error:
        raise CannotWrite(
            f"{path}: cannot be made ({error.strerror}); name another place with --votes"
        ) from error
    made = sql.create_engine(
        sql.URL.create("sqlite+pysqlite", database=str(path)), connect_args={"timeout": _WAIT_S}
    )
    event.listen(made, "connect", _begin_sqlite)
    event.listen(made, "begin", _begin_transaction)
    return made


def _begin_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_transaction(connection: sql.Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(place: str) -> sql.Engine:
    try:
        url = sql.make_url(place)
    except sql.exc.ArgumentError as error:
        raise BadInput("--votes takes a file, or a URL such as postgresql://user@host/name") from error
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise BadInput(f"votes go to SQLite or PostgreSQL, not to {url.get_backend_name()[:40]}")
    try:
        made = sql.create_engine(
            url.set(drivername="postgresql+pg8000"),
            pool_pre_ping=True,
            connect_args={"timeout": _WAIT_S, "tcp_keepalive": True},
        )
    except ImportError as error:
        raise BadInput("PostgreSQL needs: pip install 'lichtbild[postgres]'") from error
    event.listen(made, "connect", _begin_postgresql)
    return made


def _begin_postgresql(connection: Any, record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("SET synchronous_commit TO on")
    cursor.close()
    connection.commit()

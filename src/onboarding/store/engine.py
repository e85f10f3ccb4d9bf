"""One transaction per operation, on SQLite or PostgreSQL; is the database away; and the way up to today's schema."""

import contextvars
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, Literal, TypeAlias, TypeVar

import psycopg
import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from pydantic import BaseModel
from pydantic_core import from_json
from sqlalchemy import URL, Connection, Engine, Executable, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from onboarding.domain.errors import NotAllowed, NotFound

log = structlog.get_logger()

Transaction: TypeAlias = Connection
V = TypeVar("V", bound=BaseModel)
SNAPSHOT: Literal["REPEATABLE READ"] = "REPEATABLE READ"
LONG_REST = 1.0  # seconds
AWAY = (OperationalError, InterfaceError)  # the database itself: nothing of the transaction stands
DRIVERS = frozenset({"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"})

# What PostgreSQL says where it is not there for us: by class (connection, resources, operator), and the one state of a
# copy in recovery, which takes no writes.
AWAY_CLASSES = frozenset({"08", "53", "57", "58"})
IN_RECOVERY = "25006"
MAY_NOT = "42501"
AWAY_IN_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB,
    }
)  # fmt: skip
# Here reads go on, and say nothing of whether writes do.
WRITES_IN_SQLITE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY})


def is_away(error: BaseException) -> bool:
    """Is the database not there for us now? Otherwise it is there, and we asked for something wrong."""
    if isinstance(error, NoConnectionFree):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return (error.orig.sqlite_errorcode & 0xFF) in AWAY_IN_SQLITE
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is None:  # it was not even reached, or the line broke
        return error.connection_invalidated or isinstance(error, AWAY)
    return state[:2] in AWAY_CLASSES or state == IN_RECOVERY


def _takes_no_writes(error: Exception) -> bool:
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.Error):
        return (cause.sqlite_errorcode & 0xFF) in WRITES_IN_SQLITE
    return getattr(cause, "sqlstate", None) == IN_RECOVERY


class Store:
    """The database. Safe to share between threads."""

    def __init__(self, url: str | URL, *, pool_size: int = 20) -> None:
        self.url = _address(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        pool: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 40}
        self.engine: Engine = create_engine(
            self.url,
            connect_args=_connecting(self.url),
            hide_parameters=True,  # an error that quotes a row quotes a person
            json_deserializer=from_json,
            **pool,
        )
        # Said once for the pool: asking a connection how it stands is a round trip of its own.
        self._reading = self.engine if self.sqlite else self.engine.execution_options(isolation_level=SNAPSHOT)
        # SQLite's own waiting is unfair, and starves a thread among thirty: inside a process the writers queue here.
        self._one_writer = threading.Lock() if self.sqlite else None
        self._away: Literal["no", "all of it", "for writes"] = "no"
        self._telling = threading.Lock()
        if self.sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
        else:
            event.listen(self.engine, "checkin", _rested)
            event.listen(self.engine, "checkout", self._still_there)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction that may write; committed on the way out, rolled back on any exception."""
        with self._heard(writing=True):
            if self._one_writer is None:
                with self.engine.begin() as connection:
                    yield connection
                return
            with self._one_writer, self.engine.connect() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.commit()
                except BaseException:
                    connection.rollback()
                    raise

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """One consistent view of what was committed."""
        with self._heard(writing=False), self._reading.connect() as connection:
            if self.sqlite:
                connection.exec_driver_sql("BEGIN")
            yield connection

    @contextmanager
    def _heard(self, *, writing: bool) -> Iterator[None]:
        """Said once when the database goes and once when it is back, whoever of us meets it, and how often."""
        try:
            yield
        except Exception as error:
            if is_away(error):
                self._went(error)
            raise
        told_by_this = self._away == "all of it" or (writing and self._away == "for writes")
        if told_by_this and self._turns("no"):
            _say(log.info, "the database answers again")

    def _turns(self, away: Literal["no", "all of it", "for writes"]) -> bool:
        """Is that news? Many threads meet the same."""
        with self._telling:
            before, self._away = self._away, away
        return (before == "no") != (away == "no")

    def _went(self, error: Exception) -> None:
        if self._turns("for writes" if _takes_no_writes(error) else "all of it"):
            # What the driver says may quote the address with its password, or a value: its kind is enough.
            _say(log.warning, "the database does not answer", error=type(getattr(error, "orig", error)).__name__)

    def _still_there(self, connection: Any, record: Any, _: object) -> None:
        """Knocks on what has lain for a while, or was there before the database went: each knock is a round trip."""
        rested = time.monotonic() - record.info.get("rested", time.monotonic())
        if self._away == "no" and rested < LONG_REST:
            return
        try:
            connection.execute("")
            connection.rollback()
        except psycopg.OperationalError as error:
            raise InvalidatePoolError from error  # SQLAlchemy makes another, and throws out those that are as old

    def close(self) -> None:
        self.engine.dispose()


def _say(how: Callable[..., None], event: str, **more: str) -> None:
    """About no case: who happened to meet it first is nothing to go by."""
    contextvars.Context().run(how, event, **more)


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _connecting(url: URL) -> dict[str, Any]:
    """A database that is not there is met in seconds, also where nothing says so; the address may say otherwise."""
    if url.get_backend_name() == "sqlite":
        return {"timeout": 30, "check_same_thread": False}
    ours = {"connect_timeout": 5, "tcp_user_timeout": 10_000}  # seconds, and milliseconds
    return {name: value for name, value in ours.items() if name not in url.query}


def values(tx: Transaction, query: Executable, kind: type[V], asked: Mapping[str, object] | None = None) -> list[V]:
    """Each row as a value: its columns are named as the fields are. `asked` fills what the query has left open."""
    found = tx.execute(query, asked)
    names = tuple(found.keys())
    return [kind.model_validate(dict(zip(names, row, strict=True))) for row in found]


def _rested(_: Any, record: Any) -> None:
    record.info["rested"] = time.monotonic()


def _address(url: str | URL) -> URL:
    """Raises NotFound where it is none of ours; what stood there may hold a password, and is not shown."""
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        raise NotFound("store.not-an-address") from None
    if found.drivername not in DRIVERS:
        raise NotFound("store.not-an-address")
    return found


def alembic_config(url: str | URL) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("onboarding.migrations")))
    config.attributes["url"] = _address(url)
    return config


def upgrade(url: str | URL) -> None:
    """Brings the database to today's schema; does nothing where it is there. Raises NotFound where nothing answers."""
    with told_in_words():
        command.upgrade(alembic_config(url), "head")


def is_current(store: Store) -> bool:
    """Is the schema the one this code was written for? Raises NotFound where the database does not answer."""
    head = ScriptDirectory.from_config(alembic_config(store.url)).get_current_head()
    with told_in_words(), store.reading() as tx:
        return MigrationContext.configure(tx).get_current_revision() == head


@contextmanager
def told_in_words() -> Iterator[None]:
    """A database that is away, or where our role may not, becomes an error of ours; what it was quoted stays behind."""
    try:
        yield
    except DBAPIError as error:
        if is_away(error):
            raise NotFound("store.away") from None
        if getattr(error.orig, "sqlstate", None) == MAY_NOT:
            raise NotAllowed("store.may-not") from None
        raise
    except NoConnectionFree:
        raise NotFound("store.away") from None

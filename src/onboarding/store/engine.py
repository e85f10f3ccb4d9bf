"""One transaction per operation, on SQLite or PostgreSQL."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, TypeAlias

import psycopg
from pydantic_core import from_json
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError

from onboarding.domain.errors import NotFound
from onboarding.store.away import Outage

Transaction: TypeAlias = Connection
SNAPSHOT: Literal["REPEATABLE READ"] = "REPEATABLE READ"
LONG_REST = 1.0  # seconds
DRIVERS = frozenset({"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"})


class Store:
    """The database. Safe to share between threads."""

    def __init__(self, url: str | URL, *, pool_size: int = 20) -> None:
        self.url = address_of(url)
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
        self._looking = self.engine if self.sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        # SQLite's own waiting is unfair, and starves a thread among thirty: inside a process the writers queue here.
        self._one_writer = threading.Lock() if self.sqlite else None
        self._outage = Outage()
        if self.sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
        else:
            event.listen(self.engine, "checkin", _rested)
            event.listen(self.engine, "checkout", self._still_there)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction that may write; committed on the way out, rolled back on any exception."""
        with self._outage.heard(writing=True):
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
        with self._outage.heard(writing=False), self._reading.connect() as connection:
            if self.sqlite:
                connection.exec_driver_sql("BEGIN")
            yield connection

    @contextmanager
    def looking(self) -> Iterator[Transaction]:
        """Each question is a view by itself: to begin and end one for several costs two more journeys.

        Who asks two must see that nobody wrote between them, as `reading.case_file` does.
        """
        with self._outage.heard(writing=False), self._looking.connect() as connection:
            yield connection

    def _still_there(self, connection: Any, record: Any, _: object) -> None:
        """Knocks on what has lain for a while, or was there before the database went: each knock is a round trip."""
        since = record.info.get("rested")
        if since is None or (not self._outage.lasts and time.monotonic() - since < LONG_REST):
            return  # just made: its first word tells
        try:
            connection.execute("")
            connection.rollback()
        except psycopg.OperationalError as error:
            raise InvalidatePoolError from error  # SQLAlchemy makes another, and throws out those that are as old

    def close(self) -> None:
        self.engine.dispose()


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


def _rested(_: Any, record: Any) -> None:
    record.info["rested"] = time.monotonic()


def address_of(url: str | URL) -> URL:
    """Raises NotFound where it is none of ours; what stood there may hold a password, and is not shown."""
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        raise NotFound("store.not-an-address") from None
    if found.drivername not in DRIVERS:
        raise NotFound("store.not-an-address")
    return found

"""One transaction per operation, on SQLite or PostgreSQL, and the way up to today's schema."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, TypeAlias

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError

from onboarding.domain.errors import NotFound

Transaction: TypeAlias = Connection
AWAY = (OperationalError, InterfaceError)  # the database itself: nothing of the transaction stands


class Store:
    """The database. Safe to share between threads."""

    def __init__(self, url: str | URL, *, pool_size: int = 20) -> None:
        self.url = _address(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        pool: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 40}
        self.engine: Engine = create_engine(
            self.url,
            connect_args={"timeout": 30, "check_same_thread": False} if self.sqlite else {},
            hide_parameters=True,  # an error that quotes a row quotes a person
            pool_pre_ping=not self.sqlite,
            **pool,
        )
        # SQLite's own waiting is unfair, and starves a thread among thirty: inside a process the writers queue here.
        self._one_writer = threading.Lock() if self.sqlite else None
        if self.sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction that may write; committed on the way out, rolled back on any exception."""
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
        with self.engine.connect() as connection:
            if self.sqlite:
                connection.exec_driver_sql("BEGIN")
            elif connection.get_isolation_level() != "REPEATABLE READ":
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _address(url: str | URL) -> URL:
    """Raises NotFound where it is none of ours; what stood there may hold a password, and is not shown."""
    try:
        found = make_url(url)
    except ArgumentError:
        raise NotFound("store.not-an-address") from None
    if found.get_backend_name() not in ("sqlite", "postgresql"):
        raise NotFound("store.not-an-address")
    return found


def alembic_config(url: str | URL) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("onboarding.migrations")))
    config.attributes["url"] = _address(url)
    return config


def upgrade(url: str | URL) -> None:
    """Brings the database to today's schema; does nothing where it is there. Raises NotFound where nothing answers."""
    try:
        command.upgrade(alembic_config(url), "head")
    except OperationalError:
        raise NotFound("store.away") from None


def is_current(store: Store) -> bool:
    """Is the schema the one this code was written for? Raises NotFound where the database does not answer."""
    head = ScriptDirectory.from_config(alembic_config(store.url)).get_current_head()
    try:
        with store.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() == head
    except OperationalError:
        # What the driver says may quote the address with its password: the cause stays behind.
        raise NotFound("store.away") from None
